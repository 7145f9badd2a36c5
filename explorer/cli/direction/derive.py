"""``direction import``, ``sefa``, ``pca``, ``lock`` and ``focus``: directions that need no examples."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from explorer.cli.direction.keeping import Keeping, names_in, renamed
from explorer.cli.direction.telling import facts, tell
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import called, class_argument, class_index
from explorer.cli.style_arguments import SPACES, layers_from, require_w
from explorer.core.directions.direction import Direction
from explorer.core.problem import Problem
from explorer.session.directions.direction_jobs import directions_in
from explorer.session.directions.side_effects import judged_direction
from explorer.session.jobs.report import silent
from explorer.session.models.opening import OpenModel

_COUNT = 10
_WATCHED, _DAMPING = 32, 0.3  # as `explorer.core.directions.focusing` has them


def import_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``import``."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help=".npy, .npz or .json of vectors, a PyTorch file of tensors, or one of our own",
    )
    parser.add_argument("--space", choices=SPACES, help="what they move (default: by their size and the file's name)")


def sefa_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``sefa``."""
    parser.add_argument("--count", type=int, default=_COUNT, help=f"how many, largest first (default {_COUNT})")


def pca_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``pca``."""
    sefa_arguments(parser)
    parser.add_argument("--samples", type=int, help="how many random latents (default 2000 or more)")
    parser.add_argument(
        "--watched",
        choices=("activations", "pictures"),
        default="activations",
        help="what they change: early activations where available, or pictures (default activations)",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random latents (default 0)")
    class_argument(parser)


def factorise_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``sefa``."""
    sefa_arguments(parser)
    parser.add_argument(
        "--without-torgb",
        action="store_true",
        help="of a style-based model, leave out the layers that only colour, as SeFa's authors do",
    )


def layers_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``layers``."""
    parser.add_argument("direction", metavar="DIRECTION", help="a direction of W")
    parser.add_argument("layers", metavar="FIRST-LAST", help="the layers that it should move, counted from 0")


def lock_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``lock``."""
    parser.add_argument("direction", metavar="DIRECTION", help="the direction to make independent")
    parser.add_argument("--against", required=True, metavar="A,B", help="the directions to leave alone")


def focus_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``focus``."""
    parser.add_argument("direction", metavar="DIRECTION", help="the direction to focus")
    parser.add_argument(
        "--damping",
        type=float,
        default=_DAMPING,
        metavar="LAMBDA",
        help=f"the smaller, the less of the picture changes, and of the attribute too (default {_DAMPING})",
    )
    parser.add_argument("--samples", type=int, default=_WATCHED, help=f"random pictures watched (default {_WATCHED})")
    parser.add_argument("--seed", type=int, default=0, help="seed of these samples (default 0)")
    class_argument(parser)


def bring(model: OpenModel, options: argparse.Namespace) -> int:
    """Import the directions in a file."""
    if options.space == "w":
        require_w(model.renderer)
    return _kept(model, options, directions_in(options.file, model.generator.card, options.space))


def factorise(model: OpenModel, options: argparse.Namespace) -> int:
    """Find directions in the generator's weights."""
    from explorer.core.directions.unsupervised.in_w import weight_directions

    _check_count(options.count)
    return _kept(model, options, weight_directions(model.generator, options.count, colours=not options.without_torgb))


def analyse(model: OpenModel, options: argparse.Namespace) -> int:
    """Find the principal components of what random latents bring about."""
    from explorer.core.directions.unsupervised.in_w import effect_directions

    _check_count(options.count)
    card = model.generator.card
    ranks = range(1, min(options.count, card.style_size or card.latent_size) + 1)
    expected = [f"{options.name or 'pca'} {rank}" for rank in ranks]
    Keeping.of(model, options).check(expected if len(expected) > 1 or not options.name else [options.name])
    label = class_index(options.label, model.generator)
    with progress_bar("samples", "samples") as report:
        found = effect_directions(
            *(model.generator, options.count, options.samples, options.seed, label, report),
            watched=options.watched,
        )
    assert found is not None  # nobody cancels
    return _kept(model, options, found)


def restrict(model: OpenModel, options: argparse.Namespace) -> int:
    """Make a direction move some layers only; with --replace the one that is there."""
    from explorer.core.directions.direction import in_layers

    card = require_w(model.renderer).generator.card
    layers = layers_from(options.layers, card.styles)
    found = in_layers(called(model, options.direction), layers, card.styles, card.style_size)
    return _kept(model, options, [found])


def lock(model: OpenModel, options: argparse.Namespace) -> int:
    """Make a direction that leaves others alone."""
    from explorer.core.directions.locking import locked

    subject = called(model, options.direction)
    others = [called(model, other) for other in names_in(options.against)]
    name = options.name or f"{options.direction}, independent"
    keeping = Keeping.of(model, options)
    keeping.check([name])
    made = locked(subject, others, name)
    tell([made], keeping.keep([made]), facts(made) if options.json else None)
    return 0


def focus(model: OpenModel, options: argparse.Namespace) -> int:
    """Make a direction that changes as much of its attribute and less of the rest."""
    from explorer.core.directions.focusing import focused, picture_metric

    if options.samples < 1:
        raise Problem(f"{options.samples} samples tell nothing.", "Choose --samples of 1 or more.")
    subject = called(model, options.direction)
    name = options.name or f"{options.direction}, focused"
    Keeping.of(model, options).check([name])
    label = class_index(options.label, model.generator)
    with progress_bar("samples", "samples") as report:
        metric = picture_metric(model.generator, options.samples, options.seed, label, report)
    assert metric is not None  # nobody cancels
    found = focused(subject, metric, options.damping, name)
    judged = judged_direction(model, found, label, silent, lambda: False)
    return _kept(model, options, [judged or found])


def _kept(model: OpenModel, options: argparse.Namespace, found: Sequence[Direction]) -> int:
    made, keeping = renamed(found, options.name), Keeping.of(model, options)
    keeping.check([direction.name for direction in made])
    report = {"directions": [facts(direction) for direction in made]} if options.json else None
    tell(made, keeping.keep(made), report)
    return 0


def _check_count(count: int) -> None:
    if count < 1:
        raise Problem(f"{count} directions cannot be found.", "Choose a --count of 1 or more.")
