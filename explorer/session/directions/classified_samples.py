"""Samples as evidence: what a classifier says of the pictures that a model draws. Slow; for a worker thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.problem import Problem
from explorer.session.directions.evidence import Evidence, Pictures, Values
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.inference.perception import Classifier

_LEAST_SHARE = 0.02  # of samples on a side, below which the sides would be too unlike in number


def opened_classifier(model: OpenModel, file: Path) -> Classifier:
    """The classifier in a file; whoever asks closes it.

    Raises
    ------
    Problem
        It is none, cannot be used, or looks at pictures of other channels than the model's.
    """
    from explorer.core.inference.perception import Classifier

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
    model: OpenModel,
    file: Path,
    count: int,
    seed: int,
    label: int | None,
    report: Report,
    cancelled: Cancelled,
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
    from explorer.core.rendering.latents import sample

    card = model.generator.card
    latents = np.stack([sample(seed + index, card.latent_size, card.prior) for index in range(count)])
    classifier = opened_classifier(model, file)
    try:
        attributes = classifier.attributes
        parts: list[Values] = []
        done = 0
        for drawn in model.generator.stream(latents, [label] * count):
            if cancelled():
                return None
            parts.append(classifier.read(_seen_by(classifier, drawn)))
            done += len(drawn)
            report(done / count)
    finally:
        classifier.close()
    values = np.concatenate(parts).astype(np.float32)
    for column, attribute in enumerate(attributes):
        if attribute.kind == "yes/no":
            values[:, column] = _sides(values[:, column])
    words = f"{count:,} samples from seed {seed}, judged by {file.parent.name}/{file.name}"
    return Evidence(
        model,
        words,
        tuple(attribute.name for attribute in attributes),
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
    from explorer.core.rendering.picture_files import fitted

    card = classifier.card
    wanted = (card.height, card.width, card.channels)
    size = [asked or given for asked, given in zip(wanted, pictures.shape[1:], strict=True)]
    if tuple(size) == pictures.shape[1:]:
        return pictures
    return np.stack([fitted(picture, *size) for picture in pictures])
