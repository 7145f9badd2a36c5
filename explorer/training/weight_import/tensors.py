"""The tensors of a PyTorch file as NumPy arrays, with nothing in the file ever executed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.files.containers import npy_array
from explorer.core.files import read_file
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError, Limits, ask
from explorer.core.processes.confinement import frugal
from explorer.core.processes.scratch import scratch_beside
from explorer.paths import user_folder
from explorer.training.weight_import.archives import check_sums, parts_of

LARGEST_FILE = 512 * 2**20
MOST_NUMBERS = 2**27
"""In all tensors together: by strides of 0, a small file can claim any number of them."""

MOST_TENSORS = 10_000
_DEEPEST = 8
_TIME_S = 30.0
_MEMORY_BYTES = 6 * 2**30  # of address space, of which libraries alone take some
_COPIES = 6
_READING_BYTES = 640 * 2**20
_NAMES = "names.json"
_AGAIN = "Save it again with torch.save, or as .npy."


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors in a file written by ``torch.save``, by name; nested names are joined by dots.

    The file is loaded in a confined child, with ``weights_only=True`` and never without; numbers come back.

    Parameters
    ----------
    path : Path
        A zip, as PyTorch writes since 1.6.

    Returns
    -------
    dict of str to array
        bfloat16 becomes float32; a lone tensor is called as the file.

    Raises
    ------
    Problem
        It cannot be read, is damaged, packed or too large, is of another form, or would need code to be run.
    """
    size = _check(path)
    with scratch_beside(user_folder("cache") / "tensors", "tensors") as scratch:
        wanted = {"path": str(path.resolve()), "out": str(scratch)}
        try:
            ask(__name__, wanted, Limits(_TIME_S, _MEMORY_BYTES + _COPIES * size, (scratch,)))
        except EndedError as ended:
            raise _hostile(path, ended) from None
        names = json.loads(read_file(scratch / _NAMES, 2**26))
        files = (scratch / f"{number}.npy" for number in range(len(names)))
        return {
            str(name): npy_array(read_file(file, 9 * MOST_NUMBERS), path.name)
            for name, file in zip(names, files, strict=True)
        }


def _hostile(path: Path, ended: EndedError) -> Problem:
    if ended.how == "time":
        return Problem(f"{path.name} could not be read within {_TIME_S:g} seconds.", _AGAIN)
    if ended.how == "memory":
        return Problem(f"{path.name} needs more memory than directions may take.", "Do not trust this file.")
    return Problem(f"{path.name} made PyTorch crash in a process of its own.", "Do not trust this file.")


def main(wanted: Mapping[str, Any]) -> None:
    """The child: writes the tensors as arrays of NumPy, and their names, into the folder it is given."""
    out = Path(wanted["out"])
    found = _tensors(Path(wanted["path"]))
    for number, array in enumerate(found.values()):
        np.save(out / f"{number}.npy", array, allow_pickle=False)
    (out / _NAMES).write_text(json.dumps(list(found)))


def _tensors(path: Path) -> dict[str, NDArray[Any]]:
    import torch

    try:
        with frugal(_READING_BYTES + _COPIES * path.stat().st_size, _TIME_S):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001 - pickle's, zip's and torch's own have no common ancestor
        raise _refused(path, error) from None
    found: dict[str, NDArray[Any]] = {}
    numbers = 0
    for name, tensor in nested_tensors(content, first=1, depth=_DEEPEST):
        numbers += tensor.numel()
        if len(found) >= MOST_TENSORS or numbers > MOST_NUMBERS:  # before they are copied
            raise Problem(f"{path.name} holds too many numbers.", f"Up to {MOST_NUMBERS:,} are read.")
        found[name or path.stem] = _array(tensor, name or path.stem, path)
    if not found:
        raise Problem(f"{path.name} holds no tensors.", "Choose another file.")
    return found


def _check(path: Path) -> int:
    """Refuse what is no honest zip of PyTorch's: entries are stored there, so it cannot unpack to more than it is."""
    try:
        size = path.stat().st_size
        ordinary = path.is_file()
    except (OSError, ValueError):
        raise Problem(f"There is no file {path}.", "It may have been moved or renamed.") from None
    if not ordinary:
        raise Problem(f"{path.name} is not a file.", "Choose a file.")
    if size > LARGEST_FILE:
        raise Problem(f"{path.name} is larger than {LARGEST_FILE // 2**20} MB.", "Save only what is needed.")
    try:
        with zipfile.ZipFile(path) as archive:
            infos = parts_of(archive)
            if sum(info.file_size for info in infos) <= size:
                check_sums(archive, infos)
    except PermissionError:
        raise Problem(f"There is no permission to read {path.name}.", "Change its permissions.") from None
    except (
        OSError,
        ValueError,
        zipfile.BadZipFile,
        RuntimeError,
    ):  # the last for zips newer than zipfile knows
        raise Problem(
            f"{path.name} is damaged, or of PyTorch's form before version 1.6, which is not read.", _AGAIN
        ) from None
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise Problem(f"{path.name} is packed, which PyTorch's own files never are.", _AGAIN)
    if sum(info.file_size for info in infos) > size:
        raise Problem(f"{path.name} claims to hold more than it has.", _AGAIN)
    return size


def _refused(path: Path, error: Exception) -> Problem:
    if "weights only" in str(error).lower().replace("_", " ").replace("weights-only", "weights only"):
        return Problem(
            f"{path.name} holds more than tensors; to open it, code in it would have to run, which is never done.",
            "Save only the tensors, or as .npy.",
        )
    return Problem(f"{path.name} cannot be read: it is damaged, or of another kind.", _AGAIN)


def nested_tensors(content: Any, name: str = "", *, first: int, depth: int) -> Iterator[tuple[str, Any]]:
    """Names and tensors in dictionaries and lists, nested ``depth`` deep at most; lists count from ``first``."""
    import torch

    if isinstance(content, torch.Tensor):
        yield name, content
        return
    if depth == 0:
        return
    pairs: Any = ()
    if isinstance(content, dict):
        pairs = content.items()
    elif isinstance(content, list | tuple):
        pairs = enumerate(content, first)
    for key, value in pairs:
        yield from nested_tensors(value, f"{name}.{key}" if name else str(key), first=first, depth=depth - 1)


def _array(tensor: Any, name: str, path: Path) -> NDArray[Any]:
    import torch

    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_complex():
        raise Problem(f"{name[:60]} in {path.name} is a sparse, packed or complex tensor.", "Save it as float32.")
    plain = tensor.detach()
    if plain.dtype == torch.bfloat16:
        plain = plain.float()
    try:
        array: NDArray[Any] = np.array(plain.numpy())
    except (RuntimeError, TypeError, ValueError) as error:
        raise _refused(path, error) from None
    return array
