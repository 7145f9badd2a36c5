"""Arrays in a zip, as numpy keeps them: equal arrays give equal bytes, and nothing is ever unpickled."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.npy_header import LARGEST_HEADER, npy_header

_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack all they hold, whatever they claim


def add_array(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    """Adds an array as numpy does, but with nothing that tells when or where."""
    held = BytesIO()
    np.lib.format.write_array(held, array, version=(1, 0), allow_pickle=False)
    entry = zipfile.ZipInfo(name, _ALWAYS)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, held.getvalue())


def arrays_in(data: bytes, wanted: Sequence[str], largest_bytes: int) -> list[NDArray[Any]]:
    """The arrays of these names in a zip, which would unpack to ``largest_bytes`` at most.

    Raises
    ------
    ValueError, zipfile.BadZipFile, and others that zipfile, zlib and numpy raise
        The zip is damaged, too large, or lacks one of them.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        for name in wanted:
            if names.count(name) != 1:
                raise ValueError(f"it holds {names.count(name)} of {name}, not one")
        if sum(info.file_size for info in infos) > largest_bytes:
            raise ValueError("it would unpack to more than is read")
        return [_array(archive, name) for name in wanted]


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One array, whose claims are checked before memory is taken for it."""
    info = archive.getinfo(name)
    if info.compress_type not in _BOUNDED:
        raise ValueError(f"{name} is packed in an unknown way")
    with archive.open(info) as member:  # told how much to give, it unpacks no more than its entry claims
        data = member.read(info.file_size + 1)
    header = npy_header(data[:LARGEST_HEADER])
    if header.dtype.hasobject or header.size_bytes != len(data) - header.begin:
        raise ValueError(f"{name} is not as long as it says, or holds other things than numbers")
    return header.array(np.frombuffer(data, np.uint8, offset=header.begin))
