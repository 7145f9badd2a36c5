"""Weights that a model keeps in files beside it: read only where the user trusts it, and only from its own folder.

A reference may name any file of the machine; what was read could then be seen in pictures. So it must be an ordinary
file inside the model's folder, reached without links of any kind, and nothing but numbers is taken from it.
"""

from __future__ import annotations

import errno
import hashlib
import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from explorer.core.files import READING, read_opened, unreadable
from explorer.core.json_store import JsonStore
from explorer.core.models.graph import LARGEST_FILE, ModelFile
from explorer.core.models.onnx_parts import AttributeProto, GraphProto, ModelProto, TensorProto, helper
from explorer.core.problem import Problem
from explorer.paths import user_folder

_MOST_TRUSTED = 1000
_LARGEST_LIST = 2**20


class KeptOutside(Problem):
    """A model keeps its weights in other files, and is not trusted yet.

    Attributes
    ----------
    model : str
        SHA-256 of the model file, for `Trusted`.
    names : tuple of str
        The files that it asks for.
    """

    def __init__(self, file: ModelFile) -> None:
        self.model, self.names = (
            file.hash,
            tuple(sorted({_location(tensor) for tensor in external(file.proto)})),
        )
        self.path = file.path
        named = self.names[0] if len(self.names) == 1 else f"{len(self.names)} files"
        super().__init__(
            f"{file.path.name} keeps its weights in other files ({named}), which are opened only if you trust it.",
            "Trust this file, if you know where it comes from; or save it as one file (external_data=False).",
        )


class Trusted:
    """The model files that the user trusts with files of their own folder, by hash.

    Parameters
    ----------
    file : Path or None
        Where they are kept; None takes the user's own.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._store = JsonStore(file or user_folder("config") / "trusted.json", _LARGEST_LIST)

    def __contains__(self, model: str) -> bool:
        return model in self._all()

    def add(self, model: str) -> None:
        """Trust the model file with this hash from now on.

        Raises
        ------
        Problem
            It cannot be written.
        """
        with self._store.alone():
            kept = [*(known for known in self._all() if known != model), model]
            self._store.write(kept[-_MOST_TRUSTED:])

    def _all(self) -> list[str]:
        return self._store.read(_hashes, [])


def _hashes(data: object) -> list[str]:
    return [str(item) for item in data] if isinstance(data, list) else []


def external(proto: ModelProto) -> list[TensorProto]:
    """The tensors of a model that lie elsewhere."""
    return [t for t in tensors(proto.graph) if t.data_location == TensorProto.EXTERNAL or len(t.external_data) > 0]


def tensors(graph: GraphProto) -> Iterator[TensorProto]:
    """Every tensor that a graph holds, those of its nodes' attributes included; sub-graphs are not entered."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: AttributeProto) -> Iterator[TensorProto]:
    yield attribute.t
    yield from attribute.tensors
    for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
        yield from (sparse.values, sparse.indices)


def embedded(file: ModelFile) -> ModelFile:
    """The same model with its weights inside; as it is where they are inside already.

    Raises
    ------
    KeptOutside
        They are elsewhere, and the user does not trust the file.
    Problem
        A file is missing, lies outside the model's folder, is a link or too short, or it is all too large.
    """
    wanted = external(file.proto)
    if not wanted:
        return file
    names = sorted({_location(tensor) for tensor in wanted})
    for name in names:  # what is refused anyway is not asked about
        _check_place(file, name)
    if file.hash not in Trusted():
        raise KeptOutside(file)
    proto = ModelProto()
    proto.CopyFrom(file.proto)
    digest, data, size = hashlib.sha256(file.hash.encode()), {}, file.size_bytes
    for name in names:
        data[name] = _bytes_of(file, name, LARGEST_FILE - size)
        size += len(data[name])
        digest.update(data[name])
    for tensor in external(proto):
        _fill(file, tensor, data[_location(tensor)])
    return ModelFile(file.path, digest.hexdigest(), size, proto)


def _location(tensor: TensorProto) -> str:
    return _entry(tensor, "location")


def _entry(tensor: TensorProto, key: str) -> str:
    return next((str(entry.value) for entry in tensor.external_data if entry.key == key), "")


def _check_place(file: ModelFile, name: str) -> None:
    """Refuse a file that is not in the model's folder, reached without links; it is not opened."""
    path = file.path.parent
    for part in _parts(file, name):
        path = path / part
        try:
            found = os.lstat(path)
        except (OSError, ValueError):
            raise Problem(f"{file.path.name} needs {name}, which is not there.", "Put it beside the model.") from None
        if stat.S_ISLNK(found.st_mode):
            raise _link(file, name)
        _check_own(file, name, found)


def _check_own(file: ModelFile, name: str, found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
        raise _link(file, name)


def _link(file: ModelFile, name: str) -> Problem:
    return Problem(f"{file.path.name} asks for {name}, which is a link.", "Copy the file itself there.")


def _bytes_of(file: ModelFile, name: str, room: int) -> bytes:
    """What is in a file that a model asks for. What was opened is checked again: names may mean another file by now."""
    path = file.path.parent / name
    try:
        descriptor = _opened(file.path.parent, _parts(file, name))
        found = os.fstat(descriptor)
        try:
            _check_own(file, name, found)
            if found.st_size > room:
                what = f"{file.path.name} and its weights are larger than 2 GB."
                raise Problem(what, "Choose a smaller model.")
        except Problem:
            os.close(descriptor)
            raise
        return read_opened(path, descriptor, room)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # it was none when it was looked at
            raise _link(file, name) from None
        raise unreadable(path, error) from None


_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


def _opened(folder: Path, parts: tuple[str, ...]) -> int:
    """A file below a folder, opened step by step, so that no part of the way can be a link."""
    if os.open not in os.supports_dir_fd:  # Windows, where links take an administrator
        return os.open(folder.joinpath(*parts), READING)
    at = os.open(folder, _FOLDER)
    for part in parts[:-1]:
        at = _below(at, part, _FOLDER)
    return _below(at, parts[-1], READING)


def _below(folder: int, part: str, how: int) -> int:
    try:
        return os.open(part, how | _NO_LINKS, dir_fd=folder)
    finally:
        os.close(folder)


def _parts(file: ModelFile, name: str) -> tuple[str, ...]:
    """The steps from the model's folder to a file in it."""
    parts = PurePosixPath(name).parts
    leaves = (
        not parts
        or ".." in parts
        or PurePosixPath(name).is_absolute()
        or PureWindowsPath(name).drive
        or "\\" in name
        or "\0" in name
    )
    if leaves:
        what = f"{file.path.name} asks for {name or 'a file without a name'}, which is not in its own folder"
        raise Problem(f"{what}; that is refused.", "Save it as one file (external_data=False).")
    return parts


def _fill(file: ModelFile, tensor: TensorProto, data: bytes) -> None:
    """Put a tensor's own part of a file into it."""
    try:
        offset, length = (int(_entry(tensor, key) or 0) for key in ("offset", "length"))
        needed = math.prod(tensor.dims) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    except (ValueError, KeyError, TypeError):
        needed, offset, length = -1, 0, 0
    end = offset + (length or needed)
    if needed < 0 or offset < 0 or end > len(data) or end - offset != needed:
        what = f"{file.path.name} does not fit its weights: {_location(tensor)} is cut off or another model's."
        raise Problem(what, "Copy both files again.")
    tensor.raw_data = data[offset:end]
    tensor.data_location = TensorProto.DEFAULT
    del tensor.external_data[:]
