"""What a map shows: samples as they are drawn, or the user's own pictures as an encoder sees them.

All of it is slow, and to be called in a worker thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.report import Cancelled, Report, part, silent
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator
    from explorer.core.inference.perception import Classifier, Encoder
    from explorer.core.models.attribute import Attribute
    from explorer.core.models.card import ModelCard
    from explorer.core.traverse.map_facts import Fact
    from explorer.training.sources import Assumptions, PictureSet, SourceReport

PORTRAITS = "portraits"
Source = Path | str
_OPENING = 0.6  # share of the work; encoding is the rest


@dataclass(frozen=True, eq=False)
class MapPictures:
    """N pictures, and what is known of them.

    Attributes
    ----------
    scenes : tuple of N Scene
        What draws them, or what the encoder makes of them.
    pictures : (N, height, width, channels) uint8
        Thumbnails.
    names : tuple of N str
        () for samples.
    facts : tuple of Fact
        Their class first, where it is known.
    report : SourceReport or None
        What became of the files of a source, and what was assumed of them.
    """

    scenes: tuple[Scene, ...]
    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    facts: tuple[Fact, ...]
    report: SourceReport | None = None


def sampled_pictures(
    generator: Generator,
    count: int,
    seed: int,
    report: Report = silent,
    cancelled: Cancelled = lambda: False,
    classifier: Classifier | None = None,
) -> MapPictures | None:
    """``count`` samples from ``seed`` on, with what ``classifier`` sees in them; None where it was cancelled.

    Raises
    ------
    Problem
        There are too few or too many, or they cannot be drawn.
    """
    from explorer.core.exports.map_picture import thumbnails
    from explorer.core.traverse.layout import sample_points

    scenes = tuple(sample_points(generator, count, seed))
    latents, labels = np.stack([scene.z for scene in scenes]), [scene.label for scene in scenes]
    parts: list[NDArray[np.uint8]] = []
    seen: list[NDArray[np.float32]] = []
    for drawn in generator.stream(latents, labels):
        parts.append(thumbnails(drawn))
        if classifier is not None:
            seen.append(classifier.read(drawn))
        report(min(len(parts) * len(parts[0]) / count, 1.0))
        if cancelled():
            return None
    facts = sample_facts(scenes, generator.card)
    if classifier is not None:
        asked = {fact.name for fact in facts}
        told = seen_facts(classifier.attributes, np.concatenate(seen))
        facts = (*facts, *(fact for fact in told if fact.name not in asked))
    return MapPictures(scenes, np.concatenate(parts), (), facts)


def seen_facts(attributes: Sequence[Attribute], seen: NDArray[np.float32]) -> tuple[Fact, ...]:
    """What a classifier tells of N pictures, (N, A): yes where that is likelier than no, numbers as they are."""
    from explorer.core.traverse.map_facts import facts_of

    values = [
        column > 0.5 if told.kind == "yes/no" else column for told, column in zip(attributes, seen.T, strict=True)
    ]
    return facts_of([told.name for told in attributes], np.stack(values, axis=1).astype(np.float32))


def sample_facts(scenes: Sequence[Scene], card: ModelCard) -> tuple[Fact, ...]:
    """What is known of samples because it was asked for: their class, and their named dimensions."""
    from explorer.core.traverse.map_facts import Fact, facts_of

    known = facts_of((), np.zeros((len(scenes), 0), np.float32), [scene.label for scene in scenes], card.classes)
    asked = [one for one in card.dimensions if one.is_own]
    values = [[one.chosen(scene.z) if one.choices else scene.z[one.start] for scene in scenes] for one in asked]
    pairs = zip(asked, values, strict=True)
    return (*known, *(Fact(one.name, np.array(told, np.float32), one.choices) for one, told in pairs))


def own_pictures(
    model: OpenModel,
    source: Source,
    count: int,
    report: Report = silent,
    cancelled: Cancelled = lambda: False,
    assume: Assumptions | None = None,
) -> MapPictures | None:
    """At most ``count`` pictures of a source, evenly spread, as the model's encoder sees them.

    Parameters
    ----------
    model : OpenModel
    source : Path or str
        See `explorer.training.sources`; ``portraits`` means no more of them than are shown.
    count : int
    report, cancelled : callable, optional
        Told how far it is; asked whether to stop.
    assume : Assumptions, optional
        What is not to be found out about the source.

    Returns
    -------
    MapPictures or None
        None where it was cancelled.

    Raises
    ------
    Problem
        The model has no encoder or a wrong one, or the source cannot be used.
    """
    from explorer.core.traverse.encoded_pictures import check_pair
    from explorer.training.sources import Cancelled as Stopped

    encoder = opened_encoder(model)
    try:
        check_pair(encoder, model.generator)
        found = _chosen(model, encoder, source, count, part(report, 0.0, _OPENING), cancelled, assume)
        return _encoded(model, encoder, found, part(report, _OPENING, 1.0), cancelled)
    except Stopped:
        return None
    finally:
        encoder.close()


def opened_classifier(model: OpenModel) -> Classifier | None:
    """The classifier beside a model, None where there is none; whoever asks closes it.

    Raises
    ------
    Problem
        It cannot be used.
    """
    from explorer.core.inference.perception import Classifier

    if model.files.classifier is None:
        return None
    return Classifier.open(model.files.classifier, model.device, trusted=run_of(model.path) is not None)


def opened_encoder(model: OpenModel) -> Encoder:
    """The encoder beside a model; whoever asks closes it.

    Raises
    ------
    Problem
        There is none, or it cannot be used.
    """
    from explorer.core.inference.perception import Encoder

    if model.files.encoder is None:
        raise Problem(f"{model.name} has no encoder.", "Train one with the family inversion.")
    return Encoder.open(model.files.encoder, model.device, trusted=run_of(model.path) is not None)


def _chosen(
    model: OpenModel,
    encoder: Encoder,
    source: Source,
    count: int,
    report: Report,
    cancelled: Cancelled,
    assume: Assumptions | None,
) -> PictureSet:
    from explorer.training.sources import open_pictures

    return open_pictures(
        f"{PORTRAITS}:{count}" if source == PORTRAITS else source,
        size=encoder.card.height or model.generator.card.height,
        channels=encoder.card.channels or model.generator.card.channels,
        most=count,
        assume=assume,
        progress=report,
        cancelled=cancelled,
    )


def _encoded(
    model: OpenModel,
    encoder: Encoder,
    found: PictureSet,
    report: Report,
    cancelled: Cancelled,
) -> MapPictures | None:
    from explorer.core.exports.map_picture import thumbnails
    from explorer.core.traverse.encoded_pictures import encoded

    scenes = encoded(
        encoder,
        model.generator,
        found.pictures,
        _classes_of(found, model.generator.card.classes),
        report,
        cancelled,
    )
    if scenes is None:
        return None
    return MapPictures(scenes, thumbnails(found.pictures), found.names, _facts_of(found), found.report)


def _classes_of(found: PictureSet, classes: tuple[str, ...]) -> list[int]:
    """The generator's class of each picture, by its name; its first one where it has none of that name."""
    if found.labels is None:
        return [0] * len(found)
    names = [found.classes[label] if label >= 0 else "" for label in found.labels]
    return [classes.index(name) if name in classes else 0 for name in names]


def _facts_of(found: PictureSet) -> tuple[Fact, ...]:
    from explorer.core.traverse.map_facts import facts_of

    attributes = found.attributes
    values = np.zeros((len(found), 0), np.float32) if attributes is None else attributes.values
    return facts_of(() if attributes is None else attributes.names, values, found.labels, found.classes)
