"""``grid``: a traversal grid as a contact sheet, the same bytes as the window saves."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from explorer.cli.condition_arguments import condition_arguments, conditioned
from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.places import check_png
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import (
    class_index,
    directed,
    direction_argument,
    numbers,
    sampled,
    saved_scene,
    strengths,
    style_arguments,
)
from explorer.cli.style_arguments import require_w, space_argument
from explorer.cli.unfold.sampling_arguments import sampling_arguments
from explorer.core.exports.contact_sheet import save_sheet
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Prior
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.truncation import truncate
from explorer.core.traverse.axes import Axis, dimensions, latent_axes, style_dimensions
from explorer.core.traverse.grid import MODES, grid_plan, strongest
from explorer.session.models.opening import OpenModel

_ROWS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--seed", type=int, help="seed of the latent that every row starts from (default 0)")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="start from a saved scene instead")
    style_arguments(parser)
    direction_argument(parser)
    condition_arguments(parser)
    sampling_arguments(parser)
    space_argument(parser, "whose dimensions are shown; those of W in standard deviations from its mean")
    parser.add_argument("--rows", type=int, help=f"how many dimensions (default {_ROWS}, or as many as --dims)")
    rows = parser.add_mutually_exclusive_group()
    rows.add_argument(
        "--dims",
        metavar="3,5,9",
        help="which dimensions, or their names on the card (default: the first; or the first axes)",
    )
    rows.add_argument("--strongest", action="store_true", help="the dimensions that change the picture most")
    parser.add_argument("--columns", type=int, default=9, help="how many values each takes (default 9)")
    parser.add_argument("--span", type=float, help="from -SPAN to SPAN (default 3, or 1 where latents are uniform)")
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="fixed",
        help="set the dimension, set it to quantiles of the prior, or move it around its value (default fixed)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.png", help="the contact sheet")


def run(options: argparse.Namespace) -> int:
    """Draw the grid as asked."""
    check_png(options.out, "A grid")
    with open_model(options.model, options.device) as model:
        base = conditioned(_base(options, model.generator), options, model.generator)
        base = directed(base, strengths(options, model))
        base, axes, distribution = _laid_out(options, model, base)
        plan = grid_plan(base, axes, options.columns, options.span, options.mode, distribution)
        with progress_bar("grid", "pictures") as report:
            save_sheet(options.out, model.renderer, plan, progress=report)
    return 0


def _base(options: argparse.Namespace, generator: Generator) -> Scene:
    if options.scene:
        return saved_scene(options, generator)
    return sampled(generator, options.seed or 0, options.psi, class_index(options.label, generator))


def _laid_out(options: argparse.Namespace, model: OpenModel, base: Scene) -> tuple[Scene, tuple[Axis, ...], Prior]:
    """What the rows depart from, what they run along, and how its values are distributed."""
    if options.rows is not None and options.rows < 1:
        raise Problem(f"--rows is {options.rows}.", "Ask for at least one row.")
    renderer, generator = model.renderer, model.generator
    if options.space == "z" and options.dims is None and model.axes is not None:
        count = _ROWS if options.rows is None else options.rows
        return base, latent_axes(model.axes, count), generator.card.prior
    if options.space == "z":
        card, most = generator.card, _ROWS if options.rows is None and options.dims is None else options.rows
        return base, dimensions(_rows(options, generator, base), card.dimensions, most), card.prior
    if options.strongest:
        raise Problem("The strongest dimensions are those of z.", "Name dimensions of W with --dims.")
    base = require_w(renderer).written(base)
    return base, style_dimensions(_rows(options, generator, base), generator.spread()), "normal"


def _rows(options: argparse.Namespace, generator: Generator, base: Scene) -> Sequence[int]:
    card = generator.card
    size = card.latent_size if options.space == "z" else card.style_size
    if options.dims is not None:
        places = {one.name: str(one.start) for one in card.dimensions} if options.space == "z" else {}
        words = ",".join(places.get(word.strip(), word) for word in options.dims.split(","))
        return numbers(words, "--dims", "dimensions", "3,5,9")[: options.rows]
    # Some rows of z take several numbers, so that these are counted once they are put together.
    count = size if options.space == "z" else min(_ROWS if options.rows is None else options.rows, size)
    if options.strongest:
        psi = base.truncation if generator.mapping is None else 1.0  # a style-based model is truncated in W
        return strongest(generator, truncate(base.z, psi, generator.card.prior), count, label=base.label)
    return range(count)
