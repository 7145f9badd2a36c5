"""A tar of images, or several that are the shards of one set, as WebDataset packs them; read in place."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from explorer.core.json_text import parsed_json
from explorer.training.sources.decoding import drawn_from_file
from explorer.training.sources.file_names import is_companion, is_hidden, printable, reason_to_skip
from explorer.training.sources.labels.label_files import TABLE_LIMIT, LabelFile, label_files
from explorer.training.sources.material import Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.paging import with_pages
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally

MEMBER_LIMIT = 256 << 20
"""Most bytes of one picture file."""

_TOLD_LIMIT = 1 << 16  # bytes of what a shard tells about one picture
_TELLING = (".cls", ".txt", ".json")
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_LOOKED_AFTER = 500  # members


class _Member(NamedTuple):
    path: str
    shard: Path
    offset: int
    size: int


def is_tar(path: Path) -> bool:
    """Whether ``path`` is a tar that is not packed as a whole."""
    try:
        with tarfile.open(path, "r:"):
            return True
    except (tarfile.TarError, OSError, ValueError):
        return False


def is_packed_tar(path: Path) -> bool:
    """Whether ``path`` is called like a tar and packed as a whole."""
    with path.open("rb") as file:
        head = file.read(6)
    names = [suffix.lower() for suffix in path.suffixes[-2:]]
    return head.startswith(_PACKED) and (".tar" in names or names[-1:] in ([".tgz"], [".tbz"], [".txz"], [".tbz2"]))


def shards_in(folder: Path) -> list[Path]:
    """The tars that lie in a folder."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".tar" and is_tar(path))


def tar_material(shards: Sequence[Path], reading: PictureReading) -> ListedSource:
    """The pictures in the tars, in the order of the tars and sorted by their names in each."""
    tally = Tally()
    one = len(shards) == 1
    members = [
        member for shard in shards for member in sorted(_members(shard, "" if one else shard.stem, tally, reading))
    ]
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
            tables=tables or _told(members, pictures, tally),
            tally=tally,
            provenance=provenance_in(shards[0].parent),
        ),
        reading,
        file,
        draw,
    )


def _members(shard: Path, under: str, tally: Tally, reading: PictureReading) -> Iterator[_Member]:
    """Every file in a tar; what follows a damaged place is lost, and told."""
    try:
        with tarfile.open(shard, "r:") as tar:
            number = 0
            while (info := tar.next()) is not None:
                number += 1
                if number % _LOOKED_AFTER == 0:
                    reading.check()
                    tar.members = []  # type: ignore[attr-defined]  # it would keep them all
                if info.isreg() and not info.issparse():
                    name = info.name.removeprefix("./")
                    yield _Member(f"{under}/{name}" if under else name, shard, info.offset_data, info.size)
            if any(_block(shard, tar.offset)):  # a tar ends with zeros; at anything else the module stops in silence
                raise ValueError("it goes on with what is not a file")
    except (tarfile.TarError, OSError, ValueError) as error:
        tally.note(f"{shard.name} is damaged, and what lies behind the damage is left out: {error}.")


def _block(shard: Path, offset: int) -> bytes:
    with shard.open("rb") as file:
        file.seek(offset)
        return file.read(tarfile.BLOCKSIZE)


def _is_picture(member: _Member, tally: Tally) -> bool:
    telling = PurePosixPath(member.path).suffix.lower() in _TELLING
    if is_companion(member.path) or (telling and not is_hidden(member.path)):
        return False
    reason = reason_to_skip(member.path)
    if reason:
        tally.skip(f"{member.shard.name}!{printable(member.path)}", reason)
    return reason is None


def _read(member: _Member, limit: int) -> bytes:
    with member.shard.open("rb") as file:
        file.seek(member.offset)
        return file.read(min(member.size, limit))


def _told(members: Sequence[_Member], pictures: Sequence[_Member], tally: Tally) -> tuple[LabelFile, ...]:
    """What lies beside each picture under its name, as JSON lines: ``1.cls`` is its class, ``1.json`` tells more."""
    beside: dict[tuple[Path, str], dict[str, object]] = {}
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
