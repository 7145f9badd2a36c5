"""What is said of directions: a line each, or everything as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from explorer.cli.output import remark, say, say_json
from explorer.core.directions.direction import PAIRS, Direction, HeldOut


def tell(made: Sequence[Direction], file: Path, told: Mapping[str, Any] | None) -> None:
    """Say what was made and where it is kept: ``told`` as JSON, else in words."""
    if told is not None:
        say_json({"file": str(file), **told})
        return
    for direction in made:
        say(in_words(direction))
    for note in dict.fromkeys(note for direction in made for note in direction.notes):
        remark(f"  note: {note}")
    remark(f"Saved in {file}.")


def facts(direction: Direction) -> dict[str, Any]:
    """Everything but the vector, as JSON knows it."""
    held_out = direction.held_out
    return {
        "name": direction.name,
        "method": direction.method,
        "source": direction.source,
        "attribute": direction.attribute,
        "examples": list(direction.examples),
        "held_out": None if held_out is None else dict(vars(held_out)),
        "notes": list(direction.notes),
        "details": dict(direction.details),
    }


def in_words(direction: Direction) -> str:
    """A direction in one line."""
    told = f"{direction.name}: {direction.method}"
    if direction.source:
        told += f", {direction.source}"
    if any(direction.examples):
        told += f"; {direction.examples[0]:,} with and {direction.examples[1]:,} without"
    share = direction.details.get("share")
    if isinstance(share, float):
        told += f"; {share:.1%} of what varies"
    held, alone = direction.held_out, direction.alone
    if held is not None and held.what == PAIRS:
        told += f"; {held.accuracy:.0%} of {held.examples:,} kept-out pairs in order{_interval(held)}"
        told += "" if alone is None else f", each by itself right for {alone.accuracy:.1%}{_interval(alone)}"
    elif held is not None:
        told += f"; right for {held.accuracy:.1%} of {held.examples:,} held out{_interval(held)}"
    return told


def _interval(held: HeldOut) -> str:
    return f" ({held.low:.1%} to {held.high:.1%})"
