"""Toasts: what must be said, in a corner, without stopping anybody."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QWidget

Kind = Literal["info", "warning", "error"]


class Toasts(QWidget):
    """A stack of notices over the lower right corner of ``parent``."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)

    @property
    def count(self) -> int:
        """How many notices are on the screen."""
        return 0

    def show_notice(self, kind: Kind, title: str, hint: str = "", details: str = "") -> None:
        """Show a notice; one of kind ``info`` goes by itself. ``details`` is the report that can be copied."""

    def dismiss(self) -> None:
        """Take the newest notice away."""

    def dismiss_all(self) -> None:
        """Take all notices away."""
