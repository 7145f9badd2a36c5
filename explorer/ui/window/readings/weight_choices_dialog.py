"""What else the weights of a model could be: questions and the list of layers, and pictures that follow at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QTabWidget, QWidget

from explorer.core.models.class_names import checked_names, fitting_names
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import sheet
from explorer.session.models.live_readings import LiveReading, LiveReadings
from explorer.session.models.reading_edits import ReadingDraft, ReadingEdits
from explorer.training.weight_import.architecture import ARCHITECTURE, UnfitStepError, steps_in
from explorer.training.weight_import.choices import NAMES
from explorer.training.weight_import.interpretation import WeightInterpretation
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, text_label
from explorer.ui.widgets.qimages import image_of
from explorer.ui.window.readings.layer_list import LayerList
from explorer.ui.window.readings.reading_pictures import ReadingPictures
from explorer.ui.window.readings.weight_questions import WeightQuestions

_SIZE_PX = (144 * UNIT, 84 * UNIT)
_SIDE_PX = 28 * UNIT
_ROW, _GAP_PX = 6, 2
_ENTERING = ("labels", "join")


class WeightChoicesDialog(QDialog):
    """Asks how the weights of a model are to be read.

    Parameters
    ----------
    readings : WeightInterpretation
        How the model is read now.
    folder : Path
        Of the model; where its weights are kept beside it, pictures follow each change.
    weights : Path
        The file that it was made of.
    parent : QWidget
    chosen : mapping of str to str
        What was chosen for its file before.
    source : Path, optional
        That was chosen for it.
    classes : sequence of str
        What its classes are called now.

    Signals
    -------
    chosen(answers) : dict of str to str
        The user wants these answers, and no others.
    source_wanted()
        The user wants to choose the source in which the network is written.
    """

    chosen = Signal(object)
    source_wanted = Signal()

    def __init__(
        self,
        readings: WeightInterpretation,
        folder: Path,
        weights: Path,
        parent: QWidget,
        chosen: Mapping[str, str] | None = None,
        source: Path | None = None,
        classes: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Other readings")
        self._readings, self._classes = readings, tuple(classes)
        self._begun = ReadingDraft.of(chosen or {})
        self._unfit: Exception | None = None
        self._found: LiveReading | None = None  # of the draft, once it is there
        self.edits = ReadingEdits(self._begun, self)
        self.live = LiveReadings(folder, weights, source, self)
        self._lay_out(parent)
        self._connect()
        self._show_draft()
        if not self.live.follows:
            self.live.request_answers(self._asked(), self._options())

    def answers(self) -> dict[str, str]:
        """What is to be chosen: what was said, and what was decided, with which the pictures were painted."""
        draft, known = self.edits.draft, self._taken()
        if draft == ReadingDraft():
            return {}
        return {key: answer for key, answer in self._asked().items() if key in {*known, ARCHITECTURE, NAMES}}

    def done(self, result: int) -> None:
        """Stop painting, and close."""
        self.live.close()
        super().done(result)

    @property
    def _goes_on(self) -> bool:
        """Whether everything that was chosen before still is."""
        return set(self._begun.chosen) <= set(self.edits.draft.chosen)

    def _asked(self) -> dict[str, str]:
        """The answers to read with: what was said, and else what was decided."""
        decided = {choice.key: choice.taken for choice in self._readings.choices if not choice.guessed}
        return {**(decided if self._goes_on else {}), **self.edits.draft.chosen}

    def _guessed(self) -> dict[str, str]:
        """What was guessed, and is not guessed anew."""
        guessed = {choice.key: choice.taken for choice in self._readings.choices if choice.guessed}
        if not any(choice.key in _ENTERING for choice in self._readings.choices):
            guessed["labels"] = "none"
        return guessed if self._goes_on else {}

    def _taken(self) -> Mapping[str, str]:
        """The answer to each question that is open."""
        taken = {choice.key: choice.taken for choice in self._readings.choices} | dict(self.edits.draft.answers)
        if self._found is not None:
            taken = {key: self._found.taken[key] for key in taken if key in self._found.taken}
        return taken

    def _lay_out(self, parent: QWidget) -> None:
        height, width = self._readings.sizes[-1][1:] if self._readings.sizes else (64, 64)
        shape = height / (_ROW * (width + _GAP_PX))
        self.questions = WeightQuestions(self._readings.choices, shape)
        self.layers = LayerList()
        self.tabs = QTabWidget()
        self.tabs.addTab(self.questions, "Questions")
        if self._readings.architecture:
            self.tabs.addTab(self.layers, "Layers")
        self.tabs.tabBar().setVisible(self.tabs.count() > 1)
        self.pictures = ReadingPictures()
        self.about, self.words = text_label(self._explanation(), wraps=True), text_label(wraps=True)
        self.names = named(QLineEdit(), "Class names", "What its classes are called, in order, separated by commas")
        self.names.setPlaceholderText("Names of its classes, separated by commas")
        self.names.setClearButtonEnabled(True)
        self.names.setVisible(bool(self._classes))
        self.title = text_label(f"{self._readings.file}: {self._readings.layout}", "title", wraps=True)
        side = QWidget()
        side.setMinimumWidth(_SIDE_PX)
        side.setVisible(self.live.follows)
        column_of(text_label("Read like this", "heading"), (self.pictures, 1), self.words, on=side)
        column_of(
            self.title,
            self.about,
            (row_of((self.tabs, 5), (side, 2), spacing=2 * UNIT), 1),
            self.names,
            self._foot(),
            on=self,
            margins=(3 * UNIT, 2 * UNIT),
        )
        room = parent.size()
        self.resize(min(_SIZE_PX[0], room.width() - 2 * UNIT), min(_SIZE_PX[1], room.height() - 2 * UNIT))

    def _explanation(self) -> str:
        if self._readings.architecture:
            return (
                "Its weights do not tell everything. What was guessed is marked; the pictures show the same latents "
                "with everything that is said here."
            )
        if not any(choice.guessed for choice in self._readings.choices):
            return " ".join(self._readings.problems)
        return "Its weights do not tell these things. The pictures show the same latents; choose what looks right."

    def _foot(self) -> QWidget:
        self.undo = push_button("Undo", "Go one change back (Ctrl+Z)", self.edits.undo)
        self.redo = push_button("Redo", "Go one change forward again (Ctrl+Shift+Z)", self.edits.redo)
        self.reset = push_button("Reset", "Go back to what was recognised, without any answers", self.edits.reset)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = self.buttons.addButton("Read it like this", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setProperty("primary", True)
        self.use.setToolTip("Open the model again like this, and remember it for this file")
        self.source = self.buttons.addButton("Choose the source …", QDialogButtonBox.ButtonRole.ActionRole)
        self.source.setToolTip("The .py or notebook in which the network is written; it is read and never run")
        self.source.clicked.connect(self._ask_source)
        foot = QWidget()
        row_of(self.undo, self.redo, self.reset, STRETCH, self.buttons, on=foot)
        for button in foot.findChildren(QPushButton):
            button.setAutoDefault(False)  # else Enter in a box of the list would press it
        return foot

    def _connect(self) -> None:
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.edits.changed.connect(self._show_draft)
        self.questions.answered.connect(self.edits.answer)
        self.layers.edited.connect(self.edits.edit)
        self.names.editingFinished.connect(self._say_names)
        self.tabs.currentChanged.connect(lambda _: self._paint_answers())
        for keys, do in (("Ctrl+Z", self.edits.undo), ("Ctrl+Shift+Z", self.edits.redo), ("Ctrl+Y", self.edits.redo)):
            QShortcut(QKeySequence(keys), self, do)
        self.live.shown.connect(self._on_shown)
        self.live.refused.connect(self._on_refused)
        self.live.answer_shown.connect(self._on_answer_shown)
        self.live.failed.connect(lambda error: self.about.setText(_in_words(error)))

    def _say_names(self) -> None:
        if not self.names.isModified():
            return
        self.names.setModified(False)
        try:
            said = self.names.text().strip()
            names = fitting_names(checked_names(said.split(",")), len(self._classes)) if said else self._numbers()
        except Problem as problem:
            self.words.setText(f"{problem.what} {problem.hint}")
            self.about.setText(f"{problem.what} {problem.hint}")
        else:
            self.edits.answer(NAMES, "\n".join(names))

    def _numbers(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(len(self._classes)))

    def _show_draft(self) -> None:
        """Show what is said, and ask what that paints."""
        self._found, self._unfit = None, None
        self._show_state()
        if self.live.follows:
            self.live.request(self._asked(), self._guessed())

    def _show_state(self) -> None:
        draft, found = self.edits.draft, self._found
        names = tuple(draft.answers[NAMES].split("\n")) if NAMES in draft.answers else self._classes
        self.names.setText("" if names == self._numbers() else ", ".join(names))
        self.questions.show_answers(self._taken(), draft.answers)
        if draft.steps is not None:
            unfit = self._unfit if isinstance(self._unfit, UnfitStepError) else None
            self.layers.show_steps(draft.steps, self._sizes(), unfit)
        elif found is not None:
            self.layers.show_steps(found.steps, found.sizes)
        elif not self.layers.steps:
            self.layers.show_steps(steps_in(self._readings.architecture), self._readings.sizes)
        self.layers.setEnabled(draft.steps is not None or found is not None or draft == self._begun)
        self.undo.setEnabled(self.edits.can_undo)
        self.redo.setEnabled(self.edits.can_redo)
        self.reset.setEnabled(draft != ReadingDraft())
        is_checked = found is not None or not self.live.follows or draft.steps is None
        self.use.setEnabled(draft != self._begun and self._unfit is None and is_checked)

    def _sizes(self) -> tuple[tuple[int, ...], ...]:
        """What leaves each step of an edited list, as far as it is known."""
        if self._found is not None:
            return self._found.sizes
        return self._unfit.sizes if isinstance(self._unfit, UnfitStepError) else ()

    def _on_shown(self, found: LiveReading) -> None:
        self.pictures.show_pictures(found.pictures)
        if found.chosen != self._asked():
            return
        self._found = found
        height, width, channels = found.pictures.shape[1:]
        self.words.setText(f"{width} × {height}, {'grey' if channels == 1 else 'colour'}")
        self._show_state()
        self._paint_answers()

    def _on_refused(self, chosen: Mapping[str, str], error: Exception) -> None:
        if chosen != self._asked():
            return
        self._unfit = error
        self.pictures.fade()
        self.words.setText(f"{_in_words(error)} The pictures are the previous ones.")
        self._show_state()

    def _paint_answers(self) -> None:
        """Have every answer painted, with all else as it is, while the questions are in sight."""
        if self._found is not None and self.tabs.currentWidget() is self.questions:
            self.live.request_answers({**self._asked(), **self._taken()}, self._options())

    def _options(self) -> dict[str, tuple[str, ...]]:
        """Every answer to each question that is open."""
        asked = self._taken()
        return {each.key: tuple(key for key, _ in each.options) for each in self._readings.choices if each.key in asked}

    def _on_answer_shown(self, key: str, option: str, pictures: object) -> None:
        if pictures is not None:
            self.questions.show_pictures(key, option, image_of(sheet(pictures, _ROW, _GAP_PX)))  # type: ignore[arg-type]

    def _ask_source(self) -> None:
        self.source_wanted.emit()
        self.reject()

    def _accept(self) -> None:
        self.chosen.emit(self.answers())
        self.accept()


def _in_words(error: Exception) -> str:
    return error.what if isinstance(error, Problem) else "This cannot be painted."
