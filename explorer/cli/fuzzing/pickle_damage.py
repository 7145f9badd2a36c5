"""Damage to PyTorch's pickles, opcode by opcode; nothing is ever unpickled here."""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Mapping
from io import BytesIO

from explorer.cli.fuzzing.mutants import Damage, Draw, one_of

_NUMBERS = (0, 1, 2, 5, 8, 16, 64, 255, 65_535, 2**31 - 1, -1, -(2**31))
_GLOBALS = (
    *(b"torch\nDoubleStorage", b"torch\nHalfStorage", b"torch\nLongStorage", b"torch\nBFloat16Storage"),
    *(b"os\nsystem", b"builtins\neval", b"collections\nOrderedDict", b"torch._utils\n_rebuild_tensor", b"torch\nNope"),
    *(b"torch._utils\n_rebuild_parameter", b"torch._utils\n_rebuild_sparse_tensor", b"torch\nComplexFloatStorage"),
)
_WORDS = (
    "",
    "0.weight",
    "0.bias",
    "2.weight",
    "4.weight",
    "0.running_mean",
    "cuda:0",
    "meta",
    "x" * 300,
    "0",
    "1",
    "7",
)
_STEPS = (b"0", b"1", b"2", b"(", b")", b"]", b"}", b"t", b"e", b"u", b"s", b"R", b"b", b"Q", b"N", b".", b"a", b"\x81")
_MOST_PICKLES = 5  # torch's older form has five, one behind the other, and then the numbers

Step = tuple[str, int, int]
"""Name of an opcode, where it begins and where the next one does."""


def _steps(data: bytes) -> list[Step]:
    found: list[Step] = []
    file, start = BytesIO(data), 0
    for _ in range(_MOST_PICKLES):
        try:
            own = [(code.name, start + (place or 0)) for code, _, place in pickletools.genops(data[start:])]
            file.seek(start)
        except (ValueError, IndexError):
            break
        places = [place for _, place in own]
        found += [(name, place, after) for (name, place), after in zip(own, [*places[1:], places[-1] + 1], strict=True)]
        start = places[-1] + 1
        if data[start : start + 1] != b"\x80":
            break
    if not found:
        raise ValueError("no pickle")
    return found


def _replaced(data: bytes, step: Step, new: bytes) -> bytes:
    return data[: step[1]] + new + data[step[2] :]


def _number(data: bytes, draw: Draw) -> bytes:
    """A size, a stride or an offset is another one."""
    step = one_of([step for step in _steps(data) if step[0] in ("BININT", "BININT1", "BININT2", "LONG1")], draw)
    return _replaced(data, step, b"J" + struct.pack("<i", one_of(_NUMBERS, draw)))


def _global(data: bytes, draw: Draw) -> bytes:
    """Another function or class is asked for."""
    step = one_of([step for step in _steps(data) if step[0] == "GLOBAL"], draw)
    return _replaced(data, step, b"c" + one_of(_GLOBALS, draw) + b"\n")


def _word(data: bytes, draw: Draw) -> bytes:
    """A name, a key of a storage or a device is another one."""
    step = one_of([step for step in _steps(data) if step[0] in ("BINUNICODE", "SHORT_BINUNICODE")], draw)
    word = one_of(_WORDS, draw).encode()
    return _replaced(data, step, b"X" + struct.pack("<I", len(word)) + word)


def _step(data: bytes, draw: Draw) -> bytes:
    """An opcode goes, comes twice or is another one."""
    step = one_of(_steps(data), draw)
    own = data[step[1] : step[2]]
    return _replaced(data, step, one_of((b"", own * 2, one_of(_STEPS, draw), own + one_of(_STEPS, draw)), draw))


def _deep(data: bytes, draw: Draw) -> bytes:
    """Something nested without end lies beside the weights."""
    step = one_of(_steps(data), draw)
    count = one_of((100, 10_000, 1_000_000), draw)
    return _replaced(data, step, data[step[1] : step[2]] + b"]" * count + b"a" * (count - 1) + b"0")


PICKLE: Mapping[str, Damage] = {
    "pickle: a number": _number,
    "pickle: a global": _global,
    "pickle: a word": _word,
    "pickle: an opcode": _step,
    "pickle: nested": _deep,
}
"""Damage to a pickle of PyTorch, or to several in a row."""
