"""``direction list`` and ``direction remove``: which directions there are, and which there shall not be."""

from __future__ import annotations

import argparse

from explorer.cli.direction.keeping import Keeping
from explorer.cli.direction.telling import facts, in_words
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import called, class_index
from explorer.core.directions.direction import Direction
from explorer.session.models.opening import OpenModel


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``remove``."""
    parser.add_argument("names", metavar="NAME", nargs="+", help="the directions to remove")


def list_all(model: OpenModel, options: argparse.Namespace) -> int:
    """List a model's directions, each with its verdict."""
    if model.directions_problem is not None:
        raise model.directions_problem
    directions = _judged(model)
    if options.json:
        say_json({"directions": [facts(direction) for direction in directions]})
        return 0
    if not model.directions:
        remark(f"{model.name} has no directions; direction fit, sefa and pca find some.")
    for direction in directions:
        say(in_words(direction))
    return 0


def _judged(model: OpenModel) -> list[Direction]:
    """The directions with their verdicts; those of which nothing is known are judged as in the window, and not kept."""
    from explorer.session.directions.side_effects import judged_direction

    label, judged = class_index(None, model.generator), list[Direction]()
    with progress_bar("judging", "directions") as report:
        for direction in model.directions:
            found = judged_direction(model, direction, label, lambda *_: None, lambda: False)
            judged.append(direction if found is None else found)
            report(len(judged), len(model.directions))
    return judged


def remove(model: OpenModel, options: argparse.Namespace) -> int:
    """Remove directions of a model, all of them or none."""
    names = [called(model, name).name for name in dict.fromkeys(options.names)]
    file = Keeping(model).remove(names)
    if options.json:
        say_json({"file": str(file), "removed": names})
        return 0
    for name in names:
        say(f"removed {name}")
    remark(f"Saved in {file}.")
    return 0
