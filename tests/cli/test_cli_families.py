"""bench families: the table that shows whether each family learns."""

from __future__ import annotations

import json

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
    refused(verb("bench", "families", "batch"), "Ask for it alone")
    refused(verb("bench", "families", "--family", "gna"), "no family called gna")
