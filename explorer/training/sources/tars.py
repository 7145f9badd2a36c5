"""A tar of images, or several that are the shards of one set, as WebDataset packs them.

One that is not packed is read in place. One that is packed as a whole is unpacked once, in passing, and what is wanted
of it lies on the disk meanwhile.
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from explorer.core.json_text import parsed_json
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.file_names import is_companion, is_hidden, printable, reason_to_skip
from explorer.training.sources.labels.label_files import TABLE_LIMIT, LabelFile, label_files
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.paging import with_pages
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally
from explorer.training.sources.spool import Spool
from explorer.training.sources.unpacking import FAILURES, Unpacked

MEMBER_LIMIT = 256 << 20
"""Most bytes of one picture file."""

_TOLD_LIMIT = 1 << 16  # bytes of what a shard tells about one picture
_TELLING = (".cls", ".txt", ".json")
_ENDINGS = (".tar", ".tgz", ".tbz", ".tbz2", ".txz")
_HEADER_LIMIT = 1 << 20  # bytes that describe one file, its name and what else is told of it
_LONGEST_PATH = 4096
_PIECE = 1 << 20
_LOOKED_AFTER = 500  # members
_DAMAGES = (tarfile.TarError, *FAILURES)


class Shard:
    """One tar, and where the bytes of its files are: in itself, or in the spool where it is packed."""

    def __init__(self, path: Path, spool: Spool | None = None) -> None:
        self.path, self.spool = path, spool

    def read(self, offset: int, count: int) -> bytes:
        """So many bytes."""
        if self.spool is not None:
            return self.spool.read(offset, count)
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(count)


class _Member(NamedTuple):
    path: str
    shard: Shard
    offset: int
    size: int


class _Headers:
    """What a tar is read from, which refuses to read more than describes one file.

    Python's module would take whatever room the length of a name claims.
    """

    def __init__(self, file: Any) -> None:
        self._file, self._left, self.last = file, _HEADER_LIMIT, b""
        self.tell, self.seek = file.tell, file.seek

    def begin(self) -> None:
        """The next file's description may be read."""
        self._left = _HEADER_LIMIT

    def read(self, count: int) -> bytes:
        """So many bytes, of which the last are kept."""
        if count > self._left:
            raise ValueError("what describes a file is too long")
        self._left -= count
        self.last = self._file.read(count)
        return self.last


def is_tar(path: Path) -> bool:
    """Whether ``path`` is a tar, packed as a whole or not."""
    try:
        with closing(_opened(path)) as file, tarfile.TarFile(fileobj=_Headers(file), mode="r"):  # type: ignore[arg-type]
            return True
    except _DAMAGES:
        return False


def is_packed_otherwise(path: Path) -> bool:
    """Whether ``path`` is called like a tar that is packed, and packed by Zstandard."""
    with path.open("rb") as file:
        return file.read(4) == b"\x28\xb5\x2f\xfd" and ".tar" in [suffix.lower() for suffix in path.suffixes[-2:]]


def shards_in(folder: Path) -> list[Path]:
    """The tars that lie in a folder."""
    return sorted(path for path in folder.iterdir() if _is_called_tar(path) and path.is_file() and is_tar(path))


def _is_called_tar(path: Path) -> bool:
    endings = [suffix.lower() for suffix in path.suffixes[-2:]]
    return endings[-1:] in [[ending] for ending in _ENDINGS] or (len(endings) > 1 and endings[0] == ".tar")


def _stem(path: Path) -> str:
    return path.stem[: -len(".tar")] if path.stem.lower().endswith(".tar") else path.stem


def _opened(path: Path) -> Any:
    """The tar, unpacked while it is read."""
    try:
        return Unpacked(path)
    except ValueError:
        return path.open("rb")


def tar_material(shards: Sequence[Path], reading: PictureReading) -> ListedSource:
    """The pictures in the tars, in the order of the tars and sorted by their names in each."""
    tally = Tally()
    one = len(shards) == 1
    spool = Spool(reading.scratch)
    try:
        members = _listed(shards, spool, tally, reading)
    except BaseException:
        spool.close()
        raise
    pictures = [member for member in members if _is_picture(member, tally)]
    by_path = {member.path: member for member in members}

    def file(index: int) -> BytesIO:
        return BytesIO(_read(pictures[index], MEMBER_LIMIT))

    def draw(index: int, size: int, channels: int, page: int = 0) -> Drawn:
        if pictures[index].size > MEMBER_LIMIT:
            raise UnreadablePictureError("too large")
        return drawn_from_file(file(index), size, channels, reading, page)

    paths = [member.path for member in pictures]
    tables = label_files(by_path, lambda name: _read(by_path[name], TABLE_LIMIT), tally)
    return with_pages(
        ListedSource(
            title=shards[0].name if one else f"the {len(shards):,} tars in {printable(shards[0].parent.name)}",
            names=[printable(f"{shards[0].name}!{path}" if one else path) for path in paths],
            paths=paths,
            are_shards=not one,
            stamp="\n".join(f"{shard.name}|{shard.stat().st_size}|{shard.stat().st_mtime_ns}" for shard in shards),
            draw=draw,
            tables=tables or _told(members, pictures),
            tally=tally,
            provenance=provenance_in(shards[0].parent),
            close=spool.close,
        ),
        reading,
        file,
        draw,
    )


