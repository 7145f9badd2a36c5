"""How good a translator's answers are, beside the pictures that they were to become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.drawing.lacking import HOLE
from explorer.training.networks.lab import lab_of
from explorer.training.quality.fine_detail import fine_detail

Pictures = NDArray[np.uint8]
Planes = NDArray[np.bool_]

_EDGES = 0.1  # the share of the steepest places of the right pictures that are edges
_CHUNK = 64


@dataclass(frozen=True)
class TranslationFigures:
    """Figures of answers to what was given.

    Attributes
    ----------
    error, wrong_error : float
        Mean absolute difference from the right picture, and from that of another pair; values are -1 to 1.
    sharpness : float
        How steep the steps between neighbours are (mean squares), of those in right pictures; 1 is as steep.
    edges : float
        F1 of their edges, 0 to 1: how many lie within a pixel of right ones, and right ones within a pixel of them.
    psnr, given_psnr : float
        Peak signal-to-noise ratio of answers, and of what was given (squared error over all), in dB.
    detail, given_detail : float
        Fine detail, of that in right pictures, see `fine_detail`.
    colour_error, grey_error : float
        Mean distance in a and b of Lab from the right colours, and of greys.
    hole_error, mean_error : float or None
        Mean absolute difference where a hole was, and that of the mean of the right pictures; None without holes.
    """

    error: float
    wrong_error: float
    sharpness: float
    edges: float
    psnr: float
    given_psnr: float
    detail: float
    given_detail: float
    colour_error: float
    grey_error: float
    hole_error: float | None
    mean_error: float | None


def translation_figures(given: Pictures, made: Pictures, real: Pictures) -> TranslationFigures:
    """The figures of answers ``made`` of ``given``, all (N, H, W, C) uint8, with N of 2 at least."""
    colour_error, grey_error = _colour_errors(made, real)
    hole_error, mean_error = _hole_errors(given, made, real)
    return TranslationFigures(
        error=_off(made, real),
        wrong_error=_off(made, np.roll(real, 1, axis=0)),
        sharpness=_steepness(made) / max(_steepness(real), 1e-9),
        edges=edge_agreement(made, real),
        psnr=psnr(made, real),
        given_psnr=psnr(given, real),
        detail=fine_detail(real, made),
        given_detail=fine_detail(real, given),
        colour_error=colour_error,
        grey_error=grey_error,
        hole_error=hole_error,
        mean_error=mean_error,
    )


def psnr(made: Pictures, real: Pictures) -> float:
    """Peak signal-to-noise ratio in dB of all pictures (N, H, W, C) together."""
    squares = np.square(made.astype(np.float32) - real).mean(dtype=np.float64)
    return float(10.0 * np.log10(255.0**2 / max(squares, 1e-9)))


def edge_agreement(made: Pictures, real: Pictures) -> float:
    """F1 of edges, 0 to 1, those places that are as steep as the steepest tenth of the right pictures; a pixel apart
    is near enough.
    """
    slopes, right_slopes = _slopes(made), _slopes(real)
    least = max(float(np.quantile(right_slopes, 1.0 - _EDGES)), 1e-6)
    found, right = slopes >= least, right_slopes >= least
    precision = (found & _grown(right)).sum() / max(1, found.sum())
    recall = (right & _grown(found)).sum() / max(1, right.sum())
    return float(2.0 * precision * recall / max(1e-9, precision + recall))


def _off(made: Pictures, real: Pictures) -> float:
    return float(np.abs(made.astype(np.float32) - real).mean(dtype=np.float64) / 127.5)


def _steepness(pictures: Pictures) -> float:
    values = pictures.astype(np.float32)
    return float(np.square(np.diff(values, axis=1)).mean() + np.square(np.diff(values, axis=2)).mean())


def _slopes(pictures: Pictures) -> NDArray[np.float32]:
    """How steep the steepest channel is at each place but the margins, (N, H-2, W-2)."""
    values = pictures.astype(np.float32)
    down, across = values[:, 2:, 1:-1] - values[:, :-2, 1:-1], values[:, 1:-1, 2:] - values[:, 1:-1, :-2]
    found: NDArray[np.float32] = np.hypot(down, across).max(3)
    return found


def _grown(planes: Planes) -> Planes:
    """With all neighbours of what is set, (N, H, W)."""
    wide = np.pad(planes, ((0, 0), (1, 1), (1, 1)))
    height, width = planes.shape[1:]
    near = [wide[:, row : row + height, column : column + width] for row in range(3) for column in range(3)]
    grown: Planes = np.logical_or.reduce(near)
    return grown


def _colour_errors(made: Pictures, real: Pictures) -> tuple[float, float]:
    if real.shape[3] == 1:
        return 0.0, 0.0
    pairs = [(_colours(made[at : at + _CHUNK]), _colours(real[at : at + _CHUNK])) for at in range(0, len(real), _CHUNK)]
    off = torch.cat([(own - right).norm(dim=1).mean((1, 2)) for own, right in pairs])
    return float(off.mean()), float(torch.cat([right.norm(dim=1).mean((1, 2)) for _, right in pairs]).mean())


def _colours(pictures: Pictures) -> torch.Tensor:
    return lab_of(torch.tensor(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0)[:, 1:]


def _hole_errors(given: Pictures, made: Pictures, real: Pictures) -> tuple[float, float] | tuple[None, None]:
    changed = (given != real).any(3)
    gone = changed & (given == HOLE).all(3)
    if not gone.any() or (changed & ~gone).any():
        return None, None
    wanted = real.astype(np.float32)
    mean = np.broadcast_to(wanted.mean(0), wanted.shape)
    off, plain = (np.abs(each - wanted)[gone].mean(dtype=np.float64) / 127.5 for each in (made, mean))
    return float(off), float(plain)
