"""What a VAE in the plane is doing, in a sentence, judged by moments that are evenly spaced in steps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from explorer.training.toy_models.coverage import Coverage
from explorer.training.toy_models.verdict import EVERY, LabVerdict

_SPAN = 200  # steps over which what is said has to hold
_GROWN = 600  # steps before which codes need not fill the prior yet
_YOUNG = 100  # steps before which nothing is called a failure
_SILENT = 0.1  # nats of KL below which a code says nothing
_ALIKE = 0.3  # Jensen-Shannon divergence, in bits, below which samples are called close, ...
_LIKE_DATA = 0.2  # ... below which reconstructions are, ...
_APART = 0.33  # ... and above which they are called rubbish
_BLURRED = 0.3  # share of reconstructions near a mode below which the decoder draws means


@dataclass(frozen=True, eq=False)
class VAEObservation:
    """One moment, in a few numbers.

    Attributes
    ----------
    step : int
    figures : Coverage
        Of samples of the prior.
    rebuilt : Coverage
        Of the reconstructions, without the decoder's noise.
    terms : dict of str to float
        As in `VAESnapshot`.
    is_finite : bool
    """

    step: int
    figures: Coverage
    rebuilt: Coverage
    terms: dict[str, float]
    is_finite: bool = True


class VAEWatch:
    """Remembers the latest moments of one VAE."""

    def __init__(self) -> None:
        self._seen: deque[VAEObservation] = deque(maxlen=_SPAN // EVERY + 1)

    def add(self, moment: VAEObservation) -> None:
        """Take notice of one more."""
        self._seen.append(moment)

    def verdict(self, now: VAEObservation) -> LabVerdict:
        """What is to be said of ``now``: its figures, and what the moments that were added come to."""
        if not now.is_finite:
            words = "The networks have diverged (NaN): lower the learning rate, and restart."
            return LabVerdict(words, True, frozenset({"diverged"}))
        if not now.figures.has_data:
            return LabVerdict("No points to learn yet: drag over the plane to draw some.", kinds=frozenset({"empty"}))
        if now.step < _YOUNG:
            return _young(now)
        if self._mean("KL") < _SILENT:
            words = (
                "Posterior collapse: every ellipse is the prior, codes say nothing, and all of them decode to the mean."
            )
            return LabVerdict(words, True, frozenset({"collapsed"}))
        if self._is_blurred:
            words = "Blur: where the code cannot tell two modes apart, the decoder draws the mean of them."
            return LabVerdict(words, True, frozenset({"blur"}))
        return self._samples(now.step)

    def _mean(self, term: str) -> float:
        return float(np.mean([each.terms[term] for each in self._seen]))

    @property
    def _is_blurred(self) -> bool:
        rebuilt = [each.rebuilt for each in self._seen]
        return bool(rebuilt[-1].modes and np.mean([each.good for each in rebuilt]) < _BLURRED)

    def _samples(self, step: int) -> LabVerdict:
        """How samples of the prior compare with the real points, and with the reconstructions."""
        apart, rebuilt = (
            float(np.mean([getattr(each, name).js for each in self._seen])) for name in ("figures", "rebuilt")
        )
        if apart > _APART and rebuilt < _LIKE_DATA and step >= _GROWN:
            words = (
                "An autoencoder: it rebuilds the points, but codes do not fill the prior, whose samples are rubbish."
            )
            return LabVerdict(words, True, frozenset({"autoencoder"}))
        if apart < _ALIKE:
            words = "It works: the codes fill the prior, and samples of the prior look like the real points."
            return LabVerdict(words, kinds=frozenset({"works"}))
        return LabVerdict("Still learning: samples of the prior do not look like the real points yet.",
                       kinds=frozenset({"learns"}))  # fmt: skip


def _young(now: VAEObservation) -> LabVerdict:
    """What is said before anything is judged: that it has not begun, or has only just."""
    if now.step == 0:
        words = "Not started: the networks still have their random weights."
    elif now.terms["KL"] < _SILENT:
        words = "The codes do not tell the points apart yet: only just started."
    else:
        words = "The codes begin to tell the points apart: only just started."
    return LabVerdict(words, kinds=frozenset({"young"}))
