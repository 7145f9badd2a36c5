"""GIF films, written frame by frame.

Pillow's own writer holds every frame in memory and joins those that are alike, which would change their
number; so only the compression is Pillow's, and the file around it is written here (GIF89a specification).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import GifImagePlugin, Image

from explorer.core.exports.export_job import check_rate, enlargement
from explorer.core.files import replace_file
from explorer.core.inference.generator import Pictures
from explorer.core.rendering.picture_files import rgb

_FASTEST = 50.0  # below two hundredths of a second, viewers take a tenth instead
_FOREVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_END = b";"


def save_gif(path: Path, pictures: Iterable[Pictures], count: int, fps: float, comment: str = "") -> None:
    """Saves ``count`` pictures of one size as a GIF that plays for ever, with a comment in ASCII.

    Raises
    ------
    Problem
        The rate cannot be, or it cannot be written there.
    """
    check_rate(fps, _FASTEST, "A GIF")
    with replace_file(path) as file:
        for number, (picture, delay) in enumerate(zip(pictures, _delays(count, fps), strict=True)):
            height, width = picture.shape[:2]
            factor = enlargement(height, width)
            if number == 0:
                file.write(_head(height * factor, width * factor, comment))
            file.write(_frame(picture, factor, delay))
        file.write(_END)


def _head(height: int, width: int, comment: str) -> bytes:
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    no_palette = b"\x70\x00\x00"  # every frame brings its own
    return b"GIF89a" + size + no_palette + _FOREVER + b"!\xfe" + _blocks(comment.encode("ascii"))


def _blocks(data: bytes) -> bytes:
    """Data as the format wants it: pieces of up to 255 bytes, each after its length, and a zero."""
    pieces = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def _delays(count: int, fps: float) -> Iterator[int]:
    """How long each frame stands, in hundredths of a second; rounded so that no error adds up."""
    ends = [round(100.0 * number / fps) for number in range(count + 1)]
    return (end - start for start, end in pairwise(ends))


def _frame(picture: Pictures, factor: int, delay: int) -> bytes:
    colours = Image.fromarray(np.ascontiguousarray(rgb(picture))).quantize(256)
    size = colours.width * factor, colours.height * factor
    large = colours.resize(size, Image.Resampling.NEAREST)
    parts = GifImagePlugin.getdata(large, duration=10 * delay, include_color_table=True)
    return b"".join(bytes(part) for part in parts)
