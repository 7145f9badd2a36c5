"""What the controls of all views that lay something out have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.rendering.latents import Prior
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import NumberBox, number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named

_SPANS = (0.25, 6.0)


class PlanControls(Controls):
    """Says what is to be laid out.

    Signals
    -------
    changed()
        Something else is to be laid out.
    """

    changed = Signal()
    span: Slider
    span_box: NumberBox

    def show_prior(self, prior: Prior) -> None:
        """Let the values span what is usual for a prior, where they spanned what is usual for the other."""
        from explorer.core.traverse.grid import usual_span

        here, other = usual_span(prior), usual_span("uniform" if prior == "normal" else "normal")
        if self.span.value == other:
            self.span.show_value(here)
            self.span_box.show_value(here)

    def _number(
        self,
        name: str,
        tip: str,
        low: float,
        high: float,
        home: float,
        *,
        decimals: int = 0,
        width_px: int = 6 * UNIT,
    ) -> NumberBox:
        box = number_box(name, tip, low, high, home, decimals=decimals, width_px=width_px)
        box.edited.connect(self._on_changed)
        return box

    def _span(self, tip: str) -> tuple[Slider, NumberBox]:
        """How far something reaches, by hand or as a number."""
        slider = named(Slider(*_SPANS, home=3.0, step=0.25), "Span s", tip)
        box = number_box("Span s", tip, *_SPANS, 3.0, step=0.25, decimals=2, width_px=7 * UNIT)
        for moved in (slider.moved, box.edited):
            moved.connect(slider.show_value)
            moved.connect(box.show_value)
            moved.connect(self._on_changed)
        return slider, box

    def _on_changed(self, *_: object) -> None:
        self.changed.emit()
