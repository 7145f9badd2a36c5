"""What pictures cost one model, and how often Bayes' rule tells their class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.progress_bar import progress_bar
from explorer.core.inference.batching import told_batches
from explorer.core.likelihood.bayes import bits_of_any_class, class_chances

if TYPE_CHECKING:
    from explorer.cli.likelihood.measured_pictures import MeasuredPictures
    from explorer.core.likelihood.likelihood import Likelihood

_CHUNK = 64


@dataclass(frozen=True, eq=False)
class BayesRule:
    """Classes told by p(y|x), which is proportional to p(x|y), every class being as likely before.

    Attributes
    ----------
    told : (N,) int64
        The class that is most probable, of the model's.
    right, known : int
        How many of the pictures whose class is known were told rightly.
    """

    told: NDArray[np.int64]
    right: int
    known: int


@dataclass(frozen=True, eq=False)
class Costs:
    """What a model spends on pictures.

    Attributes
    ----------
    model : str
    measures : str
        ``exact``, or ``bound`` and how many samples.
    levels : int
    names : tuple of str
        Of the pictures.
    bits : (N,) float
        Bits per dimension.
    classes : tuple of str
        Those of the model; empty where it is told none.
    bayes : BayesRule or None
        None where the model is not told the class.
    """

    model: str
    measures: str
    levels: int
    names: tuple[str, ...]
    bits: NDArray[np.floating]
    classes: tuple[str, ...] = ()
    bayes: BayesRule | None = None


def measured(likelihood: Likelihood, found: MeasuredPictures) -> Costs:
    """What pictures cost; of a model that is told the class, what they cost where it is not known."""
    bits: list[NDArray[np.floating]] = []
    told: list[NDArray[np.int64]] = []
    numbers = found.pictures[0].size
    with progress_bar(likelihood.name, "pictures") as report:
        for part in told_batches(len(found.names), _CHUNK, report):
            shown = found.pictures[part]
            if likelihood.classes:
                by_class = likelihood.bits_by_class(shown)
                bits.append(bits_of_any_class(by_class, numbers))
                told.append(class_chances(by_class, numbers).argmax(axis=1))
            else:
                bits.append(likelihood.bits(shown))
    return Costs(
        likelihood.name,
        likelihood.measured,
        likelihood.card.levels,
        found.names,
        np.concatenate(bits),
        likelihood.classes,
        _judged(np.concatenate(told), likelihood.classes, found) if told else None,
    )


def _judged(told: NDArray[np.int64], classes: tuple[str, ...], found: MeasuredPictures) -> BayesRule:
    """How often the classes that were told are those that the source says, by their names."""
    if found.labels is None:
        return BayesRule(told, 0, 0)
    truth = [found.classes[label] if label >= 0 else "" for label in found.labels]
    known = [(classes[own], name) for own, name in zip(told, truth, strict=True) if name in classes]
    return BayesRule(told, sum(own == name for own, name in known), len(known))
