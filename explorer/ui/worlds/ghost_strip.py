"""What might have come next, as small pictures, each with how likely it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, named, row_of, text_label
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.worlds.ghosts import Ghost

_MOST, _SIDE_PX = 5, 8 * UNIT


class GhostStrip(QWidget):
    """Shows the ghosts of a frame, the likeliest first."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip(
            "Every number of the latent at its likeliest, then at its second likeliest and so on, with their weights"
        )
        self.pictures = [named(PictureView(), f"Ghost {number + 1}") for number in range(_MOST)]
        self.weights: list[QLabel] = [text_label() for _ in range(_MOST)]
        for picture in self.pictures:
            picture.margin_px = 0
            picture.setFixedSize(_SIDE_PX, _SIDE_PX)
            policy = picture.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            picture.setSizePolicy(policy)
        columns = [column_of(*pair, spacing=2) for pair in zip(self.pictures, self.weights, strict=True)]
        row_of(*columns, on=self, margins=(UNIT, 0))

    def show_ghosts(self, ghosts: Sequence[Ghost]) -> None:
        """Show these, at most five."""
        for number, (picture, weight) in enumerate(zip(self.pictures, self.weights, strict=True)):
            there = number < len(ghosts)
            picture.setVisible(there)
            weight.setText(f"{ghosts[number].weight:.0%}" if there else "")
            if there:
                picture.show_picture(ghosts[number].picture)
