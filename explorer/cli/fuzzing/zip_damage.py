"""Damage to zips by what they say: sizes, counts, checksums, methods, flags, names and members."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO

from explorer.cli.fuzzing.mutants import BYTES, Damage, Draw, one_of

_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_SIZES = (0, 1, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
_METHODS = (0, 1, 8, 9, 12, 14, 93, 95, 99)
_NAMES = (b"", b"z.npy", b"Z.npy", b"../../x.npy", b"/etc/passwd", b"a/" * 500, b"\xff\xfe", b"x" * 60_000, b"z\0.npy")


@dataclass(frozen=True)
class Member:
    """What lies in a zip under one name, as it is packed; what it says of itself need not be true."""

    name: bytes
    packed: bytes
    size: int
    crc: int
    method: int
    flags: int = 0
    extra: bytes = b""
    lies: Mapping[str, int] = field(default_factory=dict)
    """What the directory says instead: ``size``, ``packed``, ``crc``, ``method``, ``flags`` or ``offset``."""

    @property
    def content(self) -> bytes:
        """What it holds, unpacked."""
        return zlib.decompress(self.packed, -15) if self.method == zipfile.ZIP_DEFLATED else self.packed

    def holding(self, content: bytes) -> Member:
        """The same with another content, and true of it."""
        packed = content
        if self.method == zipfile.ZIP_DEFLATED:
            packer = zlib.compressobj(wbits=-15)
            packed = packer.compress(content) + packer.flush()
        return replace(self, packed=packed, size=len(content), crc=zlib.crc32(content), lies={})


def members_of(data: bytes) -> list[Member]:
    """The members of a whole zip."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [_member(data, info) for info in archive.infolist()]


def _member(data: bytes, info: zipfile.ZipInfo) -> Member:
    name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name
    packed = data[start + extra : start + extra + info.compress_size]
    flags = info.flag_bits & ~8  # sizes are in front
    own = info.orig_filename.encode("utf-8", "replace")
    return Member(own, packed, info.file_size, info.CRC, info.compress_type, flags, data[start : start + extra])


def zip_of(members: list[Member], **ends: int) -> bytes:
    """The bytes of a zip; ``ends`` is what its end says that is not so: ``count``, ``size`` or ``start``."""
    body, directory = b"", b""
    for member in members:
        told = {"size": member.size, "packed": len(member.packed), "crc": member.crc, "method": member.method}
        told |= {"flags": member.flags, "offset": len(body)} | dict(member.lies)
        sizes = struct.pack("<III", told["crc"], told["packed"], told["size"])
        head = struct.pack("<HHHHH", 20, told["flags"], told["method"], 0, 33) + sizes
        name = member.name[:65_535]
        body += _LOCAL + head + struct.pack("<HH", len(name), len(member.extra)) + name + member.extra + member.packed
        directory += _CENTRAL + struct.pack("<H", 20) + head
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, told["offset"]) + name
    said = {"count": len(members), "size": len(directory), "start": len(body)} | ends
    end = _END + struct.pack("<HHHHIIH", 0, 0, said["count"], said["count"], said["size"], said["start"], 0)
    return body + directory + end


def in_members(damage: Damage, ending: str = "") -> Damage:
    """The damage done to what one member holds whose name ends so, with the sizes and the checksum that then belong."""

    def damaged(data: bytes, draw: Draw) -> bytes:
        members = members_of(data)
        index = one_of([i for i, member in enumerate(members) if member.name.endswith(ending.encode())], draw)
        members[index] = members[index].holding(damage(members[index].content, draw))
        return zip_of(members)

    return damaged


def _lie(what: str, values: tuple[int, ...]) -> Damage:
    def damaged(data: bytes, draw: Draw) -> bytes:
        members = members_of(data)
        index, value = draw.randint(len(members)), one_of(values, draw)
        members[index] = replace(members[index], lies={**members[index].lies, what: value})
        return zip_of(members)

    return damaged


def _end(data: bytes, draw: Draw) -> bytes:
    value = one_of((0, 1, 2, 3, 255, 65_535), draw)
    return zip_of(members_of(data), **{one_of(("count", "size", "start"), draw): value})


def _rename(data: bytes, draw: Draw) -> bytes:
    members = members_of(data)
    index = draw.randint(len(members))
    taken = [member.name for member in members]
    members[index] = replace(members[index], name=one_of([*_NAMES, *taken], draw))
    return zip_of(members)


def _twice(data: bytes, draw: Draw) -> bytes:
    """A member is there twice, the second time with another content."""
    members = members_of(data)
    member = one_of(members, draw)
    again = member.holding(BYTES["bits flipped"](member.content, draw)) if draw.randint(2) else member
    members.insert(draw.randint(len(members) + 1), again)
    return zip_of(members)


def _drop(data: bytes, draw: Draw) -> bytes:
    members = members_of(data)
    del members[draw.randint(len(members))]
    return zip_of(members)


def _exchange(data: bytes, draw: Draw) -> bytes:
    """Two members exchange their names."""
    members = members_of(data)
    a, b = draw.randint(len(members), size=2)
    members[a], members[b] = replace(members[a], name=members[b].name), replace(members[b], name=members[a].name)
    return zip_of(members)


def _nest(data: bytes, draw: Draw) -> bytes:
    members = members_of(data)
    index = draw.randint(len(members))
    members[index] = members[index].holding(data)
    return zip_of(members)


def _repack(data: bytes, draw: Draw) -> bytes:
    """The same, packed or not: harmless."""
    method = one_of((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), draw)
    return zip_of([replace(member, method=method).holding(member.content) for member in members_of(data)])


ZIP: Mapping[str, Damage] = {
    "zip: size claimed": _lie("size", _SIZES),
    "zip: packed size claimed": _lie("packed", _SIZES),
    "zip: checksum": _lie("crc", (0, 1, 2**32 - 1)),
    "zip: method": _lie("method", _METHODS),
    "zip: flags": _lie("flags", (1, 8, 64, 2048, 65_535)),
    "zip: place of a member": _lie("offset", (*_SIZES, 64)),
    "zip: end of the directory": _end,
    "zip: a name": _rename,
    "zip: a member twice": _twice,
    "zip: a member dropped": _drop,
    "zip: names exchanged": _exchange,
    "zip: nested": _nest,
    "zip: packed otherwise": _repack,
    "zip: bytes in a member": in_members(BYTES["bits flipped"]),
    "zip: a member cut off": in_members(BYTES["cut off"]),
}
"""Damage to a zip."""
