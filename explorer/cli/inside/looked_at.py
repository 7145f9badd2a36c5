"""Which network the verbs look into, and at which picture: a sample of its own model, or one of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import is_made_here, named_place, open_model, opener
from explorer.cli.scene_arguments import class_index, sampled, style_arguments
from explorer.core.inside.network_files import PARTS, network_at
from explorer.core.models.file_kinds import run_of
from explorer.core.models.model import drawing_file
from explorer.core.problem import Problem
from explorer.session.models.weights_files import holds_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.training.inside.picture_network import PictureNetwork


def network_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb take a network, and a picture for it."""
    parser.add_argument("network", metavar="NETWORK", help="name or path of a model, or the file of a network")
    parser.add_argument(
        "--with", dest="part", choices=tuple(PARTS), help="which network of a model (default: the first)"
    )
    parser.add_argument("--from", dest="own", type=Path, metavar="PHOTO", help="a picture of your own")
    parser.add_argument("--seed", type=int, help="seed of a sample of the model instead (default 0)")
    style_arguments(parser)


def place_of(options: argparse.Namespace) -> Path:
    """The folder of the model that was named, or the file of a network; a run, or weights, are written first.

    Raises
    ------
    Problem
        There is none.
    """
    path = named_place(options.network)
    if run := run_of(path):
        return opener().exported(run)
    return opener().files(path).generator.parent if holds_weights(path) else path


def opened_network(options: argparse.Namespace, place: Path) -> PictureNetwork:
    """The network that was named.

    Raises
    ------
    Problem
        The model has none, or no gradients pass through it.
    """
    from explorer.training.inside.picture_network import PictureNetwork

    file = network_at(place, options.part or "")
    return PictureNetwork.open(file, trusted=is_made_here(file))


def looked_at(options: argparse.Namespace, place: Path) -> NDArray[np.uint8] | None:
    """The picture that was asked for, of its own size; None where there is no model to draw one.

    Raises
    ------
    Problem
        It cannot be read or drawn.
    """
    if options.own is not None:
        from explorer.core.photos.photo_files import read_photo

        return read_photo(options.own).pixels
    if not draws(place):
        if options.seed is not None:
            raise Problem(f"{place.name} draws no pictures, so it has no sample.", "Give a picture with --from.")
        return None
    with open_model(str(place), "cpu") as model:
        scene = sampled(model.generator, options.seed or 0, options.psi, class_index(options.label, model.generator))
        return model.renderer.render(scene).picture


def draws(place: Path) -> bool:
    """Whether a model at this place draws pictures."""
    return place.is_dir() and drawing_file(place) is not None
