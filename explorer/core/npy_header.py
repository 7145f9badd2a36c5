"""What the header of a ``.npy`` file claims, read without trusting it."""

from __future__ import annotations

import ast
import re
import struct
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_HEADER = 10_000
"""Bytes from the beginning of the file to the numbers."""

MAGIC = b"\x93NUMPY"
_AXES = 32


@dataclass(frozen=True)
class NpyHeader:
    """What is claimed.

    Attributes
    ----------
    shape : tuple of int
        At most 32 axes, none negative.
    is_fortran : bool
        Whether the first axis changes fastest.
    dtype : dtype
        May be one of Python objects, which nobody must load.
    begin : int
        Where in the file the numbers begin.
    size_bytes : int
        How many bytes they take.
    """

    shape: tuple[int, ...]
    is_fortran: bool
    dtype: np.dtype[Any]
    begin: int

    @property
    def size_bytes(self) -> int:
        count = 1
        for side in self.shape:
            count *= side
        return count * self.dtype.itemsize

    def array(self, flat: NDArray[np.uint8]) -> NDArray[Any]:
        """The array of these bytes, (size_bytes,), without a copy."""
        return flat.view(self.dtype).reshape(self.shape, order="F" if self.is_fortran else "C")


def npy_header(head: bytes) -> NpyHeader:
    """The header at the beginning of a file, of which `LARGEST_HEADER` bytes are enough.

    Raises
    ------
    ValueError
        It makes no sense.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's parser, about what a stranger wrote
            return _parsed(head)
    except Exception:  # noqa: BLE001 - a hostile header makes Python's own parser raise nearly anything
        raise ValueError("its header makes no sense") from None


def _parsed(head: bytes) -> NpyHeader:
    if head[:6] != MAGIC or head[6] not in (1, 2, 3) or head[7] != 0:
        raise ValueError("another version")
    form, begin = ("<H", 10) if head[6] == 1 else ("<I", 12)
    (length,) = struct.unpack(form, head[8:begin])
    text = head[begin : begin + length].decode("utf-8" if head[6] == 3 else "latin1")
    if length > LARGEST_HEADER - 12:
        raise ValueError("too long")
    told = ast.literal_eval(re.sub(r"(\d)L\b", r"\1", text).strip())  # Python 2 wrote 5L
    if set(told) != {"shape", "fortran_order", "descr"} or type(told["fortran_order"]) is not bool:
        raise ValueError("other words")
    shape = told["shape"]
    if not isinstance(shape, tuple) or len(shape) > _AXES or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError("no shape")
    return NpyHeader(shape, told["fortran_order"], np.lib.format.descr_to_dtype(told["descr"]), begin + length)
