"""The user's own directions of a model that comes with some: what differs, so that both are seen together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_ORDER, _REMOVED, _PLACES = "order", "removed", "places"


def load_own(own: Path, beside: Path, latent_size: int, style_size: int = 0) -> tuple[Direction, ...]:
    """The user's directions, and those beside the model that they neither replaced nor removed, in their order.

    Raises
    ------
    Problem
        The user's own file cannot be read. That beside the model is passed over then.
    """
    from explorer.core.directions.files.store import load_directions, more_in

    users, more = load_directions(own, latent_size, style_size), more_in(own)
    names, removed = {direction.name for direction in users}, more.get(_REMOVED, ())
    order = {name: place for place, name in enumerate(more.get(_ORDER, tuple(d.name for d in users)))}
    came = [
        one for one in _came_with(beside, latent_size, style_size) if one.name not in names and one.name not in removed
    ]
    return tuple(sorted([*users, *came], key=lambda direction: order.get(direction.name, len(order))))


def save_own(own: Path, beside: Path, directions: tuple[Direction, ...]) -> None:
    """Keep what differs from the directions beside the model, and the names of those that are not wanted.

    Raises
    ------
    Problem
        The file cannot be written.
    """
    from explorer.core.directions.files.merging import are_alike
    from explorer.core.directions.files.store import more_in, save_directions

    came = {direction.name: direction for direction in _came_with(beside, None)}
    more, names = more_in(own), [direction.name for direction in directions]
    removed = [name for name in dict.fromkeys((*more.get(_REMOVED, ()), *came)) if name not in names]
    places = dict.fromkeys((*more.get(_PLACES, ()), str(beside)))
    users = [direction for direction in directions if not are_alike(came.get(direction.name), direction)]
    save_directions(own, users, {_ORDER: names, _REMOVED: removed, _PLACES: tuple(places)})


def stands_for(own: Path, beside: Path) -> bool:
    """Whether the user's own file is kept because nothing could be written beside the model."""
    from explorer.core.directions.files.store import more_in

    if beside.is_file() and not os.access(beside.parent, os.W_OK):
        return True
    return str(beside) in more_in(own).get(_PLACES, ())


def _came_with(beside: Path, latent_size: int | None, style_size: int = 0) -> tuple[Direction, ...]:
    from explorer.core.directions.files.store import load_directions

    try:
        return load_directions(beside, latent_size, style_size) if beside.is_file() else ()
    except Problem:
        return ()
