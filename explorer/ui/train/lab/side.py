"""What the lab says beside the plane: a verdict, what is seen, figures, losses, and which layers are shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from explorer.training.toy_models.snapshot import Snapshot
from explorer.training.toy_models.verdict import Verdict
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.train.lab.curve import LabCurve
from explorer.ui.train.lab.painting import Layers
from explorer.ui.widgets.parts import column_of, text_label, titled

SIDE_PX: Final = 32 * UNIT
_LAYERS: Final = (
    ("surface", "Surface", "What the critic thinks of every place: blue is real, orange is generated"),
    ("real", "Real", "The points to learn: round and blue"),
    ("made", "Generated", "What the generator makes of the same latents all along: orange diamonds"),
    (
        "grid",
        "Latent grid",
        "An even grid of latents, bent as the generator bends it; a line for one dimension",
    ),
    ("arrows", "Arrows", "Where the critic's slope tells the generator to move some of its points"),
)
_FIGURES: Final = (
    ("Step", "Training steps so far"),
    ("Modes", "Clusters of the data that the generator makes, each with a fifth of its fair share at least"),
    ("Realistic points", "Share of generated points within three standard deviations of a cluster"),
    (
        "Distance",
        "Jensen-Shannon divergence of the histograms, in bits: 0 where they are alike, 1 where apart",
    ),
    ("KL", "Kullback-Leibler divergence of the real from the generated histogram, in bits: 0 where alike"),
    ("D(x)", "What the critic says of real points on average, 1 being real; near 0.5 once it is fooled"),
    ("D(G(z))", "What the critic says of generated points on average; near 0 where it wins"),
    (
        "Push",
        "How strongly the critic's slope moves a generated point, on average; near 0, nothing is learned",
    ),
)


class LabSide(QWidget):
    """Tells what is going on.

    Signals
    -------
    layers_wanted(layers) : Layers
    """

    layers_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._told: tuple[Snapshot, Verdict] | None = None
        self.verdict, self.caption = _words("title", 9 * UNIT), _words("muted", 11 * UNIT)
        self.verdict.setAccessibleName("Verdict")
        self.caption.setAccessibleName("What is seen")
        self.values: dict[str, QLabel] = {}
        self.curve = LabCurve()
        self.layers = {name: self._switch(name, words, tip) for name, words, tip in _LAYERS}
        column_of(
            self.verdict,
            self.caption,
            self._figures(),
            titled("Losses", self.curve),
            (self.curve, 1),
            titled("Show"),
            self._switches(),
            on=self,
            margins=(2 * UNIT, UNIT),
        )

    def show_snapshot(self, seen: Snapshot, verdict: Verdict) -> None:
        """Tell of ``seen``."""
        self._told = seen, verdict
        found, c = seen.figures, colours_of(self.palette())
        self.verdict.setText(verdict.words)
        self.verdict.setStyleSheet(f"color: {c.warning.name() if verdict.is_bad else c.text.name()}")
        said = {
            "Step": f"{seen.step:,}",
            "Modes": f"{found.covered} of {found.modes}" if found.modes else "none",
            "Realistic points": f"{found.good:.0%}" if found.modes else "–",
            "Distance": f"{found.js:.2f}",
            "KL": f"{found.kl:.2f}",
            "D(x)": f"{seen.losses['D(x)']:.2f}",
            "D(G(z))": f"{seen.losses['D(G(z))']:.2f}",
            "Push": f"{seen.push:.2g}",
        }
        for name, words in said.items():
            self.values[name].setText(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._told is not None:
            self.show_snapshot(*self._told)

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT // 4)
        for index, (name, tip) in enumerate(_FIGURES):
            value = QLabel("–")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setAccessibleName(name)
            label = titled(name, value, "muted")
            for each in (label, value):
                each.setToolTip(tip)
            row, column = index % 4, 2 * (index // 4)
            grid.addWidget(label, row, column)
            grid.addWidget(value, row, column + 1)
            self.values[name] = value
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _switch(self, name: str, words: str, tip: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setToolTip(tip)
        box.setChecked(getattr(Layers(), name))
        box.toggled.connect(lambda _on: self.layers_wanted.emit(self._chosen()))
        return box

    def _switches(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(UNIT // 2)
        for index, box in enumerate(self.layers.values()):
            grid.addWidget(box, index // 2, index % 2)
        return grid

    def _chosen(self) -> Layers:
        return Layers(**{name: box.isChecked() for name, box in self.layers.items()})


def _words(role: str, height_px: int) -> QLabel:
    """A label with room for a few lines, whatever it says, so that nothing jumps."""
    label = text_label(role=role, wraps=True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    label.setFixedHeight(height_px)
    return label
