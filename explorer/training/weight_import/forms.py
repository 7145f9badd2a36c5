"""Which kind of weights file this is, and whether it is an honest one: looked at without loading anything."""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from pathlib import Path
from typing import IO, Any, Literal, cast

from explorer.core.problem import Problem
from explorer.core.processes.memory import available_memory
from explorer.training.weight_import.archives import check_sums, other_archive, parts_of, script
from explorer.training.weight_import.headers import check_header
from explorer.training.weight_import.pickles.listing import Bytes, passed_over, refuse_objects, unwarned, wanted_names

Form = Literal["safetensors", "zip", "legacy"]

LARGEST_FILE = 8 * 2**30
MOST_ENTRIES = 100_000
_LARGEST_PICKLE = 256 * 2**20
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_STYLE_PROGRAMS = ("torch_utils.", "dnnlib.", "training.networks")
_AROUND = 96 * 2**20
"""What loading needs beside the weights, in bytes: the window has the rest already."""

_COPIES = 5  # loaded, as float32, in the exported file, in its runtime, and what is calculated meanwhile
AGAIN = "Save it again with torch.save, or copy it again from its source."


def check_file(path: Path) -> int:
    """The size in bytes of what can be read at all: an ordinary file that fits into memory.

    Raises
    ------
    Problem
        There is nothing, or a folder or a device; it may not be read, is empty, or needs more memory than there is.
    """
    size = _ordinary_size(path)
    if size > LARGEST_FILE:
        raise Problem(
            f"{path.name} is larger than {LARGEST_FILE >> 30} GB, the most that is read.",
            "Save only weights.",
        )
    needed, there = _COPIES * size + _AROUND, available_memory()
    if needed > there:
        raise Problem(
            f"{path.name} would need about {_amount(needed)} of memory, and there are {_amount(there)}.",
            "Close other programs, or save the generator's weights alone.",
        )
    return size


def _amount(count: int) -> str:
    return f"{count / 2**30:.1f} GB"


def _ordinary_size(path: Path) -> int:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise Problem(f"There is no file {path}.", "It may have been moved or renamed.") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "its name cannot be"
        raise Problem(f"{path.name} could not be read ({said}).", "Copy it to another place.") from None
    if stat.S_ISDIR(found.st_mode):
        raise Problem(f"{path.name} is a folder, not a file of weights.", "Choose a file inside it.")
    if not stat.S_ISREG(found.st_mode):
        raise Problem(f"{path.name} is a device or a pipe, not a file.", "Choose an ordinary file.")
    if found.st_size == 0:
        raise Problem(f"{path.name} is empty.", AGAIN)
    if not os.access(path, os.R_OK):
        raise Problem(f"There is no permission to read {path.name}.", "Change its permissions, or copy it elsewhere.")
    return found.st_size


@unwarned()
def checked_form(path: Path, size: int) -> Form:
    """Which form a file has, after everything that can be checked without loading it.

    Raises
    ------
    Problem
        It is of no form that holds weights, is damaged or packed, claims more than it has, or wants code to be run.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
            file.seek(0)
            if start.startswith(b"PK"):
                _check_zip(path, file, size)
                return "zip"
            if start[8:9] == b"{" or path.suffix.lower() == ".safetensors":
                check_header(path, file, size)
                return "safetensors"
            if start[:1] == b"\x80":
                _check_legacy(path, file)
                return "legacy"
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the file's beginning
            raise _damaged(path) from None
        raise Problem(f"{path.name} could not be read ({error.strerror}).", "Copy it elsewhere.") from None
    raise Problem(
        f"{path.name} is not a file of weights{_perhaps(start, path.suffix.lower())}.",
        "Choose a .pt, .pth, .ckpt, .safetensors or .pkl.",
    )


@unwarned()
def is_pickled_style(path: Path) -> bool:
    """Whether a file is a pickle of networks as NVIDIA's StyleGAN programs write them, or what torch.save made of one;
    looks at names alone.

    Such a file is never unpickled; `explorer.training.weight_import.pickles.nvidia` reads it.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start == b"PK\x03\x04":
                return _is_zipped_style(path, file)
            if start[:1] != b"\x80":
                return False
            return any(name.startswith(_STYLE_PROGRAMS) for name in wanted_names(_Limited(file, _LARGEST_PICKLE)))
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, Problem):
        return False  # whoever reads it says what is wrong


