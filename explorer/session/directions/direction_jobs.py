"""Directions made and written in the background: imported, factorised, analysed, focused, exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.models.card import ModelCard

Make = Callable[[Report, Cancelled], "tuple[Direction, ...] | None"]


@dataclass(frozen=True, eq=False)
class DirectionJob:
    """Something that gives directions.

    Attributes
    ----------
    what : str
        What is going on, in words: "Factorising".
    step : str
        What the step of the history is called that adds them.
    model : str
        Hash of the model they are for.
    model_name : str
    make : callable
        The `Work` that gives them; None where it was cancelled.
    """

    what: str
    step: str
    model: str
    model_name: str
    make: Make


def directions_in(path: Path, card: ModelCard, space: str | None = None) -> tuple[Direction, ...]:
    """The directions in a file of any form, for the model with this card; see `import_directions`."""
    from explorer.core.directions.files.importing import import_directions
    from explorer.training.weight_import.tensors import read_tensors

    return import_directions(path, card.latent_size, read_tensors, card.style_size, space, card.styles)


def importing(model: OpenModel, path: Path) -> DirectionJob:
    """The directions in a file of another tool, or of our own."""

    def make(*_: object) -> tuple[Direction, ...]:
        return directions_in(path, model.generator.card)

    return DirectionJob(f"Importing {path.name}", f"Import {path.name}", model.generator.hash, model.name, make)


def factorising(model: OpenModel, count: int, *, colours: bool = True) -> DirectionJob:
    """The directions along which the first layers move their result most (SeFa); ``colours``: with ToRGB."""

    def make(*_: object) -> tuple[Direction, ...]:
        from explorer.core.directions.unsupervised.in_w import weight_directions

        return weight_directions(model.generator, count, colours=colours)

    return DirectionJob("Factorising the weights", "Factorise the weights", model.generator.hash, model.name, make)


def focusing(model: OpenModel, direction: Direction, label: int | None, taken: Sequence[str]) -> DirectionJob:
    """A direction that changes as much of its attribute and less of the rest, judged where a classifier can.

    ``taken`` are the names there are.
    """

    def make(report: Report, cancelled: Cancelled) -> tuple[Direction, ...] | None:
        from explorer.core.directions.focusing import focused, picture_metric
        from explorer.session.directions.side_effects import judged_direction

        metric = picture_metric(model.generator, label=label, progress=part(report, 0.0, 0.9), cancelled=cancelled)
        if metric is None:
            return None
        found = focused(direction, metric, taken=taken)
        judged = judged_direction(model, found, label, part(report, 0.9, 1.0), cancelled)
        return None if judged is None else (judged,)

    what = f"Focus {direction.name}"
    return DirectionJob(f"Focusing {direction.name}", what, model.generator.hash, model.name, make)


def analysing(model: OpenModel, count: int, label: int | None) -> DirectionJob:
    """The principal components of what random latents bring about (GANSpace)."""

    def make(report: Report, cancelled: Cancelled) -> tuple[Direction, ...] | None:
        from explorer.core.directions.unsupervised.in_w import effect_directions

        return effect_directions(model.generator, count, label=label, progress=report, cancelled=cancelled)

    return DirectionJob(
        "Finding principal components", "Find principal components", model.generator.hash, model.name, make
    )
