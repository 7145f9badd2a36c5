"""Damaged files: of one file and one seed always the same."""

from __future__ import annotations

import pickle
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

Draw = np.random.RandomState
Damage = Callable[[bytes, Draw], bytes]
T = TypeVar("T")

_LONGEST_SPAN = 4096  # bytes, or a quarter of a short file
_STRUCTURED = 0.7  # share of the mutants that are damaged by what the file means
_UNFIT = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, RecursionError, OverflowError),
    *(SyntaxError, zipfile.BadZipFile, zlib.error, struct.error, pickle.UnpicklingError),
    *(RuntimeError, MemoryError, tokenize.TokenError),
)


def mutant(original: bytes, seed: int, structure: Mapping[str, Damage]) -> tuple[str, bytes]:
    """One damaged file, and what was done to it.

    Parameters
    ----------
    original : bytes
        A whole file.
    seed : int
        Chooses the damage; one to four of a kind are done, as far as the file can still be read for it.
    structure : mapping of str to callable
        What can be done to a file of its kind by what it means, beside the damage to its bytes.
    """
    draw = Draw(seed)
    known = structure if structure and draw.random_sample() < _STRUCTURED else BYTES
    name = one_of(list(known), draw)
    data = original
    for _ in range(1 + draw.randint(4)):
        try:
            data = known[name](data, draw)
        except _UNFIT:  # damaged too far for this
            break
    return (name, data) if data != original else ("bits flipped", _flip(original, draw))


def one_of(choices: Sequence[T], draw: Draw) -> T:
    """One of the choices, which may be of any kind."""
    return choices[draw.randint(len(choices))]


def _span(data: bytes, draw: Draw) -> slice:
    start = draw.randint(len(data))
    return slice(start, start + 1 + draw.randint(max(1, min(_LONGEST_SPAN, len(data) // 4))))


def _with(data: bytes, span: slice, new: bytes) -> bytes:
    return data[: span.start] + new + data[span.stop :]


def _flip(data: bytes, draw: Draw) -> bytes:
    changed = bytearray(data)
    for place in draw.randint(len(data), size=1 + draw.randint(64)):
        changed[place] ^= 1 << draw.randint(8)
    return bytes(changed)


def _flip_at_an_end(data: bytes, draw: Draw) -> bytes:
    """Where the structure is written down, rather than in the middle of the weights."""
    changed = bytearray(data)
    for place in draw.randint(min(len(data), _LONGEST_SPAN), size=8):
        changed[place if draw.randint(2) else len(data) - 1 - place] ^= 1 << draw.randint(8)
    return bytes(changed)


def _cut(data: bytes, draw: Draw) -> bytes:
    return data[: draw.randint(len(data))]


def _noise(data: bytes, draw: Draw) -> bytes:
    span = _span(data, draw)
    return _with(data, span, draw.bytes(len(data[span])))


def _fill(data: bytes, draw: Draw) -> bytes:
    span = _span(data, draw)
    return _with(data, span, bytes([one_of([0, 0x7F, 0x80, 0xFF], draw)]) * len(data[span]))


def _drop(data: bytes, draw: Draw) -> bytes:
    return _with(data, _span(data, draw), b"")


def _repeat(data: bytes, draw: Draw) -> bytes:
    span = _span(data, draw)
    return _with(data, slice(span.start, span.start), data[span])


BYTES: Mapping[str, Damage] = {
    "bits flipped": _flip,
    "bits flipped at an end": _flip_at_an_end,
    "cut off": _cut,
    "noise": _noise,
    "filled": _fill,
    "dropped": _drop,
    "repeated": _repeat,
}
"""Damage to a file of any kind."""
