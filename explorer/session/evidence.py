"""Evidence: latents with what is known of each, from labelled pictures or from samples that a classifier saw.

All of it is slow, and to be called in a worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.session.finding import Cancelled, Tell
from explorer.session.map_pictures import PORTRAITS, Source, opened_encoder
from explorer.session.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.perception import Classifier
    from explorer.training.sources import PictureSet

_AT_ONCE = 32  # pictures between two looks at whether to stop

_LEAST_SHARE = 0.02  # of samples on a side, below which the sides would be too unlike in number

Latents = NDArray[np.float32]
Values = NDArray[np.float32]
Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Counts:
    """Of how many examples an attribute is true, not true and unknown.

    Attributes
    ----------
    with_it, without, unknown : int
        Of a number, how many lie above its median and how many do not.
    median : float or None
        Where a number is divided; None for what is true or not.
    """

    with_it: int
    without: int
    unknown: int
    median: float | None = None

    @property
    def has_both(self) -> bool:
        """Whether there is something to tell apart."""
        return self.with_it >= 2 and self.without >= 2


@dataclass(eq=False)
class Evidence:
    """N examples, and A attributes of each. ``latents`` is the worker's to fill in.

    Attributes
    ----------
    model : OpenModel
        Whose latents they are.
    source : str
        Where they are from, in words.
    names : tuple of A str
    values : (N, A) float32
        Yes is 1, no is 0, unknown is NaN.
    held_out : callable
        Which examples to keep out, an (N,) mask, given about what share of them, and a seed.
    groups : sequence of N str, or None
        Whose picture each one is.
    pictures : (N, height, width, channels) uint8 or None
        What is still to be encoded; None for samples.
    report : str
        How many there are, and what was left out of the source.
    latents : (N, d) float32 or None
        None until they have been encoded.
    """

    model: OpenModel
    source: str
    names: tuple[str, ...]
    values: Values
    held_out: Callable[[float, int], NDArray[np.bool_]]
    groups: Sequence[str] | None = None
    pictures: Pictures | None = None
    report: str = ""
    latents: Latents | None = field(default=None)

    def __len__(self) -> int:
        return len(self.values)

    def counts(self, name: str) -> Counts:
        """How an attribute divides the examples."""
        column = self.values[:, self.names.index(name)]
        known = column[np.isfinite(column)]
        unknown = len(column) - len(known)
        seen = np.unique(known)
        if len(seen) <= 2:
            yes = int((known == seen[1]).sum()) if len(seen) == 2 else int((known > 0.5).sum())
            return Counts(yes, len(known) - yes, unknown)
        median = float(np.median(known))
        above = int((known > median).sum())
        return Counts(above, len(known) - above, unknown, median)


def labelled_evidence(
    model: OpenModel, source: Source, most: int, tell: Tell, cancelled: Cancelled
) -> Evidence | None:
    """The pictures of a source with what is known of them, not yet encoded; None where it was cancelled.

    Parameters
    ----------
    model : OpenModel
        With an encoder, whose size the pictures are opened at.
    source : Path or str
        See `explorer.training.sources`.
    most : int
        Of more pictures than this only so many, evenly spread, are used.
    tell, cancelled : callable

    Raises
    ------
    Problem
        There is no encoder, the source cannot be used, or nothing is known of its pictures.
    """
    from explorer.core.traversal.encoding import check_pair
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
            progress=lambda done, total: tell(done / max(total, 1)),
            cancelled=cancelled,
        )
    except Stopped:
        return None
    finally:
        encoder.close()
    names, values = attribute_columns(found)
    if not names:
        raise Problem(
            f"Nothing is known of the pictures in {source_words(source)}: no attributes, no classes.",
            "Put a labels.csv beside them (first column: file names), or a sub-folder for each class.",
        )
    words = found.description or source_words(source)
    return Evidence(
        model, words, names, values, found.held_out, found.groups, found.pictures, found.report.sentence()
    )


def attribute_columns(found: PictureSet) -> tuple[tuple[str, ...], Values]:
    """The names and (N, A) values of all that is known of pictures, their classes last.

    A class is an attribute that a picture has or has not: ``class=dog``. Of two classes, one says it all.
    """
    told = found.attributes
    names = list(told.names) if told is not None else []
    parts = [told.values] if told is not None else []
    if found.labels is not None and len(found.classes) > 1:
        classes = found.classes[1:] if len(found.classes) == 2 else found.classes
        first = len(found.classes) - len(classes)
        is_one = found.labels[:, None] == np.arange(first, len(found.classes))
        parts.append(np.where(found.labels[:, None] < 0, np.nan, is_one).astype(np.float32))
        names += [f"class={name}" for name in classes]
    values = np.concatenate(parts, axis=1) if parts else np.zeros((len(found), 0), np.float32)
    return tuple(names), values


def source_words(source: Source) -> str:
    """What to call a source."""
    return "Portraits" if source == PORTRAITS else Path(source).name


def encode(evidence: Evidence, tell: Tell, cancelled: Cancelled) -> bool:
    """Fill in the latents of ``evidence``, once; whether that went through, rather than being cancelled.

    Raises
    ------
    Problem
        The encoder cannot be used, or gives numbers that are not finite.
    """
    if evidence.latents is not None or evidence.pictures is None:
        return True
    encoder, parts = opened_encoder(evidence.model), []
    try:
        for start in range(0, len(evidence), _AT_ONCE):
            if cancelled():
                return False
            parts.append(encoder.latents(np.ascontiguousarray(evidence.pictures[start : start + _AT_ONCE])))
            tell(min(start + _AT_ONCE, len(evidence)) / len(evidence))
    finally:
        encoder.close()
    latents = np.concatenate(parts)
    if not np.isfinite(latents).all():
        raise Problem(
            "The encoder gives numbers that are not finite for these pictures.", "Export or train it again."
        )
    evidence.latents = latents
    return True


def opened_classifier(model: OpenModel, file: Path) -> Classifier:
    """The classifier in a file; whoever asks closes it.

    Raises
    ------
    Problem
        It is none, cannot be used, or looks at pictures of other channels than the model's.
    """
    from explorer.core.perception import Classifier

    classifier = Classifier.open(file, model.device)
    given, wanted = model.generator.card.channels, classifier.card.channels
    if wanted not in (0, given) and given not in (1, 3):
        classifier.close()
        raise Problem(
            f"{file.name} looks at pictures of {wanted} channels; {model.name} draws {given}.",
            "Choose a classifier that was trained for such pictures.",
        )
    return classifier


def sampled_evidence(
    model: OpenModel, file: Path, count: int, seed: int, label: int | None, tell: Tell, cancelled: Cancelled
) -> Evidence | None:
    """Samples with what a classifier says of their pictures; None where it was cancelled.

    They are drawn from the whole prior, without truncation.

    Parameters
    ----------
    model : OpenModel
    file : Path
        The classifier.
    count : int
    seed : int
        Of the first sample; the next ones count up.
    label : int or None
        Their class.
    tell, cancelled : callable

    Raises
    ------
    Problem
        The classifier cannot be used, or the samples cannot be drawn.
    """
    from explorer.core.latents import sample

    card = model.generator.card
    latents = np.stack([sample(seed + index, card.latent_size, card.distribution) for index in range(count)])
    classifier = opened_classifier(model, file)
    try:
        told = classifier.attributes
        parts: list[Values] = []
        done = 0
        for drawn in model.generator.stream(latents, [label] * count):
            if cancelled():
                return None
            parts.append(classifier.read(_seen_by(classifier, drawn)))
            done += len(drawn)
            tell(done / count)
    finally:
        classifier.close()
    values = np.concatenate(parts).astype(np.float32)
    for column, attribute in enumerate(told):
        if attribute.kind == "yes/no":
            values[:, column] = _sides(values[:, column])
    words = f"{count:,} samples from seed {seed}, judged by {file.parent.name}/{file.name}"
    return Evidence(
        model,
        words,
        tuple(attribute.name for attribute in told),
        values,
        lambda share, chosen: np.random.RandomState(chosen).uniform(size=count) < share,
        report=f"{count:,} samples were drawn and judged.",
        latents=latents,
    )


def _sides(chances: Values) -> Values:
    """Yes and no; the chances themselves where nearly all would be on one side, to be split at their median."""
    yes: Values = (chances > 0.5).astype(np.float32)
    return yes if _LEAST_SHARE <= yes.mean() <= 1.0 - _LEAST_SHARE else chances


def _seen_by(classifier: Classifier, pictures: Pictures) -> Pictures:
    """Pictures of the size and the channels that the classifier takes."""
    from explorer.core.pictures import fitted

    card = classifier.card
    wanted = (card.height, card.width, card.channels)
    size = [asked or given for asked, given in zip(wanted, pictures.shape[1:], strict=True)]
    if tuple(size) == pictures.shape[1:]:
        return pictures
    return np.stack([fitted(picture, *size) for picture in pictures])
