"""Zips of images, honest and hostile."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources import PictureSet, archive, open_pictures, spool


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, "PNG")
    return buffer.getvalue()


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def opened(path: Path) -> PictureSet:
    return open_pictures(path, size=8, cache=path.parent / "cache")


def test_a_zip_follows_the_rules_of_folders(tmp_path: Path) -> None:
    members = {
        "set/dog/2.png": png("blue"),
        "set/cat/1.png": png("red"),
        "__MACOSX/set/cat/._1.png": b"x",
        "set/cat/broken.png": png()[:50],
        "set/notes.txt": b"x",
        "set/LICENSE": b"CC0 1.0",
    }
    found = opened(packed(tmp_path / "pets.zip", members))
    assert found.names == ("pets.zip!set/cat/1.png", "pets.zip!set/dog/2.png")
    assert found.pictures[:, 0, 0].tolist() == [[255, 0, 0], [0, 0, 255]]
    assert found.classes == ("cat", "dog")
    assert found.licence == "CC0 1.0"
    assert found.report.skipped == {"hidden": 1, "of another kind": 1, "broken or cut short": 1}


def test_a_label_file_in_the_zip_is_used(tmp_path: Path) -> None:
    members = {"a/1.png": png(), "a/2.png": png(), "a/labels.csv": b"file,label\n1.png,cat\n2.png,dog\n"}
    found = opened(packed(tmp_path / "pets.zip", members))
    assert found.labels is not None
    assert [found.classes[i] for i in found.labels] == ["cat", "dog"]


def test_names_that_climb_are_only_names(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    found = opened(packed(inside / "climb.zip", {"../../evil.png": png(), "/root.png": png()}))
    assert len(found) == 2
    assert sorted(path.name for path in tmp_path.rglob("*.png")) == []


def test_encrypted_and_oversized_members_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "odd.zip", {"a.png": png(), "b.png": png(), "c.png": bytes(5000), "d.png": b""})
    data = bytearray(path.read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags_at] |= 1  # the first member is a.png
    path.write_bytes(data)
    monkeypatch.setattr(archive, "MEMBER_LIMIT", 4000)
    found = opened(path)
    assert found.names == ("odd.zip!b.png",)
    assert found.report.skipped == {"encrypted": 1, "too large": 1, "empty": 1}


def test_a_member_that_fails_its_checksum_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "rotten.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.png", png("red"))
        file.writestr("b.png", png("blue"))
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 6] ^= 0xFF
    path.write_bytes(data)
    assert opened(path).report.skipped == {"broken or cut short": 1}


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "TOTAL_LIMIT", 1 << 20)
    path = packed(tmp_path / "bomb.zip", {"a.png": png(), "b.png": bytes(4 << 20)})
    with pytest.raises(Problem, match="no zip of pictures does"):
        opened(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and then nothing", b"no zip at all"])
def test_a_broken_zip_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.zip").write_bytes(content)
    with pytest.raises(Problem, match="broken zip"):
        opened(tmp_path / "broken.zip")


def test_a_zip_without_pictures_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"no pictures in text\.zip\. Left out: 1 of another kind"):
        opened(packed(tmp_path / "text.zip", {"a.txt": b"x"}))


def test_a_zip_under_another_name_is_recognised(tmp_path: Path) -> None:
    assert opened(packed(tmp_path / "faces.dat", {"a.png": png()})).names == ("faces.dat!a.png",)
