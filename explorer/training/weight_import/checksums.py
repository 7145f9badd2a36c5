"""The checksums in a zip of PyTorch's, which PyTorch's own reader passes over."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any

from explorer.core.problem import Problem

_PIECE = 1 << 20  # bytes


def plain_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """A zip that is open for reading; one that was written without checksums is read without them.

    `torch.serialization.set_crc32_options` leaves them out of a whole file, with 0 in the place of each. Raises what
    `zipfile` does, and `BadZipFile` where two parts have one name, so that it is not plain which is meant.
    """
    archive = zipfile.ZipFile(file)
    infos: list[Any] = archive.infolist()
    if len({info.filename for info in infos}) < len(infos):
        raise zipfile.BadZipFile("two parts have one name")
    if not any(info.CRC for info in infos):
        for info in infos:
            info.CRC = None  # for zipfile, nothing to compare
    return archive


def check_sums(path: Path) -> None:
    """Read a zip to its end; raises `Problem` where a member's bytes are not those of its checksum."""
    try:
        with path.open("rb") as file, plain_zip(file) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    while member.read(_PIECE):
                        pass
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError):  # all that zipfile has for a damaged archive
        raise Problem(
            f"{path.name} is damaged: the bytes of one of its parts do not add up to their checksum.",
            "Copy it once more from where it came.",
        ) from None
