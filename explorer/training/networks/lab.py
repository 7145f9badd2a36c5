"""CIE L*a*b* of sRGB pictures and back, where steps of one length look alike, and L alone is how light something is.

L follows from the luminance Y, the sum of red, green and blue as light, weighted. A colour that a screen has not is
brought nearer to the grey of its own luminance, no farther than needed, so that L stays what it was.
"""

from __future__ import annotations

import torch
from torch import Tensor

#: Rows give X, Y and Z of linear sRGB (IEC 61966-2-1), as shares of those of its white.
_TO_XYZ = torch.tensor(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    dtype=torch.float64,
)
_TO_XYZ = _TO_XYZ / _TO_XYZ.sum(1, keepdim=True)
_FROM_XYZ = torch.linalg.inv(_TO_XYZ)
_KNEE = 6.0 / 29.0  # below it, cube root and power give way to straight lines
_LEAST = 1e-7  # of what a power is taken of, whose slope at 0 has no end


def lab_of(pictures: Tensor) -> Tensor:
    """L (0 to 100), a and b (about -110 to 110) of RGB pictures (N, 3, H, W), -1 to 1; values beyond are cut off."""
    x, y, z = _bent(_mixed(_light_of(pictures), _TO_XYZ)).unbind(1)
    return torch.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], 1)


def pictures_of(lab: Tensor) -> Tensor:
    """RGB pictures (N, 3, H, W), -1 to 1, of L, a and b: of just that L, and of less colour where it is too much."""
    lightness, a, b = lab.unbind(1)
    y = (lightness + 16.0) / 116.0
    xyz = _straightened(torch.stack([y + a / 500.0, y, y - b / 200.0], 1))
    grey = xyz[:, 1:2].clamp(0.0, 1.0)
    colour = _mixed(xyz, _FROM_XYZ) - grey
    room = torch.where(colour > 0.0, 1.0 - grey, grey)  # of each channel, until it is full or empty
    fits = (room / colour.abs().clamp(min=_LEAST)).amin(1, keepdim=True).clamp(max=1.0)
    return _screen_values(grey + fits * colour)


def _light_of(pictures: Tensor) -> Tensor:
    """Linear sRGB, 0 to 1."""
    values = ((pictures + 1.0) / 2.0).clamp(0.0, 1.0)
    return torch.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _screen_values(light: Tensor) -> Tensor:
    """The inverse of `_light_of`."""
    bent = 1.055 * light.clamp(min=_LEAST) ** (1.0 / 2.4) - 0.055
    return 2.0 * torch.where(light <= 0.0031308, 12.92 * light, bent).clamp(0.0, 1.0) - 1.0


def _bent(xyz: Tensor) -> Tensor:
    straight = xyz / (3.0 * _KNEE**2) + 4.0 / 29.0
    return torch.where(xyz > _KNEE**3, xyz.clamp(min=_LEAST) ** (1.0 / 3.0), straight)


def _straightened(bent: Tensor) -> Tensor:
    """The inverse of `_bent`."""
    return torch.where(bent > _KNEE, bent**3, 3.0 * _KNEE**2 * (bent - 4.0 / 29.0))


def _mixed(values: Tensor, matrix: Tensor) -> Tensor:
    """Each pixel's three values (N, 3, H, W) times a matrix."""
    return torch.nn.functional.conv2d(values, matrix.to(values)[:, :, None, None])
