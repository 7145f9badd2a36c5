"""``direction``: directions of a latent space, fitted to pictures, listed, and locked against each other."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.cli.models import model_argument, open_model
from explorer.cli.progress import progress_bar
from explorer.core.directions.book import directions_file, load_directions, save_directions
from explorer.core.directions.direction import Direction
from explorer.core.directions.locking import locked
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.directions.examples import Examples
    from explorer.session.opening import OpenModel
    from explorer.training.sources import PictureSet

_METHODS = ("mean", "pairs", "logistic", "svm")  # as `explorer.core.directions.fitting` has them
_HOLD_OUT = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    fit = parts.add_parser("fit", help="fit a direction to pictures with and without an attribute")
    model_argument(fit)
    fit.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help="pictures whose attributes are known; needs an encoder",
    )
    fit.add_argument("--attribute", required=True, metavar="NAME", help="what positive strengths add")
    fit.add_argument(
        "--method",
        choices=_METHODS,
        default="mean",
        help="difference of means, of pairs, or the normal of a classifier (default mean)",
    )
    fit.add_argument("--balance", metavar="A,B", help="attributes that must not tell the two sides apart")
    fit.add_argument(
        "--hold-out",
        type=float,
        default=_HOLD_OUT,
        metavar="SHARE",
        help=f"share of the pictures that it is judged on instead (default {_HOLD_OUT})",
    )
    fit.add_argument("--seed", type=int, default=0, help="decides which are held out (default 0)")
    fit.set_defaults(part=_fit)
    listing = parts.add_parser("list", help="list a model's directions")
    model_argument(listing)
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    listing.set_defaults(part=_list)
    lock = parts.add_parser("lock", help="make a direction that leaves others alone")
    model_argument(lock)
    lock.add_argument("direction", metavar="DIRECTION", help="the direction to lock")
    lock.add_argument("--against", required=True, metavar="A,B", help="the directions to leave alone")
    lock.set_defaults(part=_lock)
    for part in (fit, lock):
        part.add_argument("--name", help="what to call the new direction")
        part.add_argument("--replace", action="store_true", help="replace one of the same name")
        part.add_argument(
            "--out", type=Path, metavar="FILE", help="another file than the model's own, made or added to"
        )
        part.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Do the part that was asked for."""
    model = open_model(options.model, options.device)
    try:
        return int(options.part(model, options))
    finally:
        model.generator.close()


def _fit(model: OpenModel, options: argparse.Namespace) -> int:
    if not 0.0 <= options.hold_out < 1.0:
        raise Problem(f"--hold-out is {options.hold_out}.", "Choose a share from 0 to 1, such as 0.2.")
    from explorer.core.directions.fitting import fit_direction

    name = options.name or options.attribute
    file, kept = _kept(model, options, name)
    balance = _names(options.balance)
    found = _pictures(model, options)
    examples = _examples(model, found, options, balance)
    source = f"{options.attribute} of {found.description}"
    made = fit_direction(examples, options.method, name, options.attribute, source, balance, options.seed)
    return _saved(made, file, kept, as_json=options.json)


def _pictures(model: OpenModel, options: argparse.Namespace) -> PictureSet:
    from explorer.core.inspection import inspect
    from explorer.session.opening import run_of
    from explorer.training.sources import open_pictures

    if model.files.encoder is None:
        raise Problem(f"{model.name} has no encoder.", "Train one with the family inversion.")
    card, own = (
        inspect(model.files.encoder, trusted=run_of(model.path) is not None).card,
        model.generator.card,
    )
    with progress_bar("pictures", "pictures") as tell:
        found = open_pictures(
            options.data,
            size=card.height or own.height,
            channels=card.channels or own.channels,
            progress=tell,
        )
    print(found.report.sentence(), file=sys.stderr)
    return found


