"""bench lab: whether the presets of the Lab keep their promises."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from explorer.cli.benches import lab_table
from explorer.core.problem import Problem


def test_a_preset_that_keeps_its_promise_is_told_and_nothing_is_promised_before_its_step(monkeypatch, capsys):
    monkeypatch.setattr(lab_table, "_SEEDS", 1)
    assert lab_table.report(["VAE: Posterior collapse"], 320, as_json=True) == 0
    assert lab_table.report(["VAE: Posterior collapse"], 60, as_json=False) == 0  # nothing is promised before
    first, second = capsys.readouterr().out.splitlines()
    (row,) = json.loads(first)
    assert row["since"] == [100]
    assert row["broken"] == []
    assert second.startswith("VAE: Posterior collapse")


def test_a_promise_that_is_broken_is_told_with_its_seed_and_step(monkeypatch, capsys):
    monkeypatch.setattr(lab_table, "_SEEDS", 1)
    early = next(each for each in lab_table.PRESETS if each.shows == "autoencoder")
    monkeypatch.setattr(lab_table, "PRESETS", (replace(early, by=20),))
    assert lab_table.report([], 60, as_json=False) == 1
    assert "broken: seed 0, step 60: " in capsys.readouterr().out


def test_a_comparison_that_does_not_show_is_told_with_its_seed(monkeypatch, capsys):
    monkeypatch.setattr(lab_table, "_SEEDS", 2)
    monkeypatch.setattr(lab_table, "further", lambda _preset, seed: (40.0, 2.0)[seed])
    assert lab_table.report(["GAN: Clipping slows down"], 20, as_json=False) == 1
    said = capsys.readouterr().out
    assert "2.0 to 40.0 times as far" in said
    assert "broken: seed 1: only 2.0 times as far" in said


def test_presets_are_known_by_kind_and_title():
    with pytest.raises(Problem, match="no preset called It works"):
        lab_table.report(["It works"], None, as_json=False)
