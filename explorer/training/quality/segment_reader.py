"""How well pictures show the segments that they were asked for, as a small network reads them.

It learns from real pictures and their own segments, and from nothing that another network made, so that no model can
have learned to please it. Colours alone would not do: a hat may have the colour of hair, a wall that of clothes.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

_BATCH, _RATE = 32, 4e-3


class SegmentReader(nn.Module):
    """Pictures (N, C, H, W), -1 to 1, to how likely each segment is in each place, (N, K, H, W) logits.

    Parameters
    ----------
    channels, kinds : int
        Of the pictures, and how many segments there are.
    """

    def __init__(self, channels: int, kinds: int) -> None:
        super().__init__()
        self.near = nn.Sequential(nn.Conv2d(channels, 24, 4, 2, 1), nn.BatchNorm2d(24), nn.ReLU())
        self.far = nn.Sequential(
            nn.Conv2d(24, 48, 4, 2, 1), nn.BatchNorm2d(48), nn.ReLU(), nn.Conv2d(48, 48, 5, 1, 2), nn.ReLU()
        )
        self.again = nn.Sequential(nn.Conv2d(72, 32, 3, 1, 1), nn.BatchNorm2d(32), nn.ReLU())
        self.say = nn.Conv2d(32 + channels, kinds, 3, 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        near = self.near(pictures)
        far = functional.interpolate(self.far(near), scale_factor=2.0, mode="nearest")
        again = functional.interpolate(self.again(torch.cat([far, near], 1)), scale_factor=2.0, mode="nearest")
        said: Tensor = self.say(torch.cat([again, pictures], 1))
        return said

    @torch.no_grad()
    def read(self, pictures: Tensor) -> Tensor:
        """The likeliest segment of each place, (N, H, W)."""
        found: Tensor = self.eval()(pictures).argmax(1)
        return found


def taught_reader(pictures: Tensor, segments: Tensor, kinds: int, steps: int) -> SegmentReader:
    """A reader that has learned from pictures (N, C, H, W) and their segments (N, H, W); always the same one."""
    rng = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        reader = SegmentReader(pictures.shape[1], kinds)
    adam = torch.optim.Adam(reader.parameters(), _RATE)
    for step in range(steps):
        chosen = torch.randint(len(pictures), (_BATCH,), generator=rng)
        for group in adam.param_groups:
            group["lr"] = _RATE * (1.0 - step / steps)
        adam.zero_grad()
        torch.autograd.backward(functional.cross_entropy(reader(pictures[chosen]), segments[chosen]))
        adam.step()
    return reader


def agreement(said: Tensor, wanted: Tensor, kinds: int) -> float:
    """Mean over the segments of intersection over union, 0 to 1, of maps (N, H, W); segments that are nowhere aside."""
    pairs = np.bincount((wanted * kinds + said).flatten().numpy(), minlength=kinds * kinds).reshape(kinds, kinds)
    both, either = np.diagonal(pairs), pairs.sum(0) + pairs.sum(1) - np.diagonal(pairs)
    each: NDArray[np.float64] = both[either > 0] / either[either > 0]
    return float(each.mean())
