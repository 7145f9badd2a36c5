"""What ``render`` says of layers: whose activations are drawn in place of the picture, and which channels."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from explorer.core.exports.layer_pictures import save_layer
from explorer.core.inference.features import FeatureMaps, layer_called
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

_USUAL = 16
_MOST = 4096


def layer_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb draw the activations of a layer."""
    parser.add_argument(
        "--layer",
        metavar="NUMBER|NAME",
        help="draw what a layer sees instead, in grey: by its number, counted from 0, or its name in the graph",
    )
    parser.add_argument(
        "--layer-channels",
        metavar="0-15|5,8|mean",
        help=f"which of its channels (default the {_USUAL} that vary most), or the mean of all",
    )


def draw_layer(options: argparse.Namespace, renderer: Renderer, scenes: list[Scene]) -> None:
    """Save what a layer sees of a scene, as asked.

    Raises
    ------
    Problem
        There is no such layer or channel, or several pictures are asked for.
    """
    out: Path = options.out
    if len(scenes) > 1:
        raise Problem("Layers are drawn of one picture, but more are asked for.", "Leave --count out.")
    if out.suffix.lower() not in ("", ".png"):
        raise Problem(f"Layers are saved as PNG, not as {out.suffix}.", "Name a .png file or a folder.")
    layer = layer_called(options.layer, renderer.generator.layers, renderer.generator.card.name)
    maps = renderer.features(scenes[0], layer)
    save_layer(out, maps, _channels(options.layer_channels, maps), scenes[0])


def _channels(asked: str | None, maps: FeatureMaps) -> tuple[int, ...] | None:
    if asked is None:
        return maps.strongest(_USUAL)
    if asked == "mean":
        return None
    hint = "Write channels as 0-15 or 5,8, or write mean."
    chosen: list[int] = []
    for part in asked.split(","):
        found = re.fullmatch(r"\s*(\d{1,6})(?:-(\d{1,6}))?\s*", part)
        if found is None or int(found[2] or found[1]) < int(found[1]):
            raise Problem(f"--layer-channels is {asked[:60]}.", hint)
        chosen += range(int(found[1]), min(int(found[2] or found[1]), maps.layer.channels) + 1)
    if max(chosen) >= maps.layer.channels:
        what = f"Layer {maps.layer.number} has {maps.layer.channels} channels; there is no channel {max(chosen)}."
        raise Problem(what, f"Choose from 0 to {maps.layer.channels - 1}.")
    if len(chosen) > _MOST:
        raise Problem(f"{len(chosen):,} channels are too many for a sheet.", f"Name at most {_MOST:,}.")
    return tuple(chosen)
