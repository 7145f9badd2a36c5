"""The autoencoders of latent diffusion (Rombach et al. 2022): pictures to small maps of numbers, and back.

Modules bear the names that diffusers gives them, so that its tensors fit as they are. Nothing is sampled: an encoder
gives the mean of what it says of a picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from torch import Tensor, nn

_EPSILON = 1e-6


@dataclass(frozen=True)
class StageShape:
    """One stage of a half: its residual blocks at one resolution.

    Attributes
    ----------
    widths : tuple of (int, int)
        Channels before and after each residual block.
    attends : bool
        Whether each of them is followed by attention.
    scales : bool
        Whether the stage ends in a change of resolution, by 2.
    """

    widths: tuple[tuple[int, int], ...]
    attends: bool
    scales: bool


@dataclass(frozen=True)
class HalfShape:
    """An encoder or a decoder.

    Attributes
    ----------
    before, after : int
        Channels that it takes and gives.
    first : int
        Channels behind its first convolution.
    last : int
        Channels before its last one.
    stages : tuple of StageShape
    middle : int
        Channels of the blocks between stages and latent.
    attends : bool
        Whether these attend.
    groups : int
        Of its group normalisation.
    """

    before: int
    after: int
    first: int
    last: int
    stages: tuple[StageShape, ...]
    middle: int
    attends: bool
    groups: int


class ResidualStep(nn.Module):
    """Two normalised convolutions beside a shortcut: (N, before, h, w) to (N, after, h, w)."""

    def __init__(self, before: int, after: int, groups: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, before, eps=_EPSILON)
        self.conv1 = nn.Conv2d(before, after, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, after, eps=_EPSILON)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(before, after, 1) if before != after else None

    def forward(self, x: Tensor) -> Tensor:
        """The sum of both ways."""
        y: Tensor = self.conv1(F.silu(self.norm1(x)))
        y = self.conv2(F.silu(self.norm2(y)))
        shortcut: Tensor = x if self.conv_shortcut is None else self.conv_shortcut(x)
        return y + shortcut


class PixelAttention(nn.Module):
    """Attention of every pixel to every other, with one head (Vaswani et al. 2017, eq. 1), added to what comes in."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=_EPSILON)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])
        self._scale = width**-0.5

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) to the same."""
        rows = self.group_norm(x).flatten(2).transpose(1, 2)
        weights = torch.softmax(self.to_q(rows) @ self.to_k(rows).transpose(1, 2) * self._scale, -1)
        mixed: Tensor = self.to_out[0](weights @ self.to_v(rows))
        return x + mixed.transpose(1, 2).reshape(x.shape)


class _Halving(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(F.pad(x, (0, 1, 0, 1)))
        return y


class _Doubling(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return y


class ResidualStage(nn.Module):
    """Residual blocks at one resolution, and the change to the next."""

    def __init__(self, shape: StageShape, groups: int, *, grows: bool) -> None:
        super().__init__()
        after = shape.widths[-1][1]
        self.resnets = nn.ModuleList([ResidualStep(*widths, groups) for widths in shape.widths])
        if shape.attends:
            self.attentions = nn.ModuleList([PixelAttention(widths[1], groups) for widths in shape.widths])
        if shape.scales and grows:
            self.upsamplers = nn.ModuleList([_Doubling(after)])
        elif shape.scales:
            self.downsamplers = nn.ModuleList([_Halving(after)])
        self._parts = shape.attends, shape.scales, grows

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, h, w) to (N, after, h', w')."""
        attends, scales, grows = self._parts
        for place, step in enumerate(self.resnets):
            x = step(x)
            x = self.attentions[place](x) if attends else x
        if not scales:
            return x
        return (self.upsamplers if grows else self.downsamplers)[0](x)  # type: ignore[no-any-return]


class _Middle(nn.Module):
    def __init__(self, width: int, groups: int, *, attends: bool) -> None:
        super().__init__()
        self.resnets = nn.ModuleList([ResidualStep(width, width, groups) for _ in range(2)])
        self.attentions = nn.ModuleList([PixelAttention(width, groups)] if attends else [])

    def forward(self, x: Tensor) -> Tensor:
        x = self.resnets[0](x)
        for attention in self.attentions:
            x = attention(x)
        y: Tensor = self.resnets[1](x)
        return y


