"""Pixel by pixel: how a picture fills, what the next pixel may be, and all that follows drawn again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import FoundPhoto
from explorer.session.unfold.pixel_readings import PixelReading, PixelReadings
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.unfold.bar_list import BarList, NamedBar
from explorer.ui.unfold.painting_view import PaintingView
from explorer.ui.unfold.pixel_controls import PixelControls
from explorer.ui.unfold.surprise_colours import surprise_picture
from explorer.ui.view import beside
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, row_of, text_label, titled
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.sampling.records import RecordedState

_MOST_BARS = 12
_COLOURS = ("", "", "red", "green", "blue")


class ClickedPicture(PictureView):
    """A picture of which a pixel can be clicked; a drag pans as ever."""

    def __init__(self, clicked: Callable[[int, int], object]) -> None:
        super().__init__()
        self._clicked = clicked

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip == event.position() and self._picture is not None:
            ratio = self.devicePixelRatioF()
            x, y = (int(np.floor(v)) for v in self._view.at(event.position().x() * ratio, event.position().y() * ratio))
            height, width = self._picture.shape[:2]
            if 0 <= x < width and 0 <= y < height:
                self._clicked(x, y)
        super().mouseReleaseEvent(event)


class PixelView(PaintingView):
    """Watches a picture fill; a click on a pixel draws everything after it again."""

    order, saved, fitting = "raster", "pixels", "fashion-pixelcnn"

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.readings = PixelReadings(self)
        self.controls: PixelControls = PixelControls()
        self.canvas = named(ClickedPicture(self.draw_after), "Picture as it fills")
        self.bits = named(PictureView(), "Bits of each pixel")
        for view in (self.canvas, self.bits):
            view.set_smooth(False)  # it is about pixels
        self.chances = BarList("What the pixel under the pointer may be")
        self.reading: PixelReading | None = None
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.paintings.is_busy or self.readings.is_busy

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"paint": lambda _words: self.timeline.play.setChecked(True)}

    def told_states(self) -> Sequence[RecordedState]:
        """Those at the end of each row."""
        from explorer.core.sampling.records import whole_rows

        states = self.timeline.states
        return list(whole_rows(states, states[0].canvas.shape[1])) if states else ()

    def show_model(self, model: OpenModel) -> None:
        self.controls.show_classes(model.generator.card.classes)
        self._show_reading(None)

    def show_settings(self, scene: Scene) -> None:
        self.controls.show_scene(scene)

    def take_photo(self, model: OpenModel, found: FoundPhoto) -> None:
        """Find the numbers that paint a photo, to finish it."""
        self.readings.enter(model, self.studio.document.scene, found.photo.pixels)

    def close_work(self) -> None:
        super().close_work()
        self.readings.close()

    def draw_after(self, x: int, y: int) -> None:
        """Draw everything after a pixel again, with other numbers."""
        width = self.studio.edits.card.width
        self._redraw(y * width + x + 1, "Draw again after a pixel")

    def _redraw(self, kept: int, what: str) -> None:
        from explorer.core.sampling.raster import redrawn_after

        model, scene = self.model, self.studio.document.scene
        if model is None:
            return
        card, seed = model.generator.card, int(self.controls.seed.value)
        other = sample(seed, card.latent_size, card.prior)
        z = redrawn_after(scene.z, kept, (card.channels, card.height, card.width), other)
        self.controls.seed.show_value(seed + 1)
        self.studio.document.edit(what, z=z, seed=None)

    def _stage(self) -> QStackedWidget:
        stage, both, side = QWidget(), QWidget(), QWidget()
        self._words = text_label("", wraps=True)
        self.chances.set_empty("", "")
        column_of(titled("Under the pointer"), self._words, self.chances, STRETCH, on=side)
        left, middle = QWidget(), QWidget()
        column_of(text_label("The picture"), (self.canvas, 1), on=left, spacing=UNIT // 2)
        column_of(text_label("What surprised the model"), (self.bits, 1), on=middle, spacing=UNIT // 2)
        row_of((left, 2), (middle, 2), (side, 1), on=both, margins=UNIT)
        column_of((both, 1), line(), self.timeline, on=stage, spacing=0)
        self.sides.append(side)
        hint = "Open one that does, such as fashion-pixelcnn, or train a PixelCNN."
        return self._pages(stage, "This model does not paint pixel by pixel", hint)

    def _connect(self) -> None:
        controls = self.controls
        self._connect_painting(
            controls.sample, controls.classes, controls.photo, controls.working, "Choose a photo to finish"
        )
        controls.sampling_wanted.connect(self.set_sampling)
        controls.seconds_wanted.connect(self._set_seconds)
        controls.half.clicked.connect(self._draw_half)
        self.paintings.came.connect(self._on_came)
        self.readings.read.connect(self._show_reading)
        self.readings.entered.connect(self._on_entered)
        self.readings.failed.connect(self.studio.notices.show_error)
        self.timeline.moved.connect(lambda _index: self._show_state())
        for view in (self.canvas, self.bits):
            view.hovered.connect(lambda x, y, _colour: self._point(x, y))

    def _set_seconds(self, seconds: float) -> None:
        self.timeline.playback.duration_s = seconds

    def _on_came(self, states: list[RecordedState]) -> None:
        self.timeline.show_states(states)
        last, model, scene = states[-1], self.model, self._painted
        if model is None or scene is None:
            return
        if last.step == last.steps:
            self.readings.look(model, scene, last.canvas)
        elif self.reading is not None:  # which is of the picture before
            self._show_reading(None)

    def _show_state(self) -> None:
        state = self.timeline.state
        if state is not None:
            self.canvas.show_picture(state.canvas)
            self.timeline.frame_shown()

    def _show_reading(self, reading: PixelReading | None) -> None:
        self.reading = reading
        if reading is None:
            self.bits.clear()
            self.chances.show_bars(())
            self._words.setText("Point at a pixel.")
        else:
            bits = reading.chances.bits[0]
            self.bits.show_picture(surprise_picture(bits))
            self._words.setText(f"{bits.sum():.0f} bits in total. Point at a pixel.")

    def _point(self, x: int, y: int) -> None:
        """Say what a pixel might have been, given those before it."""
        reading = self.reading
        if reading is None or y >= reading.chances.there.shape[2] or x >= reading.chances.there.shape[3]:
            return
        chances = reading.chances.chances[0, :, :, y, x]
        channels, bars = chances.shape[1], []
        for channel in range(channels):
            there = int(reading.chances.there[0, channel, y, x])
            for level in np.argsort(-chances[:, channel], kind="stable")[: _MOST_BARS // channels]:
                shade, chance = int(reading.shades[level]), float(chances[level, channel])
                colour = [0, 0, 0] if channels > 1 else [shade] * 3
                colour[channel if channels > 1 else 0] = shade
                name = f"{_COLOURS[channel + 2] + ' ' if channels > 1 else ''}{shade}"
                name += ", as it is" if level == there else ""
                bars.append(NamedBar(name, f"{chance:.0%}", chance, (colour[0], colour[1], colour[2])))
        self.chances.show_bars(bars)
        bits = float(reading.chances.bits[0, y, x])
        self._words.setText(f"Column {x}, row {y}: {bits:.1f} bits. Click to draw everything after it again.")

    def _draw_half(self) -> None:
        card = self.studio.edits.card
        self._redraw(card.height // 2 * card.width, "Draw the lower half again")

    def _on_entered(self, reading: PixelReading) -> None:
        if reading.scene.model == self.studio.document.scene.model:
            self.studio.document.show("Take over a photo", reading.scene)
