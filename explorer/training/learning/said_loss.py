"""How far what a network reads off pictures is from what was said of them: from a word's bounds, not from a value."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from explorer.training.learning.attribute_columns import AttributeColumn

_INNER = 0.15  # share of a word's range, from either end, that is better not made use of


class SaidLoss:
    """Cross-entropy of yes/no attributes, and how far standardised numbers lie outside of what a word allows.

    Averaged over all that was said; what was not said costs nothing.

    Parameters
    ----------
    columns : sequence of AttributeColumn
    device : torch.device
        Where what it is given lies.
    """

    def __init__(self, columns: Sequence[AttributeColumn], device: torch.device) -> None:
        self.sure = torch.tensor([column.kind == "yes/no" for column in columns], device=device)
        self.mean = torch.tensor([column.mean for column in columns], device=device)
        self.deviation = torch.tensor([column.deviation for column in columns], device=device)

    def __call__(self, read: Tensor, low: Tensor, high: Tensor) -> Tensor:
        """The loss, a scalar.

        Parameters
        ----------
        read : (B, A)
            Logits and standardised numbers.
        low, high : (B, A)
            Between what each attribute may lie; NaN where nothing was said.
        """
        was_said = low.isfinite()
        low, high = (torch.where(was_said, bound, 0.0) for bound in (low, high))
        unsure = functional.binary_cross_entropy_with_logits(read, low.clamp(0, 1), reduction="none")
        inner = (high - low) * _INNER
        least, most = ((bound - self.mean) / self.deviation for bound in (low + inner, high - inner))
        off = functional.relu(least - read) + functional.relu(read - most)
        outside = functional.huber_loss(off, torch.zeros_like(off), reduction="none")
        each = torch.where(self.sure, unsure, outside) * was_said
        return each.sum() / was_said.sum().clamp(min=1)
