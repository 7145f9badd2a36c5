"""How the verbs take answers to what weights cannot tell."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from explorer.core.files import hash_of, read_file
from explorer.core.problem import Problem
from explorer.session.models.weights_files import WeightsFiles

_LARGEST_LIST = 1 << 16  # bytes


def answers_argument(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Let a verb take answers."""
    parser.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="QUESTION=ANSWER",
        help="what the weights cannot tell, for instance last=sigmoid, or layers=FILE with the list of steps that "
        "convert --json shows, edited; repeatable",
    )


def class_names_argument(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Let a verb take the names of classes."""
    parser.add_argument(
        "--class-names",
        metavar="FILE|A,B,C",
        help="what its classes are called, in their order: names separated by commas, or a file with one per line",
    )


def answers_in(words: Sequence[str]) -> dict[str, str]:
    """Answers by the keys of their questions.

    Raises
    ------
    Problem
        One is no answer, or names a file that cannot be read.
    """
    return dict(map(_answer, words))


def remember_answers(weights: WeightsFiles, path: Path, answers: dict[str, str], *, anew: bool) -> None:
    """Keep answers for a file of weights, with those from before or ``anew``, if it opens with them.

    Raises
    ------
    Problem
        It does not; then nothing has changed.
    """
    sha256 = hash_of(path)
    before = dict(weights.chosen(sha256))
    weights.choose(sha256, ({} if anew else before) | answers)
    try:
        weights.files(path)
    except Problem:
        weights.choose(sha256, before)
        raise


def _answer(words: str) -> tuple[str, str]:
    from explorer.training.weight_import.architecture import ARCHITECTURE

    question, _, answer = words.partition("=")
    if question == ARCHITECTURE and answer:
        return question, read_file(Path(answer), _LARGEST_LIST).decode("utf-8", "replace")
    if not question or not answer:
        raise Problem(f"--choose {words} is not understood.", "Write for instance --choose last=sigmoid.")
    return question, answer
