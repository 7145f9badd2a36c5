"""Whether numpy's files hold pictures rather than latents or directions, told by what their headers claim."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from explorer.core.files import READING
from explorer.core.npy_header import LARGEST_HEADER, NpyHeader, npy_header

_ARRAYS = 10  # of one file that are looked at
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of which Python unpacks no more than is asked for
_BYTES = ("uint8", "uint16", "bool")
_CHANNELS = (1, 3, 4)


def holds_pictures(path: Path) -> bool:
    """Whether there is an array of pictures in a .npy or .npz file. Raises nothing."""
    try:
        with open(os.open(path, READING), "rb") as file:
            head = file.read(LARGEST_HEADER)
            if head[:2] != b"PK":
                return _are_pictures(npy_header(head))
            with zipfile.ZipFile(file) as archive:
                return any(_are_pictures(npy_header(head)) for head in _heads(archive))
    except Exception:  # noqa: BLE001 - a damaged zip makes Python raise nearly anything; whoever reads it says so
        return False


def _heads(archive: zipfile.ZipFile) -> list[bytes]:
    heads = []
    for info in archive.infolist()[:_ARRAYS]:
        if info.filename.endswith(".npy") and info.compress_type in _PACKINGS:
            with archive.open(info) as member:
                heads.append(member.read(LARGEST_HEADER))
    return heads


def _are_pictures(header: NpyHeader) -> bool:
    """Bytes in three axes or more, or numbers in four with channels among them: points of W+ have three."""
    shape = header.shape
    if header.dtype.name in _BYTES:
        return len(shape) in (3, 4)
    return len(shape) == 4 and header.dtype.kind in "iuf" and (shape[-1] in _CHANNELS or shape[1] in _CHANNELS)
