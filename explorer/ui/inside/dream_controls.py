"""The controls of *Dream*: which part of a network is pleased, from what the dream begins, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from explorer.core.inside.dream import DreamSettings
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.ui.inside.network_view import bring_button, network_box
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import NumberBox, number_box
from explorer.ui.widgets.parts import STRETCH, choice_box, fill, named, push_button, row_of, text_label
from explorer.ui.widgets.segments import Segments
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.inference.features import FeatureLayer

NOISE, MODEL, PHOTO = range(3)
"""What a dream begins with."""

_STARTS = (
    ("Noise", "Grey with a little noise: all that appears is the network's own"),
    ("Sample", "The current picture of the open model"),
    ("Photo", "One of your photos"),
)
_USUAL = DreamSettings()
_MOST_CHANNELS = 512  # that are offered


class DreamControls(Controls):
    """Says what is asked for.

    Signals
    -------
    layer_changed()
        Another layer is chosen.
    photo_wanted()
        A photo is to be chosen.
    dream_wanted()
        A dream is to grow.
    """

    layer_changed = Signal()
    photo_wanted = Signal()
    dream_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.start = NOISE
        self.network = network_box("Which network dreams; those of the open model come first")
        self.bring = bring_button()
        self.layer = choice_box("Layer", "Early layers like edges and colours, later ones shapes", narrow=True)
        self.channel = choice_box(
            "Channel", "One of the things that the layer looks for, or all of them together", narrow=True
        )
        self.starts = named(Segments(_STARTS), "Start from")
        self.photo = push_button("Choose a photo …", "One of your photos", image="picture")
        self.dream = push_button("Dream", "Let it grow (Space)", image="play", clicked=self.dream_wanted, primary=True)
        self.octaves = _box(
            "Octaves", "How many sizes the picture is worked on at, the smallest first", 1, 8, _USUAL.octaves
        )
        self.steps = _box("Steps", "For each octave", 1, 200, _USUAL.steps)
        self.rate = number_box(
            "Strength", "How far a step goes; white is 1", 0.001, 0.2, _USUAL.rate, decimals=3, step=0.005
        )
        self.jitter = _box(
            "Shaking",
            "How many pixels the picture is shifted by at each step, so that no grid shows",
            0,
            64,
            _USUAL.jitter,
        )
        self.side = _box("Size", "The longer side in pixels, where the layer takes any size", 16, 1024, _USUAL.size)
        self.seed = _box("Seed", "Decides the noise and the shaking", 0, LARGEST_SEED, 0)
        self.working = Working("Stop here; what has grown stays")
        self.said = text_label(wraps=True)
        self._lay_out()
        self.layer.activated.connect(lambda _index: self.layer_changed.emit())
        self.starts.chosen.connect(self._on_start)
        self.photo.clicked.connect(self.photo_wanted)
        self.show_start(NOISE)

    @property
    def asked(self) -> DreamSettings:
        """What is asked for now."""
        return DreamSettings(
            self.layer.currentData() or "",
            self.channel.currentData(),
            int(self.octaves.value),
            _USUAL.scale,
            int(self.steps.value),
            float(self.rate.value),
            int(self.jitter.value),
            int(self.side.value),
            int(self.seed.value),
        )

    def show_layers(self, layers: Sequence[FeatureLayer], chosen: FeatureLayer) -> None:
        """Offer these layers."""
        self.layer.clear()
        for layer in layers:
            self.layer.addItem(layer.words, layer.tensor)
        self.layer.setCurrentIndex(list(layers).index(chosen))

    def show_channels(self, layer: FeatureLayer, names: Sequence[str]) -> None:
        """Offer the channels of a layer, by their names where they have some."""
        self.channel.clear()
        self.channel.addItem("All of them", None)
        for number in range(min(layer.channels, _MOST_CHANNELS)):
            self.channel.addItem(names[number] if names else f"Channel {number}", number)
        self.channel.setCurrentIndex(1 if names else 0)

    def show_start(self, start: int) -> None:
        """Begin with something else."""
        self.start = start
        self.starts.show_index(start)
        self.photo.setVisible(start == PHOTO)

    def _lay_out(self) -> None:
        self.add_title("Network", self.network)
        fill(self.column, self.network, self.bring)
        for title, choice in (("Layer", self.layer), ("Channel", self.channel)):
            self.column.addLayout(row_of(text_label(title, of=choice), (choice, 1)))
        self.add_title("Start from", self.starts)
        fill(self.column, self.starts, self.photo, self.dream, self.working)
        self.add_title("How it grows", self.octaves)
        boxes = (self.octaves, self.steps, self.rate, self.jitter, self.side, self.seed)
        for box in boxes:
            self.add(text_label(box.accessibleName(), of=box), box)
        fill(self.column, self.said, STRETCH)

    def _on_start(self, start: int) -> None:
        self.show_start(start)
        if start == PHOTO:
            self.photo_wanted.emit()


def _box(name: str, tip: str, low: float, high: float, home: float) -> NumberBox:
    return number_box(name, tip, low, high, home)
