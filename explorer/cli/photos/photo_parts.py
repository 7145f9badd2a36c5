"""What the verb ``project`` makes of a photograph that was found: pictures, and with ``--tune`` a model of its own."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.cli.model_arguments import open_model
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import Strengths, directed
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene

if TYPE_CHECKING:
    from explorer.core.inference.generator import Pictures
    from explorer.session.photos.photo_projector import ProjectedPhoto, Projector

TUNING_STEPS = 200
_MOST_STEPS = 100_000


@dataclass(frozen=True, eq=False)
class PhotoParts:
    """Pictures by what they are called, with the scenes that draw them, and the tuned model.

    Attributes
    ----------
    pictures : dict of str to (picture, Scene or None)
    model : Path or None
        The folder of the tuned model.
    error : float or None
        How far its picture is off, as `ProjectedPhoto.error`.
    """

    pictures: dict[str, tuple[Pictures, Scene | None]]
    model: Path | None = None
    error: float | None = None


def tune_argument(parser: argparse.ArgumentParser) -> None:
    """Let the verb tune the model to what it found."""
    parser.add_argument(
        "--tune",
        type=int,
        nargs="?",
        const=TUNING_STEPS,
        metavar="STEPS",
        help="then tune the model to the picture too, in this many steps, and write it as a model of its own, "
        f"NAME-model, into the folder of the results (without a number {TUNING_STEPS} steps)",
    )


def check_tuning(options: argparse.Namespace) -> None:
    """Refuse a number of steps that cannot be."""
    if options.tune is not None and not 1 <= options.tune <= _MOST_STEPS:
        raise Problem(f"--tune is {options.tune}.", f"Choose from 1 to {_MOST_STEPS:,} steps.")


def model_folder(options: argparse.Namespace, name: str) -> Path | None:
    """Where the model that is tuned to a photograph goes; None where none is.

    Raises
    ------
    Problem
        Something lies there.
    """
    if options.tune is None:
        return None
    folder: Path = options.out / f"{name}-model"
    if folder.exists():
        raise Problem(f"{folder} is there already.", "Choose another folder with --out, or move it away.")
    return folder


def photo_parts(
    projector: Projector,
    found: ProjectedPhoto,
    asked: Strengths,
    name: str,
    folder: Path | None,
    options: argparse.Namespace,
) -> PhotoParts:
    """Everything that is saved of a photograph; the model is tuned where there is a folder for that."""
    pictures: dict[str, tuple[Pictures, Scene | None]] = {
        "aligned": (found.aligned, None),
        "reconstruction": (found.reconstruction, found.scene),
    }
    renderer, scene, error = projector.model.renderer, found.scene, None
    with ExitStack() as until:
        if folder is not None:
            from explorer.core.rendering.renderer import renderer_of

            scene = _tuned(projector, found, name, folder, options)
            model = until.enter_context(open_model(str(folder), options.device))
            renderer = renderer_of(model.generator, renderer.directions)
            picture = renderer.render(scene).picture
            pictures["tuned"] = (picture, scene)
            error = float(np.abs(picture.astype(np.int16) - found.aligned).mean()) / 255
        if asked:
            moved = directed(scene, asked)
            pictures["edit"] = (renderer.render(moved).picture, moved)
    return PhotoParts(pictures, folder, error)


def _tuned(projector: Projector, found: ProjectedPhoto, name: str, folder: Path, options: argparse.Namespace) -> Scene:
    """Tune the model, and write it; gives the scene of the photograph in it."""
    from explorer.training.projection.pivotal_tuning import TuningEffort

    tuning = projector.tuning(found, name, TuningEffort(steps=options.tune, seed=options.seed))
    with progress_bar(f"{name}, tuning", "steps") as report:
        for told in tuning.steps():
            report(told.step, told.steps)
    return tuning.write(folder)
