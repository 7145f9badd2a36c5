"""bench families: the table that shows whether each family learns."""

from __future__ import annotations

import json

import pytest

from explorer.training.weight_import.layouts import stylegan3
from explorer.training.weight_import.stylegan import random_stylegans
from tests.cli.conftest import Verb, refused

DATA = ("--data", "portraits:60")


def test_the_table_has_a_row_for_each_family_asked_for(verb: Verb) -> None:
    outcome = verb("bench", "families", "--family", "vae", "--steps", 3, *DATA)
    head, row, verdict = outcome.out.splitlines()
    assert head.split()[:4] == ["family", "learned", "on", "steps"]
    assert row.split()[:5] == ["vae", "portraits:60,", "32", "px", "3"]
    assert "FAIL" in row  # nothing is learned in three steps
    assert verdict.endswith("did not learn: vae")
    assert outcome.code == 1


def test_a_family_has_a_row_for_each_of_its_figures_and_learns_from_shapes_if_nothing_else_is_named(
    verb: Verb,
) -> None:
    outcome = verb("bench", "families", "--family", "cvae", "--steps", 2, "--json")
    (mark,) = json.loads(outcome.out)
    assert (mark["family"], mark["data"], mark["passed"]) == ("cvae", "drawn shapes", False)
    asked = [result["question"] for result in mark["results"]]
    assert asked == ["samples_show_their_class", "evidence_of_held_out_pictures"]
    assert "teaching cvae" in outcome.err


def test_what_the_pictures_do_not_suit_is_left_out_and_said(verb: Verb) -> None:
    words = ("--family", "cgan", "--family", "vae", "--steps", 3, *DATA, "--json")
    outcome = verb("bench", "families", *words)
    assert [mark["family"] for mark in json.loads(outcome.out)] == ["vae"]
    assert "cgan was left out: " in outcome.err
    assert "needs classes" in outcome.err


def test_the_table_stands_alone_and_knows_its_families(verb: Verb) -> None:
    refused(verb("bench", "families", "batch"), "Run it alone")
    refused(verb("bench", "families", "--family", "gna"), "no family called gna")


def test_a_stylegan_is_opened_drawn_and_edited_as_torch_does_it(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_stylegans, "W_SIZE", 16)
    monkeypatch.setattr(random_stylegans, "WIDEST", 1 / 32)
    outcome = verb("bench", "stylegan", "--sizes", 32, "--kinds", 2, "--json")
    (row,) = json.loads(outcome.out)
    assert max(row["plain"], row["mixed"], row["moved"]) <= 1
    assert row["opening_s"] > 0
    assert max(row["found_w"], row["found_w_plus"]) < 2.0
    assert outcome.code == 0
    refused(verb("bench", "stylegan", "--sizes", "48"), "Write powers of two")
    refused(verb("bench", "stylegan", "grid"), "Run it alone")


def test_stylegan3s_have_filters_that_fit_and_keep_what_is_even(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_stylegans, "W_SIZE", 16)
    monkeypatch.setattr(random_stylegans, "WIDEST", 1 / 32)
    for kind, size in (("3t", 32), ("3r", 64)):
        state = random_stylegans.random_stylegan(kind, size)
        rebuilt = stylegan3.rebuild(state, {})
        assert rebuilt is not None
        assert rebuilt.card.height == size
        filters = [tensor for name, tensor in state.items() if name.endswith("_filter")]
        assert len(filters) == 28
        assert all(float(tensor.sum()) == pytest.approx(1.0, abs=1e-5) for tensor in filters)
        assert any(tensor.dim() == 2 for tensor in filters) is (kind == "3r")
