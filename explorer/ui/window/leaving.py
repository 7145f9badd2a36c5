"""Before the window is closed while a run trains in it: asks whether to go on without the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.session.notices import Notices
from explorer.session.train.runs import TrainingRuns


def ask_on_leaving(window: QWidget, trainings: TrainingRuns, notices: Notices, leave: Callable[[], None]) -> bool:
    """Ask, where a run trains here, and ``leave`` by the answer; whether anything had to be asked."""
    folder = trainings.current
    if folder is None or not trainings.has(folder):
        return False
    facts = trainings.of(folder).facts
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A model is being trained")
    box.setText(f"{facts.name} is being trained: {facts.done_steps:,} of {facts.steps:,} steps.")
    box.setInformativeText("It can go on without the window, or stop here and be resumed another day. Nothing is lost.")
    go_on = box.addButton("Go on without the window", QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton("Stop and quit", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(go_on)

    def leave_it_training() -> None:
        with notices.catching():
            trainings.go_on_apart()
            leave()

    go_on.clicked.connect(leave_it_training)
    stop.clicked.connect(leave)
    box.open()
    return True
