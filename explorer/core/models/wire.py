"""How many parts a model's bytes hold, counted without building any: a small file can name millions of them."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from explorer.core.models.onnx_parts import ModelProto

MOST_PARTS = 1_000_000
"""Messages, texts and numbers; real models have some ten for each node."""

_VARINT, _LENGTH = 0, 2
_FIXED = {1: 8, 5: 4}


def has_too_many_parts(data: bytes, most: int = MOST_PARTS) -> bool:
    """Whether the bytes of a model say that it has more parts than ``most``; of damaged bytes what comes first counts.

    Building one takes some hundred bytes of memory where two in the file are enough to name it.
    """
    waiting: list[tuple[int, int, Descriptor]] = [(0, len(data), ModelProto.DESCRIPTOR)]
    left = most
    while waiting:
        start, end, kind = waiting.pop()
        while start < end:
            left -= 1
            if left < 0:
                return True
            tag, start = _number(data, start, end)
            field, form = kind.fields_by_number.get(tag >> 3), tag & 7
            if form == _LENGTH:
                size, start = _number(data, start, end)
                if field is not None and field.type == FieldDescriptor.TYPE_MESSAGE:
                    waiting.append((start, min(start + size, end), field.message_type))
                start += size
            elif form == _VARINT:
                _, start = _number(data, start, end)
            elif form in _FIXED:
                start += _FIXED[form]
            else:  # a group, which no model has, or damage
                break
    return False


def _number(data: bytes, start: int, end: int) -> tuple[int, int]:
    """A number as protobuf writes it, and where it ends."""
    value = shift = 0
    while start < end and shift < 70:
        byte = data[start]
        start += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return value, start
