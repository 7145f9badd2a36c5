"""``direction judge``: what directions change, of samples or of pictures that they were not fitted to."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.cli.direction.bases import kept_out_bases, sampled_bases
from explorer.cli.direction.effect_tables import counts, table, without_controls
from explorer.cli.direction.labelled_pictures import attributes_argument
from explorer.cli.direction.readers import attribute_reader
from explorer.cli.output import say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import chosen_directions, class_argument, class_index
from explorer.core.directions.measured import plain
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_ALPHA = 3.0
_MOST_CONTROLS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="the directions to judge (default: all)")
    parser.add_argument("--alpha", type=float, default=_ALPHA, help=f"how far to go (default {_ALPHA:g})")
    parser.add_argument(
        "--count", type=int, help="how many samples (default 256), or at most how many pictures of --data"
    )
    parser.add_argument(
        "--seed",
        type=int,
        help="seed of the first sample (default 50000); with --data, the seed it was fitted with (default 0)",
    )
    parser.add_argument(
        "--classifier",
        type=Path,
        metavar="FILE",
        help="the classifier that judges (default: the model's own, or its encoder)",
    )
    parser.add_argument(
        "--controls",
        type=int,
        default=0,
        metavar="N",
        help="compare with this many random directions, such as 5: pictures may change whichever way they are moved",
    )
    class_argument(parser)
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="judge on pictures that the fit did not see, as the encoder puts them, instead of samples",
    )
    parser.add_argument(
        "--hold-out",
        type=float,
        metavar="SHARE",
        help="share of --data that was held out (default: as it was fitted; 1 takes all pictures)",
    )
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="only pictures of --data with this value, such as smiling=0; repeatable",
    )
    attributes_argument(parser)


def judge(model: OpenModel, options: argparse.Namespace) -> int:
    """Measure as asked, and print a table for each direction."""
    from explorer.core.directions.judging import side_effects
    from explorer.core.directions.verdict import verdict

    directions = _chosen(model, options)
    label = class_index(options.label, model.generator)
    with attribute_reader(model, options.classifier, model.directions) as reader:
        bases = (
            sampled_bases(model, options.count, options.seed)
            if options.data is None
            else kept_out_bases(model, options, directions, reader)
        )
        controls = _random(model.generator.card.latent_size, options.controls)
        with progress_bar("judging", "pictures") as report:
            effects = side_effects(
                (*directions, *controls),
                bases.latents,
                model.generator,
                reader.read,
                reader.names,
                yes_no=reader.yes_no,
                alphas=(-options.alpha, options.alpha),
                labels=[label] * len(bases.latents),
                progress=report,
            )
    assert effects is not None  # nobody cancels
    effects, chance = without_controls(effects, len(directions))
    verdicts = [verdict(direction, effects, reader.ranges) for direction in directions]
    if options.json:
        result = effects.to_dict() | {"counts": counts(effects), "reader": reader.words, **bases.to_dict()}
        result["verdicts"] = [asdict(judged) for judged in verdicts]
        result["controls"] = None if chance is None else {"count": len(controls), "gains": plain(chance)}
        say_json(result)
        return 0
    say(f"{bases.words}, judged by {reader.words}.\n")
    say(
        "\n\n".join(
            (f"{judged.sentence}\n" if judged.word else "")
            + table(effects, row, counted=bases.names is not None, chance=chance)
            for row, judged in enumerate(verdicts)
        )
    )
    return 0


def _chosen(model: OpenModel, options: argparse.Namespace) -> tuple[Direction, ...]:
    """The directions to judge; refuses what cannot be done before anything is opened."""
    if not (math.isfinite(options.alpha) and options.alpha > 0.0):
        raise Problem(f"--alpha is {options.alpha:g}.", "Choose a strength above 0, such as 3.")
    if options.count is not None and options.count < 1:
        raise Problem(f"--count is {options.count}.", "Choose 1 or more; 256 are a good start.")
    if not 0 <= options.controls <= _MOST_CONTROLS:
        raise Problem(f"--controls is {options.controls}.", f"Choose from 0 to {_MOST_CONTROLS}; 5 are a good start.")
    if options.data is None and (options.attribute or options.attributes or options.hold_out is not None):
        raise Problem("--attribute, --attributes and --hold-out choose pictures.", "Add --data SOURCE.")
    return tuple(chosen_directions(model, options.names))


def _random(size: int, count: int) -> tuple[Direction, ...]:
    """Directions of no meaning, to compare with: what any step of this length does to the pictures."""
    from explorer.core.directions.direction import Direction, unit

    draw = np.random.RandomState(0)
    return tuple(Direction(f"random {number}", unit(draw.randn(size)), "random") for number in range(1, count + 1))
