"""How the verbs name and open models."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import missing
from explorer.core.models.file_kinds import kind_of, refuse_other_kinds, run_of
from explorer.core.models.model import backwards_of, likelihood_in, translator_in
from explorer.core.problem import Problem
from explorer.paths import model_path, models_folder, user_folder
from explorer.session.directions.direction_files import DirectionFiles
from explorer.session.models.companion_links import CompanionLinks
from explorer.session.models.folders import only_model_in
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.models.weights_files import holds_weights

if TYPE_CHECKING:
    from explorer.core.inference.providers import Device


def model_argument(parser: argparse.ArgumentParser, *, runs: bool = True) -> None:
    """Let a verb take a model and, where it ``runs`` it, the device for that."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="name of a bundled model, or path of a model, folder, run or file of weights",
    )
    source_argument(parser)
    if not runs:
        parser.set_defaults(device="cpu")
        return
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where the model runs (default auto)",
    )


def source_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb take the source of a file of weights."""
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FILE",
        help="the .py or notebook in which the network of a file of weights is written: it is read, never run",
    )


def remember_source(model: str, source: Path) -> None:
    """Have the weights at the path ``model`` read by a source, now and later, by all verbs and by the window.

    Raises
    ------
    Problem
        They are no weights, or it is no source.
    """
    path = named_place(model)
    if not holds_weights(path):
        raise Problem(f"{path.name} is not a file of weights, so no source is needed.", "Leave --source out.")
    opener().weights.choose_source(path, source)


@contextmanager
def open_model(name: str, device: Device) -> Iterator[OpenModel]:
    """The model called ``name``, or that lies at the path ``name``, for as long as the block lasts.

    Raises
    ------
    Problem
        There is none, or it cannot be used.
    """
    model = opener().open(named_place(name), device)
    try:
        yield model
    finally:
        model.generator.close()


def located(name: str) -> Path:
    """The model file called ``name``, or that lies at the path ``name``; a folder's or a run's generator.

    Raises
    ------
    Problem
        There is none.
    """
    path = named_place(name)
    plain = path.is_file() and not holds_weights(path)
    return path if plain else opener().files(path).generator


def likelihood_of(name: str) -> Path:
    """The likelihood of the model called ``name``, or that lies at the path ``name``; a run is exported first.

    Raises
    ------
    Problem
        There is no such model, or it has no likelihood.
    """
    return likelihood_in(_with_parts(name))


def translator_of(name: str, *, backwards: bool = False) -> Path:
    """The translator of the model called ``name``, or that lies at the path ``name``; a run is exported first.

    Raises
    ------
    Problem
        There is no such model, or it has no translator, or none ``backwards``.
    """
    found = translator_in(_with_parts(name))
    if not backwards:
        return found
    beside = backwards_of(found)
    if beside is None:
        raise Problem(f"{name} translates one way only.", "Leave --backwards out, or choose a CycleGAN.")
    return beside


def _with_parts(name: str) -> Path:
    """The folder or file of a model called ``name``; that of a run, or of weights, is written first."""
    path = named_place(name)
    if run := run_of(path):
        return opener().exported(run)
    return opener().files(path).generator.parent if holds_weights(path) else path


def is_made_here(generator: Path) -> bool:
    """Whether a model was exported or converted by this program, so that no child needs to try it first."""
    return generator.resolve().parent.parent == (user_folder("cache") / "exports").resolve()


def named_place(name: str) -> Path:
    """Where the model lies that is called ``name``, or is at the path ``name``.

    Raises
    ------
    Problem
        There is nothing, or what is no model.
    """
    path = model_path(name)
    check_place(path)
    return only_model_in(path) if kind_of(path) == "folder" else path


def check_place(path: Path) -> None:
    """Refuse a place where nothing is, or what is of another kind than models, weights and runs."""
    if not path.exists():
        raise missing(path)
    hint = f"Find its latent with a model: project MODEL {path.name}; or train with a folder of pictures."
    refuse_other_kinds(path, hint)


def direction_files() -> DirectionFiles:
    """Where the directions of models are kept: the same places as the window's."""
    return DirectionFiles(user_folder("data") / "directions", _is_foreign)


def _is_foreign(generator: Path) -> bool:
    """Whether a model is replaced when the program is, or may be thrown away."""
    bundled = generator.resolve().is_relative_to(models_folder().resolve())
    return bundled or generator.is_relative_to(user_folder("cache"))


def opener() -> Opener:
    """What opens models, with the same files of its own as the window's."""
    parts = CompanionLinks(user_folder("data") / "parts.json")
    return Opener(user_folder("cache") / "exports", direction_files(), parts)
