"""How far a picture is from what the hand asks of it: for colours that are painted, and for points that are pulled.

Both hold the rest of the picture as it was. Pictures are (1, C, H, W), -1 to 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from explorer.core.touch.goals import PaintGoal, Place, PullGoal

_ALIKE_LEVELS = 40.0
"""Of 255: what differs by so much from what is painted over is hardly alike."""
_FREE = 0.9
"""How much less what is alike counts than the rest."""
_KEPT = 20.0
"""How much more than the rest of the picture that counts which is to be kept."""
_LUMA = (0.299, 0.587, 0.114)
_PATCH_PX, _REACH_PX, _STEP_PX = 4, 3, 2.0
"""In pixels of a picture of 64: around a point, how far it is looked for, and how far it is pulled at once."""
_COLOURS = 2.0
"""How much more than features colours count for a point."""
_NEARER = 0.01
"""How much less alike for each pixel a place must be that is nearer."""


class Weighed(NamedTuple):
    """Two terms of a loss, each a number: what is asked for, and what is to stay."""

    asked: Tensor
    kept: Tensor


class Painted:
    """Colours that are brushed over a picture, least squares (Brock et al., 2016, section 3.1).

    What is outside the stroke is to stay, the less strictly the more it looks like what was painted over: hair follows
    where a part of it is brushed.

    Parameters
    ----------
    goal : PaintGoal
    begun : Tensor
        The picture that was painted on.
    """

    def __init__(self, goal: PaintGoal, begun: Tensor) -> None:
        self._begun, channels = begun, begun.shape[1]
        self._stroke = _mask(goal.weights)
        self._wanted = _colours(goal, channels)
        amount = self._stroke.sum().clamp_min(1e-6)
        under = (begun * self._stroke).sum((2, 3), keepdim=True) / amount
        apart = ((begun - under) * 127.5).square().mean(1, keepdim=True)
        unlike = 1.0 - _FREE * torch.exp(-apart / (2 * _ALIKE_LEVELS**2))
        self._rest = (1.0 - self._stroke) * unlike
        if goal.keep is not None:
            self._rest = self._rest + _KEPT * _mask(goal.keep)
            self._stroke = self._stroke * (1.0 - _mask(goal.keep))

    def __call__(self, picture: Tensor) -> Weighed:
        """What a picture lacks."""
        asked = (picture - self._wanted).square().mean(1, keepdim=True)
        kept = (picture - self._begun).square().mean(1, keepdim=True)
        return Weighed(_mean(asked, self._stroke), _kept(kept, self._rest))


class Pulled:
    """Points that are pulled to other places, and followed on the way, after Pan et al. (2023), DragGAN, section 3.2.

    *Motion supervision*: the patch that lay around a point at first is to lie some steps nearer to the target, in
    colours and as a layer of the generator sees it. What is compared with is the patch at the start, not that of the
    step before, so that a point is not lost by small errors that add up. *Point tracking*: the point is then where
    what is seen is most like the patch at the start.

    Parameters
    ----------
    goal : PullGoal
    begun : Tensor
        The picture that was pulled at.
    features : Tensor
        What the layer saw of it, (1, K, h, w).
    """

    def __init__(self, goal: PullGoal, begun: Tensor, features: Tensor) -> None:
        self._begun, self._size = begun, (begun.shape[3], begun.shape[2])
        self._pixel = max(self._size) / 64
        self._scales = [_COLOURS / _spread(begun), 1.0 / _spread(features)]
        self._patches = [self._seen(begun, features, pull.start, _PATCH_PX) for pull in goal.pulls]
        self._near = _soft_disc(_PATCH_PX)
        self.points = [pull.start for pull in goal.pulls]
        self.begin(goal)

    def begin(self, goal: PullGoal) -> None:
        """Go on with other targets of the same points."""
        self._goal = goal
        width, height = self._size
        y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
        near = torch.full((height, width), torch.inf)
        for pull in goal.pulls:
            reach = 2 * _PATCH_PX * self._pixel
            for place in (pull.start, pull.target):
                near = torch.minimum(near, torch.hypot(x - place[0], y - place[1]) / reach)
        self._rest = near.sub(0.5).clamp(0.0, 1.0)[None, None]
        if goal.keep is not None:
            self._rest = self._rest + _KEPT * _mask(goal.keep)

    @property
    def left(self) -> float:
        """How far the farthest point still has to go, in pixels."""
        pairs = zip(self.points, self._goal.pulls, strict=True)
        return max((float(np.hypot(x - pull.target[0], y - pull.target[1])) for (x, y), pull in pairs), default=0.0)

    def __call__(self, picture: Tensor, features: Tensor) -> Weighed:
        """What a picture lacks; the points are followed into it first."""
        with torch.no_grad():
            self._follow(picture, features)
        asked = picture.new_zeros(())
        for here, pull, patch in zip(self.points, self._goal.pulls, self._patches, strict=True):
            there = self._seen(picture, features, self._next(here, pull.target), _PATCH_PX)
            asked = asked + sum(_apart(a, b, self._near)[0, 0] for a, b in zip(there, patch, strict=True))
        kept = (picture - self._begun).square().mean(1, keepdim=True)
        return Weighed(asked / len(self.points), _kept(kept, self._rest))

    def _follow(self, picture: Tensor, features: Tensor) -> None:
        """Find the points again, each near to where it was."""
        for number, ((x, y), patch) in enumerate(zip(self.points, self._patches, strict=True)):
            window = self._seen(picture, features, (x, y), _PATCH_PX + _REACH_PX)
            apart = sum(_apart(around, own, self._near) for around, own in zip(window, patch, strict=True))
            offsets = torch.arange(-_REACH_PX, _REACH_PX + 1.0)
            down, across = torch.meshgrid(offsets, offsets, indexing="ij")
            apart = apart + _NEARER * torch.hypot(across, down)
            best = int(apart.argmin())
            to_x, to_y = (float(part.flatten()[best]) * self._pixel for part in (across, down))
            self.points[number] = (min(max(x + to_x, 0.0), self._size[0]), min(max(y + to_y, 0.0), self._size[1]))

    def _next(self, here: Place, target: Place) -> Place:
        """Where a point is to go next."""
        across, down = target[0] - here[0], target[1] - here[1]
        length = float(np.hypot(across, down))
        share = min(1.0, _STEP_PX * self._pixel / length) if length else 0.0
        return here[0] + across * share, here[1] + down * share

    def _seen(self, picture: Tensor, features: Tensor, place: Place, radius: int) -> list[Tensor]:
        """Colours and features around a place, (1, channels, side, side) each, in deviations."""
        offsets = torch.arange(-radius, radius + 1) * self._pixel
        down, across = torch.meshgrid(offsets, offsets, indexing="ij")
        places = torch.stack([place[0] + across, place[1] + down], dim=2)
        maps = zip((picture, features), self._scales, strict=True)
        return [_sampled(each, places, self._size) * scale for each, scale in maps]


def _spread(values: Tensor) -> Tensor:
    """The deviation of each channel, (1, channels, 1, 1)."""
    return values.std((2, 3), keepdim=True).clamp_min(1e-3 + 0.1 * float(values.std()))


def _soft_disc(radius: int) -> Tensor:
    """Weights (side, side), 1 in the middle and small at the edge."""
    offsets = torch.arange(-radius, radius + 1)
    return torch.exp(-(offsets[:, None].square() + offsets.square()) / (0.5 * radius**2))


def _apart(window: Tensor, patch: Tensor, near: Tensor) -> Tensor:
    """The mean square distance of a patch (1, K, s, s) from each place in a window (1, K, S, S): (S - s + 1, ...).

    By how much all of it is lighter or stronger does not count: what moves comes into another light.
    """
    channels, amount = patch.shape[1], near.sum()
    weights = near.expand(1, channels, *near.shape)
    squares = functional.conv2d(window.square(), weights) - 2 * functional.conv2d(window, weights * patch)
    squares = squares + (weights * patch.square()).sum()
    sums = functional.conv2d(window, weights.transpose(0, 1), groups=channels)
    lighter = (sums - (weights * patch).sum((2, 3), keepdim=True)) / amount
    found: Tensor = (squares / amount - lighter.square().sum(1, keepdim=True))[0, 0] / channels
    return found


def _sampled(features: Tensor, places: Tensor, size: tuple[int, int]) -> Tensor:
    """Features at places (h, w, 2) of the picture, between their own: (1, K, h, w)."""
    at = 2.0 * places.float() / torch.tensor(size) - 1.0
    return functional.grid_sample(features, at[None], padding_mode="border", align_corners=False)


def _mask(weights: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(weights, np.float32))[None, None]


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / weights.sum().clamp_min(1e-6)


def _kept(values: Tensor, weights: Tensor) -> Tensor:
    """Values (1, 1, H, W), averaged; what is to be kept above all, with weights above 1, counts as much more."""
    return (values * weights).sum() / weights.clamp(max=1.0).sum().clamp_min(1.0)


def _colours(goal: PaintGoal, channels: int) -> Tensor:
    """The colours as a picture of so many channels: grey by their luminance, and opaque where there is alpha."""
    colours = torch.from_numpy(goal.colours.astype(np.float32)).permute(2, 0, 1)[None] / 127.5 - 1.0
    if channels in (1, 2):
        colours = (colours * torch.tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
    if channels in (2, 4):
        colours = torch.cat([colours, torch.ones_like(colours[:, :1])], dim=1)
    return colours
