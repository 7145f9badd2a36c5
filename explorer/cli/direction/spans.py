"""``direction span``: how far strips and sliders of directions go, measured by what one sees, or set."""

from __future__ import annotations

import argparse

from explorer.cli.direction.keeping import Keeping
from explorer.cli.direction.telling import facts, tell
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import chosen_directions, class_argument, class_index
from explorer.core.directions.span import LEAST, MOST, at_span, with_span
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="the directions (default: all)")
    parser.add_argument(
        "--to",
        type=float,
        metavar="ALPHA",
        help=f"set it, from {LEAST:g} to {MOST:g}, instead of measuring how far one has to go to see the change",
    )
    class_argument(parser)


def measure(model: OpenModel, options: argparse.Namespace) -> int:
    """Measure or set how far directions go, and keep that with them."""
    if options.to is not None and not LEAST <= options.to <= MOST:
        raise Problem(f"--to is {options.to:g}.", f"Choose from {LEAST:g} to {MOST:g}.")
    chosen = chosen_directions(model, options.names)
    label, made = class_index(options.label, model.generator), []
    with progress_bar("measuring", "directions") as report:
        for done, direction in enumerate(chosen, 1):
            known = options.to is not None
            made.append(at_span(direction, options.to) if known else with_span(direction, model.generator, label))
            report(done, len(chosen))
    fresh = {direction.name: direction for direction in made}
    file = Keeping(model).put(fresh)
    tell(made, file, {"directions": [facts(direction) for direction in made]} if options.json else None)
    return 0
