"""The tensors of a PyTorch file as NumPy arrays, with nothing in the file ever executed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

LARGEST_FILE = 512 * 2**20
MOST_NUMBERS = 2**27
"""In all tensors together: by strides of 0, a small file can claim any number of them."""

MOST_TENSORS = 10_000
_DEEPEST = 8
_AGAIN = "Save it again with torch.save, or as .npy."


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors in a file written by ``torch.save``, by name; nested names are joined by dots.

    The file is loaded with ``weights_only=True`` and never without.

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
    import torch

    _check(path)
    try:
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


def _check(path: Path) -> None:
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
            infos = archive.infolist()
    except PermissionError:
        raise Problem(f"{path.name} may not be read.", "Change its permissions.") from None
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


def _refused(path: Path, error: Exception) -> Problem:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    if "weights only" in str(error).lower().replace("_", " ").replace("weights-only", "weights only"):
        return Problem(
            f"{path.name} holds more than tensors; to open it, code in it would have to run, which is never done.",
            "Save only the tensors, or as .npy.",
        )
    return Problem(f"{path.name} cannot be read ({said}).", _AGAIN)


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
        raise Problem(
            f"{name[:60]} in {path.name} is a sparse, packed or complex tensor.", "Save it as float32."
        )
    plain = tensor.detach()
    if plain.dtype == torch.bfloat16:
        plain = plain.float()
    try:
        array: NDArray[Any] = np.array(plain.numpy())
    except (RuntimeError, TypeError, ValueError) as error:
        raise _refused(path, error) from None
    return array
