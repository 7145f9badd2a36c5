"""Presets follow from a measured speed alone; the trial leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from explorer.training.runs.length_presets import LengthPreset, presets, trial, width_of
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


def test_a_run_that_starts_from_weights_stays_as_large_as_they_are() -> None:
    found = presets(20.0, size=64, batch_size=32, width=None, count=931, keeps=True)
    assert [(preset.size, preset.settings) for preset in found] == [(64, {})] * 3


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


KEPT: dict[tuple[float, int, float | None, int], list[tuple[int, int, int, dict[str, float]]]] = {
    (70.0, 64, 1.0, 931): [(64, 1671, 300, {"width": 0.5}), (64, 7088, 3600, {}), (64, 56700, 28800, {})],
    (400.0, 64, 1.0, 931): [(64, 3375, 300, {}), (64, 40500, 3600, {}), (64, 116375, 10344, {})],
    (20.0, 64, 1.0, 931): [
        (32, 1910, 300, {"width": 0.5}),
        (32, 22911, 3600, {"width": 0.5}),
        (64, 45821, 28800, {"width": 0.5}),
    ],
    (20.0, 64, None, 931): [(32, 675, 300, {}), (32, 8100, 3600, {}), (32, 64800, 28800, {})],
    (1.0, 128, 0.2, 931): [
        (32, 382, 300, {"width": 0.1}),
        (32, 4583, 3601, {"width": 0.1}),
        (32, 36657, 28800, {"width": 0.1}),
    ],
    (1.0, 128, 0.19, 931): [(32, 135, 300, {}), (32, 1620, 3600, {}), (32, 12960, 28800, {})],
    (0.5, 256, 1.0, 100): [
        (32, 764, 300, {"width": 0.5}),
        (32, 9165, 3600, {"width": 0.5}),
        (32, 12500, 4910, {"width": 0.5}),
    ],
    (8000.0, 64, 1.0, 10): [(64, 6250, 28, {}), (64, 6250, 28, {}), (64, 6250, 28, {})],
    (8000.0, 64, 1.0, 1000): [(64, 67500, 300, {}), (64, 125000, 556, {}), (64, 125000, 556, {})],
    (1.0, 112, None, 50): [(28, 135, 300, {}), (28, 1620, 3600, {}), (28, 6250, 13889, {})],
    (1.0, 56, None, 50): [(28, 34, 302, {}), (28, 405, 3600, {}), (28, 3240, 28800, {})],
    (1.0, 54, None, 50): [(54, 9, 320, {}), (54, 102, 3627, {}), (54, 810, 28800, {})],
    (0.0, 32, 1.0, 5): [
        (32, 1, 12570787, {"width": 0.5}),
        (32, 1, 12570787, {"width": 0.5}),
        (32, 1, 12570787, {"width": 0.5}),
    ],
}
"""Speed, size, width and number of pictures, and of each run its size, steps, seconds and settings."""


def test_a_measured_speed_gives_these_runs() -> None:
    told = {
        (rate, size, width, count): [
            (preset.size, preset.steps, round(preset.expected_s), dict(preset.settings))
            for preset in presets(rate, size=size, batch_size=32, width=width, count=count)
        ]
        for rate, size, width, count in KEPT
    }
    assert told == KEPT


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (5399, "90 minutes"),
        (5400, "1.5 hours"),
        (28_800, "8.0 hours"),
    ],
)
def test_durations_are_told_in_fitting_units(seconds: float, words: str) -> None:
    preset = LengthPreset("minutes", "Minutes", 64, 12_345, seconds, {})
    assert preset.sentence() == f"12,345 steps at 64 x 64: about {words}"


@pytest.mark.parametrize("seconds", [0.0, 1e-9, 0.2])
def test_a_trial_never_tells_more_than_all(
    tmp_path: Path, picture_folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    spec = RunSpec("vae", str(picture_folder), 32, 3, settings={"width": 0.1, "batch_size": 4})
    found = Run(tmp_path, spec).pictures(cache=tmp_path / "cache")
    clock = count(0.0, 0.0625)
    monkeypatch.setattr("explorer.training.runs.length_presets.time", SimpleNamespace(perf_counter=lambda: next(clock)))
    steps, rate = trial(spec, found, torch.device("cpu"), seconds=seconds), 0.0
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            rate = end.value
            break
    assert shares[:2] == [0.1, 0.2]
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert rate == {0.0: 4 / 0.1875, 1e-9: 4 / 0.1875, 0.2: 8 / 0.3125}[seconds]
