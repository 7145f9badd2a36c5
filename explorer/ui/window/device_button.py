"""Where pictures are made, how fast, and the switch to somewhere else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.session.explore.scene_pictures import ScenePictures
from explorer.session.models.opening import OpenModel
from explorer.ui.icons import icon

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

_REFRESH_MS = 250
_DEVICES = {
    "auto": ("Automatic", "CUDA where it works, else the CPU"),
    "cpu": ("CPU", "Always the processor"),
    "cuda": ("CUDA", "The NVIDIA graphics card; says why if it cannot be used"),
}


class DeviceButton(QToolButton):
    """Says which provider makes the pictures, in how many milliseconds, and how many a second.

    Signals
    -------
    device_wanted(device) : str
        ``auto``, ``cpu`` or ``cuda``.
    comparison_wanted()
        The user wants to know how far the pictures of the devices differ.
    """

    device_wanted = Signal(str)
    comparison_wanted = Signal()

    def __init__(self, pictures: ScenePictures, device: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._refresh = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._refresh.timeout.connect(self._show_rate)
        pictures.shown.connect(self._on_shown)
        self.setIcon(icon("chip"))
        self.setAccessibleName("Device")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self._menu(device))
        self.show_model(None)

    def show_model(self, model: OpenModel | None) -> None:
        """Say where ``model`` runs, and why there if it was asked to run elsewhere."""
        self.setText(model.generator.provider if model else "No device yet")
        reason = model.generator.provider_reason if model else ""
        self.setToolTip(f"Where pictures are made.\n{reason}" if reason else "Where pictures are made.")
        if model is not None:
            self._choices[model.device].setChecked(True)

    def _menu(self, device: str) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        self._choices: dict[str, QAction] = {}
        for key, (title, tip) in _DEVICES.items():
            choice = menu.addAction(title, partial(self.device_wanted.emit, key))
            choice.setCheckable(True)
            choice.setToolTip(tip)
            group.addAction(choice)
            self._choices[key] = choice
        self._choices[device].setChecked(True)
        menu.addSeparator()
        menu.addAction("Compare the devices …", self.comparison_wanted.emit).setToolTip(
            "Draw the current picture on both and show the largest difference."
        )
        return menu

    def _on_shown(self, _rendering: Rendering) -> None:
        if not self._refresh.isActive():  # the words need not change with every picture
            self._refresh.start()

    def _show_rate(self) -> None:
        rendering = self._pictures.shown_last
        if rendering is None:
            return
        rate = self._pictures.rate_per_s()
        speed = f" · {rate:.0f}/s" if rate else ""
        self.setText(f"{rendering.provider} · {rendering.took_ms:.1f} ms{speed}")
        if rate:
            self._refresh.start()  # once more, so that the rate vanishes when nothing moves any more
