"""What every export shares: pictures drawn one by one, progress told, and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
Item = TypeVar("Item")


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


def require_some(scenes: Sequence[Scene]) -> None:
    """Refuse to export nothing.

    Raises
    ------
    Problem
    """
    if not scenes:
        raise Problem("There is nothing to export.", "Choose at least one picture.")
