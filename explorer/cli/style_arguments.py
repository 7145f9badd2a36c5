"""What the verbs say of style-based models: dimensions of W, style mixing, and which layers are truncated."""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import replace

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED, sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StyleMix
from explorer.core.rendering.w_space import Layers, StyleRenderer

SPACES = ("z", "w")


def space_argument(parser: argparse.ArgumentParser, what: str) -> None:
    """Let a verb work in W."""
    parser.add_argument("--space", choices=SPACES, default="z", help=f"{what} (default z)")


def mixing_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb move in W, mix styles and truncate only some layers."""
    parser.add_argument(
        "--w",
        dest="w_values",
        action="append",
        default=[],
        metavar="DIM=VALUE[@FIRST-LAST]",
        help="set a dimension of W to this many standard deviations from its mean, in some layers or all; repeatable",
    )
    parser.add_argument(
        "--mix", metavar="SEED:FIRST-LAST", help="let the layers FIRST to LAST follow the sample of SEED"
    )
    parser.add_argument(
        "--truncate-layers", type=int, metavar="N", help="truncate the first N layers only (default: all)"
    )


def styled(scene: Scene, options: argparse.Namespace, renderer: Renderer) -> Scene:
    """``scene`` with what `mixing_arguments` ask for.

    Raises
    ------
    Problem
        The model has no W, or it is asked for what cannot be.
    """
    if not options.w_values and options.mix is None and options.truncate_layers is None:
        return scene
    generator = renderer.generator
    drawing = require_w(renderer)
    if options.truncate_layers is not None:
        scene = replace(scene, cutoff=_cutoff(options.truncate_layers, generator.card.styles))
    if options.mix is not None:
        scene = replace(scene, mix=_mix(options.mix, generator, scene.label))
    for words in options.w_values:
        told, _, some = words.partition("@")
        place, value = _w_value(told, generator.card.style_size)
        scene = drawing.placed(scene, {place: value}, layers_from(some, generator.card.styles) if some else None)
    return scene


def require_w(renderer: Renderer) -> StyleRenderer:
    """The renderer of a style-based model; refuses any other.

    Raises
    ------
    Problem
    """
    if not isinstance(renderer, StyleRenderer):
        raise Problem(f"{renderer.generator.card.name} has no W space.", "Name a style-based model.")
    return renderer


def layers_from(words: str, styles: int) -> Layers:
    """The first and the last of the layers that ``4-7`` or ``4`` names.

    Raises
    ------
    Problem
        It names none of the ``styles`` layers that there are.
    """
    found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", words)
    first = int(found[1]) if found else 0
    last = first if found is None or found[2] is None else int(found[2])
    if found is None or not first <= last < styles:
        raise Problem(f"{words} names no layers.", f"Choose from 0 to {styles - 1}, the lower one first: 4-7, or 4.")
    return first, last


def _cutoff(layers: int, styles: int) -> int | None:
    if not 0 <= layers <= styles:
        raise Problem(f"--truncate-layers is {layers}.", f"This model has {styles} layers.")
    return layers if layers < styles else None


def _mix(words: str, generator: Generator, label: int | None) -> StyleMix:
    card, found = generator.card, re.fullmatch(r"(\d{1,10}):(.+)", words)
    if found is None:
        raise Problem(f"--mix {words} is not understood.", "Write for instance --mix 7:4-9.")
    seed = int(found[1])
    if seed > LARGEST_SEED:
        raise Problem(f"The seed {seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    first, last = layers_from(found[2], card.styles)
    z = sample(seed, card.latent_size, card.prior)
    return StyleMix(z, first, last, label, seed)


def _w_value(words: str, size: int) -> tuple[int, float]:
    dimension, _, number = words.partition("=")
    try:
        place, value = int(dimension), float(number)
    except ValueError:
        raise Problem(f"--w {words} is not understood.", "Write for instance --w 3=1.5.") from None
    if not 0 <= place < size:
        raise Problem(f"There is no dimension {place} of W.", f"Choose from 0 to {size - 1}.")
    if not math.isfinite(value) or abs(value) > 1e6:
        raise Problem(f"--w {words} goes too far.", "Values are usually from -3 to 3.")
    return place, value
