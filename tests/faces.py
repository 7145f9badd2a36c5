"""Photographs of faces that the bundled model draws: turned, scaled, and laid on a plain ground."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.core.photos.alignment import Alignment, aligned
from explorer.core.photos.pupils import FRAME, Pupils
from explorer.core.rendering.latents import sample
from explorer.paths import models_folder


@cache
def drawn_face(seed: int) -> NDArray[np.uint8]:
    """(64, 64, 3) uint8, aligned as the model's pictures are."""
    generator = Generator.open(models_folder() / "faces" / "generator.onnx", "cpu", trusted=True)
    picture = generator.picture(0.7 * sample(seed, generator.card.latent_size))
    generator.close()
    return picture


def face_photo(
    seed: int, *, side: float = 160, turn: float = 0.0, size: tuple[int, int] = (320, 240)
) -> tuple[NDArray[np.uint8], Pupils]:
    """A photograph of ``size`` (width, height) with a face in its middle, and its pupils in pixels.

    ``side`` is that of the aligned face in pixels, ``turn`` is in degrees, clockwise.
    """
    width, height = size
    longest = max(size)
    place = Alignment(width / 2, height / 2, side, math.radians(turn))
    middle = place.to_frame((longest / 2, longest / 2)) * 64
    whole = aligned(drawn_face(seed), Alignment(middle[0], middle[1], 64 * longest / side, -place.angle), longest)
    places = np.stack(np.meshgrid(np.arange(longest) + 0.5, np.arange(longest) + 0.5), axis=2)
    shares = np.abs(place.to_frame(places) - 0.5) * 2
    ground = np.array([96, 120, 150], np.uint8)
    photo = np.where((np.hypot(shares[..., 0], shares[..., 1]) < 1)[..., None], whole, ground)[:height, :width]
    first, second = ((float(x), float(y)) for x, y in place.to_photo(FRAME))
    return np.ascontiguousarray(photo.astype(np.uint8)), (first, second)


def save_photo(path: Path, pixels: NDArray[np.uint8]) -> Path:
    """Write pixels to a file; gives its path."""
    Image.fromarray(pixels).save(path)
    return path
