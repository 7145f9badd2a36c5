"""Damage to NumPy arrays by what their headers say and by the numbers that they hold."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO

import numpy as np

from explorer.cli.fuzzing.mutants import Damage, Draw, one_of

_MAGIC = b"\x93NUMPY"
_KINDS = (
    "<f2",
    "<f8",
    ">f4",
    "<i4",
    "<u8",
    "|b1",
    "<c8",
    "|O",
    "<U4",
    "|S4",
    "<M8[s]",
    "|V4",
    "<f3",
    "[('a', '<f4')]",
    "",
)
_SHAPES = (
    *("()", "(0,)", "(-1, 8)", "(True, 8)", "(9.0, 8)", "(9, 8, 0)", "(4294967296, 4294967296)", "(2**70,)"),
    *("(" + "1, " * 71 + ")", "9", "None", "((9,), 8)", "(9, 8", "(18446744073709551616,)", "(" * 200),
)
EXTREMES = (np.nan, np.inf, -np.inf, 1e308, -1e308, 3e38, 1e-45, 0.0, -0.0)
"""Values that no honest latent, direction or weight has."""


def _parts(data: bytes) -> tuple[str, bytes]:
    """The text of a header of version 1 and what comes behind it."""
    if not data.startswith(_MAGIC + b"\1\0"):
        raise ValueError("of another version")
    length = int.from_bytes(data[8:10], "little")
    return data[10 : 10 + length].decode("latin-1"), data[10 + length :]


def _array(text: str, numbers: bytes) -> bytes:
    return _MAGIC + b"\1\0" + struct.pack("<H", len(text)) + text.encode("latin-1") + numbers


def _replaced(field: str, values: tuple[str, ...]) -> Damage:
    """One field of the header says something else."""

    def damaged(data: bytes, draw: Draw) -> bytes:
        text, numbers = _parts(data)
        start = text.index(f"'{field}': ") + len(field) + 4
        ends = {"descr": ", 'fortran", "fortran_order": ", 'shape", "shape": ", }"}
        stop = text.index(ends[field], start)
        return _array(text[:start] + one_of(values, draw) + text[stop:], numbers)

    return damaged


def _version(data: bytes, draw: Draw) -> bytes:
    return data[:6] + bytes(one_of(((2, 0), (3, 0), (9, 0), (0, 0), (1, 1), (255, 255)), draw)) + data[8:]


def _length(data: bytes, draw: Draw) -> bytes:
    return data[:8] + struct.pack("<H", one_of((0, 1, 10, 119, 65_535), draw)) + data[10:]


def _key(data: bytes, draw: Draw) -> bytes:
    text, numbers = _parts(data)
    old = one_of(("'descr'", "'shape'", "'fortran_order'", "{", "}"), draw)
    return _array(text.replace(old, one_of(("'x'", "", old * 2, "__import__('os')"), draw)), numbers)


def _honestly(data: bytes, draw: Draw) -> bytes:
    """The same numbers as another array: of another shape, order or kind, and true of itself."""
    array = np.load(BytesIO(data), allow_pickle=False)
    kinds = (np.float16, np.float64, np.int64, np.uint8, np.complex64, np.bool_)
    ways = (
        lambda: array.reshape(-1),
        lambda: array.T,
        lambda: np.asfortranarray(array),
        lambda: array.reshape(1, *array.shape, 1),
        lambda: array[:0],
        lambda: array[..., :-1],
        lambda: np.concatenate([array] * 150),
        lambda: array.astype(one_of(kinds, draw)),
        lambda: array.astype(array.dtype.newbyteorder(">")),
        lambda: array.astype("U8"),
    )
    file = BytesIO()
    with np.errstate(all="ignore"):
        np.save(file, one_of(ways, draw)())  # type: ignore[no-untyped-call]
    return file.getvalue()


def extreme_values(numbers: bytes, draw: Draw, kind: str = "<f4") -> bytes:
    """Some numbers become what no honest number is."""
    width = np.dtype(kind).itemsize
    values = np.frombuffer(numbers[: len(numbers) // width * width], kind).copy()
    places = draw.randint(len(values), size=one_of((1, 3, len(values)), draw))
    with np.errstate(over="ignore"):
        values[places] = one_of(EXTREMES, draw)
    return values.tobytes() + numbers[len(values) * width :]


def _extreme(data: bytes, draw: Draw) -> bytes:
    text, numbers = _parts(data)
    return _array(text, extreme_values(numbers, draw, "<f8" if "f8" in text else "<f4"))


NPY: Mapping[str, Damage] = {
    "array: kind of numbers": _replaced("descr", tuple(f"'{kind}'" for kind in _KINDS)),
    "array: shape": _replaced("shape", _SHAPES),
    "array: order": _replaced("fortran_order", ("True", "1", "None", "'C'")),
    "array: version": _version,
    "array: length of the header": _length,
    "array: keys of the header": _key,
    "array: another one": _honestly,
    "array: extreme values": _extreme,
}
"""Damage to a ``.npy`` file, or to such a member of a zip."""
