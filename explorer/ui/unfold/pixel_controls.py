"""The controls of *Pixel by pixel*: how pixels are drawn, and what is drawn again."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.settings import LARGEST_GUIDANCE, LARGEST_TEMPERATURE, USUALLY
from explorer.ui.theme import UNIT
from explorer.ui.unfold.denoise_controls import GUIDANCE_TIP
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, choice_box, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_TEMPERATURE_TIP = "What the model's scores are divided by: less keeps to what is likeliest, more is wilder"


class PixelControls(Controls):
    """Says how pixels are drawn.

    Signals
    -------
    sampling_wanted(sampling, gesture) : Sampling, int
        The user wants other settings.
    seconds_wanted(seconds) : float
        How long the painting is played.
    """

    sampling_wanted = Signal(object, int)
    seconds_wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._sampling = USUALLY
        self.sample = push_button("New picture", "Draw other pixels (Space)", image="sample", primary=True)
        self.classes = choice_box("Class", "What the model is asked to paint")
        self.temperature = number_box(
            "Temperature", _TEMPERATURE_TIP, 0.01, LARGEST_TEMPERATURE, 1.0, decimals=2, step=0.05
        )
        self.guidance = number_box("Guidance", GUIDANCE_TIP, 0.0, LARGEST_GUIDANCE, 1.0, decimals=1, step=0.5)
        self.seconds = number_box("Seconds", "How long it takes to play from the first pixel to the last", 1, 60, 4)
        self.seed = number_box(
            "Seed", "Decides what is drawn after the pixel you click", 0, LARGEST_SEED, 1, width_px=10 * UNIT
        )
        self.half = push_button("Draw the lower half again", "Keep the upper half, and draw the rest again")
        self.photo = push_button(
            "A photo …",
            "Start from a photo, in the shades that the model knows, and finish it another way",
            image="picture",
        )
        self.working = Working("Stop painting")
        self._lay_out()
        for box in (self.temperature, self.guidance):
            box.edited.connect(self._on_edited)
        self.seconds.edited.connect(lambda seconds, _gesture: self.seconds_wanted.emit(seconds))
        self.show_classes(())

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Offer these classes, and guidance by them."""
        self.classes.clear()
        self.classes.addItems(classes)
        for part in (self._class_title, self.classes, self._guidance_title, self.guidance):
            part.setVisible(bool(classes))

    def show_scene(self, scene: Scene) -> None:
        """Show the settings of a scene."""
        self._sampling = scene.sampling or USUALLY
        self.temperature.show_value(self._sampling.temperature)
        self.guidance.show_value(self._sampling.guidance)
        if scene.label is not None:
            self.classes.setCurrentIndex(scene.label)

    def _lay_out(self) -> None:
        self.add_title("From nothing", self.sample)
        self.column.addWidget(self.sample)
        self._class_title = text_label("Class", of=self.classes)
        self.add(self._class_title, self.classes)
        self.add(text_label("Temperature", of=self.temperature), self.temperature)
        self._guidance_title = text_label("Guidance", of=self.guidance)
        self.add(self._guidance_title, self.guidance)
        self.add(text_label("Seconds", of=self.seconds), self.seconds)
        self.add_title("From a pixel onwards", self.half)
        self.column.addWidget(text_label("Click a pixel: all that follows is drawn again.", wraps=True))
        self.add(text_label("Seed", of=self.seed), self.seed)
        fill(self.column, self.half, self.photo, self.working, STRETCH)

    def _on_edited(self, _value: float, gesture: int) -> None:
        wanted = replace(self._sampling, temperature=float(self.temperature.value), guidance=float(self.guidance.value))
        if wanted != self._sampling:
            self._sampling = wanted
            self.sampling_wanted.emit(wanted, gesture)
