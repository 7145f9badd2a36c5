"""Damage to PNG pictures chunk by chunk, with the checksums that then belong, and to the JSON within."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.mutants import BYTES, Damage, Draw, one_of

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KINDS = (b"tEXt", b"iTXt", b"zTXt", b"IDAT", b"IEND", b"PLTE", b"eXIf", b"abcd", b"\0\0\0\0")

Chunk = tuple[bytes, bytes]


def _chunks(data: bytes) -> list[Chunk]:
    found, start = [], len(_SIGNATURE)
    while start + 12 <= len(data):
        size = int.from_bytes(data[start : start + 4], "big")
        found.append((data[start + 4 : start + 8], data[start + 8 : start + 8 + size]))
        start += 12 + size
    return found


def _png(chunks: list[Chunk]) -> bytes:
    parts = (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return _SIGNATURE + b"".join(parts)


def _in_text(damage: Damage) -> Damage:
    """The damage done to the text that the picture carries."""

    def damaged(data: bytes, draw: Draw) -> bytes:
        chunks = _chunks(data)
        index = [kind for kind, _ in chunks].index(b"tEXt")
        key, _, text = chunks[index][1].partition(b"\0")
        chunks[index] = (b"tEXt", key + b"\0" + damage(text, draw))
        return _png(chunks)

    return damaged


def _header(data: bytes, draw: Draw) -> bytes:
    chunks = _chunks(data)
    fields = list(struct.unpack(">IIBBBBB", chunks[0][1]))
    place = draw.randint(len(fields))
    fields[place] = one_of((0, 1, 20_000, 2**31 - 1, 2**32 - 1) if place < 2 else (0, 1, 3, 5, 16, 255), draw)
    return _png([(chunks[0][0], struct.pack(">IIBBBBB", *fields)), *chunks[1:]])


def _kind(data: bytes, draw: Draw) -> bytes:
    chunks = _chunks(data)
    index = draw.randint(len(chunks))
    chunks[index] = (one_of(_KINDS, draw), chunks[index][1])
    return _png(chunks)


def _arrange(data: bytes, draw: Draw) -> bytes:
    """A chunk goes, comes twice or changes its place."""
    chunks = _chunks(data)
    chunk = chunks.pop(draw.randint(len(chunks)))
    for _ in range(draw.randint(3)):
        chunks.insert(draw.randint(len(chunks) + 1), chunk)
    return _png(chunks)


def _content(data: bytes, draw: Draw) -> bytes:
    chunks = _chunks(data)
    index = draw.randint(len(chunks))
    kind, content = chunks[index]
    chunks[index] = (kind, BYTES[one_of(list(BYTES), draw)](content, draw))
    return _png(chunks)


def _text_form(data: bytes, draw: Draw) -> bytes:
    """The text is written in another of the three forms that there are, honestly or not, or is endless."""
    chunks = _chunks(data)
    index = [kind for kind, _ in chunks].index(b"tEXt")
    key, _, text = chunks[index][1].partition(b"\0")
    forms = (
        (b"iTXt", key + b"\0\0\0\0\0" + text),
        (b"iTXt", key + b"\0\1\0\0\0" + zlib.compress(text)),
        (b"iTXt", key + b"\0\1\0\0\0" + text),
        (b"iTXt", key + b"\0\0"),
        (b"zTXt", key + b"\0\0" + zlib.compress(text)),
        (b"zTXt", key + b"\0\0" + zlib.compress(text + b" " * 50_000_000)),
        (b"zTXt", key + b"\0\0" + text),
        (b"tEXt", key + text),
        (b"tEXt", b"k" * 100 + b"\0" + text),
    )
    chunks[index] = one_of(forms, draw)
    return _png(chunks)


PNG: Mapping[str, Damage] = {
    "picture: header": _header,
    "picture: kind of a chunk": _kind,
    "picture: chunks arranged": _arrange,
    "picture: content of a chunk": _content,
    "picture: form of the text": _text_form,
    **{name: _in_text(damage) for name, damage in JSON.items()},
}
"""Damage to a PNG that carries a scene."""
