"""Pictures that come as one array, from an IDX file or an .npz: all of one size, already decoded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn

BORDER_LIMIT = 8
"""Pictures that lack at most this many pixels a side get a black border instead of being enlarged."""

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
