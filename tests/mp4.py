"""What an MP4 says of itself, read from its boxes (ISO/IEC 14496-12) without any library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"ilst", b"\xa9cmt"}


@dataclass(frozen=True)
class Film:
    """Frames, size in pixels, seconds and comment of a film."""

    frames: int
    width: int
    height: int
    duration_s: float
    comment: str
    codec: str


def read_mp4(path: Path) -> Film:
    """The film in a file with one video track."""
    data = path.read_bytes()
    boxes = dict(_boxes(data, 0, len(data)))
    scale, duration = struct.unpack(">II", boxes[b"mdhd"][12:20])
    width, height = struct.unpack(">II", boxes[b"tkhd"][76:84])
    runs = struct.unpack(">I", boxes[b"stts"][4:8])[0]
    counts = struct.unpack(f">{2 * runs}I", boxes[b"stts"][8 : 8 + 8 * runs])[::2]
    assert sum(counts) == struct.unpack(">I", boxes[b"stsz"][8:12])[0]
    comment = boxes[b"data"][8:].decode()
    return Film(sum(counts), width >> 16, height >> 16, duration / scale, comment, boxes[b"stsd"][12:16].decode())


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", data[start : start + 8])
        size = size or end - start
        yield kind, data[start + 8 : start + size]
        if kind in _FOLDERS:
            yield from _boxes(data, start + 8, start + size)
        if kind == b"meta":
            yield from _boxes(data, start + 12, start + size)
        start += size
