"""A zip of images, read in place: nothing is ever extracted to disk, so no name in it can lead anywhere."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from explorer.core.problem import Problem
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.folder import TABLE_LIMIT, TABLES, is_companion, reason_to_skip, table_beside
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.provenance import Provenance, provenance_from
from explorer.training.sources.source_report import Tally

MEMBER_LIMIT = 256 << 20
"""Most bytes of one picture file, unpacked."""

TOTAL_LIMIT = 1 << 30
"""Bytes that a zip may always unpack to; beyond them `RATIO_LIMIT` applies."""

RATIO_LIMIT = 200
"""Most bytes that all members may unpack to, for each byte of the zip. Pictures hardly shrink in a zip."""

_ENCRYPTED = 0x1
_FAILURES = (
    BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
)


def zip_material(path: Path) -> ListedSource:
    """The pictures in the zip ``path``, sorted by their names in it.

    Raises
    ------
    Problem
        It is broken, or would unpack to far more than it can honestly hold.
    """
    archive = _opened(path)
    tally = Tally()
    files = {info.filename.replace("\\", "/"): info for info in archive.infolist() if not info.is_dir()}
    infos = dict(sorted(_pictures(files, path, tally)))
    paths = list(infos)

    def draw(index: int, size: int, channels: int) -> Drawn:
        return drawn_from_file(BytesIO(_bytes(archive, infos[paths[index]])), size, channels)

    return ListedSource(
        title=path.name,
        names=[f"{path.name}!{member}" for member in paths],
        paths=paths,
        stamp=f"{path.stat().st_size}|{path.stat().st_mtime_ns}",
        draw=draw,
        table=_table(archive, files) or table_beside(path.parent, (f"{path.stem}.csv", *TABLES)),
        tally=tally,
        provenance=_provenance(archive, files),
        close=archive.close,
    )


def _opened(path: Path) -> ZipFile:
    """The zip, if what it claims to unpack to is in proportion to its size."""
    try:
        archive = ZipFile(path)
    except _FAILURES as error:
        raise Problem(f"{path.name} is a broken zip.", "Download or pack it again.") from error
    claimed = sum(info.file_size for info in archive.infolist())
    if claimed > max(TOTAL_LIMIT, RATIO_LIMIT * path.stat().st_size):
        archive.close()
        raise Problem(
            f"{path.name} would unpack to {claimed / 1e9:,.1f} GB, which no zip of pictures does.",
            "Unpack it yourself if you trust it, and open the folder.",
        )
    return archive


def _pictures(files: dict[str, ZipInfo], path: Path, tally: Tally) -> Iterator[tuple[str, ZipInfo]]:
    for name, info in files.items():
        if is_companion(name):
            continue
        if reason := reason_to_skip(name) or _objection(info):
            tally.skip(f"{path.name}!{name}", reason)
        else:
            yield name, info


def _objection(info: ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.file_size == 0:
        return "empty"
    return "too large" if info.file_size > MEMBER_LIMIT else None


def _bytes(archive: ZipFile, info: ZipInfo) -> bytes:
    """One member unpacked; never more than its own entry claims, which has been checked."""
    try:
        with archive.open(info) as file:
            return file.read(MEMBER_LIMIT)
    except _FAILURES:
        raise UnreadablePictureError("broken or cut short") from None


def _table(archive: ZipFile, files: dict[str, ZipInfo]) -> tuple[str, str] | None:
    """The label file in the zip that lies least deep."""
    found = [name for name in files if name.rsplit("/", 1)[-1].lower() in TABLES and not _objection(files[name])]
    if not found:
        return None
    name = min(found, key=lambda name: (name.count("/"), name))
    return name, _text(archive, files[name], TABLE_LIMIT)


def _provenance(archive: ZipFile, files: dict[str, ZipInfo]) -> Provenance:
    """What is told at the top of the zip, or one folder down."""
    names = [name for name in files if name.count("/") <= 1 and not _objection(files[name])]
    names.sort(reverse=True)  # the topmost one wins
    return provenance_from(names, lambda name: _text(archive, files[name], 1 << 20))


def _text(archive: ZipFile, info: ZipInfo, limit: int) -> str:
    try:
        return _bytes(archive, info)[:limit].decode("utf-8-sig", errors="replace")
    except UnreadablePictureError:
        return ""
