"""Faces whose pupils are known, turned, scaled and pasted over something else: where the pupils are is known again.

The faces are aligned pictures, so that their pupils lie in one place; what they are pasted over is made of the same
pictures, of gradients and of noise. In some a face is taken to pieces: what is left shows no face.

Places are shares of the picture, 0 to 1; inside they are -1 to 1, as torch's grids have them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.photos.pupils import Pupils
from explorer.training.learning.grounds import grounds, scrambled

_MARGIN = 0.06  # of half the side, that pupils keep from the edge
_LEVELS = (0.6, 0.3)  # scales below which a face is taken from a smaller copy, so that nothing aliases
_NEAR_SCALES = (0.6, 1.05)
_NEAR_TURN = math.radians(8)
_STRETCH = 0.08


@dataclass(frozen=True)
class Pasted:
    """Pictures that were put together.

    Attributes
    ----------
    pictures : (B, C, H, W) float32, -1 to 1
    pupils : (B, 2, 2) float32
        x and y of both pupils, the left one in the face's own frame first; shares of the picture.
    has_face : (B,) bool
    """

    pictures: Tensor
    pupils: Tensor
    has_face: Tensor


@dataclass(frozen=True)
class Pasting:
    """How faces are laid out.

    Attributes
    ----------
    pupils : Pupils
        Where they are in the faces, as shares.
    turn : float
        Largest turn, in degrees.
    smallest : float
        Least side of an aligned face, as a share of the picture's; 1.2 is the largest.
    near : float
        Share of pictures in which the face is nearly upright and fills most of the picture, as once it was found.
    empty : float
        Share without a face.
    """

    pupils: Pupils
    turn: float = 45.0
    smallest: float = 0.18
    near: float = 0.5
    empty: float = 0.2

    @torch.no_grad()
    def of(self, faces: Tensor, rng: torch.Generator) -> Pasted:
        """Pictures of faces (B, C, S, S), -1 to 1."""
        count, device = len(faces), faces.device
        draw = torch.rand((16, count), generator=rng, device=device)
        has_face = draw[0] >= self.empty
        whole = has_face[:, None, None, None]
        matrix, middle, scale = self._placed(draw[1:9], rng)
        eyes = torch.tensor(self.pupils, device=device, dtype=faces.dtype) * 2 - 1
        pupils = torch.einsum("bij,kj->bki", matrix, eyes) + middle[:, None]
        grid = _grid(matrix, middle, faces.shape)
        shown = torch.where(whole, faces, scrambled(faces, rng))
        face = _sampled(shown, grid, scale)
        ground = grounds(faces.roll(1, 0), rng)
        mask = _mask(grid, draw[9:14]) * (whole | (draw[0] < self.empty / 2)[:, None, None, None])
        pictures = ground + (face - ground) * mask
        return Pasted(_framed(pictures, pupils, draw[14:16]), (pupils + 1) / 2, has_face)

    def _placed(self, draw: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """From the face's frame to the picture: matrices (B, 2, 2), shifts (B, 2), and the scales (B,)."""
        near = draw[0] < self.near
        low, high = math.log(self.smallest), math.log(1.2)
        scale = torch.exp(low + draw[1] * (high - low))
        scale = torch.where(near, _NEAR_SCALES[0] + draw[1] * (_NEAR_SCALES[1] - _NEAR_SCALES[0]), scale)
        turn = (2 * draw[2] - 1) * math.radians(self.turn)
        normal = torch.randn(draw.shape[1], generator=rng, device=draw.device)
        turn = torch.where(near, normal * _NEAR_TURN, turn)
        cosine, sine = torch.cos(turn), torch.sin(turn)
        wide, skew = 1 + _STRETCH * (2 * draw[3] - 1), _STRETCH * (2 * draw[4] - 1)
        rows = [cosine * wide, cosine * skew - sine, sine * wide, sine * skew + cosine]
        matrix = scale[:, None, None] * torch.stack(rows, 1).view(-1, 2, 2)
        ((x1, y1), (x2, y2)) = self.pupils
        first, last = torch.tensor([[x1, y1], [x2, y2]], device=draw.device, dtype=draw.dtype) * 2 - 1
        between = matrix @ ((first + last) / 2)
        reach = (matrix @ ((last - first) / 2)).abs()
        room = (1 - 0.8 * scale).clamp(min=0.15)[:, None].minimum(1 - _MARGIN - reach).clamp(min=0)
        eyes = (2 * draw[5:7].T - 1) * room
        usual = between * (1 - 0.25 * (2 * draw[5:7].T - 1).abs())  # the frame about the middle of the picture
        eyes = torch.where(near[:, None], usual + 0.15 * (2 * draw[5:7].T - 1), eyes)
        eyes = eyes.clamp(-1 + _MARGIN + reach, 1 - _MARGIN - reach)
        return matrix, eyes - between, scale


