"""Noise: the model's own, none, or another of a seed, and how strong."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from explorer.core.rendering.conditions import LARGEST_NOISE, Noise
from explorer.core.rendering.latents import fresh_seed
from explorer.core.rendering.scene import Scene
from explorer.session.explore.condition_edits import ConditionEdits
from explorer.ui.explore.seed_box import SeedBox
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import choice_box, column_of, named, row_of, titled

OWN, NONE, FREE = range(3)
_CHOICES = (
    (OWN, "Fixed", "The noise that the model comes with"),
    (NONE, "None", "No noise: all that is left of hair, skin and grass is what the latent says"),
    (FREE, "Free", "Another noise, drawn from a seed, as strong as the model's own in each layer"),
)
_TIP = "The noise that is added to every layer: it changes fine detail, such as where each hair lies"
_STRENGTH_TIP = "What the noise of all layers is multiplied by: 1 is as trained, 0 leaves it out"


class NoiseControls(QWidget):
    """Chooses the noise; of use for models that have some."""

    def __init__(self, edits: ConditionEdits) -> None:
        super().__init__()
        self._edits = edits
        self.kind = choice_box("Noise", _TIP, _CHOICES, self._choose)
        self.strength, self.strength_box = self._strength()
        self.seed = named(SeedBox(), "Seed of the noise", "The number that the noise is drawn from")
        self.seed.edited.connect(self._edits.draw_noise)
        self.seed.new_sample.connect(self._draw_other)
        self._lay_out()
        self._show(Noise())

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show the noise of ``after``."""
        if before is None or after.noise is not before.noise:
            self._show(after.noise or Noise())

    def _show(self, noise: Noise) -> None:
        kind = FREE if noise.seed is not None else OWN if noise.strength else NONE
        self.kind.setCurrentIndex(kind)
        for widget in (self.strength, self.strength_box):
            widget.show_value(noise.strength)
        self.seed.show_seed(noise.seed)
        for part in (self._seed_title, self.seed):
            part.setVisible(kind == FREE)

    def _choose(self, kind: int) -> None:
        if kind == FREE:
            self._draw_other()
        else:
            (self._edits.take_own_noise if kind == OWN else self._edits.take_no_noise)()

    def _draw_other(self) -> None:
        self._edits.draw_noise(fresh_seed())

    def _strength(self) -> tuple[Slider, NumberBox]:
        slider = Slider(0.0, LARGEST_NOISE, home=1.0, step=0.1)
        box = NumberBox(0.0, LARGEST_NOISE, step=0.1, home=1.0)
        box.setFixedWidth(7 * UNIT)
        for widget, moved in ((slider, slider.moved), (box, box.edited)):
            named(widget, "Strength of the noise", _STRENGTH_TIP)
            moved.connect(self._edits.set_strength)
        return slider, box

    def _lay_out(self) -> None:
        self._seed_title = titled("Seed", self.seed, "muted")
        head = row_of(titled("Noise", self.kind), (self.kind, 1))
        column_of(head, row_of(self.strength, self.strength_box), row_of(self._seed_title, self.seed), on=self)
