"""What is said of directions: a line each, or everything as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer.cli.output import remark, say, say_json
from explorer.core.directions.direction import Direction, HeldOut
from explorer.core.directions.files.store import about
from explorer.core.directions.verdict import told_words, verdict
from explorer.session.directions.wording import layer_span

_METHODS = {"locked": "independent"}  # where the word is not that of files


def tell(made: Sequence[Direction], file: Path, report: Mapping[str, Any] | None) -> None:
    """Say what was made and where it is kept: ``report`` as JSON, else in words."""
    if report is not None:
        say_json({"file": str(file), **report})
        return
    for direction in made:
        say(in_words(direction))
    for note in dict.fromkeys(note for direction in made for note in direction.notes):
        remark(f"  note: {note}")
    remark(f"Saved in {file}.")


def facts(direction: Direction) -> dict[str, Any]:
    """What ``--json`` says of a direction."""
    told = {name: value for name, value in about(direction).items() if name != "space"}
    return told | {"verdict": asdict(verdict(direction))}


def in_words(direction: Direction) -> str:
    """A direction in one line."""
    judged, held = verdict(direction), direction.held_out
    words = f"{direction.name}: "
    if judged.word:
        words += f"{judged.word}, {judged.reason}"
    how = _METHODS.get(direction.method, direction.method)
    if held is not None:
        told = told_words(held)
        words += f"{'' if told in words else f'; {told}'}{_interval(held)}"
        alone = direction.alone
        words += "" if alone is None else f", each by itself right for {alone.accuracy:.1%}{_interval(alone)}"
    words += f"; {how}" if judged.word else how
    if direction.source:
        words += f", {direction.source}"
    if any(direction.examples):
        words += f"; {direction.examples[0]:,} with and {direction.examples[1]:,} without"
    if layers := layer_span(direction):
        words += f"; {layers}"
    if direction.has_span:
        words += f"; goes ±{direction.span:g}"
    inside = direction.details.get("inside")
    if isinstance(inside, float):
        words += f"; {inside:.0%} of what it changes is inside"
    share = direction.details.get("share")
    if isinstance(share, float):
        words += f"; {share:.1%} of what varies"
    return words


def _interval(held: HeldOut) -> str:
    return f" ({held.low:.1%} to {held.high:.1%})"
