"""Decoding once: the cache, memory-mapping, progress, cancelling, and disks that are full."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources import Cancelled, PictureSet, building, cache, decoded_rows, open_pictures

COUNT = 70


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    for number in range(COUNT):
        Image.new("RGB", (8, 8), (number, 2 * number, 0)).save(path / f"{number:03d}.png")
    (path / "100.png").write_text("no picture")
    return path


def opened(folder: Path, **more: object) -> PictureSet:
    return open_pictures(folder, **{"size": 8, "cache": folder.parent / "cache", **more})


def spoil(folder: Path) -> None:
    """Break every picture without its size or time showing it."""
    for path in folder.iterdir():
        stat = path.stat()
        path.write_bytes(bytes(stat.st_size))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def kept(folder: Path) -> list[str]:
    return sorted(path.suffix for path in (folder.parent / "cache").iterdir())


def test_the_second_opening_decodes_nothing_and_says_the_same(folder: Path) -> None:
    first = opened(folder)
    spoil(folder)
    calls: list[tuple[int, int]] = []
    second = opened(folder, progress=lambda done, total: calls.append((done, total)))
    assert (second.pictures == first.pictures).all()
    assert second.names == first.names
    assert second.report == first.report
    assert calls == [(COUNT + 1, COUNT + 1)]
    assert not second.pictures.flags.writeable
    assert kept(folder) == [".json", ".npy"]


def test_a_changed_file_is_decoded_and_its_old_pictures_are_dropped(folder: Path) -> None:
    opened(folder)
    Image.new("RGB", (9, 9), "white").save(folder / "000.png")
    assert (opened(folder).pictures[0] == 255).all()
    assert kept(folder) == [".json", ".npy"]


def test_each_size_and_number_of_channels_has_its_own_place(folder: Path) -> None:
    opened(folder)
    assert opened(folder, size=4).pictures.shape == (COUNT, 4, 4, 3)
    assert opened(folder, channels=1).pictures.shape == (COUNT, 8, 8, 1)
    assert kept(folder).count(".npy") == 3


@pytest.mark.parametrize("ending", [".npy", ".json"])
@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "gone"])
@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_a_damaged_cache_is_made_again(folder: Path, ending: str, damage: str, limit: int) -> None:
    first = np.array(opened(folder).pictures)
    path = next(path for path in (folder.parent / "cache").iterdir() if path.suffix == ending)
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-9], "noise": b"\x93NUMPY" + content[9:]}.get(damage, b""))
    if damage == "gone":
        path.unlink()
    assert (opened(folder, memory_limit=limit).pictures == first).all()


@pytest.mark.parametrize("note", [[], {"pictures": 3}, {"kept": None}, {"tally": []}, {"kept": [0]}])
def test_a_note_that_makes_no_sense_is_ignored(folder: Path, note: object) -> None:
    opened(folder)
    path = next((folder.parent / "cache").glob("*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | note if isinstance(note, dict) else note))
    assert len(opened(folder)) == COUNT


def test_too_many_for_the_memory_are_mapped_and_read_only(folder: Path) -> None:
    plain = opened(folder, cache=folder.parent / "other")
    mapped = opened(folder, memory_limit=1000)
    again = opened(folder, memory_limit=1000)
    for found in (mapped, again):
        assert isinstance(found.pictures, np.memmap)
        assert (found.pictures == plain.pictures).all()
        assert found.report == plain.report
        with pytest.raises(ValueError, match="read-only"):
            found.pictures[0] = 0
    assert kept(folder) == [".json", ".npy"]
    assert not isinstance(opened(folder).pictures, np.memmap)


def test_grey_pictures_are_squeezed_in_the_file_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded_rows, "_PIECE", 7)
    for number in range(COUNT):
        Image.new("RGB", (8, 8), (number, number, number)).save(folder / f"{number:03d}.png")
    found = opened(folder, memory_limit=1000)
    assert found.pictures.shape == (COUNT, 8, 8, 1)
    assert found.pictures[:, 3, 3, 0].tolist() == list(range(COUNT))
    path = next((folder.parent / "cache").glob("*.npy"))
    assert path.stat().st_size == 128 + COUNT * 64


def test_progress_starts_at_nothing_ends_with_all_and_never_goes_back(folder: Path) -> None:
    calls: list[tuple[int, int]] = []
    opened(folder, progress=lambda done, total: calls.append((done, total)))
    done = [call[0] for call in calls]
    assert done == sorted(set(done))
    assert (done[0], done[-1]) == (0, COUNT + 1)
    assert {call[1] for call in calls} == {COUNT + 1}


@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_cancelling_leaves_nothing_behind(folder: Path, limit: int) -> None:
    done = 0

    def advance(now: int, total: int) -> None:
        nonlocal done
        done = now

    with pytest.raises(Cancelled):
        opened(folder, memory_limit=limit, progress=advance, cancelled=lambda: done > 10)
    assert 10 < done <= COUNT
    assert not list((folder.parent).glob("cache/*"))


def test_an_error_in_progress_leaves_nothing_behind(folder: Path) -> None:
    def advance(now: int, total: int) -> None:
        if now:
            raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError):
        opened(folder, memory_limit=0, progress=advance)
    assert not list((folder.parent).glob("cache/*"))


@pytest.mark.parametrize("limit", [10_000, 1 << 30])
def test_a_cache_that_cannot_be_written_costs_only_a_note(folder: Path, limit: int) -> None:
    (folder.parent / "cache").write_text("a file where the folder should be")
    found = opened(folder, memory_limit=limit)
    assert len(found) == COUNT
    assert "The pictures could not be kept" in found.report.sentence()


def test_a_disk_that_fills_up_on_the_way_falls_back_to_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(decoded_rows.FileRows):
        def append(self, pixels: np.ndarray) -> None:
            if self._used == 40:
                raise decoded_rows.NoRoomError("no space left on device")
            super().append(pixels)

    monkeypatch.setattr(building, "FileRows", FullDisk)
    calls: list[int] = []
    found = opened(folder, memory_limit=10_000, progress=lambda done, _: calls.append(done))
    assert found.pictures[:, 0, 0, 0].tolist() == list(range(COUNT))
    assert found.report.used == COUNT
    assert "could not be kept on disk" in found.report.sentence()
    assert calls == sorted(set(calls))
    assert not list((folder.parent).glob("cache/*"))


def test_room_neither_on_disk_nor_in_memory_is_a_problem(folder: Path) -> None:
    (folder.parent / "cache").write_text("a file where the folder should be")
    with pytest.raises(Problem, match="there is no room for that"):
        opened(folder, memory_limit=100)


def test_what_a_crash_left_is_swept_away_the_next_day(folder: Path) -> None:
    place = folder.parent / "cache"
    place.mkdir()
    for name, age_s in (("old.part", 2 * 24 * 3600), ("new.part", 60)):
        (place / name).write_bytes(b"x")
        then = (place / name).stat().st_mtime - age_s
        os.utime(place / name, (then, then))
    opened(folder)
    assert [path.name for path in place.glob("*.part")] == ["new.part"]


def test_the_users_cache_folder_is_used_unless_another_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder.parent / "home"
    monkeypatch.setattr(cache, "user_folder", lambda _kind: place)
    opened(folder, cache=None)
    assert list((place / "pictures").glob("*.npy"))
