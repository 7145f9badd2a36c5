"""Damage to safetensors by what the header says, and by the numbers behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.mutants import Damage, Draw, one_of
from explorer.cli.fuzzing.npy_damage import extreme_values

_KINDS = ("F64", "F16", "BF16", "I64", "U8", "BOOL", "F8_E4M3", "C64", "", "f32")
_SIZES = (0, 1, 2, -1, 5, 8, 16, 64, 2**31, 2**62, 2**64)


def _parts(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:8], "little")
    if not 0 < length <= len(data) - 8:
        raise ValueError("no header")
    return data[8 : 8 + length], data[8 + length :]


def _file(header: bytes, numbers: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header + numbers


def _in_header(damage: Damage) -> Damage:
    def damaged(data: bytes, draw: Draw) -> bytes:
        header, numbers = _parts(data)
        return _file(damage(header, draw), numbers)

    return damaged


def _field(header: bytes, draw: Draw) -> bytes:
    """The kind, the shape or the place of a tensor is another one."""
    told = json.loads(header)
    entry = told[one_of([key for key in told if key != "__metadata__"], draw)]
    where = draw.randint(3)
    if where == 0:
        entry["dtype"] = one_of(_KINDS, draw)
    else:
        row = entry["shape" if where == 1 else "data_offsets"]
        row[draw.randint(len(row))] = one_of(_SIZES, draw)
    return json.dumps(told).encode()


def _shared(header: bytes, draw: Draw) -> bytes:
    """Two tensors claim one place, or exchange theirs."""
    told = json.loads(header)
    keys = [key for key in told if key != "__metadata__"]
    a, b = one_of(keys, draw), one_of(keys, draw)
    other = told[b]["data_offsets"]
    if draw.randint(2):
        told[b]["data_offsets"] = told[a]["data_offsets"]
    told[a]["data_offsets"] = other
    return json.dumps(told).encode()


def _transposed(header: bytes, draw: Draw) -> bytes:
    told = json.loads(header)
    entry = told[one_of([key for key in told if key != "__metadata__"], draw)]
    entry["shape"] = entry["shape"][::-1]
    return json.dumps(told).encode()


def _length(data: bytes, draw: Draw) -> bytes:
    return one_of((0, 1, 2**20, 2**31, 2**63, 2**64 - 1), draw).to_bytes(8, "little") + data[8:]


def _extreme(data: bytes, draw: Draw) -> bytes:
    header, numbers = _parts(data)
    return _file(header, extreme_values(numbers, draw))


SAFETENSORS: Mapping[str, Damage] = {
    "tensors: a field": _in_header(_field),
    "tensors: places": _in_header(_shared),
    "tensors: transposed": _in_header(_transposed),
    "tensors: length of the header": _length,
    "tensors: extreme values": _extreme,
    **{name: _in_header(damage) for name, damage in JSON.items()},
}
"""Damage to a safetensors file."""