def _listed(shards: Sequence[Path], spool: Spool, tally: Tally, reading: PictureReading) -> list[_Member]:
    found: list[_Member] = []
    for path in shards:
        under = "" if len(shards) == 1 else _stem(path)
        found += sorted(_members(path, under, spool, tally, reading), key=lambda member: (member.path, member.offset))
    return found


def _members(path: Path, under: str, spool: Spool, tally: Tally, reading: PictureReading) -> Iterator[_Member]:
    """Every file in a tar; what follows a damaged place is lost, and told."""
    try:
        with closing(_opened(path)) as file:
            shard = Shard(path, spool if isinstance(file, Unpacked) else None)
            headers = _Headers(file)
            tar: Any = tarfile.TarFile(fileobj=headers, mode="r")  # type: ignore[arg-type]
            number = 0
            while (info := tar.next()) is not None:
                number += 1
                if number % _LOOKED_AFTER == 0:
                    reading.check()
                if info.isreg() and not info.issparse() and len(info.name) <= _LONGEST_PATH:
                    name = info.name.removeprefix("./")
                    offset = info.offset_data if shard.spool is None else _kept(name, info.size, file, spool, reading)
                    yield _Member(f"{under}/{name}" if under else name, shard, offset, info.size)
                tar.members = []  # it would keep them all
                tar.pax_headers.clear()
                headers.begin()
            if any(headers.last):  # a tar ends with zeros; at anything else the module stops in silence
                raise ValueError("it goes on with what is not a file")
    except _DAMAGES as error:
        tally.note(f"{path.name} is damaged, and what lies behind the damage is left out: {error}.")


def _kept(name: str, size: int, file: Unpacked, spool: Spool, reading: PictureReading) -> int:
    """Where a file of a packed tar lies in the spool, if anything can be wanted of it."""
    begin = spool.size
    is_wanted = is_companion(name) or PurePosixPath(name).suffix.lower() in _TELLING or not reason_to_skip(name)
    while is_wanted and size > 0 and size <= MEMBER_LIMIT and (piece := file.read(min(size, _PIECE))):
        reading.check()
        spool.append(piece)
        size -= len(piece)
    return begin


def _is_picture(member: _Member, tally: Tally) -> bool:
    telling = PurePosixPath(member.path).suffix.lower() in _TELLING
    if is_companion(member.path) or (telling and not is_hidden(member.path)):
        return False
    reason = reason_to_skip(member.path)
    if reason:
        tally.skip(f"{member.shard.path.name}!{printable(member.path)}", reason)
    return reason is None


def _read(member: _Member, limit: int) -> bytes:
    return member.shard.read(member.offset, min(member.size, limit))


def _told(members: Sequence[_Member], pictures: Sequence[_Member]) -> tuple[LabelFile, ...]:
    """What lies beside each picture under its name, as JSON lines: ``1.cls`` is its class, ``1.json`` tells more."""
    beside: dict[tuple[Shard, str], dict[str, object]] = {}
    for member in members:
        stem, suffix = os.path.splitext(member.path)
        if suffix.lower() in _TELLING and member.size <= _TOLD_LIMIT:
            beside.setdefault((member.shard, stem), {}).update(_facts(suffix.lower(), _read(member, _TOLD_LIMIT)))
    rows = [
        json.dumps({"file_name": picture.path, **facts})
        for picture in pictures
        if (facts := beside.get((picture.shard, os.path.splitext(picture.path)[0])))
    ]
    return (("shards.jsonl", "\n".join(rows).encode(), ""),) if rows else ()


def _facts(suffix: str, data: bytes) -> dict[str, object]:
    text = data.decode("utf-8", "replace").strip()
    if suffix != ".json":
        return {"label" if suffix == ".cls" else "caption": text}
    try:
        found = parsed_json(text)
    except ValueError:
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
