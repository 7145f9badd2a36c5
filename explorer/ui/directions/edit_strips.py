"""What a direction does to this picture and to eight others, drawn as it comes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.edit_sheet import EditSheet
from explorer.ui.theme import UNIT
from explorer.ui.traverse.live_sheet import LiveSheet
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, titled, tool_button

if TYPE_CHECKING:
    from explorer.core.directions.edit_plan import EditPlan

_OTHERS = 8
_REAL_TIP = "Show what the direction does to real pictures, as the encoder sees them: those kept out of the fit first"
_NO_REAL = "Real pictures: fit a direction to labelled pictures in Find first, which encodes them"
_FIRST_SEED = 100
_FRESH_SEEDS = 100_000
_STEPS = 7


class EditStrips(QWidget):
    """Strips under each other, the picture's own on top, and how far they go.

    Signals
    -------
    picked(row, alpha, scene) : int, float, Scene
        The user wants this tile; row 0 is the current picture's.
    failed(error)
    """

    picked = Signal(int, float, object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.controls = QWidget()  # laid out by whoever shows the strips
        self.sheet_view = EditSheet()
        self.sheet = LiveSheet(self.sheet_view, self)
        self.plan: EditPlan | None = None
        self.seeds = tuple(range(_FIRST_SEED, _FIRST_SEED + _OTHERS))
        self._wanted: tuple[str, Scene, OpenModel] | None = None
        self.span = named(
            Slider(1.0, 6.0, home=3.0, step=0.5),
            "Span",
            "How far the strips go to both sides, in standard deviations of the prior",
        )
        self.span.show_value(3.0)
        self.span.setFixedWidth(14 * UNIT)
        self.span_words = QLabel("±3.0")
        self.others = tool_button("sample", "Other eight", "Show what the direction does to eight other pictures")
        self.real = push_button("Real pictures", checkable=True)
        self.pictures: tuple[tuple[str, Latent], ...] = ()  # as the encoder sees them
        self._turn = 0  # which eight of them
        self.show_pictures(())
        self._rest = QTimer(self, interval=0, singleShot=True)
        self._rest.timeout.connect(self._draw)
        self._lay_out()
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether pictures are still to come."""
        return self.sheet.is_busy or self._rest.isActive()

    def show_direction(self, name: str, scene: Scene, model: OpenModel) -> None:
        """Draw the strips of one direction, unless they are what is shown."""
        before, self._wanted = self._wanted, (name, scene, model)
        if before is None or before[0] != name or before[2] is not model or not self._is_true(scene):
            self._rest.start()

    def show_pictures(self, pictures: tuple[tuple[str, Latent], ...]) -> None:
        """Offer these real pictures, names and latents, instead of samples."""
        if not pictures:
            self.real.setChecked(False)
        self.pictures, self._turn = pictures, 0
        self.real.setEnabled(bool(pictures))
        self.real.setToolTip(_REAL_TIP if pictures else _NO_REAL)

    def forget(self) -> None:
        """Draw again whatever is asked for next: the direction may be another under the same name."""
        self._wanted = None
        self.plan = None

    def rest(self) -> None:
        """Draw no more until something is asked for again."""
        self._rest.stop()
        self.sheet.cancel()
        self.forget()

    def close_work(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self._rest.stop()
        self.sheet.close()

    def renew(self) -> None:
        """Show eight others."""
        if self.real.isChecked():
            self._turn += 1
            self._rest.start()
            return
        first = random.randrange(_FRESH_SEEDS)
        self.seeds = tuple(range(first, first + _OTHERS))
        self._rest.start()

    def _is_true(self, scene: Scene) -> bool:
        """Whether the strips are those of ``scene``, however far it goes along the direction itself."""
        from explorer.core.directions.edit_plan import without

        if self.plan is None:
            return False
        shown, wanted = self.plan.base, without(scene, self.plan.direction)
        return (
            shown.z is wanted.z
            and (shown.label, shown.truncation) == (wanted.label, wanted.truncation)
            and shown.directions == wanted.directions
        )

    def _draw(self) -> None:
        from explorer.core.directions.edit_plan import edit_plan

        if self._wanted is None:
            return
        name, scene, model = self._wanted
        distribution = model.generator.card.distribution
        real = self._real_ones() if self.real.isChecked() else ()
        seeds = () if real else self.seeds
        self.plan = edit_plan(name, scene, seeds, self.span.value, _STEPS, distribution, real)
        self.sheet.show(self.plan, model)

    def _real_ones(self) -> tuple[tuple[str, Latent], ...]:
        """Eight of the real pictures."""
        turns = max(-(-len(self.pictures) // _OTHERS), 1)
        first = self._turn % turns * _OTHERS
        return self.pictures[first : first + _OTHERS]

    def _lay_out(self) -> None:
        span = titled("Span", self.span, "muted")
        row_of(span, self.span, self.span_words, STRETCH, self.real, self.others, on=self.controls)
        column_of((self.sheet_view, 1), on=self, spacing=0)

    def _connect(self) -> None:
        self.sheet_view.tip = self._tip
        self.sheet_view.picked.connect(self._on_picked)
        self.sheet.failed.connect(self.failed)
        self.span.moved.connect(self._on_span)
        self.others.clicked.connect(self.renew)
        self.real.toggled.connect(lambda _on: self._rest.start())

    def _on_span(self, span: float, _gesture: int) -> None:
        self.span_words.setText(f"±{span:.1f}")
        self._rest.start()

    def _on_picked(self, index: int) -> None:
        if self.plan is not None:
            row, column = divmod(index, self.plan.columns)
            self.picked.emit(row, self.plan.alphas[column], self.plan.scene(row, column))

    def _tip(self, index: int) -> str:
        if self.plan is None:
            return ""
        row, column = divmod(index, self.plan.columns)
        return f"{self.plan.row_names[row]}, {self.plan.direction} {self.plan.column_names[column]}. Click to go there."
