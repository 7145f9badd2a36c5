"""Pictures as files: PNGs that carry their scene, and sheets of many pictures."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from explorer.core.files import read_file, replace_file
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json

SCENE_KEY = "latent-explorer-scene"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_PNG = 512 * 2**20
_LARGEST_SCENE = 4 * 2**20
_MOST_CHUNKS = 100_000


def png_bytes(picture: NDArray[np.uint8], scene: Scene | None = None, notes: Mapping[str, str] | None = None) -> bytes:
    """A picture as the bytes of a PNG; the same picture and scene always give the same bytes.

    Parameters
    ----------
    picture : (height, width, 1 to 4) uint8
        Of an even number of channels the last is alpha.
    scene : Scene or None
        Travels in the file, so that `scene_in_png` restores it to the bit.
    notes : mapping of str to str, optional
        More texts by their keys, plain ASCII, that travel in the file: see `text_in_png`.
    """
    pixels = picture[:, :, 0] if picture.shape[2] == 1 else picture
    text = PngInfo()
    if scene is not None:
        text.add_text(SCENE_KEY, scene_to_json(scene))
    for key, note in (notes or {}).items():
        text.add_text(key, note)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=6, pnginfo=text)
    return file.getvalue()


def save_png(path: Path, picture: NDArray[np.uint8], scene: Scene | None = None) -> None:
    """Saves `png_bytes` under a name, whole or not at all.

    Raises
    ------
    Problem
        It cannot be written there.
    """
    with replace_file(path) as file:
        file.write(png_bytes(picture, scene))


def scene_in_png(path: Path) -> Scene | None:
    """The scene that a saved picture carries; None where it carries none.

    Raises
    ------
    Problem
        The file cannot be read, is no PNG or a damaged one, or its scene is damaged.
    """
    text = text_in_png(path, SCENE_KEY)
    return None if text is None else scene_from_json(text)


def is_png(path: Path) -> bool:
    """Whether a file begins as a PNG does."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


def text_in_png(path: Path, key: str) -> str | None:
    """The text that a saved picture carries under ``key``, or None; problems as for `scene_in_png`."""
    data = read_file(path, _LARGEST_PNG)
    if not data.startswith(_SIGNATURE):
        raise Problem(f"{path.name} is not a PNG picture.", "Choose a picture saved by the latent explorer.")
    for kind, content in _chunks(path.name, data):
        if (text := _text(key, kind, content)) is not None:
            return text
    return None


def _chunks(name: str, data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content of each chunk of a PNG, checksums checked; pixels are not decoded."""
    view, start = memoryview(data), len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        size = int.from_bytes(view[start : start + 4], "big")
        kind, content = bytes(view[start + 4 : start + 8]), view[start + 8 : start + 8 + size]
        checksum = int.from_bytes(view[start + 8 + size : start + 12 + size], "big")
        if kind == b"IEND":
            return
        if len(content) < size or start + 12 + size > len(data) or zlib.crc32(content, zlib.crc32(kind)) != checksum:
            break
        yield kind, content
        start += 12 + size
    raise Problem(f"{name} is damaged or cut off.", "Copy or save the picture again.")


def _text(wanted: str, kind: bytes, content: memoryview) -> str | None:
    """The wanted text in a chunk of text, which other programs write anew in any of its three forms; else None."""
    if kind not in (b"tEXt", b"zTXt", b"iTXt") or len(content) > _LARGEST_SCENE:
        return None
    key, _, rest = bytes(content).partition(b"\0")
    if key != wanted.encode():
        return None
    if kind == b"tEXt":
        return rest.decode("latin-1")
    if kind == b"zTXt":
        unpacked = _unpacked(rest[1:])
        return None if unpacked is None else unpacked.decode("latin-1")
    flags, fields = rest[:2], rest[2:].split(b"\0", 2)
    if len(fields) < 3:
        return None
    unpacked = fields[2] if flags[:1] == b"\0" else _unpacked(fields[2])
    return None if unpacked is None else unpacked.decode("utf-8", "replace")


def _unpacked(data: bytes) -> bytes | None:
    """What zlib packed; None where it did not, or where that is larger than any scene."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, _LARGEST_SCENE)
    except zlib.error:
        return None
    return text if unpacker.eof else None


def sheet(pictures: NDArray[np.uint8], columns: int | None = None, gap: int = 2) -> NDArray[np.uint8]:
    """Many pictures as one, row by row, on white.

    Parameters
    ----------
    pictures : (N, height, width, channels) uint8
        At least one.
    columns : int or None
        Pictures in a row; None makes the sheet as square as it can be.
    gap : int
        Pixels between two pictures.

    Returns
    -------
    (rows (height + gap) - gap, columns (width + gap) - gap, channels) uint8
    """
    count, height, width, channels = pictures.shape
    columns = min(columns or math.ceil(math.sqrt(count)), count)
    rows = math.ceil(count / columns)
    across, down = width + gap, height + gap
    whole = np.full((rows * down - gap, columns * across - gap, channels), 255, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = index // columns * down, index % columns * across
        whole[top : top + height, left : left + width] = picture
    return whole


def enlarged(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """A picture whose every pixel is a square of ``factor`` pixels: nothing is smoothed."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in colour, (height, width, 3); a grey one becomes grey in three channels."""
    return np.broadcast_to(picture, (*picture.shape[:2], 3))


def fitted(picture: NDArray[np.uint8], height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """The middle of a picture, scaled to (height, width, channels) uint8; unchanged where it has that size.

    Parameters
    ----------
    picture : (any height, any width, 1 or 3) uint8
    height, width : int
    channels : int
        1 gives a grey picture, 3 one in colour.
    """
    if picture.shape == (height, width, channels):
        return picture
    image = Image.fromarray(np.ascontiguousarray(rgb(picture))).convert("RGB" if channels == 3 else "L")
    return np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)).reshape(height, width, channels)


def cell_means(pictures: NDArray[Any], side: int) -> NDArray[np.float32]:
    """Pictures (N, H, W, C) averaged over the cells of a grid of at most ``side`` by ``side``, of whole pixels."""
    means: NDArray[np.float32] = pictures.astype(np.float32)
    for axis in (1, 2):
        edges = np.linspace(0, means.shape[axis], min(side, means.shape[axis]) + 1).astype(int)
        counts = np.diff(edges).reshape([-1 if a == axis else 1 for a in range(4)])
        means = (np.add.reduceat(means, edges[:-1], axis=axis) / counts).astype(np.float32)
    return means


def difference(picture: NDArray[np.uint8], base: NDArray[np.uint8], gain: float = 1.0) -> NDArray[np.uint8]:
    """How far pictures are apart, pixel by pixel: black where they are equal.

    Parameters
    ----------
    picture, base : (..., height, width, channels) uint8
    gain : float
        What the absolute difference is multiplied by before it is cut off at 255.

    Raises
    ------
    Problem
        The pictures are of unlike size.
    """
    if picture.shape[-3:-1] != base.shape[-3:-1]:
        sizes = [f"{shape[-3]} × {shape[-2]}" for shape in (picture.shape, base.shape)]
        raise Problem(
            f"A picture of {sizes[0]} cannot be compared with one of {sizes[1]}.",
            "Choose models whose pictures have the same size.",
        )
    apart = np.minimum(np.abs(picture.astype(np.int16) - base) * gain, 255.0)
    return np.asarray(apart.round(), np.uint8)