def _is_zipped_style(path: Path, file: IO[bytes]) -> bool:
    with zipfile.ZipFile(file) as archive:
        infos = parts_of(archive)
        _check_entries(path, infos, os.fstat(file.fileno()).st_size)
        pickles = [info for info in infos if info.filename.endswith("/data.pkl")]
        if len(pickles) != 1:
            return False
        with archive.open(pickles[0]) as pickle:
            return any(name.startswith(_STYLE_PROGRAMS) for name in wanted_names(pickle))


def _perhaps(start: bytes, ending: str) -> str:
    if ending == ".onnx":
        return "; an ONNX model opens as it is"
    known = (
        (b"version https://git-lfs"[:16], "; it is a Git LFS pointer, not the weights themselves"),
        (b"\x89HDF", "; it is an HDF5 file, perhaps of Keras, which is not read"),
        (b"\x1f\x8b", "; it is a gzip archive: unpack it first"),
        (b"<!DOCTYPE", "; it is a web page"),
        (b"<html", "; it is a web page"),
        (b"\x89PNG", "; it is a picture"),
        (b"\x93NUMPY", "; it is a NumPy array"),
        (b"GGUF", "; it is a GGUF file, as programs for language models read them"),
        (b"storages", " that is read; it is a tar archive of PyTorch before 0.2"),
        (b"./@PaxHeader", " that is read; it is a tar archive of PyTorch before 0.2"),
    )
    return next((words for magic, words in known if start.startswith(magic)), "")


def _check_zip(path: Path, file: IO[bytes], size: int) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            infos = parts_of(archive)
            if any("/code/" in info.filename for info in infos):
                raise script(path.name)
            _check_entries(path, infos, size)
            pickles = [info for info in infos if info.filename.endswith("/data.pkl")]
            if len(pickles) != 1:
                raise other_archive(path.name, [info.filename for info in infos])
            with archive.open(pickles[0]) as pickle:
                names = list(wanted_names(pickle))
            if not passed_over(names):
                refuse_objects(path.name, names)
            check_sums(archive, infos)
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError):  # all that zipfile has for a damaged archive
        raise _damaged(path) from None


def _check_entries(path: Path, infos: list[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MOST_ENTRIES:
        raise Problem(f"{path.name} has {len(infos):,} parts, more than any model.", "Do not trust this file.")
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise Problem(f"{path.name} is packed, which PyTorch's own files never are.", AGAIN)
    if sum(info.file_size for info in infos) > size:
        raise Problem(f"{path.name} claims to hold more than it has.", "Do not trust this file.")
    if any(info.flag_bits & 1 for info in infos):
        raise Problem(f"{path.name} is locked by a password.", AGAIN)
    if any(info.filename.endswith("/data.pkl") and info.file_size > _LARGEST_PICKLE for info in infos):
        raise Problem(f"{path.name} lists more than any model has.", "Do not trust this file.")


def _check_legacy(path: Path, file: IO[bytes]) -> None:
    """A magic number, a version, facts of the system, the object and the keys of its storages: five pickles."""
    limited = _Limited(file, _LARGEST_PICKLE)
    names: list[str] = []
    try:
        first = list(_opcodes(limited))
        is_torch = any(argument == _LEGACY_MAGIC for argument in first)
        if not is_torch:
            file.seek(0)
            names = list(wanted_names(_Limited(file, _LARGEST_PICKLE)))
            refuse_objects(path.name, names)
            raise Problem(
                f"{path.name} is a Python pickle that PyTorch did not write.",
                "Save the weights as .safetensors.",
            )
        for _ in range(4):
            names += wanted_names(limited)
    except (ValueError, EOFError, IndexError, KeyError, UnicodeDecodeError):
        if names:
            refuse_objects(path.name, names)
        raise _damaged(path) from None
    refuse_objects(path.name, names)


def _opcodes(file: Bytes) -> list[Any]:
    import pickletools

    arguments = []
    for step, (_, argument, _) in enumerate(pickletools.genops(cast("IO[bytes]", file))):
        if step > 1000:
            break
        arguments.append(argument)
    return arguments


class _Limited:
    """A file of which no more than so many bytes are read."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._left = file, most
        self.tell = file.tell

    def read(self, count: int) -> bytes:
        return self._taken(self._file.read(min(count, self._left)))

    def readline(self) -> bytes:
        return self._taken(self._file.readline(min(self._left, 1 << 16)))

    def _taken(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left <= 0:
            raise ValueError("a pickle longer than that of any model")
        return data


def _damaged(path: Path) -> Problem:
    return Problem(f"{path.name} is damaged or cut off.", AGAIN)
