"""What is worth knowing of the open model, in a few quiet lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.core.card import ModelCard
from explorer.ui.theme import UNIT


class ModelFacts(QWidget):
    """The model's name, its sizes, what it was trained on, and whom to thank for that."""

    def __init__(self) -> None:
        super().__init__()
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._facts = QLabel()
        self._facts.setProperty("role", "muted")
        for label in (self._title, self._facts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # the card comes from the file
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT // 2)
        layout.addWidget(self._title)
        layout.addWidget(self._facts)

    def show_model(self, name: str, card: ModelCard, problems: tuple[str, ...]) -> None:
        """Show the facts of ``card``, and what had to be guessed or is wrong with the file."""
        self._title.setText(name)
        self._facts.setText("\n".join(_facts(card)))
        whole = [*problems, card.attribution, f"Licence of the data: {card.licence}" if card.licence else ""]
        self.setToolTip("\n".join(text for text in whole if text))


def _facts(card: ModelCard) -> list[str]:
    colours = "grey" if card.channels == 1 else "colour"
    prior = {"normal": "normal", "uniform": "uniform"}.get(card.distribution, card.distribution)
    trained = f"{card.family}, {card.steps:,} steps" if card.family and card.steps else card.family
    lines = [
        f"{card.width} × {card.height}, {colours}",
        f"{card.latent_size} {prior} dimensions",
        trained,
        f"Data: {card.data}" if card.data else "",
        f"Licence: {card.licence}" if card.licence else "",
    ]
    return [line for line in lines if line]
