"""Pictures that come as one array, from an IDX file or an .npz: all of one size, already decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn

BORDER_LIMIT = 8
"""Pictures that lack at most this many pixels a side get a black border instead of being enlarged."""

_PIECE = 1024
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def drawing_from(stack: NDArray[np.uint8]) -> Callable[[int, int, int], Drawn]:
    """A ``draw`` for `Material` from ``stack``: (N, H, W, C) uint8, C = 1, 3 or 4.

    28x28 pictures asked for at 32 get a black border of 2 pixels: enlarging them so little would only blur.
    """
    height, width, depth = stack.shape[1:]

    def draw(index: int, size: int, channels: int) -> Drawn:
        pixels = _bordered(stack[index], size)
        if pixels.shape == (size, size, channels):
            return Drawn(pixels, _MODES[depth], width, height, grey=channels == 1)
        image = Image.fromarray(pixels[..., 0] if depth == 1 else pixels)
        drawn = drawn_from_image(image, size, channels)
        return Drawn(drawn.pixels, drawn.mode, width, height, drawn.grey)

    return draw


def _bordered(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    missing = size - height
    if height != width or not 0 < missing <= BORDER_LIMIT:
        return pixels
    before, after = missing // 2, missing - missing // 2
    return np.pad(pixels, ((before, after), (before, after), (0, 0)))


def with_channels_last(stack: NDArray[Any]) -> NDArray[Any] | None:
    """(N, H, W, C), C = 1, 3 or 4, from any layout of pictures; None if it is none."""
    if stack.ndim == 3:
        return stack[..., None]
    if stack.ndim == 4 and stack.shape[-1] in (1, 3, 4):
        return stack
    if stack.ndim == 4 and stack.shape[1] in (1, 3, 4):
        return np.moveaxis(stack, 1, -1)
    return None


def as_bytes(stack: NDArray[Any]) -> NDArray[np.uint8]:
    """Bytes as they are; anything else scaled from the range that holds all its values."""
    if stack.dtype == np.uint8:
        return np.ascontiguousarray(stack)
    low, high = _range(stack)
    result = np.empty(stack.shape, np.uint8)
    for first in range(0, len(stack), _PIECE):
        piece = stack[first : first + _PIECE].astype(np.float32)
        scaled = (np.nan_to_num(piece, nan=low) - low) * np.float32(255 / (high - low))
        result[first : first + _PIECE] = np.rint(np.clip(scaled, 0, 255))
    return result


def _range(stack: NDArray[Any]) -> tuple[float, float]:
    """What black and white are: 0 or -1, and 1, 255 or, for integers, 65,535. NaN is passed over."""
    lowest, highest = float(np.fmin.reduce(stack, axis=None)), float(np.fmax.reduce(stack, axis=None))
    if highest <= 1.001:
        return (-1.0, 1.0) if -1.001 <= lowest < 0 else (0.0, 1.0)
    return (0.0, 65535.0) if stack.dtype.kind == "u" and highest > 255 else (0.0, 255.0)
