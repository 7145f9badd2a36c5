"""The canvas: one picture, painted as fast as it comes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget


class Canvas(QWidget):
    """Shows one picture, fitted, zoomed or panned.

    Signals
    -------
    hovered(x, y, colour) : int, int, tuple of int
        The pointer is over this pixel, whose red, green and blue are 0 to 255.
    left()
        The pointer is over no pixel any more.
    zoomed(factor) : float
        Screen (device) pixels per picture pixel.
    dropped(paths) : list of str
        Files were dropped.
    text_dropped(text) : str
        A scene was dropped that was dragged out of a strip, in its serial form.
    drag_wanted()
        The picture is about to be dragged out; ``png_for_drag`` is asked for the bytes next.
    menu_wanted(where) : QPoint
        A context menu is asked for at this place of the screen.
    painted()
        A frame is on the screen.
    """

    hovered = Signal(int, int, tuple)
    left = Signal()
    zoomed = Signal(float)
    dropped = Signal(list)
    text_dropped = Signal(str)
    drag_wanted = Signal()
    menu_wanted = Signal(QPoint)
    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.png_for_drag: Callable[[], bytes] | None = None
        self.painted_count = 0

    @property
    def picture(self) -> NDArray[np.uint8] | None:
        """The picture that is shown, (height, width, 1 or 3) uint8."""
        return None

    @property
    def zoom(self) -> float:
        """Screen (device) pixels per picture pixel."""
        return 1.0

    @property
    def fitted(self) -> bool:
        """Whether the picture fills the canvas, whatever its size."""
        return True

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show ``picture``, (height, width, 1 or 3) uint8. It is copied."""

    def clear(self) -> None:
        """Show no picture, but the words of `set_empty`."""

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is no picture."""

    def set_smooth(self, smooth: bool) -> None:
        """Enlarge smoothly, or show the pixels as they are."""

    def fit(self) -> None:
        """Show the whole picture, as large as it goes."""

    def zoom_to(self, factor: float) -> None:
        """Show ``factor`` screen pixels per picture pixel, about the middle."""

    def zoom_by(self, ratio: float) -> None:
        """Zoom in or out about the middle."""
