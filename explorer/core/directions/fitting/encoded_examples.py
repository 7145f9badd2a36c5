"""Real pictures as examples: where an encoder puts them, with what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.directions.fitting.examples import Doubles, Examples, Mask, group_numbers
from explorer.core.inference.batching import told_batches
from explorer.core.inference.generator import Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.models.card import ModelCard
from explorer.core.rendering.picture_files import fitted

_AT_ONCE = 32  # pictures between two looks at whether to stop


def examples_from_pictures(
    encoder: Encoder,
    pictures: Pictures,
    values: ArrayLike,
    *,
    groups: Sequence[str] | NDArray[np.int64] | None = None,
    nuisances: ArrayLike | None = None,
    nuisance_names: Sequence[str] = (),
    held_out: Mask | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Examples | None:
    """Examples whose latents are what an encoder gives for pictures: its means, never samples.

    Parameters
    ----------
    encoder : Encoder
    pictures : (N, height, width, channels) uint8
        May be memory-mapped. Where they are not of the encoder's size, their middles are scaled to it.
    values : (N,)
    groups, nuisances, nuisance_names, held_out
        As in `Examples`.
    progress : callable, optional
        Told the pictures done and those there are.
    cancelled : callable, optional
        Asked between batches.

    Returns
    -------
    Examples, or None
        None where it was cancelled.

    Raises
    ------
    Problem
        The parts are of unlike length, which is told before anything is encoded, or the encoder gives
        numbers that are not finite.
    """

    others: Doubles = np.asarray(np.zeros((0, 0)) if nuisances is None else nuisances, np.float64)
    numbers = None if groups is None else group_numbers(groups)

    def examples(latents: NDArray[np.float32]) -> Examples:
        known = np.asarray(values, np.float64)
        return Examples(latents, known, numbers, others, tuple(nuisance_names), held_out)

    examples(np.zeros((len(pictures), 1), np.float32))  # refuses what does not fit, at once
    latents = encoded_latents(encoder, pictures, progress, cancelled)
    return None if latents is None else examples(latents)


def encoded_latents(
    encoder: Encoder,
    pictures: Pictures,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32] | None:
    """What an encoder gives for many pictures, (N, latent_size); None where it was cancelled. See the above."""
    batches = told_batches(len(pictures), _AT_ONCE, progress, cancelled)
    parts = [encoder.latents(as_taken(encoder.card, pictures[part])) for part in batches]
    latents = np.concatenate([np.zeros((0, encoder.card.latent_size), np.float32), *parts])
    return latents if len(latents) == len(pictures) else None


def as_taken(card: ModelCard, pictures: Pictures) -> Pictures:
    """Pictures (N, H, W, C) as a model with this card looks at them: their middles, scaled to its size."""
    if not card.height or pictures.shape[1:] == (card.height, card.width, card.channels):
        return pictures  # without a height on its card it takes any size
    return np.stack([fitted(picture, card.height, card.width, card.channels) for picture in pictures])