class ShrinkingHalf(nn.Module):
    """Pictures (N, before, H, W) to maps of numbers (N, after, h, w)."""

    def __init__(self, shape: HalfShape) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(shape.before, shape.first, 3, padding=1)
        self.down_blocks = nn.ModuleList([ResidualStage(s, shape.groups, grows=False) for s in shape.stages])
        self.mid_block = _Middle(shape.middle, shape.groups, attends=shape.attends)
        self.conv_norm_out = nn.GroupNorm(shape.groups, shape.last, eps=_EPSILON)
        self.conv_out = nn.Conv2d(shape.last, shape.after, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """The maps."""
        x = self.conv_in(x)
        for stage in self.down_blocks:
            x = stage(x)
        y: Tensor = self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))
        return y


class GrowingHalf(nn.Module):
    """Maps of numbers (N, before, h, w) to pictures (N, after, H, W)."""

    def __init__(self, shape: HalfShape) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(shape.before, shape.first, 3, padding=1)
        self.mid_block = _Middle(shape.middle, shape.groups, attends=shape.attends)
        self.up_blocks = nn.ModuleList([ResidualStage(s, shape.groups, grows=True) for s in shape.stages])
        self.conv_norm_out = nn.GroupNorm(shape.groups, shape.last, eps=_EPSILON)
        self.conv_out = nn.Conv2d(shape.last, shape.after, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """The pictures."""
        x = self.mid_block(self.conv_in(x))
        for stage in self.up_blocks:
            x = stage(x)
        y: Tensor = self.conv_out(F.silu(self.conv_norm_out(x)))
        return y


class NearestCode(nn.Module):
    """Each pixel's numbers as the nearest row of a table (van den Oord et al. 2017, eq. 1)."""

    def __init__(self, codes: Tensor) -> None:
        super().__init__()
        self.register_buffer("codes", codes.clone())

    def forward(self, x: Tensor) -> Tensor:
        """(N, d, h, w) to the same."""
        codes: Tensor = self.codes  # type: ignore[assignment]
        rows = x.flatten(2).transpose(1, 2)
        far = codes.square().sum(1) - 2 * rows @ codes.T
        return codes[far.argmin(-1)].transpose(1, 2).reshape(x.shape)


class MapDecoder(nn.Module):
    """Rows of numbers of about unit variance, (N, C h w), to pictures.

    Parameters
    ----------
    decoder : GrowingHalf
    quantised : Module
        What stands between the latent and the decoder: a convolution, codes, both or nothing.
    latent : (C, h, w)
    scale, shift : (C,) float32
        A latent of the decoder is ``scale`` times ours plus ``shift``.
    """

    scale: Tensor
    shift: Tensor

    def __init__(
        self, decoder: nn.Module, quantised: nn.Module, latent: tuple[int, int, int], scale: Tensor, shift: Tensor
    ) -> None:
        super().__init__()
        self.decoder, self.quantised, self._latent = decoder, quantised, latent
        self.register_buffer("scale", scale.reshape(-1, 1, 1).clone())
        self.register_buffer("shift", shift.reshape(-1, 1, 1).clone())

    def forward(self, z: Tensor) -> Tensor:
        """The pictures."""
        maps = z.reshape(-1, *self._latent) * self.scale + self.shift
        pictures: Tensor = self.decoder(self.quantised(maps))
        return pictures


class MapEncoder(nn.Module):
    """Pictures to rows of numbers of about unit variance, (N, C h w); arguments as of `MapDecoder`."""

    scale: Tensor
    shift: Tensor

    def __init__(self, encoder: nn.Module, quant: nn.Module, channels: int, scale: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.encoder, self.quant, self._channels = encoder, quant, channels
        self.register_buffer("scale", scale.reshape(-1, 1, 1).clone())
        self.register_buffer("shift", shift.reshape(-1, 1, 1).clone())

    def forward(self, pictures: Tensor) -> Tensor:
        """The means."""
        maps: Tensor = self.quant(self.encoder(pictures))[:, : self._channels]
        return ((maps - self.shift) / self.scale).flatten(1)
