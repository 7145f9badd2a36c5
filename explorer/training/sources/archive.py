"""A zip of images, read in place: nothing is ever extracted to disk, so no name in it can lead anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from struct import unpack
from zipfile import ZipFile, ZipInfo

from explorer.core.problem import Problem
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.file_names import is_companion, is_table, printable, reason_to_skip
from explorer.training.sources.labels.label_files import TABLE_LIMIT, LabelFile, label_files, read_bytes, text_of
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.members import FAILURES, pieces, unknown_packing
from explorer.training.sources.paging import with_pages
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import Provenance, provenance_from
from explorer.training.sources.source_report import Tally
from explorer.training.sources.spool import unpacked_limit

MEMBER_LIMIT = 256 << 20
"""Most bytes of one picture file, unpacked."""

_ENCRYPTED = 0x1
_UTF8 = 0x800
_FILE, _ENTRY = b"PK\3\4", b"PK\1\2"  # what a member begins with, and its line in the list
_HEADER = 30  # bytes before a member's name
_LOOKED_AFTER = 1000  # members


def zip_material(path: Path, archive: ZipFile, reading: PictureReading) -> ListedSource:
    """The pictures in the zip ``path``, open as ``archive``, sorted by their names in it.

    Raises
    ------
    Problem
        It would unpack to far more than it can honestly hold.
    """
    _check(path, archive)
    tally = Tally()
    files = {_name(info): info for info in archive.infolist() if not info.is_dir()}
    infos = dict(sorted(_pictures(files, path, tally, reading)))
    paths = list(infos)

    def file(index: int) -> BytesIO:
        return BytesIO(_bytes(archive, infos[paths[index]]))

    def draw(index: int, size: int, channels: int, page: int = 0) -> Drawn:
        return drawn_from_file(file(index), size, channels, reading, page)

    usable = [name for name, info in files.items() if not _objection(info)]
    tables = label_files(usable, lambda name: _quietly(archive, files[name], TABLE_LIMIT), tally)
    return with_pages(
        ListedSource(
            title=path.name,
            names=[f"{path.name}!{printable(member)}" for member in paths],
            paths=paths,
            stamp=f"{path.stat().st_size}|{path.stat().st_mtime_ns}",
            draw=draw,
            tables=tables or _beside(path, tally),
            tally=tally,
            provenance=_provenance(archive, usable, files),
            close=archive.close,
        ),
        reading,
        file,
        draw,
    )


def opened_zip(path: Path) -> ZipFile:
    """The zip ``path``.

    Raises
    ------
    Problem
        It is broken.
    """
    try:
        return ZipFile(path)
    except UnicodeDecodeError:  # a name says that it is UTF-8, and is not
        return _unflagged(path)
    except FAILURES as error:
        raise _broken(path) from error


def _unflagged(path: Path) -> ZipFile:
    """A zip with a name that claims to be UTF-8 and is not."""
    file = _Unflagged(FileIO(path))
    try:
        archive = ZipFile(file)
    except FAILURES as error:
        file.close()
        raise _broken(path) from error
    archive._filePassed = 0  # type: ignore[attr-defined]  # it closes the file when it is closed
    return archive


def _broken(path: Path) -> Problem:
    return Problem(f"{path.name} is a broken zip.", "Download or pack it again.")


class _Unflagged(BufferedReader):
    """Reads a zip as if no name claimed to be UTF-8; `_name` recognises those that are."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = bytearray(super().read(size))
        if size == _HEADER and data[:4] == _FILE:
            data[7] &= ~(_UTF8 >> 8) & 0xFF
        at = 0
        while data[at : at + 4] == _ENTRY and len(data) >= at + 46:
            data[at + 9] &= ~(_UTF8 >> 8) & 0xFF
            at += 46 + sum(unpack("<3H", data[at + 28 : at + 34]))
        return bytes(data)


def _check(path: Path, archive: ZipFile) -> None:
    """Whether what it claims to unpack to is in proportion to its size."""
    claimed = sum(info.file_size for info in archive.infolist())
    if claimed > unpacked_limit(path.stat().st_size):
        archive.close()
        raise Problem(
            f"{path.name} would unpack to {claimed / 1e9:,.1f} GB, which no zip of pictures does.",
            "Unpack it yourself if you trust it, and open the folder.",
        )


def _name(info: ZipInfo) -> str:
    """A member's name with forward slashes; UTF-8 is recognised where the zip does not say that it is."""
    name = info.filename
    if not name.isascii() and not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _beside(path: Path, tally: Tally) -> tuple[LabelFile, ...]:
    """A label file beside the zip: one of its own name first."""
    own = f"{path.stem}.csv"
    if (path.parent / own).is_file():
        return ((own, read_bytes(path.parent / own), ""),)
    try:
        names = [entry.name for entry in path.parent.iterdir() if is_table(entry.name)]
    except OSError:
        return ()
    return label_files(names, lambda name: read_bytes(path.parent / name), tally)


def _pictures(
    files: dict[str, ZipInfo], path: Path, tally: Tally, reading: PictureReading
) -> Iterator[tuple[str, ZipInfo]]:
    for number, (name, info) in enumerate(files.items()):
        if number % _LOOKED_AFTER == 0:
            reading.check()
        if is_companion(name):
            continue
        if reason := reason_to_skip(name) or _objection(info):
            tally.skip(f"{path.name}!{printable(name)}", reason)
        else:
            yield name, info


def _objection(info: ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.file_size == 0:
        return "empty"
    if packing := unknown_packing(info):
        return f"packed with {packing}, which is not read"
    return "too large" if info.file_size > MEMBER_LIMIT else None


def _bytes(archive: ZipFile, info: ZipInfo, limit: int = MEMBER_LIMIT) -> bytes:
    """One member unpacked; never more than its own entry claims, which has been checked."""
    try:
        return b"".join(pieces(archive, info, limit))
    except FAILURES:
        raise UnreadablePictureError("broken or cut short") from None


def _quietly(archive: ZipFile, info: ZipInfo, limit: int) -> bytes:
    try:
        return _bytes(archive, info, limit)
    except UnreadablePictureError:
        return b""


def _provenance(archive: ZipFile, usable: list[str], files: dict[str, ZipInfo]) -> Provenance:
    """What is told at the top of the zip, or one folder down."""
    names = [name for name in usable if name.count("/") <= 1]
    names.sort(reverse=True)  # the topmost one wins
    return provenance_from(names, lambda name: text_of(_quietly(archive, files[name], 1 << 20))[0])
