"""The controls of *Denoise*: how noise is taken off, and what is done with a picture that is there."""

from __future__ import annotations

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.sampling.settings import USUALLY
from explorer.ui.theme import UNIT
from explorer.ui.unfold.painting_controls import PaintingControls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_MOST_STEPS = 250
_STEPS_TIP = "In how many steps the noise is removed: more are finer, and take longer"
_ETA_TIP = "How much chance there is in each step (eta): at 0 the noise alone decides the picture, 1 is DDPM"
_TEMPERATURE_TIP = "How strong the starting noise is: less is smoother"


class DenoiseControls(PaintingControls):
    """Says how a diffusion paints."""

    def __init__(self) -> None:
        self.steps = number_box("Steps", _STEPS_TIP, 1, _MOST_STEPS, USUALLY.steps)
        self.eta = number_box("Chance", _ETA_TIP, 0.0, 1.0, 0.0, decimals=2, step=0.1)
        super().__init__(_TEMPERATURE_TIP, steps=self.steps, eta=self.eta)
        self.sample = push_button("New noise", "Start from new noise (Space)", image="sample", primary=True)
        self.seed = number_box("Seed", "Decides the noise that is added", 0, LARGEST_SEED, 1, width_px=10 * UNIT)
        self.vary = push_button(
            "Noise and denoise",
            "Add as much noise to the picture as at the step in view, and remove it again: a variation",
            image="sample",
        )
        self.paint_over = push_button(
            "Blend the colours in",
            "Add noise to the picture with your colours, and remove it again (SDEdit)",
            image="brush",
        )
        self.fill_hole = push_button("Fill the hole", "Repaint what you brushed, to fit the rest", image="region")
        self.clear = push_button("Clear strokes", "Remove what you brushed")
        self.photo = push_button(
            "A photo …", "Find the noise from which one of your photos is painted", image="picture"
        )
        self.use = push_button(
            "Use this picture", "Find the noise of the picture in view, so that it can be explored and saved"
        )
        self.working = Working("Stop")
        self.said = text_label(wraps=True)
        self._lay_out()
        self.show_classes(())

    def _lay_out(self) -> None:
        self.add_title("From noise", self.sample)
        self.column.addWidget(self.sample)
        self.add(self._class_title, self.classes)
        for title, box in (("Steps", self.steps), ("Chance", self.eta), ("Temperature", self.temperature)):
            self.add(text_label(title, of=box), box)
        self.add(self._guidance_title, self.guidance)
        self.add_title("From this picture", self.vary)
        self.add(text_label("Seed", of=self.seed), self.seed)
        fill(self.column, self.vary, self.paint_over, self.fill_hole, self.clear)
        self.add_title("Its noise", self.use)
        fill(self.column, self.use, self.photo, self.working, self.said, STRETCH)
