"""What is said of directions: a line each, or everything as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.cli.output import remark, say, say_json
from explorer.core.directions.direction import PAIRS, Direction, HeldOut
from explorer.core.directions.files.store import about
from explorer.session.directions.wording import layer_span


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
    return {name: value for name, value in about(direction).items() if name != "space"}


def in_words(direction: Direction) -> str:
    """A direction in one line."""
    words = f"{direction.name}: {direction.method}"
    if direction.source:
        words += f", {direction.source}"
    if any(direction.examples):
        words += f"; {direction.examples[0]:,} with and {direction.examples[1]:,} without"
    if layers := layer_span(direction):
        words += f"; {layers}"
    if direction.has_span:
        words += f"; goes ±{direction.span:g}"
    share = direction.details.get("share")
    if isinstance(share, float):
        words += f"; {share:.1%} of what varies"
    held, alone = direction.held_out, direction.alone
    if held is not None and held.what == PAIRS:
        words += f"; {held.accuracy:.0%} of {held.examples:,} kept-out pairs in order{_interval(held)}"
        words += "" if alone is None else f", each by itself right for {alone.accuracy:.1%}{_interval(alone)}"
    elif held is not None:
        words += f"; right for {held.accuracy:.1%} of {held.examples:,} held out{_interval(held)}"
    return words


def _interval(held: HeldOut) -> str:
    return f" ({held.low:.1%} to {held.high:.1%})"
