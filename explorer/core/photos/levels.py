"""What black and white are in pictures of other than 8 bits, and how their values become bytes.

Files say how many bits a value has, not how many of them are used: a camera writes its 12 bits into 16, and floats
run to 1, to 255 or to wherever a program left them. So the range follows from the values, and is told.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

_FORM = re.compile(r"\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*\.\.\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*", re.IGNORECASE)
_BITS = (10, 12, 14)
_PIECE = 1 << 22  # values at a time, so that the memory for them is bounded
_NEAR = 1.001  # floats that were meant to end at 1


@dataclass(frozen=True)
class ValueRange:
    """Which value is black and which is white.

    Attributes
    ----------
    low, high : float
        ``low`` < ``high``.
    why : str
        How it was found, for people: ``12 bits``; "" where it was stated.
    """

    low: float
    high: float
    why: str = ""

    def __str__(self) -> str:
        return f"{_short(self.low)}..{_short(self.high)}"

    @classmethod
    def parsed(cls, words: str) -> ValueRange:
        """The range that ``0..4095`` means.

        Raises
        ------
        Problem
            It means none.
        """
        found = _FORM.fullmatch(words)
        try:
            low, high = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
        except ValueError:
            low = high = 0.0
        if not low < high or not math.isfinite(high - low):
            raise Problem(f"{words} is not a range of values.", "Write it as 0..4095: black, two dots, white.")
        return cls(low, high)

    def levels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """``values`` as bytes, of the same shape: black is 0, white is 255; what is beyond them is cut off.

        Of a whole number of bits the upper 8 are kept; anything else is scaled. NaN becomes black.
        """
        if values.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return values
        result = np.empty(values.shape, np.uint8)
        rows = max(1, _PIECE // max(1, math.prod(values.shape[1:])))
        for first in range(0, len(values), rows):
            result[first : first + rows] = self._piece(values[first : first + rows])
        return result

    def _piece(self, values: NDArray[Any]) -> NDArray[Any]:
        bits = int(self.high + 1).bit_length() - 1 if 255 <= self.high < 2**32 else 0
        if values.dtype.kind in "ui" and self.low == 0 and self.high + 1 == 2**bits:
            whole: NDArray[Any] = values.astype(np.int64) if bits > 16 else values
            return np.asarray(np.clip(whole, 0, int(self.high)) >> (bits - 8))
        numbers: NDArray[Any] = values.astype(np.float64 if values.dtype.itemsize > 4 else np.float32)
        scaled = (np.nan_to_num(numbers, nan=self.low) - self.low) * (255 / (self.high - self.low))
        return np.asarray(np.rint(np.clip(scaled, 0, 255)))


def range_of(dtype: np.dtype[Any], lowest: float, highest: float) -> ValueRange:
    """The range of pictures whose values are of a kind and run from ``lowest`` to ``highest``.

    The narrowest customary one that holds them: 0 to 1, -1 to 1, 8, 10, 12, 14 or 16 bits. Values that fit none, such
    as standardised ones, run from black at the lowest to white at the highest.
    """
    whole = dtype.kind in "uib"
    if dtype.kind == "b" or (dtype == np.uint8 and highest == 1):
        return ValueRange(0, 1, "yes or no")
    if dtype == np.uint8:
        return ValueRange(0, 255, "8 bits")
    if -_NEAR <= lowest < 0 and highest <= _NEAR:
        return ValueRange(-1, 1, "the highest value is 1" if highest > 0 else "none is above 0")
    if lowest < 0:
        return _signed(dtype, lowest, highest)
    if highest <= _NEAR:
        return ValueRange(0, 1, "none is above 1")
    if dtype == np.int8:
        return ValueRange(0, 127, "7 bits")
    if highest <= 255.5 and (whole or highest > 64):
        return ValueRange(0, 255, "8 bits")
    top = next((top for top in _tops(dtype) if highest <= top + 0.5), math.inf)
    if math.isfinite(top) and ((whole and top < 2**17) or highest > top / 2):
        return ValueRange(0, top, f"{round(math.log2(top + 1))} bits")
    return ValueRange(0, _rounded(highest), "the highest value is white")


def extremes(values: NDArray[Any]) -> tuple[float, float]:
    """The lowest and the highest finite value; 0 and 0 where there is none."""
    if values.dtype.kind != "f":
        return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    known = values if np.isfinite(values.sum(dtype=np.float64)) else values[np.isfinite(values)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)


def _tops(dtype: np.dtype[Any]) -> tuple[int, ...]:
    sixteen = 15 if dtype.kind == "i" and dtype.itemsize == 2 else 16
    return tuple(2**bits - 1 for bits in (*_BITS, sixteen, 31, 32))


def _signed(dtype: np.dtype[Any], lowest: float, highest: float) -> ValueRange:
    if dtype.kind == "i" and dtype.itemsize <= 2:
        info = np.iinfo(dtype)
        if max(-lowest, highest) > info.max / 2:
            return ValueRange(info.min, info.max, f"{info.bits} bits with a sign")
    low, high = _rounded(lowest), _rounded(highest)
    return ValueRange(low, high if high > low else low / 2, "from the lowest value to the highest")


def _rounded(number: float) -> float:
    """Six digits, so that the range can be told and stated again."""
    return float(f"{number:.6g}")


def _short(number: float) -> str:
    return f"{number:.0f}" if number == round(number) and abs(number) < 1e15 else f"{number:.6g}"
