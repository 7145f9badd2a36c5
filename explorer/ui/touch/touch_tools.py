"""The tools that touch the picture, with their keys and what they can be set to, for a tool bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QColorDialog, QToolButton, QWidget

from explorer.core.digits import whole_number
from explorer.core.models.in_steps import without_gradients
from explorer.core.problem import Problem
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.models.opening import OpenModel
from explorer.session.settings import Settings
from explorer.session.touch.picture_touch import PictureTouch
from explorer.ui.touch.brush import Brush, swatch_icon
from explorer.ui.touch.brush_size import BrushSize
from explorer.ui.touch.keep_tool import KeepMask, KeepTool
from explorer.ui.touch.paint_tool import PaintTool
from explorer.ui.touch.pull_tool import PullTool
from explorer.ui.widgets.parts import push_button, switch_action, tool_button
from explorer.ui.widgets.picture_tool import PictureTool

_SLOW_MS = 500  # after which it is said that something is being made ready
_TIPS = {
    "paint": "Brush a colour on the picture, and the model adapts the rest (P)",
    "pull": "Drag a point of the picture to where it should be (G)",
    "keep": "Brush over what must stay while you paint or pull (K)",
}
_NO_MODEL = "Open a model first"
_SIZE, _COLOUR = "touch/brush-size", "touch/colour"
_FINE = 100  # parts of the unit of the brush's size that are remembered


class TouchTools(QObject):
    """Paint, pull and keep.

    Signals
    -------
    said(words) : str
        What is being done that takes a moment; "" when it is done.
    failed(error)
    """

    said = Signal(str)
    failed = Signal(object)

    def __init__(
        self, edits: SceneEdits, model: Callable[[], OpenModel | None], settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model, self._settings = model, settings
        self.touch = PictureTouch(edits, self)
        self.brush, self.mask = Brush(self), KeepMask(self)
        self.paint = PaintTool(self.touch, self.brush, self.mask, model, self)
        self.pull = PullTool(self.touch, self.mask, model, self)
        self.keep = KeepTool(self.brush, self.mask, model, self)
        self.painting = switch_action(parent, "brush", "Paint", "P", _TIPS["paint"])
        self.pulling = switch_action(parent, "pull", "Pull", "G", _TIPS["pull"])
        self.keeping = switch_action(parent, "lock", "Keep", "K", _TIPS["keep"])
        self._swatch = self._colour_button()
        self._size = BrushSize(self.brush)
        self._clear = push_button("Clear", "Let everything change again", self.mask.clear)
        self._clear.setAccessibleName("Clear what is kept")
        self._add_keys(parent)
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._words = ""
        self._connect()
        self._take_last()
        self.show_model(None)

    @property
    def choices(self) -> tuple[tuple[QAction, PictureTool, tuple[QWidget, ...]], ...]:
        """Each tool with what chooses it and what it can be set to."""
        return (
            (self.painting, self.paint, (self._swatch, self._size, self._clear)),
            (self.pulling, self.pull, (self._clear,)),
            (self.keeping, self.keep, (self._size, self._clear)),
        )

    def show_model(self, model: OpenModel | None) -> None:
        """Offer the tools for a model, until it turns out that it cannot be touched."""
        self.touch.forget()
        self.mask.clear()
        self.paint.set_grey(model is not None and model.generator.card.channels == 1)
        problem = None if model is None else without_gradients(model.generator.card)
        why = _NO_MODEL if model is None else "" if problem is None else f"{problem.what} {problem.hint}"
        for action, name in ((self.painting, "paint"), (self.pulling, "pull"), (self.keeping, "keep")):
            action.setChecked(False)
            action.setEnabled(not why)
            action.setToolTip(why or _TIPS[name])

    def close_work(self) -> None:
        """Stop what is being worked out."""
        self._slow.stop()
        self.touch.close()

    def _connect(self) -> None:
        for action in (self.painting, self.pulling):
            action.toggled.connect(self._on_chosen)
        self._slow.timeout.connect(lambda: self.said.emit(self._words))
        self.touch.preparing.connect(self._on_preparing)
        self.touch.prepared.connect(lambda _model: self._on_ready())
        self.touch.refused.connect(self._on_refused)
        self.touch.failed.connect(self.failed)
        self.mask.changed.connect(self._show_clear)
        self._show_clear()

    def _on_chosen(self, chosen: bool) -> None:
        model = self._model()
        if chosen and model is not None:
            self.touch.prepare(model)

    def _on_preparing(self, words: str) -> None:
        self._words = f"{words} …"
        self._slow.start()

    def _on_ready(self) -> None:
        said = not self._slow.isActive()
        self._slow.stop()
        if said:
            self.said.emit("")

    def _on_refused(self, model: OpenModel, problem: Problem) -> None:
        self._on_ready()
        if model is not self._model():
            return
        for action in (self.painting, self.pulling, self.keeping):
            action.setChecked(False)
            action.setEnabled(False)
            action.setToolTip(f"{problem.what} {problem.hint}".strip())
        self.failed.emit(problem)

    def _colour_button(self) -> QToolButton:
        button = tool_button("brush", "Colour", "The colour to paint with; Alt and a click pick one from the picture")
        button.clicked.connect(self._choose_colour)
        self.paint.colour_changed.connect(lambda colour: button.setIcon(swatch_icon(colour)))
        button.setIcon(swatch_icon(self.paint.colour))
        return button

    def _choose_colour(self) -> None:
        dialog = QColorDialog(self.paint.colour, self._swatch)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle("Colour to paint with")
        dialog.colorSelected.connect(self.paint.set_colour)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _add_keys(self, parent: QWidget) -> None:
        for words, key, do in (
            ("Smaller brush", "[", self.brush.shrink),
            ("Larger brush", "]", self.brush.grow),
        ):
            action = QAction(words, parent)
            action.setShortcut(key)
            action.triggered.connect(do)
            parent.addAction(action)

    def _take_last(self) -> None:
        """Begin with the brush and the colour of the last time, and remember what comes of them."""
        size = whole_number(self._settings.choice(_SIZE))
        if size is not None:
            self.brush.set_size(size / _FINE)
        self.paint.set_colour(QColor(self._settings.choice(_COLOUR)))
        self.brush.changed.connect(lambda: self._settings.remember_choice(_SIZE, str(round(_FINE * self.brush.size))))
        self.paint.colour_chosen.connect(lambda colour: self._settings.remember_choice(_COLOUR, colour.name()))

    def _show_clear(self) -> None:
        self._clear.setEnabled(not self.mask.is_empty)
