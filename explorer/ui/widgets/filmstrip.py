"""A strip of thumbnails: the history, the bookmarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QListView, QWidget

SCENE_MIME = "application/x-latent-explorer-scene"


@dataclass(frozen=True, eq=False)
class StripItem:
    """One thumbnail.

    Attributes
    ----------
    key : str
        Tells it from the others in its strip.
    picture : (height, width, 1 or 3) uint8 or None
        None while it is still being drawn.
    caption : str
    """

    key: str
    picture: NDArray[np.uint8] | None
    caption: str


class Filmstrip(QListView):
    """Thumbnails side by side, newest last.

    Signals
    -------
    picked(key) : str
        The user wants this one.
    removed(key) : str
        The user wants this one away; the strip still shows it until `remove` is called.
    renamed(key, caption) : str, str
        The user typed another caption.
    """

    picked = Signal(str)
    removed = Signal(str)
    renamed = Signal(str, str)

    def __init__(
        self, *, removable: bool = False, renamable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.scene_for_drag: Callable[[str], bytes] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what is shown, in order."""
        return ()

    def set_items(self, items: Sequence[StripItem]) -> None:
        """Show ``items`` and nothing else."""

    def append(self, item: StripItem) -> None:
        """Show ``item`` after the others and scroll to it."""

    def show_picture(self, key: str, picture: NDArray[np.uint8]) -> None:
        """Put a ``picture`` to an item that had none."""

    def remove(self, key: str) -> None:
        """Show ``key`` no more."""

    def set_current(self, key: str | None) -> None:
        """Mark ``key`` as what the canvas shows, silently."""

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is nothing to show."""
