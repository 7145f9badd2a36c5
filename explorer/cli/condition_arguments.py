"""What the verbs say of noise, of how StyleGAN3's content is moved and turned, and of a ProGAN's stage."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace

from explorer.cli.unfold.sampling_arguments import as_sampled
from explorer.core.digits import whole_number
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import (
    LARGEST_MOVE,
    LARGEST_NOISE,
    MOST_HELD_BACK,
    Noise,
    Placement,
    noise_or_none,
    placement_or_none,
)
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.rendering.scene import Scene


def condition_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb set noise, placement and stage."""
    parser.add_argument(
        "--noise", metavar="fixed|none|SEED", help="the model's own noise, none, or another from a seed (default fixed)"
    )
    parser.add_argument(
        "--noise-strength", type=float, metavar="X", help=f"what noise is multiplied by, 0 to {LARGEST_NOISE:g}"
    )
    parser.add_argument(
        "--translate",
        metavar="X,Y",
        help="StyleGAN3: move what is shown right and down, in picture widths, such as --translate=-0.1,0.2",
    )
    parser.add_argument("--rotate", type=float, metavar="DEG", help="StyleGAN3: turn what is shown, anticlockwise")
    parser.add_argument(
        "--hold-back",
        type=float,
        metavar="STAGES",
        help="ProGAN: leave out this many of its last stages, such as 2 or 0.5",
    )


def conditioned(scene: Scene, options: argparse.Namespace, generator: Generator) -> Scene:
    """``scene`` under the conditions that `condition_arguments` ask for; those it has already are set anew.

    Painted as `sampling_arguments` ask for, where the verb has those.

    Raises
    ------
    Problem
        The model has nothing of the kind, or it is asked for what cannot be.
    """
    noise, place = _noise(scene.noise or Noise(), options), _placement(scene.placement or Placement(), options)
    # What is asked for in words that change nothing is refused too where the model has none of it.
    held_back = scene.held_back if options.hold_back is None else _held_back(options.hold_back)
    asked = replace(scene.conditions, noise=noise, placement=place, held_back=held_back)
    generator.check(asked)
    return replace(
        as_sampled(scene, options, generator),
        noise=None if noise is None else noise_or_none(noise),
        placement=None if place is None else placement_or_none(place),
        held_back=held_back or None,
    )


def _held_back(stages: float) -> float:
    if not 0.0 <= stages <= MOST_HELD_BACK:
        raise Problem(f"--hold-back is {stages:g}.", "Write how many stages to leave out, such as 1 or 0.5.")
    return stages


def _noise(noise: Noise, options: argparse.Namespace) -> Noise | None:
    told, strength = options.noise, options.noise_strength
    if told is None and strength is None:
        return noise_or_none(noise)
    if told == "none" and strength is not None:
        raise Problem("Without noise there is no strength.", "Leave --noise none or --noise-strength out.")
    if strength is not None and not 0.0 <= strength <= LARGEST_NOISE:
        raise Problem(f"--noise-strength is {strength:g}.", f"Choose from 0 to {LARGEST_NOISE:g}; 1 is usual.")
    if told == "none":
        return Noise(None, 0.0)
    if told is not None:
        noise = Noise(None if told == "fixed" else _seed(told))
    return noise if strength is None else replace(noise, strength=strength)


def _seed(words: str) -> int:
    seed = whole_number(words)
    if seed is None or seed > LARGEST_SEED:
        raise Problem(f"--noise {words} is not understood.", f"Write fixed, none, or a seed from 0 to {LARGEST_SEED}.")
    return seed


def _placement(place: Placement, options: argparse.Namespace) -> Placement | None:
    if options.translate is None and options.rotate is None:
        return placement_or_none(place)
    if options.translate is not None:
        place = replace(place, **dict(zip("xy", _shifts(options.translate), strict=True)))
    if options.rotate is not None:
        if not abs(options.rotate) <= 360.0:  # "not": NaN is refused too
            raise Problem(f"--rotate is {options.rotate:g}.", "Choose from -360 to 360 degrees.")
        place = replace(place, degrees=options.rotate)
    return place


def _shifts(words: str) -> tuple[float, float]:
    try:
        x, y = (float(word) for word in words.split(","))
    except ValueError:
        x = y = math.nan
    if not max(abs(x), abs(y)) <= LARGEST_MOVE:
        hint = f"Write for instance --translate=-0.1,0.2; up to {LARGEST_MOVE:g} picture widths."
        raise Problem(f"--translate {words} is not understood.", hint)
    return x, y
