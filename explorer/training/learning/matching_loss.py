"""How well pictures are told their own sentences from those that are false of them, among all of a batch.

As in contrastive learning (van den Oord et al., 2018, "Representation Learning with Contrastive Predictive Coding",
equation 4), but that a batch may hold other sentences that are true of a picture as well: these are left out.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from explorer.training.captions.writing import SLACK

_NEVER = -1e4  # in the place of what is left out, where an exponential is 0


def false_of(truth: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Which sentences are false of which pictures, (N, M) bool.

    Parameters
    ----------
    truth : (N, A)
        What is known of the pictures.
    low, high : (M, A)
        Between what each attribute has to lie for a sentence to be true; NaN where it says nothing of it.
    """
    rows = [((known < low - SLACK) | (known > high + SLACK)).any(1) for known in truth]
    return torch.stack(rows)


def matching_loss(fits: Tensor, is_false: Tensor) -> Tensor:
    """Cross-entropy of finding a picture's sentence among false ones, and a sentence's picture likewise; a scalar.

    Parameters
    ----------
    fits : (N, N)
        How well each picture, a row, goes with each sentence, a column; their own are on the diagonal.
    is_false : (N, N) bool
    """
    own = torch.arange(len(fits), device=fits.device)
    compared = fits.masked_fill(~is_false & ~torch.eye(len(fits), dtype=torch.bool, device=fits.device), _NEVER)
    return (functional.cross_entropy(compared, own) + functional.cross_entropy(compared.T, own)) / 2
