"""Labelled pictures as evidence: what a source tells of them. Slow; for a worker thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.problem import Problem
from explorer.session.directions.evidence import Evidence, Values
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import PORTRAITS, Source, opened_encoder

if TYPE_CHECKING:
    from explorer.training.sources import PictureSet


def labelled_evidence(
    model: OpenModel, source: Source, most: int, report: Report, cancelled: Cancelled
) -> Evidence | None:
    """The pictures of a source with what is known of them, not yet encoded; None where it was cancelled.

    Parameters
    ----------
    model : OpenModel
        With an encoder, whose size the pictures are opened at.
    source : Path or str
        See `explorer.training.sources`.
    most : int
        If there are more, this many are used, evenly spread.
    tell, cancelled : callable

    Raises
    ------
    Problem
        There is no encoder, the source cannot be used, or nothing is known of its pictures.
    """
    from explorer.core.traverse.encoded_pictures import check_pair
    from explorer.training.sources import Cancelled as Stopped
    from explorer.training.sources import open_pictures

    encoder = opened_encoder(model)
    try:
        check_pair(encoder, model.generator)
        card = encoder.card
        found = open_pictures(
            f"{PORTRAITS}:{most}" if source == PORTRAITS else source,
            size=card.height or model.generator.card.height,
            channels=card.channels or model.generator.card.channels,
            most=most,
            progress=report,
            cancelled=cancelled,
        )
    except Stopped:
        return None
    finally:
        encoder.close()
    names, values = attribute_columns(found)
    if not names:
        raise Problem(
            f"Nothing is known about the pictures in {source_words(source)}: no attributes, no classes.",
            "Put a labels.csv beside them (first column: file names), or a sub-folder for each class.",
        )
    words = found.description or source_words(source)
    return Evidence(model, words, names, values, found.held_out, found.groups, found.pictures, found.report.sentence())


def attribute_columns(found: PictureSet) -> tuple[tuple[str, ...], Values]:
    """The names and (N, A) values of all that is known of pictures, their classes last.

    A class is an attribute that a picture has or has not: ``class=dog``. Of two classes, one says it all. What says
    the same as a column before it is left out.
    """
    attributes = found.attributes
    names = list(attributes.names) if attributes is not None else []
    parts = [attributes.values] if attributes is not None else []
    if found.labels is not None and len(found.classes) > 1:
        classes = found.classes[1:] if len(found.classes) == 2 else found.classes
        first = len(found.classes) - len(classes)
        is_one = found.labels[:, None] == np.arange(first, len(found.classes))
        parts.append(np.where(found.labels[:, None] < 0, np.nan, is_one).astype(np.float32))
        names += [f"class={name}" for name in classes]
    values = np.concatenate(parts, axis=1) if parts else np.zeros((len(found), 0), np.float32)
    own = [place for place in range(len(names)) if not _is_told(values, place)]
    return tuple(names[place] for place in own), values[:, own]


def _is_told(values: Values, place: int) -> bool:
    """Whether a column equals one of those before it."""
    return any(np.array_equal(values[:, place], values[:, one], equal_nan=True) for one in range(place))


def source_words(source: Source) -> str:
    """What to call a source."""
    return "Portraits" if source == PORTRAITS else Path(source).name
