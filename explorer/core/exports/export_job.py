"""What every export shares: pictures drawn one by one, progress told, a way to stop, and what a film can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Item = TypeVar("Item")
_SMALLEST_SIDE, _LONGEST_SIDE = 256, 4096  # pixels of a film


class StoppedError(Exception):
    """An export was cancelled; what it had written is gone."""


def counted(
    items: Sequence[Item], progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Iterator[Item]:
    """The items in turn; ``progress`` is told how many are done, of how many.

    Raises
    ------
    Stopped
        ``cancelled`` said yes before an item.
    """
    for done, item in enumerate(items):
        if progress is not None:
            progress(done, len(items))
        if cancelled is not None and cancelled():
            raise StoppedError
        yield item
    if progress is not None:
        progress(len(items), len(items))


def drawn(
    renderer: Renderer,
    scenes: Sequence[Scene],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[Pictures]:
    """The pictures of scenes in turn, each by `Renderer.render`, so that its bytes are the same everywhere.

    Raises
    ------
    Stopped
        ``cancelled`` said yes.
    """
    for scene in counted(scenes, progress, cancelled):
        yield renderer.render(scene).picture


def require_some(scenes: Sequence[object]) -> None:
    """Refuse to export nothing.

    Raises
    ------
    Problem
    """
    if not scenes:
        raise Problem("Nothing to export yet.", "Choose at least one picture.")


def shortened(name: str, longest: int) -> str:
    """A name cut to so many letters."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def enlargement(height: int, width: int) -> int:
    """By how much pictures are enlarged for a film.

    The shorter side has at least 256 pixels afterwards, unless the longer one would then be too long for players.
    """
    wanted = math.ceil(_SMALLEST_SIDE / min(height, width))
    return max(min(wanted, _LONGEST_SIDE // max(height, width)), 1)


def check_rate(fps: float, most: float, kind: str) -> None:
    """Refuse a rate that a kind of film cannot have.

    Raises
    ------
    Problem
    """
    if not 0.1 <= fps <= most:
        raise Problem(f"{kind} cannot show {fps:g} pictures a second.", f"Choose a rate from 0.1 to {most:g}.")
