"""How far what a network tells of pictures is from what is known of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from explorer.training.learning.attribute_columns import AttributeColumn


class AttributeLoss:
    """Cross-entropy of yes/no attributes and Huber loss of standardised numbers, averaged over all attributes.

    Yes and no weigh as if they were equally frequent; numbers are taken in standard deviations from their mean.

    Parameters
    ----------
    columns : sequence of Column
    device : torch.device
        Where what it is given lies.
    """

    def __init__(self, columns: Sequence[AttributeColumn], device: torch.device) -> None:
        share = [min(max(column.mean, 0.02), 0.98) for column in columns]
        self.share = torch.tensor(share, device=device)
        self.sure = torch.tensor([column.kind == "yes/no" for column in columns], device=device)
        self.mean = torch.tensor([column.mean for column in columns], device=device)
        self.deviation = torch.tensor([column.deviation for column in columns], device=device)

    def __call__(self, predicted: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
        """Losses of yes/no and of numbers; ``predicted`` and ``truth`` are (B, A), NaN where unknown."""
        known = torch.isfinite(truth)
        truth = torch.where(known, truth, self.mean)
        weight: Tensor = torch.where(truth > 0.5, 0.5 / self.share, 0.5 / (1 - self.share))
        unsure = functional.binary_cross_entropy_with_logits(predicted, truth.clamp(0, 1), reduction="none") * weight
        off = functional.huber_loss(predicted, (truth - self.mean) / self.deviation, reduction="none")
        each = torch.where(self.sure, unsure, off) * known
        mean = each.sum(0) / known.sum(0).clamp(min=1) / len(self.sure)
        return mean[self.sure].sum(), mean[~self.sure].sum()
