"""Sampling: directions of a generator that has no encoder, from samples that somebody else looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from explorer.core.directions.direction import Direction
from explorer.core.directions.fitting.examples import Doubles, Examples
from explorer.core.directions.fitting.fit import fit_direction
from explorer.core.inference.batching import told_batches
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample

Label = Callable[[Pictures], ArrayLike]
"""Looks at (N, height, width, channels) uint8 and gives (N,) scores, larger for more of the attribute."""

HELD_OUT = 0.2
"""Share of the samples that is kept out of the fit, unless told otherwise."""

_AT_ONCE = 32  # pictures after which progress is told


@dataclass(frozen=True)
class SamplingPlan:
    """How a generator is sampled and what is made of the scores.

    Attributes
    ----------
    count : int
        How many samples are drawn.
    seed : int
        Of their latents, and of which are kept out.
    label : int or None
        The class to draw them with, where the generator has classes.
    threshold : float or None
        Scores above it are with the attribute. None splits them at their median.
    confident : float or None
        Keep only this share of the samples on each side: those of the highest and of the lowest scores.
        Overrides ``threshold``. None keeps all.
    hold_out : float
        Share of the samples, 0 to 1, that is kept out of the fit; 0 has the fit cross-validated instead.
    """

    count: int = 2000
    seed: int = 0
    label: int | None = None
    threshold: float | None = None
    confident: float | None = None
    hold_out: float = HELD_OUT

    def __post_init__(self) -> None:
        if self.count < 4:
            raise Problem(f"{self.count} samples are too few.", "Draw at least 4; 1,000 or more are better.")
        if self.confident is not None and not 0.0 < self.confident <= 0.5:
            raise Problem(f"{self.confident:.0%} of the samples cannot be kept on each side.", "Keep up to 50%.")


def sampled_direction(
    generator: Generator,
    label: Label,
    method: str,
    name: str,
    attribute: str,
    source: str = "",
    sampling: SamplingPlan | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Direction:
    """The direction along which what a classifier sees in a generator's pictures grows.

    Latents are sampled from the prior, drawn, scored and fitted (Shen et al., 2020, section 3.1).

    Parameters
    ----------
    generator : Generator
    label : callable
        (N, height, width, channels) uint8 to (N,) scores.
    method : {"mean", "logistic", "svm"}
        See `fit_direction`.
    name, attribute, source : str
        As in `Direction`; the source says which classifier it was.
    sampling : SamplingPlan, optional
    progress : callable, optional
        Told the pictures done and those there are.

    Returns
    -------
    Direction
        By the method ``sampled``; its details say ``fitted_by`` and ``samples``.

    Raises
    ------
    Problem
        The scores are no (N,) finite numbers or do not differ; or the fit fails.
    """
    how = sampling or SamplingPlan()
    examples = sampled_examples(generator, label, how, progress=progress)
    found = fit_direction(examples, method, name, attribute, source, seed=how.seed)
    notes = found.notes
    if how.confident is not None:
        notes += (f"Only the {how.confident:.0%} highest and lowest scores were fitted and judged.",)
    details = {**found.details, "fitted_by": method, "samples": how.count}
    return replace(found, method="sampled", notes=notes, details=details)


def sampled_examples(
    generator: Generator,
    label: Label,
    sampling: SamplingPlan,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Examples:
    """Samples of the prior with what a classifier says of their pictures.

    Parameters and problems are those of `sampled_direction`. A share of them is marked as held out.
    """
    card = generator.card
    drawn = sample(sampling.seed, sampling.count * card.latent_size, card.prior)
    latents = drawn.reshape(sampling.count, card.latent_size)
    scores, classes = np.empty(0), [sampling.label] * sampling.count
    for part in told_batches(sampling.count, _AT_ONCE, progress):
        scores = np.append(scores, _scored(label, generator.pictures(latents[part], classes[part])))
    values = _values(scores, sampling)
    kept_out = np.random.RandomState(sampling.seed).uniform(size=sampling.count) < sampling.hold_out
    examples = Examples(latents, values, held_out=kept_out if sampling.hold_out else None)
    return examples.chosen(np.isfinite(values))


def _scored(label: Label, pictures: Pictures) -> Doubles:
    scores = np.asarray(label(pictures), np.float64)
    if scores.shape != (len(pictures),):
        raise Problem(
            f"The classifier gave scores of the shape {scores.shape} for {len(pictures)} pictures.",
            "Choose a classifier that gives one number per picture.",
        )
    if not np.isfinite(scores).all():
        raise Problem("The classifier gave scores that are not finite.", "Export or train it again.")
    return scores


def _values(scores: Doubles, sampling: SamplingPlan) -> Doubles:
    """The attribute: 1 and 0 where the scores are split, NaN for samples that are not kept."""
    if sampling.confident is not None:
        low, high = np.quantile(scores, [sampling.confident, 1.0 - sampling.confident])
        if low < high or sampling.confident == 0.5:
            return np.where(scores >= high, 1.0, np.where(scores <= low, 0.0, np.nan))
        raise Problem(
            "The classifier gives most samples the same score.", "Keep all samples, or choose another classifier."
        )
    if sampling.threshold is not None:
        return (scores > sampling.threshold).astype(np.float64)
    return scores
