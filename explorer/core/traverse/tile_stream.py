"""Tiles drawn in the order in which they are wanted, and handed over as they are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.generator import Generator, Pictures
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latents import Latents

_FIRST_SHARE = 16  # the first tiles come after a sixteenth of the work


def draw_tiles(
    generator: Generator,
    latents: Latents,
    labels: Sequence[int | None] | None = None,
    *,
    under: Conditions = USUAL,
    order: Sequence[int] | NDArray[np.integer] | None = None,
) -> Iterator[tuple[NDArray[np.int64], Pictures]]:
    """The pictures of many latents, in ``order``, a few at a time; the first of them soon.

    Only the batch under way is in memory, however many there are.

    Parameters
    ----------
    generator : Generator
    latents : (N, latent_size) float32
    labels : sequence of N int or None, or None
    under : Conditions, optional
    order : sequence of int or None
        Which tiles to draw, the visible ones first; None draws all as they come.

    Yields
    ------
    (n,) int64, (n, height, width, channels) uint8
        Which tiles these are, and their pictures.

    Raises
    ------
    Problem
        As `Generator.pictures`.
    """
    wanted = np.arange(len(latents)) if order is None else np.asarray(order, np.int64)
    classes = [None] * len(latents) if labels is None else list(labels)
    soon = 1 << max((len(wanted) // _FIRST_SHARE).bit_length() - 1, 0)  # a power of two
    for part in (wanted[:soon], wanted[soon:]):
        start = 0
        for pictures in generator.stream(latents[part], [classes[index] for index in part], under):
            yield part[start : start + len(pictures)], pictures
            start += len(pictures)
