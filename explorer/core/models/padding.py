"""How much of a model's file its graph uses, without reading its numbers: a small model may be padded to gigabytes.

A file is in memory several times while it is opened, so what nothing uses is refused before any of it is read. Fields
are those of onnx.proto, which never change their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BufferedReader

_GRAPH = 7  # in ModelProto
_NODE, _INITIALIZER, _SPARSE, _OUTPUT = 1, 5, 15, 12  # in GraphProto
_INPUTS, _OUTPUTS, _ATTRIBUTE = 1, 2, 5  # in NodeProto
_TENSOR, _GRAPHS = 5, (6, 11)  # in AttributeProto
_DIMS, _NUMBERS, _NAME = 1, (4, 5, 7, 9, 10, 11), 8  # in TensorProto
_LARGEST_NUMBER = 16  # bytes, which a complex number takes
_MOST_FIELDS, _MOST_AXES = 1_000_000, 64
_LONGEST_NAME = 4096
_VARINT, _LENGTH = 0, 2
_FIXED = {1: 8, 5: 4}


@dataclass
class _Node:
    inputs: list[bytes] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)
    used_bytes: int = 0


@dataclass
class _Graph:
    nodes: list[_Node] = field(default_factory=list)
    weights: dict[bytes, int] = field(default_factory=dict)
    outputs: set[bytes] = field(default_factory=set)
    other_bytes: int = 0
    has_inner: bool = False


def used_bytes(file: BufferedReader, size: int) -> int:
    """How many of the bytes of a model are numbers that its outputs depend on, or nodes; all where that is not plain.

    Parameters
    ----------
    file : binary file
        Open at any place.
    size : int
        In bytes.
    """
    found = _Graph()
    fields = _Fields(file)
    for number, start, end in fields.of(0, size):
        if number == _GRAPH:
            _look(fields, start, end, found)
    if found.has_inner or fields.left < 0:  # others refuse it
        return size
    return _live_bytes(found)


def _look(fields: _Fields, start: int, end: int, found: _Graph) -> None:
    for number, first, last in fields.of(start, end):
        if number == _NODE:
            found.nodes.append(_node(fields, first, last, found))
        elif number == _INITIALIZER:
            name, used = _tensor(fields, first, last)
            found.weights[name] = found.weights.get(name, 0) + used
        elif number == _SPARSE:
            found.other_bytes += last - first
        elif number == _OUTPUT:
            found.outputs.update(fields.bytes_of(*span) for n, *span in fields.of(first, last) if n == 1)


def _node(fields: _Fields, start: int, end: int, found: _Graph) -> _Node:
    node = _Node()
    for number, first, last in fields.of(start, end):
        if number == _INPUTS:
            node.inputs.append(fields.bytes_of(first, last))
        elif number == _OUTPUTS:
            node.outputs.append(fields.bytes_of(first, last))
        elif number == _ATTRIBUTE:
            for kind, *span in fields.of(first, last):
                found.has_inner |= kind in _GRAPHS
                node.used_bytes += _tensor(fields, *span)[1] if kind == _TENSOR else 0
    return node


def _tensor(fields: _Fields, start: int, end: int) -> tuple[bytes, int]:
    """The name of a tensor, and the bytes of its numbers, no more than its shape can have."""
    name, dims, held = b"", [], 0
    for number, first, last in fields.of(start, end):
        if number == _NAME:
            name = fields.bytes_of(first, last)
        elif number in _NUMBERS:
            held += last - first
        elif number == _DIMS:
            while first < last:
                value, first = fields.number(first, last)
                dims.append(value)
    return name, min(held, _LARGEST_NUMBER * math.prod(dims) if len(dims) <= _MOST_AXES else 0)


def _live_bytes(found: _Graph) -> int:
    makers = {name: node for node in found.nodes for name in node.outputs}
    wanted, used, seen = list(found.outputs), found.other_bytes, set[bytes]()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        used += found.weights.get(name, 0)
        if (node := makers.get(name)) is not None:
            used += node.used_bytes
            node.used_bytes = 0
            wanted += node.inputs
    return used


class _Fields:
    """The fields of messages in a file, of which only tags, lengths and names are read."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.left = _MOST_FIELDS

    def of(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The number of each field of a message, and from where to where its content goes; as far as it can be read."""
        while start < end and self.left >= 0:
            self.left -= 1
            tag, start = self.number(start, end)
            form, first = tag & 7, start
            if form == _LENGTH:
                size, first = self.number(start, end)
                start = min(first + size, end)
            elif form == _VARINT:
                _, start = self.number(start, end)
            elif form in _FIXED:
                start += _FIXED[form]
            else:
                return
            yield tag >> 3, first, min(start, end)

    def number(self, start: int, end: int) -> tuple[int, int]:
        """A number as protobuf writes it, and where it ends."""
        self._file.seek(start)
        value = shift = 0
        for byte in self._file.read(min(10, end - start)):
            value |= (byte & 0x7F) << shift
            start, shift = start + 1, shift + 7
            if byte < 0x80:
                return value, start
        return value, end

    def bytes_of(self, start: int, end: int) -> bytes:
        """The bytes of a name, as far as any name goes."""
        self._file.seek(start)
        return self._file.read(min(end - start, _LONGEST_NAME))