def _grid(matrix: Tensor, middle: Tensor, shape: torch.Size) -> Tensor:
    """For each pixel of the picture its place in the face, (B, S, S, 2)."""
    back = torch.linalg.inv(matrix)
    rows = torch.cat([back, -(back @ middle[:, :, None])], 2)
    return functional.affine_grid(rows, list(shape), align_corners=False)


def _sampled(faces: Tensor, grid: Tensor, scale: Tensor) -> Tensor:
    """The faces as they lie in the picture, from copies that are not much finer than it."""
    level = torch.stack([scale < bound for bound in _LEVELS]).long().sum(0)
    out = torch.empty_like(faces)
    for number in range(len(_LEVELS) + 1):
        which = torch.nonzero(level == number)[:, 0]
        if len(which):
            copy = functional.avg_pool2d(faces[which], 2**number) if number else faces[which]
            out[which] = functional.grid_sample(copy, grid[which], padding_mode="border", align_corners=False)
    return out


def _mask(grid: Tensor, draw: Tensor) -> Tensor:
    """How much of the face covers the ground, (B, 1, S, S): a square, an oval, or all, its edges drawn out."""
    across, down = grid[..., 0], grid[..., 1]
    soft = (0.01 + 0.12 * draw[1])[:, None, None]
    wide, high = (0.65 + 0.4 * draw[2])[:, None, None], (0.85 + 0.35 * draw[3])[:, None, None]
    oval = (across / wide).square().add((down - 0.1).div(high).square()).sqrt()
    square = across.abs().maximum(down.abs()) / (0.85 + 0.15 * draw[4])[:, None, None]
    kind = draw[0][:, None, None]
    away = torch.where(kind < 0.5, oval, square)
    mask = torch.sigmoid((1 - away) / soft * 2)
    return torch.where(kind > 0.8, torch.ones_like(mask), mask)[:, None]


def _framed(pictures: Tensor, pupils: Tensor, draw: Tensor) -> Tensor:
    """A third of the pictures as those of another shape are shown: bands above and below, or beside, are mirrors."""
    size = pictures.shape[2]
    places = (torch.arange(size, device=pictures.device) + 0.5) / size * 2 - 1
    lying = draw[0] < 1 / 6
    standing = (draw[0] >= 1 / 6) & (draw[0] < 1 / 3)
    out = pictures
    for axis, which in ((1, lying), (0, standing)):
        farthest = pupils[:, :, axis].abs().amax(1) + _MARGIN
        reach = torch.where(which, (0.5 + 0.45 * draw[1]).maximum(farthest), 2.0)[:, None]
        period = (places[None] + reach).remainder(4 * reach)
        mirrored = torch.where(period > 2 * reach, 4 * reach - period, period) - reach
        index = ((mirrored + 1) / 2 * size - 0.5).round().long().clamp(0, size - 1)
        shape = (len(out), out.shape[1], size, size)
        index = index[:, None, :, None].expand(shape) if axis else index[:, None, None, :].expand(shape)
        out = out.gather(2 if axis else 3, index)
    return out
