"""How far to go along a direction so that one sees what it does, and no farther than a picture bears.

What is compared are the two ends of a strip. They are far enough apart where the cells that change most differ by 60 %
of what the pictures of two samples differ by in theirs: a smile moves few cells, a background many, and a model of pale
pictures is measured by itself. No end lies farther out than where an ordinary latent is a third longer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import CHANGE, SPAN, Direction, Z, vectors
from explorer.core.inference.generator import Generator
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import cell_means
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene

LEAST, MOST = 1.0, 8.0
"""Of spans that are measured or set, in standard deviations of the prior."""

_STEP = 0.5
_WANTED = 0.6  # of what two samples differ by
_LONGER = 4.0 / 3.0  # than an ordinary latent, at most
_SAMPLES, _FIRST_SEED = 6, 100
_SIDE, _CELLS = 16, 8  # cells of a picture a side, and how many of the 256 are looked at: those that change most
_LOOKS = 4  # after which the estimate has settled

Draw = Callable[[float], NDArray[np.uint8]]
"""From a strength to pictures (N, H, W, C) of the same latents moved so far."""


def with_span(
    direction: Direction,
    generator: Generator,
    label: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Direction:
    """The direction, knowing its span and how much it changes there, measured on a few samples; costs some 30 pictures.

    The same direction where it was cancelled. Raises what drawing raises.
    """
    measured = measured_span(drawing(direction, generator, label), farthest(direction, generator), cancelled)
    if measured is None:
        return direction
    span, change = measured
    return replace(direction, details={**direction.details, SPAN: span, CHANGE: change})


def at_span(direction: Direction, span: float) -> Direction:
    """The direction with a span that a person chose; what it changes there is not known."""
    details = {key: value for key, value in direction.details.items() if key != CHANGE}
    return replace(direction, details={**details, SPAN: float(min(max(span, LEAST), MOST))})


def drawing(direction: Direction, generator: Generator, label: int | None = None) -> Draw:
    """Draws six samples, moved along a direction of any space."""
    card, renderer = generator.card, renderer_of(generator, vectors([direction]))
    seeds = range(_FIRST_SEED, _FIRST_SEED + _SAMPLES)
    scenes = [Scene(z=sample(seed, card.latent_size, card.prior), label=label, seed=seed) for seed in seeds]

    def draw(alpha: float) -> NDArray[np.uint8]:
        moved = [replace(scene, directions=((direction.name, alpha),)) for scene in scenes] if alpha else scenes
        return generator.pictures(renderer.drawn_many(moved), [label] * len(moved))

    return draw


def farthest(direction: Direction, generator: Generator) -> float:
    """The strength beyond which latents are longer than the model ever saw, up to `MOST`."""
    if direction.space != Z:
        return MOST
    far = sqrt((_LONGER**2 - 1.0) * generator.card.latent_size)
    return min(max(_down(far), 3.0), MOST)


def measured_span(draw: Draw, limit: float, cancelled: Callable[[], bool] | None = None) -> tuple[float, float] | None:
    """How far to go to both sides, in halves, and what the ends then differ by; None where it was cancelled.

    Parameters
    ----------
    draw : callable
    limit : float
        The largest span.
    cancelled : callable, optional
        Asked before pictures are drawn.

    Returns
    -------
    (float, float)
        The span, and the change as a share of what two samples differ by; 0.0 where these do not differ.
    """
    if cancelled is not None and cancelled():
        return None
    cells = _cells(draw(0.0))
    apart = _difference(cells, np.roll(cells, 1, axis=0))
    span, changes = min(3.0, limit), dict[float, float]()
    for _look in range(_LOOKS):
        if cancelled is not None and cancelled():
            return None
        ends = _difference(_cells(draw(span)), _cells(draw(-span)))
        changes[span] = ends / apart if apart else 0.0
        # pictures change less and less the farther one goes, so a little is added to the straight line
        wanted = span * min(_WANTED / max(changes[span], 1e-9), 3.0)
        nearer = min(max(ceil(wanted / _STEP) * _STEP, LEAST), limit)
        if nearer in changes:
            break
        span = nearer
    enough = [far for far, change in changes.items() if change >= _WANTED]
    span = min(enough) if enough else max(changes)
    return span, round(changes[span], 3)


def _cells(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    return cell_means(pictures, _SIDE)


def _difference(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """By how many levels the cells differ that differ most, on average over the pictures."""
    apart = np.sort(np.abs(some - others).mean(axis=-1).reshape(len(some), -1), axis=1)
    return float(apart[:, -_CELLS:].mean())


def _down(value: float) -> float:
    return int(value / _STEP) * _STEP
