"""Presets follow from a measured speed alone; the trial leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from explorer.training.runs.length_presets import presets, trial, width_of
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec


def test_each_preset_keeps_to_its_time() -> None:
    for rate in (5.0, 70.0, 400.0, 8000.0):
        found = presets(rate, size=64, batch_size=32, width=1.0, count=931)
        for preset, most in zip(found, (300, 3600, 28_800), strict=True):
            assert preset.expected_s <= most + 20
            assert preset.steps >= 1
        assert [preset.key for preset in found] == ["minutes", "hour", "overnight"]


def test_a_slow_device_gets_narrower_networks_then_smaller_pictures() -> None:
    slow = presets(60.0, size=64, batch_size=32, width=1.0, count=931)
    assert slow[0].settings == {"width": 0.5}
    assert (slow[2].size, slow[2].settings) == (64, {})
    slower = presets(20.0, size=64, batch_size=32, width=1.0, count=931)
    assert (slower[0].size, slower[0].settings) == (32, {"width": 0.5})
    without = presets(20.0, size=64, batch_size=32, width=None, count=931)
    assert (without[0].size, without[0].settings) == (32, {})
    assert presets(20.0, size=28, batch_size=32, width=None, count=931)[0].size == 28


def test_a_fast_device_does_not_learn_a_small_set_by_heart() -> None:
    fast = presets(50_000.0, size=64, batch_size=32, width=1.0, count=931)
    assert fast[2].steps * 32 <= 4000 * 931 + 32
    assert fast[2].expected_s < 600


def test_a_preset_is_told_in_a_line() -> None:
    told = presets(60.0, size=64, batch_size=32, width=1.0, count=931)[0].sentence()
    assert "64 x 64, narrower networks: about 5 minutes" in told


def test_a_trial_tells_how_far_it_is_and_leaves_nothing(
    tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = RunSpec("dcgan", str(picture_folder), 32, 3, settings={"width": 0.1, "batch_size": 4})
    found = Run(tmp_path, spec).pictures(cache=tmp_path / "cache")
    before = set(tmp_path.rglob("*"))
    steps, rates = trial(spec, found, torch.device("cpu"), seconds=0.0), list[float]()

    def whole() -> Iterator[float]:
        rates.append((yield from steps))

    shares = list(whole())
    assert rates[0] > 0
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert width_of(spec) == 0.1
    cancelled = trial(spec, found, torch.device("cpu"))
    next(cancelled)
    cancelled.close()
    assert set(tmp_path.rglob("*")) == before
