"""Members of a zip, unpacked a bounded piece at a time whatever they were packed with."""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

PACKINGS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd", 99: "AES"}
"""Names of the ways to pack that zips number (APPNOTE.TXT 4.4.5) and Python's module may not know."""

FAILURES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError, struct.error)
"""What broken and hostile zips raise."""

_PIECE = 1 << 20
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def unknown_packing(info: zipfile.ZipInfo) -> str | None:
    """What a member is packed with, where that is not read."""
    return None if info.compress_type in _READ else PACKINGS.get(info.compress_type, f"method {info.compress_type}")


def pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> Iterator[bytes]:
    """A member's bytes in pieces of at most 1 MiB, and no more than ``limit`` of them in all.

    Raises
    ------
    FAILURES
        The member is damaged.
    """
    left = min(limit, info.file_size)
    with _opened(archive, info) as file:
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            yield piece
            left -= len(piece)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    if info.compress_type not in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        return archive.open(info)
    return _Bounded(archive, info)


class _Bounded:
    """bzip2 and LZMA, which Python's module unpacks without a limit: a few bytes of them can become gigabytes."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self._raw, self._crc, self._wanted_crc, self._left = _raw(archive, info), 0, info.CRC, info.file_size
        is_bz2 = info.compress_type == zipfile.ZIP_BZIP2
        self._unpacker: Any = bz2.BZ2Decompressor() if is_bz2 else _lzma(self._raw)

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def read(self, count: int) -> bytes:
        """At most ``count`` bytes; none at the end."""
        piece = b""
        while not piece and not self._unpacker.eof:
            packed = self._raw.read(4096) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not packed:
                raise EOFError("it ends early")
            piece = self._unpacker.decompress(packed, count)
        self._crc = zlib.crc32(piece, self._crc)
        self._left -= len(piece)
        if self._left == 0 and self._crc != self._wanted_crc:
            raise zipfile.BadZipFile("its checksum is wrong")
        return piece


def _raw(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """The member as it is packed."""
    stored = zipfile.ZipInfo(info.filename, info.date_time)
    stored.orig_filename, stored.header_offset, stored.flag_bits = (
        info.orig_filename,
        info.header_offset,
        info.flag_bits,
    )
    stored.file_size = stored.compress_size = info.compress_size
    stored.compress_type = zipfile.ZIP_STORED
    file = archive.open(stored)
    file._expected_crc = None  # type: ignore[attr-defined]  # that of what is unpacked
    return file


def _lzma(raw: IO[bytes]) -> lzma.LZMADecompressor:
    """Behind a version and the size of five bytes of properties: lc, lp and pb in one, then the dictionary's size."""
    _, length = struct.unpack("<HH", raw.read(4))
    properties = raw.read(length)
    packed, dictionary = struct.unpack("<BI", properties[:5])
    lc, lp, pb = packed % 9, packed // 9 % 5, packed // 45
    how = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(dictionary, 4096)}
    if dictionary > 1 << 27:
        raise ValueError("its dictionary is larger than 128 MiB")
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[how])
