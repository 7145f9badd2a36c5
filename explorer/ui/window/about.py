"""The small dialogs of the Help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QWidget

from explorer import __version__
from explorer.core.words import size_words
from explorer.session.models.converted_models import MOST_BYTES, converted_models, forget_all
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, text_label

_ABOUT = """Loads generators trained as GANs or VAEs, and lets you feel their latent space.

Any generator exported to ONNX can be opened, and many whose weights PyTorch saved. Nothing that a file \
contains is executed, and nothing leaves this computer.

Published under the MIT licence."""

_CONVERTED = """The models made from other people's weights take {total}, of {most} at most: above that, the least \
recently used are removed. A removed model is made again when its weights are opened."""
_MOST_LISTED = 20


def show_about(parent: QWidget) -> None:
    """Say what the program is."""
    words = QLabel(_ABOUT)
    words.setWordWrap(True)
    words.setMinimumWidth(50 * UNIT)
    title = text_label(f"Latent explorer {__version__}", "title")
    _open(parent, "About Latent explorer", title, words)


def show_converted(parent: QWidget, cache: Path) -> None:
    """List the models that were made of weights, and let the user remove them all."""
    models = converted_models(cache)
    sizes = [f"{model.name}:  {size_words(model.size_bytes)}" for model in models[:_MOST_LISTED]]
    more = [f"and {len(models) - _MOST_LISTED} more"] if len(models) > _MOST_LISTED else []
    listed = QLabel("\n".join([*sizes, *more]) or "None yet.")
    listed.setTextFormat(Qt.TextFormat.PlainText)
    total = size_words(sum(model.size_bytes for model in models))
    words = QLabel(_CONVERTED.format(total=total, most=size_words(MOST_BYTES)))
    words.setWordWrap(True)
    words.setMinimumWidth(50 * UNIT)
    buttons = _open(parent, "Converted models", words, listed)
    remove = buttons.addButton("Remove all", QDialogButtonBox.ButtonRole.ResetRole)
    remove.setEnabled(bool(models))

    def on_remove() -> None:
        forget_all(cache)
        remove.setEnabled(False)
        listed.setText("All were removed.")

    remove.clicked.connect(on_remove)


def _open(parent: QWidget, title: str, *widgets: QWidget) -> QDialogButtonBox:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column_of(*widgets, buttons, on=dialog, margins=(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT), spacing=2 * UNIT)
    dialog.open()
    return buttons
