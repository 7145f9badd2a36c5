"""Samples and a classifier: what it says of pictures that the model draws tells directions, without an encoder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from explorer.core.files import path_in
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.directions.classified_samples import sampled_evidence
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.fit_method import FitMethod
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import fill, push_button, row_of, titled

_FEWEST, _FIRST, _MOST = 100, 2000, 20_000


class ClassifierMethod(FitMethod):
    """Draws samples, lets a classifier judge them, and fits directions to what it says."""

    file: Path | None = None

    def use_file(self, path: Path) -> bool:
        if path.suffix.lower() != ".onnx":
            return False
        self.choose(path)
        return True

    def choose(self, file: Path) -> None:
        """Judge with this classifier."""
        self.file = file
        self.studio.settings.remember_choice(self._key, str(file))
        self._show_evidence(None)
        self._show_file()

    @property
    def _key(self) -> str:
        """Where the classifier of the open model is remembered."""
        return f"classifier_{self._model.generator.hash[:16]}" if self._model is not None else "classifier"

    def _begin(self, model: OpenModel) -> None:
        super()._begin(model)
        remembered = path_in(self.studio.settings.choice(self._key))
        is_there = remembered is not None and remembered.exists()
        self.file = remembered if is_there else model.files.classifier
        self._show_file()

    def _fill_column(self) -> None:
        self.classifier = QPushButton()
        self.classifier.setAccessibleName("Which classifier")
        self.classifier.clicked.connect(self._choose_file)
        self.count = number_box(
            "How many samples", "More samples give a steadier direction", _FEWEST, _MOST, _FIRST, step=100
        )
        self.first = number_box(
            "First seed", "Seed of the first sample; the next ones count up", 0, LARGEST_SEED - _MOST, 0, step=100
        )
        self.judge = push_button(
            "Draw and judge", "Draw the samples and let the classifier say what they show", self._judge
        )
        fill(
            self.column,
            titled("Classifier", self.classifier),
            self.classifier,
            row_of(titled("Samples", self.count, "muted"), self.count),
            row_of(titled("First seed", self.first, "muted"), self.first),
            self.judge,
            self.options,
        )

    def _empty(self) -> EmptyState:
        self._open = push_button("Choose a classifier …", clicked=self._choose_file, image="open")
        self._go = push_button("Draw and judge", clicked=self._judge, image="check", primary=True)
        return EmptyState("chip", "", "", [self._go, self._open])

    def _connect(self) -> None:
        super()._connect()
        self.finder.ended.connect(self._on_ended)
        self.count.edited.connect(lambda _value, _gesture: self._on_ended())

    def _on_ended(self) -> None:
        """Ask for evidence again where there still is none."""
        if self.evidence is None:
            self._show_file()

    def _show_file(self) -> None:
        file, middle = self.file, Qt.TextElideMode.ElideMiddle
        name = "Choose …" if file is None else f"{file.parent.name}/{file.name}"
        self.classifier.setText(self.classifier.fontMetrics().elidedText(name, middle, 22 * UNIT))
        self.classifier.setToolTip("Choose an ONNX file that recognises attributes" if file is None else str(file))
        self.judge.setEnabled(file is not None)
        self._go.setVisible(file is not None)
        if file is None:
            self.empty.say(
                "Choose a classifier",
                "An ONNX file that takes pictures and gives attributes, such as one trained here with the "
                "family attributes. It judges samples that this model draws; no pictures are needed.",
            )
        else:
            self.empty.say(
                f"{int(self.count.value):,} samples for {file.name}",
                "They are drawn and judged; then a direction can be found for everything that it recognises.",
            )

    def _judge(self) -> None:
        model, file = self._model, self.file
        if model is None or file is None:
            return
        count, seed, label = int(self.count.value), int(self.first.value), self.studio.document.scene.label
        self._show_evidence(None)
        self.empty.say("Drawing samples …", "The classifier says what each one shows.")
        self._seek(
            "Drawing and judging samples",
            lambda report, stop: sampled_evidence(model, file, count, seed, label, report, stop),
        )

    def _choose_file(self) -> None:
        folder = str(self.file.parent) if self.file is not None else ""
        chosen = ask_file(self, "A classifier", "Classifiers (*.onnx);;All files (*)", folder)
        if chosen is not None:
            self.choose(chosen)
