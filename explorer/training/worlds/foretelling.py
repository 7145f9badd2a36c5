"""What a memory foretells of episodes it never saw, in nats a frame, beside what it would without knowing or mixing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.training.families.worlds.world_rnn import WorldRNN
from explorer.training.learning.family import Sequences
from explorer.training.sources.pictureset import PictureSet
from explorer.training.worlds.recordings import WorldRecording
from explorer.training.worlds.sequences import sequences, starts

_MOST = 128


@dataclass(frozen=True)
class Foretelling:
    """Nats a frame that held-out latents cost.

    Attributes
    ----------
    own, others, gaussian : float
        With their own actions; with those of another sequence; and by one Gaussian for the step from frame to frame,
        fitted to the same frames.
    """

    own: float
    others: float
    gaussian: float


@torch.no_grad()
def foretold(learner: WorldRNN, found: PictureSet, held_out: NDArray[np.bool_]) -> Foretelling:
    """How well a memory foretells what it never saw; raises `Problem` where no held-out episode is long enough."""
    recording, length = WorldRecording.of(found), learner.config.length
    first = starts(recording, np.flatnonzero(held_out), length)
    first = first[np.unique(np.linspace(0, len(first) - 1, _MOST).astype(np.int64))]
    told = sequences(learner.encoded_frames(np.asarray(found.pictures)), recording, first, length)
    moved = told.following - told.codes
    mean, spread = moved.flatten(0, 1).mean(0), moved.flatten(0, 1).std(0).clamp(min=1e-6)
    each = 0.5 * ((moved - mean) / spread).square() + spread.log() + 0.5 * math.log(2.0 * math.pi)
    gaussian = _mean(each.sum(-1), told)
    return Foretelling(_nats(learner, told, told.actions), _nats(learner, told, told.actions.roll(1, 0)), gaussian)


def _nats(learner: WorldRNN, told: Sequences, actions: Tensor) -> float:
    found = learner.average.foretold(learner.average(told.codes, actions, told.begins))
    return _mean(found.nats(told.following - told.codes), told)


def _mean(nats: Tensor, told: Sequences) -> float:
    return float((nats * told.goes_on).sum() / told.goes_on.sum())
