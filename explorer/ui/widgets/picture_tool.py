"""What the hand does on a picture while a tool is chosen: it is told in pixels of the picture, whatever the zoom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QImage, QPainter

from explorer.ui.theme import Colours


@dataclass(frozen=True)
class Touch:
    """Where the hand is on a picture.

    Attributes
    ----------
    x, y : float
        In pixels of the picture, from its left and upper edge: the middle of its first pixel is (0.5, 0.5). While a
        button is held it may lie beyond the edges.
    is_inside : bool
        Whether there is a pixel there.
    size : (int, int)
        Width and height of the picture in its pixels.
    modifiers : Qt.KeyboardModifier
        The keys that are held.
    gesture : int
        The number of the drag, from press to release; that of the last one while nothing is held.
    colour : (int, int, int) or None
        Red, green and blue of the pixel there, 0 to 255; None beyond the edges.
    pressure : float or None
        How firmly a tablet's pen is pressed, 0 to 1; None for a mouse.
    is_turned : bool
        Whether the pen is held by its other end, which erases.
    """

    x: float
    y: float
    is_inside: bool
    size: tuple[int, int]
    modifiers: Qt.KeyboardModifier
    gesture: int
    colour: tuple[int, int, int] | None = None
    pressure: float | None = None
    is_turned: bool = False

    def on(self, size: tuple[int, int]) -> Touch:
        """The same touch in the pixels of a picture of another size: a preview is smaller than the picture itself."""
        if size == self.size:
            return self
        across, down = size[0] / self.size[0], size[1] / self.size[1]
        return replace(self, x=self.x * across, y=self.y * down, size=size)

    def pressed(self, pressure: float, *, is_turned: bool) -> Touch:
        """The same touch by a tablet's pen."""
        return replace(self, pressure=pressure, is_turned=is_turned)

    def holds(self, key: Qt.KeyboardModifier) -> bool:
        """Whether one of the modifiers is held."""
        return bool(self.modifiers & key)


@dataclass(frozen=True, eq=False)
class Overlay:
    """What a tool paints with, over the picture.

    Attributes
    ----------
    painter : QPainter
        In pixels of the canvas, as those of widgets are.
    size : (int, int)
        Width and height of the picture in its pixels.
    scale : float
        Pixels of the canvas for one of the picture.
    colours : Colours
    at : callable
        Where a place of the picture lies on the canvas.
    image : callable
        Paints an image, of whatever size, over the place of the whole picture.
    """

    painter: QPainter
    size: tuple[int, int]
    scale: float
    colours: Colours
    at: Callable[[float, float], QPointF]
    image: Callable[[QImage], None]


class PictureTool(QObject):
    """Base of all tools; a canvas has one at a time, or none, and hands it the left button.

    The wheel still zooms and the middle button pans. What a subclass does not heed does nothing.

    Signals
    -------
    repaint_wanted()
        What it paints over the picture is another.
    """

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.CrossCursor

    repaint_wanted = Signal()

    @property
    def words(self) -> str:
        """What a drag does, to be read below the picture."""
        return ""

    @property
    def is_held(self) -> bool:
        """Whether a gesture is under way that Esc would take back."""
        return False

    def press(self, touch: Touch) -> None:
        """The button went down on the picture."""

    def move(self, touch: Touch) -> None:
        """The hand moved while the button is held."""

    def release(self, touch: Touch) -> None:
        """The button was let go."""

    def hover(self, touch: Touch | None) -> None:
        """The hand moved while no button is held; None when it left the picture."""

    def cancel(self) -> None:
        """Take back the gesture that is under way: Esc, or another tool while the button is held."""

    def put_down(self) -> None:
        """Another tool is chosen, or none, and no button is held: what was done stays, and may come to rest."""

    def paint(self, overlay: Overlay) -> None:
        """Paint over the picture."""
