"""Channels of StyleSpace that change one attribute, or one part of the picture (Wu, Lischinski & Shechtman, 2021)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import CHANNELS, Direction, S
from explorer.core.directions.region import Region
from explorer.core.inference.batching import told_batches
from explorer.core.inference.style_space import Channel, StyleLayer, channel_at
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

STEP = 3.0
"""How many deviations a channel is moved, to and fro, when what it changes is measured."""

_FEWEST = 5  # examples on a side, from which a mean can be told from chance
_AT_ONCE = 4  # channels


@dataclass(frozen=True)
class FoundChannel:
    """A channel, and why it was found.

    Attributes
    ----------
    channel : Channel
    score : float
        What channels are ranked by: the relevance to an attribute, or how much it changes a region times the share
        of its change that falls there.
    sign : float
        Which way adds the attribute: 1 or -1; 1 for a region.
    inside, elsewhere : float or None
        How far the pixels of the region, and all others, change on average, in levels of 255 a deviation; None for
        an attribute.
    """

    channel: Channel
    score: float
    sign: float = 1.0
    inside: float | None = None
    elsewhere: float | None = None

    @property
    def locality(self) -> float:
        """The share of the change of an average pixel that falls into the region, 0 to 1."""
        inside, elsewhere = self.inside or 0.0, self.elsewhere or 0.0
        return inside / (inside + elsewhere) if inside > 0.0 else 0.0


def attribute_channels(
    styles: NDArray[np.float32], has: NDArray[np.bool_], layers: Sequence[StyleLayer], count: int
) -> tuple[FoundChannel, ...]:
    """The channels whose values tell samples with an attribute from those without, the clearest first.

    With δ = (s - μ) / σ for each sample s with the attribute, μ the mean of those without and σ the deviation of all
    samples, a channel is as relevant as θ = \\|mean of δ\\| / deviation of δ (section 5; there μ is the mean of all
    samples, as those with it are few).

    Parameters
    ----------
    styles : (N, channels) float32
        All channels of samples.
    has : (N,) bool
        Which samples have the attribute.
    layers : sequence of StyleLayer
    count : int
        How many are wanted.

    Raises
    ------
    Problem
        There are too few samples on a side, or no channel differs.
    """
    yes, no = int(has.sum()), int((~has).sum())
    if min(yes, no) < _FEWEST:
        raise Problem(f"{yes} samples have it and {no} do not; {_FEWEST} are needed on each side.", "Draw more.")
    width = styles.std(axis=0, dtype=np.float64)
    moving = width > 1e-6 * max(float(width.max()), 1e-12)
    shift = (styles[has] - styles[~has].mean(axis=0, dtype=np.float64)) / np.where(moving, width, 1.0)
    mean, deviation = shift.mean(axis=0), shift.std(axis=0)
    relevance = np.where(moving, np.abs(mean) / np.maximum(deviation, 1e-6), 0.0)
    if not np.isfinite(relevance).all() or not relevance.max(initial=0.0) > 0.0:
        raise Problem("No channel differs between samples with it and without.", "Choose another attribute.")
    order = np.argsort(-relevance, kind="stable")[: max(count, 0)]
    return tuple(
        FoundChannel(channel_at(int(place), layers), float(relevance[place]), float(np.sign(mean[place]) or 1.0))
        for place in order
        if relevance[place] > 0.0
    )


def most_regional(
    inside: NDArray[np.floating], elsewhere: NDArray[np.floating], layers: Sequence[StyleLayer], count: int
) -> tuple[FoundChannel, ...]:
    """The channels that change a region most, and little else, the best first.

    Parameters
    ----------
    inside, elsewhere : (channels,) floating
        How far pixels of the region and all others change a deviation.
    layers : sequence of StyleLayer
    count : int
    """
    scores = inside * np.where(inside > 0.0, inside / np.maximum(inside + elsewhere, 1e-12), 0.0)
    order = np.argsort(-scores, kind="stable")[: max(count, 0)]
    return tuple(
        FoundChannel(
            channel_at(int(place), layers),
            float(scores[place]),
            inside=float(inside[place]),
            elsewhere=float(elsewhere[place]),
        )
        for place in order
        if scores[place] > 0.0
    )


def measured_in_region(
    renderer: Renderer,
    scene: Scene,
    candidates: Sequence[FoundChannel],
    region: Region,
    count: int,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[FoundChannel, ...] | None:
    """The best of some channels, by pictures of a scene with each of them moved by `STEP` deviations either way.

    Gradients tell how a picture begins to change; this is what is seen. As `most_regional` ranks; None where it was
    cancelled.
    """
    generator = renderer.generator
    mask = region.mask(generator.card.height, generator.card.width)
    measured = list[FoundChannel]()
    for part in told_batches(len(candidates), _AT_ONCE, progress, cancelled):
        some = candidates[part]
        moved = [_moved(scene, found.channel, step) for found in some for step in (-STEP, STEP)]
        pictures = generator.pictures(renderer.drawn_many(moved), [scene.label] * len(moved)).astype(np.float32)
        change = np.abs(pictures[1::2] - pictures[0::2]).mean(axis=-1) / (2 * STEP)
        for found, pixels in zip(some, change, strict=True):
            inside = float(pixels[mask].mean())
            elsewhere = 0.0 if mask.all() else float(pixels[~mask].mean())
            fresh = replace(found, inside=inside, elsewhere=elsewhere)
            measured.append(replace(fresh, score=inside * fresh.locality))
    if len(measured) < len(candidates):
        return None
    return tuple(sorted(measured, key=lambda found: -found.score)[:count])


def _moved(scene: Scene, channel: Channel, step: float) -> Scene:
    strengths = dict(scene.directions)
    strengths[channel.name] = strengths.get(channel.name, 0.0) + step
    return replace(scene, directions=tuple(strengths.items()))


def as_direction(found: FoundChannel, name: str, source: str, attribute: str = "") -> Direction:
    """A channel as a direction of its own; a step along it is one deviation of the channel."""
    channel = found.channel
    told = {"score": found.score}
    if found.inside is not None and found.elsewhere is not None:
        told |= {"inside": found.inside, "elsewhere": found.elsewhere, "locality": found.locality}
    return Direction(
        name=name,
        vector=np.array([found.sign], np.float32),
        method="channel",
        source=source,
        attribute=attribute,
        details={CHANNELS: [[channel.layer, channel.number]], **told},
        space=S,
    )
