"""What the layers of the generator see: a sheet of channels that follows the sliders, and one of them large."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.explore.layer_maps import LayerMaps
from explorer.session.jobs.saving import file_name
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import choice_box, column_of, named, push_button, row_of, tool_button
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from explorer.core.inference.features import FeatureLayer, FeatureMaps
    from explorer.core.rendering.renderer import Renderer

_COUNTS = (16, 64)
_WIDE = 1.2  # width to height, from which the large picture is beside the sheet
_IN_STEPS = ("No layers to look at", "This model paints in steps: a layer sees something different in each")
_NONE = ("No layers to look at", "Layers are shown for models with convolutions")
_LOOKING = ("Looking for layers …", "")


class LayerView(QWidget):
    """Chooses a layer and shows its activations for the current picture; works while it is active."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._active = False
        self._renderer: Renderer | None = None  # whose layers are listed, or are being found
        self._layers: tuple[FeatureLayer, ...] = ()
        self._chosen: dict[str, int] = {}  # the layer that was looked at last, by model
        self._channels: tuple[int, ...] = ()
        self.channel: int | None = None  # that is shown large; None for the mean
        self.maps: FeatureMaps | None = None
        self.work = LayerMaps(self)
        self.work.listed.connect(self._on_listed)
        self.work.shown.connect(self._on_shown)
        self.work.failed.connect(studio.notices.show_error_once)
        tip = "Which layer, from coarse to fine: its number, how many channels it has, and their size"
        self.layer = choice_box("Layer", tip, chosen=self._on_layer)
        self.count = Segments([(f"{count}", f"Show the {count} channels that vary most") for count in _COUNTS])
        self.mean = push_button("Mean", "Show the mean over all channels large", partial(self.show_channel, None))
        self.sort = tool_button("sort", "Sort again", "Order the channels by how much they vary in this picture")
        self.save = tool_button("save", "Save this picture …", "Save the large picture as PNG")
        self.save_sheet = tool_button("export", "Save the sheet …", "Save the sheet of channels as PNG")
        self.large = named(PictureView(), "Activations")
        self.sheet = named(TileView(), "Channels")
        self.large.set_smooth(False)  # a pixel is an activation
        self._words = ElidedLabel()
        self._lay_out()
        self._connect()

    @property
    def current(self) -> FeatureLayer | None:
        """The layer that is chosen."""
        place = self.layer.currentIndex()
        return self._layers[place] if 0 <= place < len(self._layers) else None

    def set_active(self, active: bool) -> None:
        """Look into the model from now on, or no more."""
        self._active = active
        if active:
            self.show_scene(None, self._studio.document.scene)
        else:
            self.work.cancel()
            self._renderer = None  # which does not live on for this; its layers are found again at once

    def show_scene(self, _before: Scene | None, scene: Scene) -> None:
        """Show what the layer sees of ``scene``."""
        renderer = self._studio.pictures.renderer
        if not self._active or renderer is None or scene.model != self._studio.models.hash:
            return
        if renderer is not self._renderer:
            self._renderer = renderer
            self._show_layers(())
            self._say(*_LOOKING)
            self.work.look_for_layers(renderer)
        elif (layer := self.current) is not None:
            self.work.request(renderer, scene, layer)

    def close_work(self) -> None:
        """Stop looking."""
        self.work.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() > _WIDE * self.height()
        self._both.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)

    def show_channel(self, channel: int | None) -> None:
        """Show a channel large, or with None the mean of all."""
        self.channel = channel
        self._show_large()

    def _lay_out(self) -> None:
        self.layer.setSizeAdjustPolicy(self.layer.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(8)
        head = row_of((self.layer, 1), self.mean, self.sort, self.save, self.save_sheet, margins=(UNIT, UNIT // 2))
        self.count.setFixedWidth(12 * UNIT)
        below = row_of((self._words, 1), self.count, margins=(UNIT, 0, UNIT // 2, 0))
        self.sheet.fits_height = True
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._both.setSpacing(0)
        self._both.addWidget(self.large, 1)
        self._both.addWidget(self.sheet, 1)
        column_of(head, (self._both, 1), below, on=self, spacing=0)

    def _connect(self) -> None:
        self.sheet.tip = self._tip
        self.sheet.picked.connect(self._on_picked)
        self.count.chosen.connect(lambda _index: self._arrange())
        self.sort.clicked.connect(self._arrange)
        self.save.clicked.connect(self._save_large)
        self.save_sheet.clicked.connect(self._save_sheet)

    def _on_listed(self, renderer: Renderer, layers: tuple[FeatureLayer, ...]) -> None:
        if renderer is not self._renderer:
            return
        self._show_layers(layers)
        if not layers:
            self._say(*(_NONE if renderer.generator.card.schedule is None else _IN_STEPS))
            return
        usual = min(len(layers) - 1, len(layers) // 2)
        self.layer.setCurrentIndex(min(self._chosen.get(renderer.generator.hash, usual), len(layers) - 1))
        self.show_scene(None, self._studio.document.scene)

    def _show_layers(self, layers: tuple[FeatureLayer, ...]) -> None:
        self._layers, self.maps, self.channel, self._channels = layers, None, None, ()
        self.layer.clear()
        for layer in layers:
            self.layer.addItem(layer.words, layer.number)
            self.layer.setItemData(self.layer.count() - 1, layer.tensor, 3)
        for part in (self.layer, self.mean, self.sort, self.save, self.save_sheet):
            part.setEnabled(bool(layers))
        self.sheet.show_mosaic(None)
        self._words.show_words("")

    def _say(self, words: str, hint: str) -> None:
        self.large.clear()
        self.large.set_empty(words, hint)
        self.sheet.set_empty("", "")

    def _on_layer(self, place: int) -> None:
        if self._renderer is not None:
            self._chosen[self._renderer.generator.hash] = place
        self.channel = None
        self.show_scene(None, self._studio.document.scene)

    def _on_shown(self, maps: FeatureMaps) -> None:
        if maps.layer is not self.current:
            return
        other, self.maps = self.maps is None or self.maps.layer is not maps.layer, maps
        if other:
            self._arrange()
        else:  # a tile stays the same channel while the sliders move
            self._fill()

    def _arrange(self) -> None:
        """Lay out the channels that vary most in this picture."""
        if self.maps is None:
            return
        self._channels = self.maps.strongest(_COUNTS[self.count.index])
        columns = int(np.ceil(np.sqrt(len(self._channels))))
        rows = -(-len(self._channels) // columns)
        height, width = self.maps.values.shape[1:]
        self.sheet.show_mosaic(Mosaic(rows, columns, (height, width, 1)))
        self._fill()

    def _fill(self) -> None:
        maps, mosaic = self.maps, self.sheet.mosaic
        if maps is None or mosaic is None:
            return
        places = np.arange(len(self._channels))
        mosaic.put(places, maps.pictures(self._channels))
        self.sheet.tiles_changed(places)
        self._show_large()

    def _show_large(self) -> None:
        if self.maps is None:
            return
        values = self.maps.map(self.channel)
        self.large.show_picture(self.maps.picture(self.channel))
        layer = self.maps.layer
        name = f"mean of {layer.channels}" if self.channel is None else f"channel {self.channel}"
        words = f"{name}: {values.min():.2f} to {values.max():.2f}".replace("-", "−")
        self._words.show_words(f"{words}, averaged by {layer.thinning}" if layer.thinning > 1 else words)

    def _tip(self, place: int) -> str:
        return f"Channel {self._channels[place]}" if place < len(self._channels) else ""

    def _on_picked(self, place: int) -> None:
        if place < len(self._channels):
            self.show_channel(self._channels[place])

    def _save_large(self) -> None:
        self._save(None if self.channel is None else (self.channel,), "Save this picture")

    def _save_sheet(self) -> None:
        self._save(self._channels, "Save the sheet of channels")

    def _save(self, channels: tuple[int, ...] | None, title: str) -> None:
        maps, scene = self.maps, self._studio.document.scene
        if maps is None:
            return
        name = file_name(scene).removesuffix(".png") + f"-layer{maps.layer.number}.png"
        path = ask_where(self._studio.settings, self, title, name, "PNG picture (*.png)")
        if path is not None:
            from explorer.core.exports.layer_pictures import save_layer

            self._studio.saver.write(path, lambda: save_layer(path, maps, channels, scene))
