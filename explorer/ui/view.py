"""A view: one way to work, filling a panel that has several."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.lines import line
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT

CONTROLS_PX = 30 * UNIT


class View(QWidget):
    """What the views of panels have in common.

    A view keeps itself true in `show_scene`, which is called while it is in view, and stops its slow work in
    `rest`. How it is set is its own affair and no part of the document; adopting a picture is an edit.

    Signals
    -------
    explore_wanted()
        The picture of the scene is to be seen large.
    """

    explore_wanted = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio

    @property
    def is_busy(self) -> bool:
        """Whether pictures are still to come."""
        return False

    @property
    def model(self) -> OpenModel | None:
        """The open model, if the document's scene is of it."""
        model = self.studio.models.current
        here = self.studio.document.scene.model
        return model if model is not None and model.generator.hash == here else None

    def paste(self) -> bool:
        """Take what is on the clipboard, if it is something for this view alone; says whether it was."""
        return False

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show ``after``; ``before`` is None when everything may have changed."""

    def rest(self) -> None:
        """Stop what need not go on while the view is out of sight."""

    def close_work(self) -> None:
        """Stop all slow work and wait for it."""


class Controls(QScrollArea):
    """The column at the left of a view: titles, and the controls that belong to them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(CONTROLS_PX)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        self.column.setSpacing(UNIT)
        self.setWidget(inside)

    def add_title(self, text: str, of: QWidget | None = None) -> QLabel:
        """A heading, which leads the keyboard to ``of``."""
        if self.column.count():
            self.column.addSpacing(UNIT)
        label = titled(text, of)
        self.column.addWidget(label)
        return label

    def add(self, *widgets: QWidget) -> None:
        """One row of widgets."""
        self.column.addLayout(row_of(*widgets))


def titled(text: str, of: QWidget | None = None, role: str = "heading") -> QLabel:
    """A label for ``of``."""
    label = QLabel(text)
    label.setProperty("role", role)
    if of is not None:
        label.setBuddy(of)
    return label


def row_of(*widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side."""
    row = QHBoxLayout()
    row.setSpacing(UNIT)
    for widget in widgets:
        row.addWidget(widget)
    return row


def beside(controls: Controls, stage: QWidget, view: QWidget) -> None:
    """Lay a view out: its controls at the left, a hairline, and what they control."""
    layout = QHBoxLayout(view)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(controls)
    layout.addWidget(line(upright=True))
    layout.addWidget(stage, 1)
