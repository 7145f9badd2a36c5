"""Tensors from how a pickle describes them: numbers are copied out of its bytes, within what is really there."""

from __future__ import annotations

import math
import struct
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import torch
from torch import Tensor

from explorer.training.weight_import.archives import parts_of
from explorer.training.weight_import.pickles.machine import read_one
from explorer.training.weight_import.pickles.values import Made, Named, Reference, UnreadablePickleError

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PROTOCOL = 1001
_STORAGES = {
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "DoubleStorage": torch.float64,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
_NUMPY_KINDS = {
    "f2": (torch.float16, "e"),
    "f4": (torch.float32, "f"),
    "f8": (torch.float64, "d"),
    "i8": (torch.int64, "q"),
    "i4": (torch.int32, "i"),
    "i2": (torch.int16, "h"),
    "i1": (torch.int8, "b"),
    "u1": (torch.uint8, "B"),
    "b1": (torch.bool, "?"),
}
_REBUILT = ("_rebuild_tensor", "_rebuild_tensor_v2")


def is_tensor(value: Any) -> bool:
    """Whether this describes a tensor, a parameter or an array."""
    return isinstance(value, Made) and (
        value.maker.name in (*_REBUILT, "_rebuild_parameter")
        or (value.maker.name == "_reconstruct" and isinstance(value.state, tuple))
    )


def number_in(value: Any) -> Any:
    """A plain setting: None, a truth value, a number or a text, also where numpy wrote the number.

    Raises
    ------
    ValueError
        It is none.
    """
    if isinstance(value, Made) and value.maker.name == "scalar" and len(value.arguments) == 2:
        kind, data = value.arguments
        code = _NUMPY_KINDS[_numpy_kind(kind)][1]
        return struct.unpack(f"<{code}", _bytes(data))[0]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError("no plain setting")


class StorageArchive:
    """A zip as ``torch.save`` writes it: one pickle, and the numbers of its storages beside it.

    Attributes
    ----------
    pickle : bytes

    Raises
    ------
    Unreadable
        It is damaged, packed, or none of PyTorch's.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = parts_of(self._zip)
            self._sizes = {info.filename: info.file_size for info in infos if info.compress_type == zipfile.ZIP_STORED}
            (name,) = (name for name in self._sizes if name.endswith("/data.pkl"))
            self._root = name.removesuffix("data.pkl")
            self.pickle = self._read(name)
        except (ValueError, RuntimeError, EOFError, OSError, zipfile.BadZipFile):
            raise UnreadablePickleError("it is a damaged zip archive, or one that torch.save did not write") from None

    def numbers(self, reference: Reference) -> Tensor:
        """The numbers of a storage; raises as building a tensor may."""
        _word, kind, key, _place, count = reference.told
        dtype = _STORAGES[kind.name]
        found = _numbers(self._read(f"{self._root}data/{key}"), dtype)
        if found.numel() != count:
            raise ValueError("another count of numbers than it says")
        return found

    def _read(self, name: str) -> bytes:
        if name not in self._sizes:
            raise ValueError("numbers that are not there")
        with self._zip.open(name) as file:
            return file.read(self._sizes[name])


class TensorsInside(Mapping[str, Tensor]):
    """The tensors of a pickle by their names, each made when it is asked for. Real numbers are float32.

    Parameters
    ----------
    described : mapping of str to Made
        For which `is_tensor` holds.
    largest_bytes : int
        How much they may come to altogether, by which a small file cannot claim much memory.
    archive : StorageArchive, optional
        Where the numbers lie that are not in the pickle itself.

    Raises
    ------
    Unreadable
        From ``[]``: it claims more numbers than there are, or is of no known kind.
    """

    def __init__(
        self, described: Mapping[str, Made], largest_bytes: int, archive: StorageArchive | None = None
    ) -> None:
        self._described, self._archive = described, archive
        self._room = largest_bytes
        self._storages: dict[object, tuple[Any, Tensor]] = {}
        self._made: dict[str, Tensor] = {}

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._made:
            try:
                self._made[name] = self._tensor(self._described[name])
            except (
                ValueError,
                TypeError,
                IndexError,
                struct.error,
                RuntimeError,
                ArithmeticError,
                MemoryError,
            ) as error:
                said = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
                raise UnreadablePickleError(f"its {name[:80]} is damaged: {said}") from None
            except KeyError as error:
                if name not in self._described:
                    raise
                raise UnreadablePickleError(f"its {name[:80]} is of an unknown kind: {error}") from None
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._described

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)

    def _tensor(self, made: Made) -> Tensor:
        if made.maker.name == "_rebuild_parameter":
            inner = made.arguments[0]
            if not is_tensor(inner) or inner.maker.name == "_rebuild_parameter":
                raise ValueError("a parameter without a tensor")
            made = inner
        tensor = self._array(made) if made.maker.name == "_reconstruct" else self._view(made)
        self._room -= tensor.numel() * 4
        if self._room < 0:
            raise ValueError("more numbers than the file has room for")
        return tensor.float() if tensor.is_floating_point() else tensor

    def _view(self, made: Made) -> Tensor:
        storage = self._storage(made.arguments[0])
        offset = _whole(made.arguments[1])
        size, stride = _sizes(made.arguments[2]), _sizes(made.arguments[3])
        last = offset + sum((count - 1) * step for count, step in zip(size, stride, strict=True))
        if math.prod(size) == 0:
            return torch.zeros(size)
        if math.prod(size) > storage.numel() or last >= storage.numel():
            raise ValueError("it claims more numbers than there are")
        return storage.as_strided(size, stride, offset).contiguous()

    def _storage(self, described: Any) -> Tensor:
        if self._archive is not None and isinstance(described, Reference):
            key = str(described.told[2])
            if key not in self._storages:
                self._storages[key] = (None, self._archive.numbers(described))
            return self._storages[key][1]
        if not isinstance(described, Made) or described.maker.name != "_load_from_bytes":
            raise ValueError("numbers that are kept in no known way")
        data = described.arguments[0]
        if id(data) not in self._storages:  # the bytes are kept beside their tensor, so that the id stays theirs
            self._storages[id(data)] = (data, _stored(_bytes(data)))
        return self._storages[id(data)][1]

    def _array(self, made: Made) -> Tensor:
        _version, shape, kind, by_columns, data = made.state
        size = _sizes(shape)
        content = _numbers(_bytes(data), _NUMPY_KINDS[_numpy_kind(kind)][0])
        if math.prod(size) != content.numel():
            raise ValueError("it has another count of numbers than its shape says")
        return content.reshape(size[::-1]).permute(*range(len(size))[::-1]) if by_columns else content.reshape(size)


def _stored(data: bytes) -> Tensor:
    """The numbers of one storage, as ``torch.save`` wrote single ones before it wrote zip archives."""
    file = BytesIO(data)
    if read_one(file) != _LEGACY_MAGIC or read_one(file) != _LEGACY_PROTOCOL:
        raise ValueError("numbers in an unknown form")
    machine = read_one(file)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise ValueError("numbers of a machine with another order of bytes")
    described = read_one(file)
    if not isinstance(described, Reference) or not isinstance(described.told, tuple):
        raise ValueError("numbers that are not a storage")
    kind, count = described.told[1], described.told[4]
    read_one(file)  # the keys, of which there is one
    if not isinstance(kind, Named):
        raise ValueError("numbers of no kind")
    dtype = _STORAGES[kind.name]
    head = file.read(8)
    length = int.from_bytes(head, "little") * dtype.itemsize
    if len(head) < 8 or count != length // dtype.itemsize or length > len(data) - file.tell():
        raise ValueError("fewer numbers than it says")
    return _numbers(file.read(length), dtype)


def _numbers(data: bytes, dtype: torch.dtype) -> Tensor:
    if not data:
        return torch.zeros(0, dtype=dtype)
    if dtype == torch.bool:
        return torch.frombuffer(bytearray(data), dtype=torch.uint8) != 0
    return torch.frombuffer(bytearray(data), dtype=dtype)


def _numpy_kind(described: Any) -> str:
    """Such as f4, of an array written little-endian."""
    if not isinstance(described, Made) or described.maker.name != "dtype":
        raise ValueError("numbers of no kind")
    state = described.state
    if isinstance(state, tuple) and len(state) > 1 and state[1] == ">":
        raise ValueError("numbers of a machine with another order of bytes")
    return str(described.arguments[0])[:4]


def _bytes(data: Any) -> bytes:
    if isinstance(data, Made) and data.maker.name == "encode":
        data = data.arguments[0]
    if isinstance(data, str):  # as Python 2 wrote bytes
        return data.encode("latin-1")
    if not isinstance(data, bytes | bytearray):
        raise ValueError("numbers that are not bytes")
    return bytes(data)


def _sizes(told: Any) -> tuple[int, ...]:
    if not isinstance(told, list | tuple) or len(told) > 8:
        raise ValueError("sizes that are none")
    return tuple(_whole(size) for size in told)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 40:
        raise ValueError("a size that is none")
    return value
