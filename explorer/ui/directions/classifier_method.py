"""Samples and a classifier: what it says of pictures that the model draws tells directions, without an encoder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QPushButton

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.directions.classified_samples import sampled_evidence
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.fit_method import FitMethod
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.view import row_of, titled
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.number_box import NumberBox

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
        said = self.studio.settings.choice(self._key)
        remembered = Path(said) if said and Path(said).exists() else None
        self.file = remembered or model.files.classifier
        self._show_file()

    def _fill_column(self) -> None:
        self.classifier = QPushButton()
        self.classifier.setAccessibleName("Which classifier")
        self.classifier.clicked.connect(self._choose_file)
        self.count = _number("How many samples", "More samples, a steadier direction", _FEWEST, _MOST, _FIRST)
        self.first = _number(
            "First seed", "Of the first sample; the next ones count up", 0, LARGEST_SEED - _MOST, 0
        )
        self.judge = QPushButton("Draw and judge")
        self.judge.setToolTip("Draw the samples and let the classifier say what they show")
        self.judge.clicked.connect(self._judge)
        self.column.addWidget(titled("Classifier", self.classifier))
        self.column.addWidget(self.classifier)
        self.column.addLayout(row_of(titled("Samples", self.count, "muted"), self.count))
        self.column.addLayout(row_of(titled("First seed", self.first, "muted"), self.first))
        self.column.addWidget(self.judge)
        self.column.addWidget(self.options)

    def _empty(self) -> EmptyState:
        self._open = QPushButton(icon("open"), "Choose a classifier …")
        self._open.clicked.connect(self._choose_file)
        self._go = QPushButton(icon("check", QPalette.ColorRole.HighlightedText), "Draw and judge")
        self._go.setProperty("primary", True)
        self._go.clicked.connect(self._judge)
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
        self.classifier.setToolTip("Choose an ONNX file that tells attributes" if file is None else str(file))
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
                "They are drawn and judged; then a direction can be found for everything that it tells.",
            )

    def _judge(self) -> None:
        model, file = self._model, self.file
        if model is None or file is None:
            return
        count, seed, label = int(self.count.value), int(self.first.value), self.studio.document.scene.label
        self._show_evidence(None)
        self.empty.say("Drawing samples …", "The classifier says of each what it shows.")
        self._seek(
            "Drawing and judging samples",
            lambda report, stop: sampled_evidence(model, file, count, seed, label, report, stop),
        )

    def _choose_file(self) -> None:
        folder = str(self.file.parent) if self.file is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(), "A classifier", folder, "Classifiers (*.onnx);;All files (*)"
        )
        if chosen:
            self.choose(Path(chosen))


def _number(name: str, tip: str, low: float, high: float, home: float) -> NumberBox:
    box = NumberBox(low, high, decimals=0, step=100, home=home)
    box.setFixedWidth(9 * UNIT)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    return box
