"""From which score on a critic takes a picture for real: its scores have no zero of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.quiz.critic import fair_limit
from explorer.training.inside.picture_network import PictureNetwork, Pixels, as_tensor
from explorer.training.learning.threads import one_thread

REFERENCES = 48
"""Samples of the model, and real pictures, whose scores are looked at."""

_RARE = 0.95
_AT_ONCE = 16


@dataclass(frozen=True)
class CriticLimit:
    """The limit, and what it stands for.

    Attributes
    ----------
    score : float
    words : str
        A sentence.
    """

    score: float
    words: str


def critic_limit(network: PictureNetwork, made: Pixels, real: Pixels | None = None) -> CriticLimit:
    """The limit that tells most of both kinds rightly; without real pictures, above which hardly a made one lies.

    Parameters
    ----------
    network : PictureNetwork
        A critic.
    made, real : (N, height, width, channels) uint8
        Of the size that it takes, at least one each.
    """
    samples = scores_of(network, made)
    if real is None:
        limit = float(np.quantile(samples, _RARE))
        said = f"Real: {limit:.2f} or more, above {_RARE:.0%} of {len(made)} of its model's own samples."
        return CriticLimit(limit, f"{said} Real pictures would give a truer limit.")
    limit = fair_limit(scores_of(network, real), samples)
    return CriticLimit(limit, f"Real: {limit:.2f} or more, which best tells {len(real)} real pictures from samples.")


def scores_of(network: PictureNetwork, pictures: Pixels) -> NDArray[np.float32]:
    """The scores (N,) of pictures of the size that a critic takes."""
    shown = network.checked(pictures)
    with torch.no_grad(), one_thread():
        parts = [network.logits(as_tensor(shown[at : at + _AT_ONCE])) for at in range(0, len(shown), _AT_ONCE)]
    return torch.cat(parts).numpy()[:, 0]
