"""The controls of *Denoise*: how noise is taken off, and what is done with a picture that is there."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.settings import LARGEST_GUIDANCE, LARGEST_TEMPERATURE, USUALLY, Sampling
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import NumberBox, number_box
from explorer.ui.widgets.parts import STRETCH, choice_box, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_MOST_STEPS = 250
_STEPS_TIP = "In how many steps the noise is removed: more are finer, and take longer"
_ETA_TIP = "How much chance there is in each step (eta): at 0 the noise alone decides the picture, 1 is DDPM"
GUIDANCE_TIP = "How strictly to keep to the class: 1 is as learned, more is clearer and less varied, 0 ignores it"
_TEMPERATURE_TIP = "How strong the starting noise is: less is smoother"


class DenoiseControls(Controls):
    """Says how a diffusion paints.

    Signals
    -------
    sampling_wanted(sampling, gesture) : Sampling, int
        The user wants other settings.
    """

    sampling_wanted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self._sampling = USUALLY
        self.sample = push_button("New noise", "Start from new noise (Space)", image="sample", primary=True)
        self.classes = choice_box("Class", "What the model is asked to paint")
        self.steps = self._box("Steps", _STEPS_TIP, 1, _MOST_STEPS, USUALLY.steps)
        self.eta = self._box("Chance", _ETA_TIP, 0.0, 1.0, 0.0, decimals=2, step=0.1)
        self.guidance = self._box("Guidance", GUIDANCE_TIP, 0.0, LARGEST_GUIDANCE, 1.0, decimals=1, step=0.5)
        self.temperature = self._box(
            "Temperature", _TEMPERATURE_TIP, 0.01, LARGEST_TEMPERATURE, 1.0, decimals=2, step=0.05
        )
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
        for box in (self.steps, self.eta, self.guidance, self.temperature):
            box.edited.connect(self._on_edited)
        self.show_classes(())

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes, and guidance by them."""
        self.classes.clear()
        self.classes.addItems(classes)
        for part in (self._class_title, self.classes, self._guidance_title, self.guidance):
            part.setVisible(bool(classes))

    def show_scene(self, scene: Scene) -> None:
        """Show the settings of a scene."""
        self._sampling = sampling = scene.sampling or USUALLY
        self.steps.show_value(sampling.steps)
        self.eta.show_value(sampling.eta)
        self.guidance.show_value(sampling.guidance)
        self.temperature.show_value(sampling.temperature)
        if scene.label is not None:
            self.classes.setCurrentIndex(scene.label)

    def _box(
        self, name: str, tip: str, low: float, high: float, home: float, *, decimals: int = 0, step: float = 1
    ) -> NumberBox:
        return number_box(name, tip, low, high, home, decimals=decimals, step=step, width_px=9 * UNIT)

    def _lay_out(self) -> None:
        self.add_title("From noise", self.sample)
        self.column.addWidget(self.sample)
        self._class_title = text_label("Class", of=self.classes)
        self._guidance_title = text_label("Guidance", of=self.guidance)
        self.add(self._class_title, self.classes)
        for title, box in (("Steps", self.steps), ("Chance", self.eta), ("Temperature", self.temperature)):
            self.add(text_label(title, of=box), box)
        self.add(self._guidance_title, self.guidance)
        self.add_title("From this picture", self.vary)
        self.add(text_label("Seed", of=self.seed), self.seed)
        fill(self.column, self.vary, self.paint_over, self.fill_hole, self.clear)
        self.add_title("Its noise", self.use)
        fill(self.column, self.use, self.photo, self.working, self.said, STRETCH)

    def _on_edited(self, _value: float, gesture: int) -> None:
        wanted = Sampling(
            int(self.steps.value), float(self.eta.value), float(self.guidance.value), float(self.temperature.value)
        )
        if wanted != self._sampling:
            self._sampling = wanted
            self.sampling_wanted.emit(wanted, gesture)
