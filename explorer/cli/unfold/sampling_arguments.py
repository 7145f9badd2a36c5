"""What the verbs say of how a model is to paint that paints in steps."""

from __future__ import annotations

import argparse
from dataclasses import replace

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.schedules import RasterSchedule
from explorer.core.sampling.settings import (
    LARGEST_GUIDANCE,
    LARGEST_TEMPERATURE,
    MOST_STEPS,
    USUAL_STEPS,
    Sampling,
    checked_sampling,
)

_NAMES = {"sampling_steps": "steps", "eta": "eta", "guidance": "guidance", "temperature": "temperature"}


def sampling_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb say how many steps are taken, and how."""
    parser.add_argument(
        "--steps",
        dest="sampling_steps",
        type=int,
        metavar="N",
        help=f"diffusion: remove the noise in this many steps, 1 to {MOST_STEPS:,} (default {USUAL_STEPS})",
    )
    parser.add_argument(
        "--eta", type=float, metavar="0..1", help="diffusion: how much chance there is in each step (default 0)"
    )
    parser.add_argument(
        "--guidance",
        type=float,
        metavar="X",
        help=f"models with classes: how far to exaggerate the class, 0 to {LARGEST_GUIDANCE:g} (default 1)",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        metavar="X",
        help=f"how strong chance is, up to {LARGEST_TEMPERATURE:g}; less gives more typical pictures (default 1)",
    )


def as_sampled(scene: Scene, options: argparse.Namespace, generator: Generator) -> Scene:
    """``scene`` painted as `sampling_arguments` ask for; what it says already is set anew where that is asked.

    Raises
    ------
    Problem
        A value is out of its range, or means nothing to the model: it does not paint in steps, or pixel by pixel.
    """
    told = {field: value for name, field in _NAMES.items() if (value := getattr(options, name, None)) is not None}
    if not told:
        return scene
    try:
        sampling = checked_sampling(replace(scene.sampling or Sampling(), **told))
    except ValueError as error:
        raise Problem(f"This cannot be painted: {error}.", "Choose other values.") from None
    asked = replace(scene, sampling=sampling)
    generator.check(asked.conditions)
    if isinstance(generator.card.schedule, RasterSchedule) and told.keys() & {"steps", "eta"}:
        raise Problem(
            f"{generator.card.name} paints pixel by pixel: it takes one step for each, and all of it is chance.",
            "Leave --steps and --eta out; --temperature says how strong chance is.",
        )
    return asked