def _examples(
    model: OpenModel, found: PictureSet, options: argparse.Namespace, balance: Sequence[str]
) -> Examples:
    from explorer.core.directions.encoding import examples_from_pictures
    from explorer.core.traversal.encoding import check_pair
    from explorer.session.map_pictures import opened_encoder

    values = _column(found, options.attribute)
    nuisances = np.stack([_column(found, name) for name in balance], axis=1) if balance else None
    encoder = opened_encoder(model)
    try:
        check_pair(encoder, model.generator)
        with progress_bar("latents", "pictures") as tell:
            examples = examples_from_pictures(
                encoder,
                found.pictures,
                values,
                groups=found.groups,
                nuisances=nuisances,
                nuisance_names=balance,
                held_out=found.held_out(options.hold_out, options.seed) if options.hold_out else None,
                progress=tell,
            )
    finally:
        encoder.close()
    assert examples is not None  # nobody cancels
    return examples


def _column(found: PictureSet, name: str) -> np.ndarray[Any, Any]:
    if found.attributes is None:
        raise Problem(
            f"Nothing is known of {found.description}.",
            "Put a labels.csv with attributes beside the pictures.",
        )
    return found.attributes.column(name).astype(np.float64)


def _list(model: OpenModel, options: argparse.Namespace) -> int:
    if model.directions_problem is not None:
        raise model.directions_problem
    if options.json:
        print(json.dumps({"directions": [_facts(direction) for direction in model.directions]}))
        return 0
    if not model.directions:
        print(f"{model.name} has no directions; direction fit finds some.", file=sys.stderr)
    for direction in model.directions:
        print(_in_words(direction))
    return 0


def _lock(model: OpenModel, options: argparse.Namespace) -> int:
    if model.directions_problem is not None:
        raise model.directions_problem
    name = options.name or f"{options.direction}, locked"
    file, kept = _kept(model, options, name)
    others = [_called(model, other) for other in _names(options.against)]
    return _saved(locked(_called(model, options.direction), others, name), file, kept, as_json=options.json)


def _called(model: OpenModel, name: str) -> Direction:
    known = {direction.name: direction for direction in model.directions}
    if name not in known:
        raise Problem(
            f"{model.name} has no direction called {name}.", f"It has: {', '.join(known) or 'none'}."
        )
    return known[name]


def _names(words: str | None) -> list[str]:
    return [] if words is None else [word.strip() for word in words.split(",") if word.strip()]


def _kept(model: OpenModel, options: argparse.Namespace, name: str) -> tuple[Path, tuple[Direction, ...]]:
    """The file that a new direction goes into, and those in it that stay; refuses before the work begins."""
    file: Path = options.out or directions_file(model.files)
    size = model.generator.card.latent_size
    there = load_directions(file, size) if file.exists() else ()
    if not options.replace and name in [direction.name for direction in there]:
        hint = "Choose another --name, or add --replace."
        raise Problem(f"There is a direction called {name} in {file.name} already.", hint)
    return file, tuple(direction for direction in there if direction.name != name)


def _saved(made: Direction, file: Path, kept: tuple[Direction, ...], *, as_json: bool) -> int:
    save_directions(file, (*kept, made))
    if as_json:
        print(json.dumps({"file": str(file), **_facts(made)}))
        return 0
    print(_in_words(made))
    for note in made.notes:
        print(f"  note: {note}", file=sys.stderr)
    print(f"Saved in {file}.", file=sys.stderr)
    return 0


def _facts(direction: Direction) -> dict[str, Any]:
    held_out = direction.held_out
    return {
        "name": direction.name,
        "method": direction.method,
        "source": direction.source,
        "attribute": direction.attribute,
        "examples": list(direction.examples),
        "held_out": None if held_out is None else dict(vars(held_out)),
        "notes": list(direction.notes),
        "details": dict(direction.details),
    }


def _in_words(direction: Direction) -> str:
    told = f"{direction.name}: {direction.method}"
    if direction.source:
        told += f", {direction.source}"
    if any(direction.examples):
        told += f"; {direction.examples[0]:,} with and {direction.examples[1]:,} without"
    held = direction.held_out
    if held is not None:
        told += (
            f"; right for {held.accuracy:.1%} of {held.examples:,} held out"
            f" ({held.low:.1%} to {held.high:.1%})"
        )
    return told
