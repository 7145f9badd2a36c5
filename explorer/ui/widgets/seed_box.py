"""The seed, from 0 to 2**32 - 1, and the dice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget


class SeedBox(QLineEdit):
    """Edits a seed.

    Signals
    -------
    edited(seed) : int
        The user typed or pasted this seed. (Sent as object: a seed does not fit a C int.)
    new_sample()
        The dice was pressed.
    """

    edited = Signal(object)
    new_sample = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    @property
    def seed(self) -> int | None:
        """The seed shown; None where the latent is no sample any more."""
        return None

    def show_seed(self, seed: int | None) -> None:
        """Show ``seed``, silently; None shows that the latent was edited by hand."""
