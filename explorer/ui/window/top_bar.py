"""The bar along the top: the model at the left, the device at the right, common commands between."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from explorer.session.models.opening import OpenModel
from explorer.ui.studio import Studio
from explorer.ui.widgets.parts import push_button, text_label
from explorer.ui.window.commands import Commands
from explorer.ui.window.device_button import DeviceButton
from explorer.ui.window.model_button import ModelButton

_COMMANDS = ("open", "", "sample", "", "undo", "redo", "", "save", "record", "bookmark")


class TopBar(QToolBar):
    """Names the open model and its device, and offers what is done most."""

    def __init__(self, studio: Studio, commands: Commands) -> None:
        super().__init__("Main")
        self.setObjectName("main")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self.model = ModelButton(studio.catalog, studio.intake.parts)
        self.device = DeviceButton(studio.pictures, studio.settings.device)
        self.cancel = push_button("Cancel", "Stop opening; the open model stays (Esc)", studio.models.stop_opening)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.model.readings = commands["readings"]
        self.model.explain = commands["explain"]
        self._lay_out(commands)
        self.model.chosen.connect(studio.controller.open)
        self.model.open_wanted.connect(commands["open"].trigger)
        self.model.removal_wanted.connect(studio.intake.parts.detach)
        self.device.device_wanted.connect(studio.controller.use_device)
        self.device.comparison_wanted.connect(studio.controller.compare_devices)

    def show_model(self, model: OpenModel | None, opening: str) -> None:
        """Say what is open and where it runs; and what is being opened, "" where nothing is."""
        self.device.show_model(model)
        self._cancelling.setVisible(bool(opening))
        if opening:
            self.model.show_busy(opening)
        else:
            self.model.show_name(model.name if model else "")

    def show_recording(self, words: str) -> None:
        """Say for how long it has been recorded; "" where it is not."""
        self.recording.setText(words)
        self._recording.setVisible(bool(words))

    def _lay_out(self, commands: Commands) -> None:
        self.addWidget(self.model)
        self._cancelling = self.addWidget(self.cancel)
        self._cancelling.setVisible(False)
        for name in _COMMANDS:
            if name:
                self.addAction(commands[name])
            else:
                self.addSeparator()
        self.recording = text_label(role="error")
        self._recording = self.addWidget(self.recording)
        self._recording.setVisible(False)
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.addWidget(self.device)
        self.addAction(commands["notices"])
        self.addAction(commands["theme"])
