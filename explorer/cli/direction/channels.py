"""``direction channels``: channels of StyleSpace that change one attribute, or one region of the picture."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from explorer.cli.direction.keeping import Keeping
from explorer.cli.direction.telling import facts, tell
from explorer.cli.output import say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import class_argument, class_index, sampled
from explorer.core.directions.direction import Direction
from explorer.core.directions.region import Region
from explorer.core.directions.style_channels import FoundChannel, as_direction
from explorer.core.problem import Problem
from explorer.session.directions.channel_search import SAMPLES, channels_in_region, channels_of_attribute
from explorer.session.models.opening import OpenModel

_COUNT = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--attribute", metavar="NAME", help="what a classifier recognises in samples")
    wanted.add_argument("--region", metavar="X,Y,W,H", help="a rectangle of the picture, in pixels")
    wanted.add_argument("--list", action="store_true", help="only list the layers and their channels")
    parser.add_argument(
        "--classifier", type=Path, metavar="FILE", help="the classifier that judges samples (default: the model's own)"
    )
    parser.add_argument("--samples", type=int, default=SAMPLES, help=f"how many samples it judges (default {SAMPLES})")
    parser.add_argument("--count", type=int, default=_COUNT, help=f"how many channels (default {_COUNT})")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the samples, and of the region's picture (default 0)"
    )
    parser.add_argument("--psi", type=float, help="truncation of the region's picture (default 1)")
    class_argument(parser)
    parser.add_argument("--keep", type=int, metavar="N", help="keep the first N as directions of the model")


def find(model: OpenModel, options: argparse.Namespace) -> int:
    """Find channels as asked, and keep them where that is asked too."""
    if options.list:
        return _list(model, options)
    for name in ("count", "samples"):
        if getattr(options, name) < 1:
            raise Problem(f"--{name} is {getattr(options, name)}.", "Choose 1 or more.")
    kept = options.keep or 0
    if not 0 <= kept <= options.count:
        raise Problem(f"--keep is {options.keep}.", f"Choose from 1 to --count, {options.count}.")
    keeping, names = Keeping.of(model, options), _names(options, kept)
    keeping.check(names)
    found = _found(model, options)
    made = [_direction(one, name, options, model) for one, name in zip(found, names, strict=False)]
    if not made:
        return _tell(found, options)
    report = {"channels": [_facts(one) for one in found], "directions": [facts(one) for one in made]}
    if not options.json:
        _tell(found, options)
    tell(made, keeping.keep(made), report if options.json else None)
    return 0


def _found(model: OpenModel, options: argparse.Namespace) -> tuple[FoundChannel, ...]:
    label = class_index(options.label, model.generator)
    with progress_bar("channels", "%") as bar:

        def report(done: float, total: float = 1.0) -> None:
            bar(int(100 * done / total), 100)

        if options.region is not None:
            scene = sampled(model.generator, options.seed, options.psi, label)
            region = Region.read(options.region)
            found = channels_in_region(model, scene, region, options.count, options.seed + 1, report, lambda: False)
        else:
            classifier = options.classifier or model.files.classifier
            if classifier is None:
                raise Problem(f"{model.name} has no classifier of its own.", "Name one: --classifier FILE.")
            found = channels_of_attribute(
                *(model, classifier, options.attribute, options.count, options.samples, options.seed, label),
                report,
                lambda: False,
            )
    assert found is not None  # nobody cancels
    return found


def _names(options: argparse.Namespace, count: int) -> list[str]:
    name = options.name or options.attribute or f"region {options.region}"
    return [name] if count == 1 else [f"{name} {rank}" for rank in range(1, count + 1)]


def _direction(one: FoundChannel, name: str, options: argparse.Namespace, model: OpenModel) -> Direction:
    if options.attribute:
        return as_direction(one, name, f"{options.samples:,} samples of {model.name}", options.attribute)
    return as_direction(one, name, f"what changes the region {options.region}")


def _tell(found: tuple[FoundChannel, ...], options: argparse.Namespace) -> int:
    if options.json:
        say_json({"channels": [_facts(one) for one in found]})
        return 0
    for rank, one in enumerate(found, 1):
        if one.inside is None:
            way = "upwards" if one.sign > 0 else "downwards"
            say(f"{rank:>3}  {one.channel.name:<10} relevance {one.score:.2f}, {way}")
        else:
            say(
                f"{rank:>3}  {one.channel.name:<10} changes the region by {one.inside:.2f} and the rest by "
                f"{one.elsewhere:.2f} of 255 a deviation ({one.locality:.0%} inside)"
            )
    return 0


def _facts(one: FoundChannel) -> dict[str, object]:
    told = asdict(one)
    return {"name": one.channel.name, **told.pop("channel"), **told}


def _list(model: OpenModel, options: argparse.Namespace) -> int:
    layers = model.generator.style_layers
    if options.json:
        say_json({"layers": [asdict(layer) for layer in layers]})
        return 0
    for number, layer in enumerate(layers):
        say(f"s{number:<3} {layer.channels:>5} channels  {layer.words}")
    if not layers:
        say(f"{model.name} has no channels of StyleSpace that can be found.")
    return 0
