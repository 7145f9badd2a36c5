"""Pictures made worse on purpose, as those that a denoiser learned from: with noise, or with pixels blackened."""

from __future__ import annotations

from typing import Literal

import numpy as np

from explorer.core.photos.resizing import Pixels

Corruption = Literal["gaussian", "masking"]


def spoilt_picture(pixels: Pixels, corruption: Corruption, amount: float, seed: int = 0) -> Pixels:
    """``pixels``, (height, width, C) uint8, made worse: the same pixels, amount and seed give the same picture.

    Parameters
    ----------
    corruption : {"gaussian", "masking"}
    amount : float, 0 to 1
        Of Gaussian noise the standard deviation where black is -1 and white 1; of masking the share of black pixels.
    """
    if amount <= 0.0:
        return pixels
    stream = np.random.RandomState(seed)
    if corruption == "masking":
        kept = stream.random_sample(pixels.shape[:2]) >= amount
        return np.where(kept[..., None], pixels, np.uint8(0))
    noisy = pixels + 127.5 * amount * stream.standard_normal(pixels.shape)
    return np.rint(noisy).clip(0, 255).astype(np.uint8)
