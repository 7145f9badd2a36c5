"""Samples of a model beside real pictures: everything that is measured of them, in one place.

Convergence tests, the training loop and the ``quality`` verb ask here. Nothing random is drawn but from seeds of its
own, so that a run that is measured equals one that is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.models.quality_figures import QualityFigures
from explorer.core.rendering.latents import classes_in_turn, sample
from explorer.training.learning.family import Learner
from explorer.training.quality.distances import kernel_distance, precision, recall
from explorer.training.quality.fine_detail import amount
from explorer.training.quality.picture_features import PictureFeatures, Points
from explorer.training.runs.samples import to_uint8
from explorer.training.sources.pictureset import PictureSet

FIRST_SEED = 5000
"""The latents of the samples are those of the seeds from here on."""

_CHUNK = 50
_MOST_WEIGHED = 250  # pictures: of some models each is painted again many times
_LEAST_HELD_OUT = 50  # of fewer, a figure is mostly chance


@dataclass(frozen=True, eq=False)
class QualityReference:
    """The real pictures that samples are compared with.

    Attributes
    ----------
    real : PictureSet
    is_held_out : bool
        Whether no model learned from them.
    features : PictureFeatures
    points : (N, d) float32
        What the features are of the real pictures.
    detail : float
        How much fine detail these have.
    """

    real: PictureSet
    is_held_out: bool
    features: PictureFeatures
    points: Points
    detail: float

    @classmethod
    def of(cls, real: PictureSet, features: PictureFeatures, *, is_held_out: bool = False) -> Self:
        """Real pictures, looked at."""
        return cls(real, is_held_out, features, features.see(real.pictures), amount(real.pictures))

    def compared(self, made: NDArray[np.uint8]) -> QualityFigures:
        """The figures of samples (M, H, W, C)."""
        points = self.features.see(made)
        own = self.detail or 1e-9
        return QualityFigures(
            kernel_distance=kernel_distance(self.points, points),
            precision=precision(self.points, points),
            recall=recall(self.points, points),
            fine_detail=amount(made) / own,
            features=self.features.name,
            pictures=len(self.real),
            held_out=self.is_held_out,
        )

    def measured(self, learner: Learner) -> QualityFigures:
        """The figures of what a learner paints now, of the classes that the real pictures have."""
        found = self.compared(drawn(learner, len(self.real), classes_asked(learner, self.real)))
        return replace(found, bits_per_dimension=bits_of(learner, self.real), step=learner.done_steps)


def chosen_for_quality(found: PictureSet, share: float, most: int) -> tuple[PictureSet, bool]:
    """At most so many of a set to compare samples with, evenly spread, and whether these are held out.

    Held-out ones, where a share of the pictures was kept away from training and they are enough to tell by.
    """
    away = np.flatnonzero(found.held_out(share))
    is_held_out = len(away) >= _LEAST_HELD_OUT
    among = away if is_held_out else np.flatnonzero(~found.held_out(share))
    places = np.unique(np.linspace(0, len(among) - 1, min(most, len(among))).astype(int))
    return found.subset(among[places]), is_held_out


def classes_asked(learner: Learner, real: PictureSet) -> NDArray[np.int64] | None:
    """Of which class each sample is to be: as often as real pictures are, or in turn where that is not known."""
    if not learner.classes:
        return None
    in_turn = classes_in_turn(len(real), len(learner.classes), learner.class_shares)
    if real.labels is None or real.classes != learner.classes:
        return in_turn
    return np.where(real.labels >= 0, real.labels, in_turn)


def drawn(
    learner: Learner,
    count: int,
    labels: NDArray[np.int64] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> NDArray[np.uint8]:
    """Pictures (N, H, W, C) of the prior, always of the same latents.

    ``cancelled`` is asked after each chunk; there are fewer pictures then.
    """
    device = learner.task.device
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    z = torch.from_numpy(np.stack([sample(s, learner.latent_size, learner.prior) for s in seeds])).to(device)
    classes = None if labels is None else torch.from_numpy(labels).to(device)
    parts = []
    for start in range(0, count, _CHUNK):
        chosen = slice(start, start + _CHUNK)
        made = learner.pictures(z[chosen], None if classes is None else classes[chosen])
        assert made is not None
        parts.append(to_uint8(made))
        if cancelled():
            break
    return np.concatenate(parts)


def bits_of(learner: Learner, real: PictureSet) -> float | None:
    """Bits per dimension of real pictures, or of some that are evenly spread among many; None without a likelihood."""
    parts = []
    if len(real) > _MOST_WEIGHED:
        real = real.subset(np.linspace(0, len(real) - 1, _MOST_WEIGHED).astype(int))
    for start in range(0, len(real), _CHUNK):
        pictures, labels = tensors(real, slice(start, start + _CHUNK))
        device = learner.task.device
        told = learner.bits_per_dimension(pictures.to(device), None if labels is None else labels.to(device))
        if told is None:
            return None
        parts.append(told.float().cpu().numpy())
    return float(np.concatenate(parts).mean())


def tensors(found: PictureSet, chosen: slice = slice(None)) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Pictures (N, C, H, W), -1 to 1, and their classes."""
    pictures = torch.tensor(found.pictures[chosen]).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    return pictures, None if found.labels is None else torch.from_numpy(found.labels[chosen])
