"""The dialog that joins coarse layers of one model with fine layers of another, as a model of its own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, choice_box, column_of, push_button, row_of, text_label, titled
from explorer.ui.widgets.working import Working

_HINT = (
    "Coarse layers decide pose and shape, fine ones texture. Best where one model was trained further from the other."
)
_WIDTH_TIP = "0 switches at once; more blends softly, over about that many doublings of the side"


class BlendDialog(QDialog):
    """Asks where two models are joined, and makes the new one.

    Parameters
    ----------
    studio : Studio
    models : (OpenModel, OpenModel)
        The open one, and the one beside it.

    Signals
    -------
    made(folder) : Path
        The new model lies there.
    """

    made = Signal(object)

    def __init__(self, studio: Studio, models: tuple[OpenModel, OpenModel], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Blend layers")
        self._studio, self._models = studio, models
        self.work = JobRunner(self, name="blend")
        self.coarse, self.fine = text_label(role="", wraps=True), text_label(role="", wraps=True)
        self.swap = push_button("Swap", "Take the coarse layers of the other model", self._swap, image="reset")
        self.side = choice_box("From", "The coarsest layers that are taken from the second model")
        self.width_box = number_box("Width", _WIDTH_TIP, 0, 4, 0, step=0.5, decimals=1)
        self.make = push_button("Make the model …", "Choose a name for its folder", self._ask, primary=True)
        self.working = Working("Stop; nothing is made")
        self._lay_out()
        self._connect()
        self._show_models()
        self.make.setEnabled(False)
        self.work.begin(self._look, self._on_sides, failed=self._on_unlike, words="Looking at their layers")

    def done(self, result: int) -> None:
        """Stop what is being made."""
        self.work.close()
        super().done(result)

    def save(self, folder: Path) -> None:
        """Make the new model in a folder."""
        from explorer.core.inference.blending import Blend, save_blend
        from explorer.core.models.model import mapping_beside

        first, second = (model.generator.path for model in self._models)
        mapping = mapping_beside(first)
        blend = Blend(int(self.side.currentData()), self.width_box.value)
        assert mapping is not None
        self.work.begin(
            lambda *_: save_blend(folder, (first, mapping), second, blend),
            lambda _: self._on_made(folder),
            words=f"Making {folder.name}",
        )

    def _lay_out(self) -> None:
        names = column_of(
            *(titled("Coarse layers and mapping", None, "muted"), self.coarse),
            *(titled("Fine layers", None, "muted"), self.fine),
            spacing=UNIT // 2,
        )
        at = row_of(titled("Fine from", self.side), self.side, titled("Width", self.width_box), self.width_box, STRETCH)
        self.hint = text_label(_HINT, wraps=True)
        foot = row_of(STRETCH, self.make)
        head = row_of((names, 1), self.swap)
        column_of(head, at, self.hint, self.working, STRETCH, foot, on=self, margins=2 * UNIT, spacing=UNIT)
        self.setMinimumWidth(52 * UNIT)

    def _connect(self) -> None:
        self.work.began.connect(self.working.show_work)
        self.work.began.connect(lambda _words: self.make.setEnabled(False))
        self.work.ended.connect(self.working.hide)
        self.work.ended.connect(lambda: self.make.setEnabled(self.side.count() > 0))
        self.work.failed.connect(self._studio.notices.show_error)
        self.working.cancel.clicked.connect(self.work.cancel)

    def _show_models(self) -> None:
        for label, model in zip((self.coarse, self.fine), self._models, strict=True):
            label.setText(model.name)

    def _swap(self) -> None:
        self._models = self._models[1], self._models[0]
        self._show_models()

    def _look(self, *_: object) -> tuple[int, ...]:
        """The sides at which the two can be joined; raises where they cannot."""
        from explorer.core.inference.blending import Blend, check_blend, switch_sides
        from explorer.core.models.policy import read_model

        first, second = (read_model(model.generator.path) for model in self._models)
        names = (self._models[0].name, self._models[1].name)
        sides = switch_sides(first.proto, names[0])
        check_blend(first, second, Blend(sides[0]), names)
        return sides

    def _on_sides(self, sides: tuple[int, ...]) -> None:
        for side in sides:
            self.side.addItem(f"{side} × {side}", side)
        self.side.setCurrentIndex(len(sides) // 2)
        self.make.setEnabled(True)

    def _on_unlike(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self.hint.setText(f"{error.what} {error.hint}")
        else:
            self._studio.notices.show_error(error)

    def _ask(self) -> None:
        name = f"{self._models[0].name}-{self._models[1].name}-from-{self.side.currentData()}"
        folder = ask_where(self._studio.settings, self, "Name the folder of the new model", name, "")
        if folder is not None:
            self.save(folder)

    def _on_made(self, folder: Path) -> None:
        self._studio.notices.say(f"Made {folder.name} in {folder.parent}.")
        self.made.emit(folder)
        self.accept()
