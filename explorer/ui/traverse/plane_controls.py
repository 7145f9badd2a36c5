"""The controls of the plane: two axes, four corners, or the whole of a two-dimensional latent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.traverse.corner_box import CornerBox
from explorer.ui.traverse.plan_controls import PlanControls
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import choice_box, fill, titled
from explorer.ui.widgets.segments import Segments

AXES, CORNERS, MANIFOLD = range(3)
_WAYS = (
    ("Axes", "Two dimensions or directions at right angles"),
    ("Corners", "The surface between four pictures"),
    ("All", "The whole of a two-dimensional latent, in equal steps of probability"),
)
_CORNERS = ("top left", "top right", "bottom left", "bottom right")
_SURFACES = (("spherical", "Spherical, keeping the norm"), ("bilinear", "Bilinear"))


class PlaneCorner(CornerBox):
    """One of the four corners between which a surface is laid."""

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Put the current picture into a corner", "Enter"),)


class PlaneControls(PlanControls):
    """Says what the plane should show.

    Attributes
    ----------
    axes_are_chosen : bool
        Whether the user chose an axis since axes were offered.

    """

    def __init__(self) -> None:
        super().__init__()
        self.axes_are_chosen = False
        self.way = Segments(_WAYS)
        self.way.chosen.connect(self._on_way)
        self.across = choice_box("Across", "What changes from left to right", chosen=self._on_axis, narrow=True)
        self.up = choice_box("Upwards", "What changes from the bottom to the top", chosen=self._on_axis, narrow=True)
        for box in (self.across, self.up):
            box.setMaxVisibleItems(20)
        self.span, self.span_box = self._span("How far the plane reaches to all sides")
        self.corners = tuple(PlaneCorner(name) for name in _CORNERS)
        self.surface = choice_box("Surface", "How the corners are joined", _SURFACES, self._on_changed, narrow=True)
        self.tiles = self._number("Tiles a side", "How many tiles the plane has both ways", 3, 33, 9)
        self._lay_out()
        self._show_parts()

    @property
    def chosen(self) -> int:
        """Which way: `AXES`, `CORNERS` or `MANIFOLD`."""
        return self.way.index

    def offer(self, names: Sequence[str], latent_size: int) -> None:
        """Offer these axes, the first two to begin with; the manifold only where the latent has two dimensions."""
        self.axes_are_chosen = False
        for box, index in ((self.across, 0), (self.up, 1)):
            box.clear()
            box.addItems(list(names))
            box.setCurrentIndex(min(index, len(names) - 1))
        two = latent_size == 2
        tip = _WAYS[MANIFOLD][1] if two else "For models whose latent has two dimensions"
        self.way.enable(MANIFOLD, two, tip)
        if not two and self.chosen == MANIFOLD:
            self.way.show_index(AXES)
        self._show_parts()

    def show_axes(self, across: int, up: int) -> None:
        """Show these two of the axes that are offered."""
        self.across.setCurrentIndex(across)
        self.up.setCurrentIndex(up)

    def _lay_out(self) -> None:
        self.column.addWidget(self.way)
        self._parts: tuple[list[QWidget], list[QWidget]] = ([], [])
        self._parts[0].append(self.add_title("Axes", self.across))
        for text, box in (("Across", self.across), ("Upwards", self.up)):
            title = titled(text, box, "muted")
            self.add(title, box)
            self._parts[0].extend([title, box])
        title = titled("s", self.span, "muted")
        self.add(title, self.span, self.span_box)
        self._parts[0].extend([title, self.span, self.span_box])
        self._parts[1].append(self.add_title("Corners", self.corners[0]))
        places = QGridLayout()
        places.setSpacing(UNIT)
        for index, corner in enumerate(self.corners):
            places.addWidget(corner, index // 2, index % 2)
        places.setColumnStretch(2, 1)
        fill(self.column, places, self.surface)
        self._parts[1].extend([*self.corners, self.surface])
        self.add_title("Tiles", self.tiles)
        self.add(titled("Tiles a side", self.tiles, "muted"), self.tiles)
        self.column.addStretch(1)

    def _show_parts(self) -> None:
        for way, widgets in zip((AXES, CORNERS), self._parts, strict=True):
            for widget in widgets:
                widget.setVisible(self.chosen == way)

    def _on_axis(self, _index: int) -> None:
        self.axes_are_chosen = True
        self.changed.emit()

    def _on_way(self, _index: int) -> None:
        self._show_parts()
        self.changed.emit()
