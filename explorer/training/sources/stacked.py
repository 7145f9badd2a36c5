"""Pictures that come as one array, from an IDX file or an .npz: all of one size, already decoded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.photos.levels import ValueRange, extremes, range_of
from explorer.training.sources.array_files import SpooledRows
from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.source_report import Tally

BORDER_LIMIT = 8
"""Pictures that lack at most this many pixels a side get a black border instead of being enlarged."""

_PIECE_BYTES = 4 << 20
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class Stack:
    """Pictures in one array of any layout that is accepted; a few of them at a time are in memory.

    Attributes
    ----------
    shape : (N, H, W, C)
        C = 1, 3 or 4.
    dtype : dtype

    Parameters
    ----------
    rows : NDArray or SpooledRows
        (N, H, W), (N, H, W, C) or (N, C, H, W).
    """

    def __init__(self, rows: NDArray[Any] | SpooledRows) -> None:
        self._rows, self.dtype = rows, rows.dtype
        shaped = with_channels_last(np.broadcast_to(np.uint8(0), rows.shape))
        assert shaped is not None  # which was seen to before
        self.shape: tuple[int, ...] = shaped.shape

    def __len__(self) -> int:
        return self.shape[0]

    def part(self, first: int, count: int) -> NDArray[Any]:
        """(count, H, W, C) of the pictures; fewer at the end."""
        found = with_channels_last(np.asarray(self._rows[first : first + count]))
        assert found is not None
        return found

    def parts(self) -> Iterator[NDArray[Any]]:
        """All pictures, so many at a time that they are a few megabytes."""
        count = max(1, _PIECE_BYTES // max(1, math.prod(self.shape[1:]) * self.dtype.itemsize))
        for first in range(0, len(self), count):
            yield self.part(first, count)


def drawing_from(
    stack: Stack, reading: PictureReading, values: ValueRange | None = None
) -> Callable[[int, int, int], Drawn]:
    """A ``draw`` for a `ListedSource` from ``stack``, of bytes unless it has ``values``.

    28x28 pictures asked for at 32 get a black border of 2 pixels: enlarging them so little would only blur.
    """
    height, width, depth = stack.shape[1:]
    plain = PictureReading(replace(reading.assume, range=""), faces=reading.faces)  # that is settled here

    def draw(index: int, size: int, channels: int) -> Drawn:
        levels = _levels(stack.part(index, 1)[0], values)
        pixels = _bordered(np.ascontiguousarray(levels), size)
        if pixels.shape == (size, size, channels) and not reading.aligns_faces:
            return Drawn(pixels, _MODES[depth], width, height, grey=channels == 1)
        image = Image.fromarray(pixels[..., 0] if depth == 1 else pixels)
        drawn = drawn_from_image(image, size, channels, plain)
        return Drawn(drawn.pixels, drawn.mode, width, height, drawn.grey, drawn.traits)

    return draw


def range_in(stack: Stack, reading: PictureReading, tally: Tally) -> ValueRange:
    """The range of all values of a stack, as it is stated or as they show it; told in ``tally``.

    Raises
    ------
    Cancelled
        Nobody waits any more.
    """
    kind = stack.dtype.newbyteorder("=")
    if reading.stated is not None:
        found = reading.stated
    else:
        ends = []
        for part in stack.parts():
            reading.check()
            ends.append(extremes(part))
        found = range_of(kind, min(low for low, _ in ends), max(high for _, high in ends))
    if str(found) != "0..255" or kind != np.uint8:
        tally.assume("range", str(found), f"{kind}; {found.why}" if found.why else str(kind))
    return found


def with_channels_last(stack: NDArray[Any]) -> NDArray[Any] | None:
    """(N, H, W, C), C = 1, 3 or 4, from any layout of pictures; None if it is none."""
    if stack.ndim == 3:
        return stack[..., None]
    if stack.ndim == 4 and stack.shape[-1] in (1, 3, 4):
        return stack
    if stack.ndim == 4 and stack.shape[1] in (1, 3, 4):
        return np.moveaxis(stack, 1, -1)
    return None


def _levels(values: NDArray[Any], known: ValueRange | None) -> NDArray[np.uint8]:
    """Bytes; alpha has the same range as colours."""
    return known.levels(values) if known is not None else values


def _bordered(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    missing = size - height
    if height != width or not 0 < missing <= BORDER_LIMIT:
        return pixels
    before, after = missing // 2, missing - missing // 2
    return np.pad(pixels, ((before, after), (before, after), (0, 0)))
