"""Labelled pictures as the verb takes them: opened at the encoder's size, and encoded."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.cli.assuming import assume_argument, tell_report
from explorer.cli.progress_bar import progress_bar
from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import opened_encoder

if TYPE_CHECKING:
    from explorer.core.directions.fitting.examples import Examples
    from explorer.training.sources import PictureSet


def attributes_argument(parser: argparse.ArgumentParser) -> None:
    """Let a part take a label file."""
    parser.add_argument(
        "--attributes",
        type=Path,
        metavar="FILE",
        help="label file (CSV, or CelebA's form) instead of the one beside the pictures",
    )
    assume_argument(parser)


def labelled_pictures(model: OpenModel, source: str, attributes: Path | None, assume: Sequence[str] = ()) -> PictureSet:
    """The pictures of a source, of the size that the model's encoder takes.

    Raises
    ------
    Problem
        The model has no encoder, or the source cannot be used.
    """
    from explorer.core.models.inspection import inspect
    from explorer.training.sources import Assumptions, open_pictures

    if model.files.encoder is None:
        raise Problem(
            f"{model.name} has no encoder.",
            "Train one with the family inversion, or fit to samples with --samples and a classifier.",
        )
    own = model.generator.card
    card = inspect(model.files.encoder, trusted=run_of(model.path) is not None).card
    with progress_bar("pictures", "pictures") as report:
        found = open_pictures(
            source,
            size=card.height or own.height,
            channels=card.channels or own.channels,
            attributes=attributes,
            assume=Assumptions.from_words(assume),
            progress=report,
        )
    tell_report(found.report)
    return found


def column(found: PictureSet, name: str) -> tuple[str, NDArray[np.float64]]:
    """The full name of an attribute or a class, in any case, and what is known of it, (N,); NaN where it is not.

    Raises
    ------
    Problem
        There is no such attribute, or none at all.
    """
    from explorer.training.learning.attribute_columns import all_facts_of

    known = all_facts_of(found)
    if not known.names:
        raise Problem(
            f"Nothing is known about {found.description or 'these pictures'}.",
            "Put a labels.csv beside them, name one with --attributes, or sort them into a folder for each class.",
        )
    full = known.called(name)
    return full, known.column(full).astype(np.float64)


def encoded_examples(model: OpenModel, found: PictureSet, values: NDArray[np.float64], **more: Any) -> Examples:
    """The pictures as examples; ``more`` is what `examples_from_pictures` takes by name."""
    from explorer.core.directions.fitting.encoded_examples import examples_from_pictures
    from explorer.core.traverse.encoded_pictures import check_pair

    with closing(opened_encoder(model)) as encoder:
        check_pair(encoder, model.generator)
        with progress_bar("latents", "pictures") as report:
            examples = examples_from_pictures(
                encoder, found.pictures, values, groups=found.groups, progress=report, **more
            )
    assert examples is not None  # nobody cancels
    return examples
