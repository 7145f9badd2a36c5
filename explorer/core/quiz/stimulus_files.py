"""Prepared pictures as files of equal length, and what tells one from another."""

from __future__ import annotations

import hashlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]


def picture_hash(picture: Picture) -> str:
    """What tells a picture from others: SHA-256 of its shape and its pixels, hexadecimal."""
    found = hashlib.sha256(str(picture.shape).encode())
    found.update(np.ascontiguousarray(picture).tobytes())
    return found.hexdigest()


def plain_png(picture: Picture) -> bytes:
    """A picture as a PNG that tells nothing else: no metadata, no compression, so equally long for equal sizes.

    Parameters
    ----------
    picture : (height, width, 1 or 3) uint8
    """
    file = BytesIO()
    pixels = picture[:, :, 0] if picture.shape[2] == 1 else picture
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=0)
    return file.getvalue()
