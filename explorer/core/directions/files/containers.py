"""Arrays of numbers by name out of .npy, .npz and JSON files from anywhere. Nothing in them is ever unpickled."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.files.zip_directory import LARGEST_DIRECTORY, directory_bytes
from explorer.core.json_text import parsed_json
from explorer.core.npy_header import LARGEST_HEADER, npy_header
from explorer.core.problem import Problem

LARGEST_FILE = 256 * 2**20
LARGEST_TEXT = 64 * 2**20
MOST_ARRAYS = 1000

_FAILURES = (
    *(OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError),
    *(SyntaxError, MemoryError, RecursionError, TypeError, KeyError, OverflowError),
)
_AGAIN = "Export or download it again."

Arrays = dict[str, NDArray[Any]]


def sides_of(array: NDArray[Any]) -> str:
    """The shape of an array in words."""
    return " × ".join(str(side) for side in array.shape) or "one number"


def npy_array(data: bytes, name: str) -> NDArray[Any]:
    """The array of a .npy file.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for people.

    Raises
    ------
    Problem
        It is damaged or cut off, or holds something other than numbers.
    """
    try:
        header = npy_header(data[:LARGEST_HEADER])
    except ValueError:
        raise Problem(f"{name} is a damaged NumPy array.", _AGAIN) from None
    dtype = header.dtype
    if dtype.hasobject:
        raise Problem(
            f"{name} holds Python objects, which are never loaded: they can carry code.",
            "Save it as an array of numbers (float32).",
        )
    if dtype.kind not in "fiub":
        raise Problem(f"{name} holds {dtype}, not numbers.", "Save it as an array of numbers (float32).")
    if header.size_bytes != len(data) - header.begin:
        raise Problem(f"{name} is cut off or damaged: it is not as long as it says.", _AGAIN)
    return header.array(np.frombuffer(data, np.uint8, offset=header.begin))


def zip_names(data: bytes, name: str) -> tuple[str, ...]:
    """Names of what a zip holds.

    Raises
    ------
    Problem
        It is damaged.
    """
    with _opened(data, name) as archive:
        return tuple(archive.namelist())


def npz_arrays(data: bytes, name: str) -> Arrays:
    """The arrays of numbers in a .npz file, by their names; words are left out.

    Raises
    ------
    Problem
        It is damaged, holds Python objects, or would unpack to more than `LARGEST_FILE` bytes.
    """
    with _opened(data, name) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        names = [info.filename for info in infos]
        if twice := next((name for name, count in Counter(names).items() if count > 1), None):
            raise Problem(f"{name} holds two arrays called {twice[:60]}.", _AGAIN)
        claimed = sum(info.file_size for info in infos)
        if claimed > LARGEST_FILE or len(infos) > MOST_ARRAYS:
            raise Problem(
                f"{name} would unpack to {len(infos):,} arrays of {claimed / 2**20:,.0f} MB, too much for directions.",
                f"Directions take up to {LARGEST_FILE // 2**20} MB.",
            )
        return dict(_members(archive, infos, name))


def _members(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str) -> Iterator[tuple[str, NDArray[Any]]]:
    for info in infos:
        key = info.filename.removesuffix(".npy")
        try:
            with archive.open(info) as member:  # gives no more than the size it claims, which has been checked
                data = member.read(LARGEST_FILE + 1)
        except _FAILURES:
            raise Problem(f"{key[:60]} in {name} is damaged or cut off.", _AGAIN) from None
        if not _is_words(data):
            yield key, npy_array(data, f"{key[:60]} in {name}")


def _is_words(data: bytes) -> bool:
    """Whether a .npy file holds text, such as names that lie beside the numbers."""
    return any(f"'descr': '{mark}" in data[:128].decode("latin-1") for mark in ("<U", ">U", "|S"))


def _opened(data: bytes, name: str) -> zipfile.ZipFile:
    if directory_bytes(data) > LARGEST_DIRECTORY:
        raise Problem(f"{name} lists more parts than any file of numbers has.", "Do not trust this file.")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except _FAILURES:
        raise Problem(f"{name} is a damaged or cut off zip.", _AGAIN) from None


def json_arrays(data: bytes, name: str, title: str) -> Arrays:
    """The arrays of numbers in a JSON text.

    Understood are ``[numbers]``, ``[[numbers], …]``, ``{name: numbers}``, a list of ``{"name": …, "vector": …}``
    and any of them under ``directions``.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for people.
    title : str
        What to call an array that has no name.

    Raises
    ------
    Problem
        It is no JSON, or has no lists of numbers of the same length.
    """
    if len(data) > LARGEST_TEXT:
        raise Problem(f"{name} is larger than {LARGEST_TEXT // 2**20} MB.", "Save it as .npy.")
    try:
        content = parsed_json(data.decode("utf-8-sig"), finite=False)
    except ValueError:
        raise Problem(f"{name} is not JSON, or is damaged.", _AGAIN) from None
    if isinstance(content, dict) and "directions" in content:
        content = content["directions"]
    try:
        return {key[:200]: _numbers(value) for key, value in _named(content, title).items()}
    except _FAILURES:
        raise Problem(
            f"{name} has no lists of numbers of the same length.", 'Write {"name": [0.1, …], …} or [0.1, …].'
        ) from None


def _named(content: Any, title: str) -> Mapping[str, Any]:
    if isinstance(content, dict):
        return {"vector": content["vector"]} if isinstance(content.get("vector"), list) else content
    if isinstance(content, list) and content and all(isinstance(item, dict) for item in content):
        return {str(item.get("name", f"{title} {rank}")): item["vector"] for rank, item in enumerate(content, 1)}
    return {title: content}


def _numbers(value: Any) -> NDArray[np.float64]:
    array = np.array(value)
    if array.dtype.kind not in "fiu":
        raise ValueError("no numbers")
    return array.astype(np.float64)
