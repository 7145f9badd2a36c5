"""Directions that two programs changed at once: what each of them did to the list is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.core.directions.direction import Direction
from explorer.core.directions.files.naming import free_name


def merged(base: Sequence[Direction], ours: Sequence[Direction], theirs: Sequence[Direction]) -> tuple[Direction, ...]:
    """Our list, with what others did to the same list: added, removed, changed.

    Parameters
    ----------
    base : sequence of Direction
        What both began with.
    ours, theirs : sequence of Direction
        What has become of it on either side.

    Returns
    -------
    tuple of Direction
        In our order, what they added after ours. Where both changed one direction, ours stays. What both added
        under one name is kept twice, theirs under another name, unless it is the same.
    """
    if are_same(base, theirs):
        return tuple(ours)
    began, other = _by_name(base), _by_name(theirs)
    kept = []
    for direction in ours:
        before, now = began.get(direction.name), other.get(direction.name)
        if before is None or not are_alike(before, direction):
            kept.append(direction)
        elif now is not None:  # not ours to keep where they removed it
            kept.append(now)
    names, own = {direction.name for direction in kept}, _by_name(ours)
    for direction in theirs:
        if direction.name in began or are_alike(own.get(direction.name), direction):
            continue
        name = free_name(direction.name, names)
        names.add(name)
        kept.append(direction if name == direction.name else replace(direction, name=name))
    return tuple(kept)


def are_alike(one: Direction | None, other: Direction | None) -> bool:
    """Whether two directions are one: name, vector and story."""
    if one is None or other is None:
        return one is other
    return one is other or (_story(one) == _story(other) and one.vector.tobytes() == other.vector.tobytes())


def are_same(some: Sequence[Direction], others: Sequence[Direction]) -> bool:
    """Whether two lists hold the same directions in the same order."""
    return len(some) == len(others) and all(map(are_alike, some, others))


def _by_name(directions: Sequence[Direction]) -> dict[str, Direction]:
    return {direction.name: direction for direction in directions}


def _story(direction: Direction) -> tuple[object, ...]:
    story = (direction.name, direction.method, direction.source, direction.attribute, direction.examples)
    return (*story, direction.space, direction.held_out, direction.notes, _plain(dict(direction.details)))


def _plain(value: object) -> object:
    """As a file gives it back: lists for tuples."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
