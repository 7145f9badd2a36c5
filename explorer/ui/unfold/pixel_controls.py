"""The controls of *Pixel by pixel*: how pixels are drawn, and what is drawn again."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.ui.theme import UNIT
from explorer.ui.unfold.painting_controls import PaintingControls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, fill, push_button, text_label
from explorer.ui.widgets.working import Working

_TEMPERATURE_TIP = "What the model's scores are divided by: less keeps to what is likeliest, more is wilder"


class PixelControls(PaintingControls):
    """Says how pixels are drawn.

    Signals
    -------
    seconds_wanted(seconds) : float
        How long the painting is played.
    """

    seconds_wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__(_TEMPERATURE_TIP)
        self.sample = push_button("New picture", "Draw other pixels (Space)", image="sample", primary=True)
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
        self.seconds.edited.connect(lambda seconds, _gesture: self.seconds_wanted.emit(seconds))
        self.show_classes(())

    def _lay_out(self) -> None:
        self.add_title("From nothing", self.sample)
        self.column.addWidget(self.sample)
        self.add(self._class_title, self.classes)
        self.add(text_label("Temperature", of=self.temperature), self.temperature)
        self.add(self._guidance_title, self.guidance)
        self.add(text_label("Seconds", of=self.seconds), self.seconds)
        self.add_title("From a pixel onwards", self.half)
        self.column.addWidget(text_label("Click a pixel: all that follows is drawn again.", wraps=True))
        self.add(text_label("Seed", of=self.seed), self.seed)
        fill(self.column, self.half, self.photo, self.working, STRETCH)
