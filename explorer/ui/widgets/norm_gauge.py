"""How far out a latent lies, against what is typical."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class NormGauge(QWidget):
    """A small gauge: where the norm of z lies, where those of samples lie, and that in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    def show_norm(self, norm: float, mean: float, deviation: float) -> None:
        """Show ``norm`` against the ``mean`` and standard ``deviation`` of the prior's norms."""
