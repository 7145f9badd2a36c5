"""What an empty place says: what it is for, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractButton, QWidget


class EmptyState(QWidget):
    """An icon, a title, a hint, and the buttons that lead on."""

    def __init__(
        self,
        icon: str,
        title: str,
        hint: str = "",
        buttons: Sequence[QAbstractButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)

    def say(self, title: str, hint: str = "") -> None:
        """Say something else."""
