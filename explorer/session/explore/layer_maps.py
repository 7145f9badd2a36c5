"""The activations of a layer for the current scene, newest first and off the GUI thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner

if TYPE_CHECKING:
    from explorer.core.inference.features import FeatureLayer, FeatureMaps
    from explorer.core.rendering.renderer import Renderer


class LayerMaps(JobRunner):
    """Looks into generators.

    Signals
    -------
    listed(renderer, layers)
        The layers of a model that can be looked at, a tuple of FeatureLayer.
    shown(maps)
        The FeatureMaps of a scene.
    """

    listed = Signal(object, object)
    shown = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="waiting", name="layers")

    def look_for_layers(self, renderer: Renderer) -> None:
        """Find the layers of a model."""
        self.begin(
            lambda *_: renderer.generator.layers,
            partial(self.listed.emit, renderer),
            words="Looking for layers",
        )

    def request(self, renderer: Renderer, scene: Scene, layer: FeatureLayer) -> None:
        """Ask for what a layer sees of ``scene``, which overtakes every one that still waits."""

        def looked(*_: object) -> FeatureMaps:
            return renderer.features(scene, layer)

        self.begin(looked, self.shown.emit)
