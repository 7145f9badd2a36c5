"""From picture to picture without pairs: CycleGAN's residual network (Zhu et al., 2017), and pictures made earlier.

Down to a quarter of the side, through residual blocks, and up again (Johnson et al., 2016). The authors take nine
blocks, six for pictures of 128 pixels; it is no U-Net. What it paints is added here to what it is given: it begins by
leaving all as it is, and learns what has to change. Its way up resizes and convolves, which leaves no checkerboard.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from explorer.training.learning.stages import sides
from explorer.training.networks.translators.translation import norm_of

_WIDTHS = (16, 32, 64)  # at the whole side, a half and a quarter; four times as many in the paper
_KEPT = 50


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        norm = norm_of("picture")
        self.change = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            norm(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            norm(channels),
        )

    def forward(self, seen: Tensor) -> Tensor:
        found: Tensor = seen + self.change(seen)
        return found


class ResidualTranslator(nn.Module):
    """Picture (N, C, S, S), -1 to 1, to picture of the same shape.

    Parameters
    ----------
    size, channels : int
        Side and colour channels of the pictures.
    width : float
        Channels as a multiple of the usual.
    blocks : int
        Residual blocks at a quarter of the side.
    """

    def __init__(self, size: int, channels: int, width: float, blocks: int) -> None:
        super().__init__()
        sides(size)  # refuses what cannot be halved twice
        norm = norm_of("picture")
        first, half, quarter = (max(4, round(each * width)) for each in _WIDTHS)
        stages: list[nn.Module] = [nn.Conv2d(channels, first, 7, 1, 3), nn.ReLU()]
        for before, after in ((first, half), (half, quarter)):
            stages += [nn.Conv2d(before, after, 3, 2, 1, bias=False), norm(after), nn.ReLU()]
        stages += [_Block(quarter) for _ in range(blocks)]
        for before, after in ((quarter, half), (half, first)):
            stages.append(nn.Upsample(scale_factor=2, mode="nearest"))
            stages += [nn.Conv2d(before, after, 3, 1, 1, bias=False), norm(after), nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.Conv2d(first, channels, 7, 1, 3)
        nn.init.normal_(self.paint.weight, 0.0, 0.002)
        nn.init.zeros_(cast(Tensor, self.paint.bias))

    def forward(self, given: Tensor) -> Tensor:
        answer: Tensor = given + self.paint(self.stages(given))
        return answer


class MadeBefore(nn.Module):
    """The last pictures that were made, of which half of those that a critic sees are taken (Shrivastava et al., 2017).

    So the critic does not forget what it has seen through already, and the game does not go round in circles.

    Parameters
    ----------
    size, channels : int
        Of the pictures.
    """

    pictures: Tensor
    is_made: Tensor

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.register_buffer("pictures", torch.zeros(_KEPT, channels, size, size))
        self.register_buffer("is_made", torch.zeros(_KEPT, dtype=torch.bool))

    @torch.no_grad()
    def exchanged(self, made: Tensor, rng: torch.Generator) -> Tensor:
        """Pictures (N, C, S, S) that were just made, about half exchanged for earlier ones, and kept for later."""
        rows = min(len(made), _KEPT)
        places = torch.randperm(_KEPT, generator=rng, device=rng.device)[:rows]
        is_heads = torch.rand(rows, generator=rng, device=rng.device) < 0.5
        is_empty, earlier, shown = ~self.is_made[places], self.pictures[places], made[:rows].to(self.pictures)
        is_taken, is_kept = (each[:, None, None, None] for each in (is_heads & ~is_empty, is_heads | is_empty))
        self.pictures[places] = torch.where(is_kept, shown, earlier)
        self.is_made[places] = True
        return torch.cat([torch.where(is_taken, earlier, shown), made[rows:].to(shown)])
