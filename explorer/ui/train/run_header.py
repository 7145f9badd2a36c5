"""The head of a run: its name, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QProgressBar, QSizePolicy, QToolButton, QWidget

from explorer.session.train.run_summaries import Training
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.train.run_words import expected_words, rate_words, state_words, step_words, time_words
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, column_of, named, pages_of, push_button, row_of, text_label, tool_button

#: What the menu offers: name, words, icon, tip. "" is a line.
_MORE = (
    ("process", "Go on in its own process", "chip", "Keep training outside this window, which can then be closed"),
    ("more_steps", "Train for more steps …", "step", "Continue a run that is done"),
    ("keep", "Keep a checkpoint now", "save", "Write the state of the run to its folder"),
    ("",) * 4,
    (
        "explain",
        "How it works …",
        "info",
        "Its networks layer by layer, what they minimise, a healthy run",
    ),
    ("duplicate", "Duplicate with changes …", "copy", "Start a new run with these settings"),
    ("rename", "Rename …", "edit", "Give the model another name"),
    ("overlay", "Overlay in the plots", "train", "Plot the numbers of other runs over these"),
    ("",) * 4,
    ("export_to", "Export to a folder …", "export", "Save the networks as ONNX in a folder you choose"),
    ("reveal", "Show its folder", "folder", "Open the folder of the run in the file manager"),
    ("delete", "Delete", "trash", "Move the run to the trash; it can be put back"),
)


_TIPS = {entry[0]: entry[3] for entry in _MORE}


class RunHeader(QWidget):
    """Shows one run and offers what can be done with it.

    Signals
    -------
    wanted(what) : str
        ``pause``, ``resume``, ``step``, ``stop``, ``export``, ``open``, or a name of the menu.
    live_wanted(on) : bool
        The model is to be explored while it is trained, or not any more.
    """

    wanted = Signal(str)
    live_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._goes, self._took_s = False, 0.0
        self._training: Training | None = None
        self.name, self.state, self.facts = ElidedLabel(), text_label(), ElidedLabel()
        self.name.setProperty("role", "title")
        self.facts.setProperty("role", "muted")
        self.bar = named(QProgressBar(textVisible=False), "Progress of the training")
        self.go = push_button(
            "Pause", clicked=lambda: self.wanted.emit("pause" if self._goes else "resume"), image="pause"
        )
        self.step = tool_button("step", "Step once", "Take one step, then pause (.)", self._wish("step"))
        self.step.setShortcut(QKeySequence("."))
        self.stop = tool_button("stop", "Stop", "Keep a checkpoint and stop; it can be resumed", self._wish("stop"))
        self.live = push_button(
            "Explore live",
            "Explore while it trains: open this model with its sliders; it is updated as it learns",
            self.live_wanted,
            image="explore",
            checkable=True,
        )
        tip = "Open the model as it is at the newest checkpoint"
        self.open = push_button("Open in Explore", tip, self._wish("open"), image="explore")
        tip = "Write the networks as ONNX into the run's folder, compared with the originals"
        self.export = push_button("Export", tip, self._wish("export"), image="export")
        self.explore = pages_of(self.live, self.open)  # one place for both, so that nothing moves under the pointer
        self.explore.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for button, words in ((self.go, "Resume"), (self.export, "Cancel")):
            before = button.text()
            button.setText(words)
            button.setMinimumWidth(button.sizeHint().width())
            button.setText(before)
        self.more, self.actions_by_name = self._menu()
        self._lay_out()

    def show_took(self, seconds: float) -> None:
        """Say of a run that nobody trains how long its steps took; 0 where that is not known."""
        self._took_s = seconds
        if self._training is not None:
            self._say_facts(self._training)

    def show_training(self, training: Training, *, is_live: bool, is_exporting: bool) -> None:
        """Show what the run does now, and offer what fits."""
        facts, state = training.facts, training.state
        self.name.show_words(facts.name)
        self.state.setText(state_words(training))
        self._training = training
        self._say_facts(training)
        preparing = state == "preparing"
        unknown = preparing and not 0 < training.share < 1
        self.bar.setRange(0, 0 if unknown else 1000 if preparing else max(facts.steps, 1))
        self.bar.setValue(round(1000 * training.share) if preparing else min(facts.done_steps, facts.steps))
        self._offer(training, is_live, is_exporting)

    def _say_facts(self, training: Training) -> None:
        facts = training.facts
        data = facts.data.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
        place = f"{facts.family} · {facts.size} × {facts.size} · {data}"
        took = "" if training.is_active or not self._took_s else f"took {time_words(self._took_s)}"
        parts = step_words(training), took, rate_words(training), expected_words(training), place
        self.facts.show_words(" · ".join(filter(None, parts)))

    def _offer(self, training: Training, is_live: bool, is_exporting: bool) -> None:
        state, kept = training.state, training.facts.kept_step > 0
        here, active = state in ("training", "preparing", "paused", "stopping"), training.is_active
        self._goes = state in ("training", "preparing")
        self.go.setEnabled(state not in ("elsewhere", "done", "waiting", "stopping"))
        self.go.setText("Pause" if self._goes else "Resume")
        self.go.setIcon(icon("pause" if self._goes else "play"))
        self.go.setToolTip("Pause after this step (Space)" if self._goes else "Continue from here (Space)")
        self.step.setEnabled(state in ("paused", "stopped"))
        self.stop.setEnabled(active and state != "stopping")
        self.live.setChecked(is_live)
        self.explore.setCurrentWidget(self.live if active or is_live else self.open)
        self.open.setEnabled(kept)
        self.export.setEnabled(kept)
        self.export.setText("Cancel" if is_exporting else "Export")
        names = self.actions_by_name
        names["process"].setEnabled(not active and state != "done")
        names["more_steps"].setEnabled(not active)
        names["keep"].setEnabled(state in ("training", "elsewhere"))
        names["export_to"].setEnabled(kept and not is_exporting)
        for name in ("delete", "rename"):
            names[name].setEnabled(not active and not here)
            names[name].setToolTip("Stop it first" if active else _TIPS[name])

    def _wish(self, what: str) -> Callable[[], None]:
        return lambda: self.wanted.emit(what)

    def _menu(self) -> tuple[QToolButton, dict[str, QAction]]:
        button = tool_button("more", "More", "More that can be done with this run")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu, actions = QMenu(button), {}
        menu.setToolTipsVisible(True)
        for name, words, picture, tip in _MORE:
            if not name:
                menu.addSeparator()
                continue
            action = menu.addAction(icon(picture), words)
            action.setToolTip(tip)
            action.triggered.connect(self._wish(name))
            actions[name] = action
        button.setMenu(menu)
        return button, actions

    def _lay_out(self) -> None:
        top = row_of(
            (self.name, 100),
            STRETCH,
            self.go,
            self.step,
            self.stop,
            self.explore,
            self.export,
            self.more,
        )
        told = row_of(self.state, (self.facts, 100), STRETCH)
        column_of(top, self.bar, told, on=self, margins=(2 * UNIT, UNIT), spacing=UNIT // 2)
