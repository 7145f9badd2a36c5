"""``direction local``: what can change inside a rectangle of one picture while the rest of it stays."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from explorer.cli.direction.keeping import Keeping
from explorer.cli.direction.telling import facts, tell
from explorer.cli.output import remark, say
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import class_argument, class_index, sampled
from explorer.core.directions.local import COUNT, DAMPING, LocalDirections, as_direction, local_directions, local_strips
from explorer.core.directions.region import Region
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    parser.add_argument("--region", required=True, metavar="X,Y,W,H", help="a rectangle of the picture, in pixels")
    parser.add_argument("--count", type=int, default=COUNT, help=f"how many directions (default {COUNT})")
    parser.add_argument("--seed", type=int, default=0, help="seed of the picture (default 0)")
    parser.add_argument("--psi", type=float, help="truncation of the picture (default 1)")
    class_argument(parser)
    parser.add_argument(
        "--damping",
        type=float,
        default=DAMPING,
        metavar="LAMBDA",
        help=f"the smaller, the more of the change lies inside, and the less changes at all (default {DAMPING})",
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="FILE.png", help="show what each does to the picture, one per row"
    )


def find(model: OpenModel, options: argparse.Namespace) -> int:
    """Find local directions as asked, and keep them."""
    if options.count < 1:
        raise Problem(f"--count is {options.count}.", "Choose 1 or more.")
    region, label = Region.read(options.region), class_index(options.label, model.generator)
    scene = sampled(model.generator, options.seed, options.psi, label)
    keeping, names = Keeping.of(model, options), _names(options)
    keeping.check(names)
    with progress_bar("probes", "probes") as report:
        found = local_directions(model.renderer, scene, region, options.count, options.damping, progress=report)
    assert found is not None  # nobody cancels
    made = [
        as_direction(found, alphas, name)
        for alphas, name in zip(np.eye(len(found.steps)).tolist(), names, strict=False)
    ]
    if options.pictures is not None:
        _draw(model, found, options.pictures)
    report_json = {"usual": found.usual, "directions": [facts(direction) for direction in made]}
    tell(made, keeping.keep(made), report_json if options.json else None)
    if not options.json:
        say(f"Along any other direction, {found.usual:.1%} of what changes is inside.")
    return 0


def _names(options: argparse.Namespace) -> list[str]:
    name = options.name or f"local {options.region}"
    return [name] if options.count == 1 else [f"{name} {rank}" for rank in range(1, options.count + 1)]


def _draw(model: OpenModel, found: LocalDirections, path: Path) -> None:
    from explorer.core.files import replace_file
    from explorer.core.rendering.picture_files import png_bytes, sheet

    strips = local_strips(model.renderer, found)
    with replace_file(path) as file:
        file.write(png_bytes(sheet(strips.reshape(-1, *strips.shape[2:]), strips.shape[1])))
    remark(f"Saved {path}.")
