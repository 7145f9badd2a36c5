"""The activations of a layer as files: a sheet of some channels, one of them, or their mean."""

from __future__ import annotations

from pathlib import Path

from explorer.core.files import made_folder, replace_file
from explorer.core.inference.features import FeatureMaps
from explorer.core.rendering.picture_files import png_bytes, sheet
from explorer.core.rendering.scene import Scene

LAYER_KEY = "latent-explorer-layer"
"""Under which a PNG says what it shows: the layer, its name in the graph, and the channels."""


def save_layer(path: Path, maps: FeatureMaps, channels: tuple[int, ...] | None, scene: Scene | None = None) -> None:
    """Save some channels as a sheet in their order, one by itself, or with None the mean, as a PNG.

    A path without an ending becomes a folder with a file for each channel.

    Raises
    ------
    Problem
        It cannot be written there.
    """
    if channels is not None and not path.suffix:
        made_folder(path)
        for channel in channels:
            save_layer(path / f"{channel:05d}.png", maps, (channel,), scene)
        return
    picture = maps.picture(None) if channels is None else sheet(maps.pictures(channels))
    shown = "mean" if channels is None else f"channels {', '.join(map(str, channels))}"
    words = f"{maps.layer.number} ({maps.layer.tensor}), {shown}"
    with replace_file(path) as file:
        file.write(png_bytes(picture, scene, {LAYER_KEY: words.encode("ascii", "replace").decode()}))
