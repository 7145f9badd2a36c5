"""``attack``: a picture hardly changed, and a network that takes it for something else; or how often that happens."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.assuming import assume_argument, pictures_of
from explorer.cli.inside.attack_telling import tell_many, tell_one
from explorer.cli.inside.looked_at import draws, looked_at, network_arguments, opened_network, place_of
from explorer.cli.model_arguments import open_model
from explorer.cli.output import remark
from explorer.cli.places import check_png
from explorer.cli.progress_bar import progress_bar
from explorer.core.inside.attack import MOST_STEPS, USUAL_STEPS, Attack, Fooled
from explorer.core.inside.questions import REAL, question_called
from explorer.core.problem import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.training.inside.picture_network import PictureNetwork
    from explorer.training.sources import PictureSet

_COUNT, _MOST = 1000, 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    network_arguments(parser)
    parser.add_argument(
        "data", nargs="?", metavar="DATA", help="pictures as train takes them, to count how often it is fooled"
    )
    assume_argument(parser)
    parser.add_argument("--count", type=int, default=_COUNT, help=f"use at most this many of them (default {_COUNT})")
    parser.add_argument(
        "--hold-out", type=float, default=0.0, metavar="SHARE", help="only those that training held out"
    )
    parser.add_argument(
        "--epsilon", type=float, default=0.1, help="the largest change of a value; black is 0, white 1 (default 0.1)"
    )
    parser.add_argument(
        "--steps",
        type=int,
        default=1,
        help=f"1 is the fast gradient sign method, more is iterated, such as {USUAL_STEPS} (at most {MOST_STEPS})",
    )
    parser.add_argument("--ask", default="", metavar="QUESTION", help="an attribute, or: which, real")
    parser.add_argument("--target", default="", metavar="ANSWER", help="the answer that is wanted (default: any other)")
    parser.add_argument("--real", metavar="SOURCE", help="real pictures, for a critic's limit between real and made")
    parser.add_argument("--noise-seed", type=int, default=0, help="seed of the random signs beside it (default 0)")
    parser.add_argument("--out", type=Path, metavar="OUT.png", help="before, noise, after, and with random signs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Attack as asked."""
    attack = Attack(options.epsilon, options.steps, options.ask, options.target, options.noise_seed)
    if options.out is not None:
        check_png(options.out, "An attack")
    if not 1 <= options.count <= _MOST:
        raise Problem(f"{options.count} pictures cannot be attacked.", f"Ask for 1 to {_MOST:,}.")
    place = place_of(options)
    network = opened_network(options, place)
    question = question_called(attack.asked, network.questions, network.name)
    if attack.target:
        question.place_of(attack.target)
    elif question.name == REAL:
        attack = replace(attack, target="real")
    limit = _limit(network, options, place) if question.name == REAL else None
    if options.data is not None:
        return _many(network, attack, limit, options)
    return _one(network, attack, limit, options, place)


def _one(network: PictureNetwork, attack: Attack, limit: float | None, options: argparse.Namespace, place: Path) -> int:
    from explorer.training.inside.attacks import fooled

    picture = looked_at(options, place)
    if picture is None:
        raise Problem(
            "No picture was named.", "Give one with --from PHOTO, or many, as train takes them: attack NETWORK DATA."
        )
    found = fooled(network, network.fitted(picture)[None], attack, limit=limit)
    _save(found, options.out)
    tell_one(found, options)
    return 0


def _many(network: PictureNetwork, attack: Attack, limit: float | None, options: argparse.Namespace) -> int:
    from explorer.training.inside.attacks import fooled
    from explorer.training.inside.known_answers import known_answers

    found = _pictures(options.data, network, options.count, options.hold_out, options.assume)
    question = question_called(attack.asked, network.questions, network.name)
    truth = known_answers(question, found)
    kept = slice(None) if truth is None else truth >= 0
    with progress_bar("attack", "pictures") as report:
        pictures, known = found.pictures[kept], None if truth is None else truth[kept]
        result = fooled(network, pictures, attack, known, limit=limit, progress=report)
    _save(result, options.out)
    tell_many(result, options, is_known=truth is not None)
    return 0


def _save(found: Fooled, out: Path | None) -> None:
    if out is not None:
        from explorer.core.inside.attack_sheet import attack_sheet
        from explorer.core.rendering.picture_files import save_png

        save_png(out, attack_sheet(found))


def _pictures(source: str, network: PictureNetwork, count: int, share: float, assume: list[str]) -> PictureSet:
    height, width = network.own_sides
    if height != width or not height:
        said = f"{network.name} takes pictures of {width or 'any'} x {height or 'any'} pixels."
        raise Problem(said, "Give it one picture at a time, with --from: a source gives only squares of one size.")
    return pictures_of(source, height, network.channels, count, share, assume)


def _limit(network: PictureNetwork, options: argparse.Namespace, place: Path) -> float:
    """From which score on the critic takes a picture for real; said on stderr."""
    from explorer.training.inside.critic_limit import REFERENCES, critic_limit

    if not draws(place):
        raise Problem(
            f"{network.name} is a critic without its model.", "Name the folder of the model that it belongs to."
        )
    real = None if options.real is None else _pictures(options.real, network, REFERENCES, 0.0, []).pictures
    found = critic_limit(network, _samples(network, place, REFERENCES), real)
    remark(found.words)
    return found.score


def _samples(network: PictureNetwork, place: Path, count: int) -> NDArray[np.uint8]:
    import numpy as np

    from explorer.core.traverse.layout import sample_points

    with open_model(str(place), "cpu") as model:
        scenes = sample_points(model.generator, count)
        drawn = [network.fitted(model.renderer.render(scene).picture) for scene in scenes]
    return np.stack(drawn)
