"""What a direction does to this picture and to eight others, drawn as it comes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.directions.spans import SpanMeter
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.edit_sheet import EditSheet
from explorer.ui.theme import UNIT
from explorer.ui.traverse.live_sheet import LiveSheet
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, titled, tool_button

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.directions.edit_plan import EditPlan

_OTHERS = 8
_REAL_TIP = "Show what the direction does to real pictures, as the encoder sees them: those kept out of the fit first"
_NO_REAL = "Real pictures: fit a direction to labelled pictures in Find first, which encodes them"
_FIRST_SEED = 100
_FRESH_SEEDS = 100_000
_STEPS = 7
_LEAST, _MOST = 1.0, 8.0  # as `explorer.core.directions.span` has them
_SETTLED_MS = 300  # after which a hand that moves the span has chosen one
_SPAN_TIP = (
    "How far the strips go to both sides, and the direction's sliders with them, in standard deviations of the prior. "
    "Unless set, it is just far enough for the change to be seen clearly"
)
_MEASURING = (
    "Finding out how far to go …",
    "A few samples are moved along the direction until their pictures change clearly.",
)


class EditStrips(QWidget):
    """Strips under each other, the picture's own on top, and how far they go.

    Signals
    -------
    picked(row, alpha, scene) : int, float, Scene
        The user wants this tile; row 0 is the current picture's.
    span_set(name, span) : str, float
        The user chose how far this direction goes.
    span_measured(model, before, after) : str, Direction, Direction
        It was found out how far a direction goes: the hash of its model, the direction as it was, and as it is.
    failed(error)
    """

    picked = Signal(int, float, object)
    span_set = Signal(str, float)
    span_measured = Signal(str, object, object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.controls = QWidget()  # laid out by whoever shows the strips
        self.sheet_view = EditSheet()
        self.sheet = LiveSheet(self.sheet_view, self)
        self.plan: EditPlan | None = None
        self.seeds = tuple(range(_FIRST_SEED, _FIRST_SEED + _OTHERS))
        self.meter = SpanMeter(self)
        self._wanted: tuple[Direction, Scene, OpenModel] | None = None
        self.span = named(Slider(_LEAST, _MOST, home=3.0, step=0.5), "Span", _SPAN_TIP)
        self.span.setFixedWidth(14 * UNIT)
        self.span_words = QLabel()
        self._show_span(3.0)
        self.others = tool_button("sample", "Other eight", "Show what the direction does to eight other pictures")
        self.real = push_button("Real pictures", checkable=True)
        self.pictures: tuple[tuple[str, Latent], ...] = ()  # as the encoder sees them
        self._turn = 0  # which eight of them
        self.show_pictures(())
        self._rest = QTimer(self, interval=0, singleShot=True)
        self._rest.timeout.connect(self._draw)
        self._beyond: Direction | None = None  # one whose span cannot be measured
        self._settled = QTimer(self, interval=_SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self._tell_span)
        self._lay_out()
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether pictures are still to come."""
        return self.sheet.is_busy or self.meter.is_busy or self._rest.isActive() or self._settled.isActive()

    def show_direction(self, direction: Direction, scene: Scene, model: OpenModel) -> None:
        """Draw the strips of one direction as far as it goes, unless they are what is shown."""
        before, self._wanted = self._wanted, (direction, scene, model)
        if before is None or before[0] is not direction or before[2] is not model or not self._is_true(scene):
            if before is None or before[0] is not direction:
                self._settled.stop()
                self._show_span(direction.span)
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
        self._settled.stop()
        self.meter.cancel()
        self.sheet.cancel()
        self.forget()

    def close_work(self) -> None:
        """Draw no more, and wait until that has stopped."""
        self._rest.stop()
        self._settled.stop()
        self.meter.close()
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
        direction, scene, model = self._wanted
        if not direction.has_span and direction is not self._beyond:
            self.sheet.cancel()
            self.sheet_view.set_empty(*_MEASURING)
            self.meter.measure(model, direction, scene.label)
            return
        distribution = model.generator.card.prior
        real = self._real_ones() if self.real.isChecked() else ()
        seeds = () if real else self.seeds
        self.plan = edit_plan(direction.name, scene, seeds, self.span.value, _STEPS, distribution, real)
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
        self.meter.measured.connect(self.span_measured)
        self.meter.failed.connect(self._on_unmeasured)
        self.others.clicked.connect(self.renew)
        self.real.toggled.connect(lambda _on: self._rest.start())

    def _show_span(self, span: float) -> None:
        self.span.show_value(span)
        self.span_words.setText(f"±{span:.1f}")

    def _on_span(self, span: float, _gesture: int) -> None:
        self._show_span(span)
        self._rest.start()
        self._settled.start()

    def _on_unmeasured(self, error: Exception) -> None:
        """Say so, and draw as far as is usual."""
        self.failed.emit(error)
        if self._wanted is not None:
            self._beyond = self._wanted[0]
            self._rest.start()

    def _tell_span(self) -> None:
        if self._wanted is not None:
            self.span_set.emit(self._wanted[0].name, self.span.value)

    def _on_picked(self, index: int) -> None:
        if self.plan is not None:
            row, column = divmod(index, self.plan.columns)
            self.picked.emit(row, self.plan.alphas[column], self.plan.scene(row, column))

    def _tip(self, index: int) -> str:
        if self.plan is None:
            return ""
        row, column = divmod(index, self.plan.columns)
        return f"{self.plan.row_names[row]}, {self.plan.direction} {self.plan.column_names[column]}. Click to go there."
