"""Forms that others pack pictures in, names that others give them, and files that were made to do harm."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import io
import json
import lzma
import os
import struct
import sys
import tarfile
import tracemalloc
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.core.photos import photo_files
from explorer.core.problem import Problem
from explorer.training.sources import Cancelled, PictureSet, open_pictures, spool

STACK = np.random.RandomState(0).randint(0, 256, (6, 8, 8)).astype(np.uint8)


def png(red: int = 255) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (red, 0, 99)).save(buffer, "PNG")
    return buffer.getvalue()


def opened(source: Path, **more: Any) -> PictureSet:
    return open_pictures(source, size=8, cache=source.parent / "cache", **more)


def labels(found: PictureSet) -> list[str]:
    assert found.labels is not None
    return [found.classes[label] if label >= 0 else "?" for label in found.labels]


def packed(path: Path, members: dict[str, bytes], mode: Any = "w") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_a_tar_follows_the_rules_of_folders(tmp_path: Path) -> None:
    members = {"./dog/2.png": png(1), "cat/1.png": png(2), "cat/notes.doc": b"x", "README": b"x", "cat/bad.png": b"x"}
    found = opened(packed(tmp_path / "pets.tar", members))
    assert found.names == ("pets.tar!cat/1.png", "pets.tar!dog/2.png")
    assert found.pictures[:, 0, 0, 0].tolist() == [2, 1]
    assert found.classes == ("cat", "dog")
    assert found.report.skipped == {"of another kind": 1, "not a picture": 1}


def test_shards_of_webdataset_are_one_set_with_its_labels(tmp_path: Path) -> None:
    for shard in range(2):
        members = {}
        for n in range(2):
            members[f"{n:04}.png"] = png(shard * 100 + n)
            members[f"{n:04}.cls"] = str(10 - shard * 8 + n).encode()
            members[f"{n:04}.json"] = json.dumps({"width": n}).encode()
        packed(tmp_path / "shards" / f"set-{shard:05}.tar", members)
    found = opened(tmp_path / "shards")
    assert found.names[2] == "set-00001/0000.png"
    assert found.pictures[:, 0, 0, 0].tolist() == [0, 1, 100, 101]
    assert labels(found) == ["10", "11", "2", "3"]
    assert found.attributes is not None
    assert found.attributes.column("width").tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(("ending", "how"), [("tar.gz", "gz"), ("tgz", "gz"), ("tar.bz2", "bz2"), ("tar.xz", "xz")])
def test_tars_that_are_packed_are_read_like_others(tmp_path: Path, ending: str, how: str) -> None:
    """In any order of their files, with what tells of each picture beside it, and several as the shards of one set."""
    members = {"2.png": png(2), "notes.doc": b"x", "2.cls": b"dog", "1.png": png(1), "1.cls": b"cat"}
    for shard in range(2):
        packed(tmp_path / "shards" / f"set-{shard}.{ending}", members, f"w:{how}")
    found = opened(tmp_path / "shards" / f"set-1.{ending}")
    assert found.pictures[:, 0, 0, 0].tolist() == [1, 2]
    assert labels(found) == ["cat", "dog"]
    assert found.report.skipped == {"of another kind": 1}
    both = opened(tmp_path / "shards")
    assert both.names == ("set-0/1.png", "set-0/2.png", "set-1/1.png", "set-1/2.png")
    assert labels(both) == ["cat", "dog"] * 2


def test_a_tar_that_was_packed_in_parts_is_read_whole(tmp_path: Path) -> None:
    data = packed(tmp_path / "a.tar", {"1.png": png(1), "2.png": png(2)}).read_bytes()
    for name, pack in (("a.tar.gz", gzip.compress), ("a.tar.bz2", bz2.compress), ("a.tar.xz", lzma.compress)):
        (tmp_path / name).write_bytes(pack(data[:700]) + bytes(8) + pack(data[700:]) + bytes(512))
        assert len(opened(tmp_path / name)) == 2
    (tmp_path / "cut.tar.gz").write_bytes(gzip.compress(data[:1200])[:-12])
    found = opened(tmp_path / "cut.tar.gz")
    assert len(found) == 1
    assert "cut.tar.gz is damaged" in found.report.sentence()


@pytest.mark.parametrize("kind", ["one huge file", "names without end", "nothing at all"])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_tar_that_unpacks_without_end_is_refused_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, pack: Any
) -> None:
    info = tarfile.TarInfo("a.png")
    info.size = 24 << 20
    if kind == "names without end":
        info.type = tarfile.GNUTYPE_LONGNAME
    head = info.tobuf(tarfile.GNU_FORMAT) if kind != "nothing at all" else b""
    (tmp_path / "bomb.tar.gz").write_bytes(pack(head + bytes(24 << 20)))
    monkeypatch.setattr(spool, "TOTAL_LIMIT", 4 << 20)
    monkeypatch.setattr(spool, "RATIO_LIMIT", 1)
    opened(packed(tmp_path / "warm.tar.gz", {"1.png": png(1)}))  # what is imported at first does not count
    tracemalloc.start()
    with pytest.raises(Problem, match=r"unpacks to more than|no pictures|not a kind of file"):
        opened(tmp_path / "bomb.tar.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20  # of 24 MB


def test_a_tar_that_is_damaged_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "cut.tar", {"a.png": png(), "b.png": png()})
    data = bytearray(path.read_bytes())
    data[1024 + 100 : 1024 + 110] = b"not a head"
    path.write_bytes(data)
    assert "cut.tar is damaged" in opened(path).report.sentence()


@pytest.mark.parametrize("place", ["last", "middle"])
def test_a_tar_that_goes_on_with_something_else_says_that_it_does(tmp_path: Path, place: str) -> None:
    path = packed(tmp_path / "set.tar", {"a.png": png(), "b.png": png()})
    data = bytearray(path.read_bytes())
    at = 1024 if place == "middle" else 2048
    data[at : at + 512] = b"x" * 512
    path.write_bytes(data)
    found = opened(path)
    assert len(found) == at // 1024
    assert "set.tar is damaged" in found.report.sentence()


def test_without_pyarrow_a_parquet_file_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "x.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    with pytest.raises(Problem, match="needs the package pyarrow"):
        opened(tmp_path / "x.parquet")


def test_pictures_in_parquet_come_with_their_class_names(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    features = {"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
    table = pyarrow.table(
        {
            "image": [{"bytes": png(n), "path": None} for n in range(5)],
            "label": [0, 1, 1, 0, None],
            "width": [1, 2, 3, 4, 5],
        }
    )
    table = table.replace_schema_metadata({"huggingface": json.dumps(features)})
    parquet.write_table(table, tmp_path / "x.parquet", row_group_size=2)
    found = opened(tmp_path / "x.parquet")
    assert found.pictures[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4]
    assert labels(found) == ["cat", "dog", "dog", "cat", "?"]
    parquet.write_table(pyarrow.table({"a": [1, 2]}), tmp_path / "none.parquet")
    with pytest.raises(Problem, match=r"No column of none\.parquet holds pictures"):
        opened(tmp_path / "none.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    with pytest.raises(Problem, match="is damaged"):
        opened(tmp_path / "bad.parquet")


def test_kinds_that_cannot_be_read_say_what_would_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_files, "FORMATS", ("PNG",))
    for name in ("a.heic", "b.avif", "c.CR2", "d.mp4"):
        (tmp_path / "photos").mkdir(exist_ok=True)
        (tmp_path / "photos" / name).write_bytes(b"x")
    (tmp_path / "photos" / "e.png").write_bytes(png())
    skipped = opened(tmp_path / "photos").report.skipped
    assert "HEIC, which needs the package pillow-heif" in skipped
    assert "AVIF, which needs Pillow 11.3 or newer" in skipped
    assert "raw from a camera: save it as TIFF or JPEG first" in skipped
    with pytest.raises(Problem, match="pillow-heif"):
        photo_files.read_photo(tmp_path / "photos" / "a.heic")


def test_avif_is_read_where_pillow_can(tmp_path: Path) -> None:
    if "AVIF" not in photo_files.FORMATS:
        pytest.skip("this Pillow has no AVIF")
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (16, 16), (200, 0, 0)).save(tmp_path / "photos" / "a.avif")
    assert abs(int(opened(tmp_path / "photos").pictures[0, 4, 4, 0]) - 200) < 4


def test_a_picture_that_is_called_like_a_licence_is_a_picture(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = ("LICENCE.jpg.png", "license_plate_0", "license_plate_0.png", "readme.png")
    for name in names:
        (folder / name).write_bytes(png())
    for name in ("LICENSE", "LICENSE-MIT", "LICENSE-CC-BY-4.0.md", "README.txt"):
        (folder / name).write_text("CC0 1.0")
    found = opened(folder)
    assert found.names == names
    assert found.licence == "CC0 1.0"
    assert found.report.skipped == {}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_a_name_that_is_no_utf_8_is_read_shown_and_labelled(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/ol\xe9.png")).write_bytes(png(1))
    (folder / "b.png").write_bytes(png(2))
    (folder / "labels.csv").write_bytes(b"file,label\nol\xe9.png,x\nb.png,y\n")
    found = opened(folder)
    assert found.names == ("b.png", "ol\\xe9.png")
    assert labels(found) == ["y", "x"]
    assert len(found.held_out(0.5)) == 2
    assert len("".join(found.names).encode()) == 15


def test_a_name_in_a_zip_that_claims_to_be_utf_8_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("olé.png", png(1))
        archive.writestr("été.png", png(2))
        archive.writestr("b.png", png(3))
    path.write_bytes(path.read_bytes().replace("olé".encode(), b"ol\xe9\xe8"))
    found = opened(path)
    assert len(found) == 3
    assert "set.zip!été.png" in found.names
    assert sorted(found.pictures[:, 0, 0, 0]) == [1, 2, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_links_to_themselves_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "real").mkdir(parents=True)
    (folder / "real" / "a.png").write_bytes(png())
    (folder / "self.png").symlink_to("self.png")
    (folder / "loop").symlink_to("loop")
    (folder / "alias").symlink_to("real")
    found = opened(folder)
    assert found.names == ("real/a.png",)
    assert found.report.skipped == {"not readable": 2}


@pytest.mark.skipif(sys.platform == "win32", reason="paths are short there")
def test_folders_deeper_than_the_stack_are_read(tmp_path: Path) -> None:
    folder, here, depth = tmp_path / "photos", os.getcwd(), 1200
    folder.mkdir()
    (folder / "b.png").write_bytes(png())
    os.chdir(folder)
    try:
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        Path("a.png").write_bytes(png())
        assert len(opened(folder)) == 2
    finally:
        Path("a.png").unlink(missing_ok=True)
        while Path.cwd() != folder:  # what pytest would clear away later could not be cleared by recursion
            os.chdir("..")
            os.rmdir("d")
        os.chdir(here)


def test_nested_json_beside_pictures_is_no_end(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(png())
    (tmp_path / "photos" / "data.json").write_text("[" * 200_000)
    assert len(opened(tmp_path / "photos")) == 1


def test_arrays_beside_pictures_in_a_zip_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("1.png", png())
        archive.writestr("features.npy", b"\x93NUMPY")
    found = opened(tmp_path / "set.zip")
    assert found.names == ("set.zip!1.png",)
    assert found.report.skipped == {"of another kind": 1}


@pytest.mark.parametrize(("method", "word"), [(9, "Deflate64"), (93, "Zstandard"), (77, "method 77")])
def test_a_way_of_packing_that_is_not_read_is_named(tmp_path: Path, method: int, word: str) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.png", png())
        archive.writestr("2.png", png())
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = data.index(signature)
        data[place + at : place + at + 2] = struct.pack("<H", method)
    path.write_bytes(data)
    assert opened(path).report.skipped == {f"packed with {word}, which is not read": 1}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_zips_and_arrays_packed_in_any_way_are_read(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w", method) as archive:
        archive.writestr("1.png", png(7))
    assert opened(tmp_path / "set.zip").pictures[0, 0, 0, 0] == 7
    buffer = io.BytesIO()
    np.save(buffer, STACK)
    with zipfile.ZipFile(tmp_path / "x.npz", "w", method) as archive:
        archive.writestr("images.npy", buffer.getvalue())
    assert (opened(tmp_path / "x.npz").pictures[..., 0] == STACK).all()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_with_a_wrong_checksum_is_broken(tmp_path: Path, method: int) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("1.png", png(7))
        archive.writestr("2.png", png(8))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    path.write_bytes(data)
    assert opened(path).report.skipped == {"broken or cut short": 1}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_array_that_unpacks_to_too_much_is_refused_and_never_unpacked_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: int
) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((5000, 64, 64), np.uint8))
    with zipfile.ZipFile(tmp_path / "x.npz", "w", method) as archive:
        archive.writestr("images.npy", buffer.getvalue())
    del buffer
    monkeypatch.setattr(spool, "TOTAL_LIMIT", 1 << 20)
    monkeypatch.setattr(spool, "RATIO_LIMIT", 1)
    tracemalloc.start()
    with pytest.raises(Problem, match="more than is read from a packed file"):
        opened(tmp_path / "x.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20  # of 20 MB


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packed_array_takes_little_memory_while_it_is_read(tmp_path: Path, method: int) -> None:
    """Whatever it unpacks to: here 18 MB of floats, of which 18 kB of pictures are made."""
    stack = np.repeat(STACK / np.float32(255), 16, 1).repeat(16, 2)[np.arange(288) % 6]
    with zipfile.ZipFile(tmp_path / "x.npz", "w", method) as archive, archive.open("images.npy", "w") as file:
        np.lib.format.write_array(file, stack.astype(np.float32))
    del stack
    tracemalloc.start()
    found = opened(tmp_path / "x.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.abs(found.pictures[287, ..., 0].astype(int) - STACK[287 % 6]).mean() < 30  # of another: 85
    assert peak < 16 << 20


def header(text: str | bytes, version: int = 1) -> bytes:
    told = (text if isinstance(text, bytes) else text.encode()) + b"\n"
    return (
        b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(told)) + told + bytes(64)
    )


@pytest.mark.parametrize(
    "data",
    [
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 8, 8"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (" + "1, " * 71 + "), }"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (True, 8, 8), }"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, -8, 8), }"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': ('a', 8, 8), }"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': 64, }"),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 8, 8), }", 9),
        header("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 8, 8), }").replace(b"Y\1\0", b"Y\1\1", 1),
        header("{'descr': '|u1,,(((', 'fortran_order': False, 'shape': (1, 8, 8), }"),
        header("[]"),
        header("(" * 3000),
        header(b"\0\0\xff\xfe", 3),
        header("x" * 60_000),
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00",
    ],
)
def test_arrays_whose_header_makes_no_sense_are_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.npy").write_bytes(data)
    with pytest.raises(Problem, match=r"x\.npy is broken"):
        opened(tmp_path / "x.npy")
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("images.npy", data)
    with pytest.raises(Problem, match=r"x\.npz is broken"):
        opened(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("values", "expected", "classes"),
    [
        (np.array([20_210_101, 1, 0, 1, 0, 1]), ["20210101", "1", "0", "1", "0", "1"], 3),
        (np.array([0, 10**8, 0, 5, 5, 5]), ["0", "100000000", "0", "5", "5", "5"], 3),
        (np.array([2**64 - 1, 0, 1, 2, 0, 0], np.uint64), ["18446744073709551615", "0", "1", "2", "0", "0"], 4),
        (np.array([0.0, 1, 2, np.nan, 0, 1]), ["0", "1", "2", "?", "0", "1"], 3),
        (np.array([-1, 1, 0, 1, 0, 1], np.int8), ["?", "1", "0", "1", "0", "1"], 2),
        (np.array(["cat", "dog", "", "cat", "dog", "ant"]), ["cat", "dog", "?", "cat", "dog", "ant"], 3),
        (np.array([b"cat", b"dog"] * 3), ["cat", "dog"] * 3, 2),
        (np.array([True, False] * 3), ["1", "0"] * 3, 2),
        (np.eye(6)[:, ::-1], ["5", "4", "3", "2", "1", "0"], 6),
        (np.array([3, 3, 3, 0, 0, 0]), ["3", "3", "3", "0", "0", "0"], 4),
    ],
)
def test_labels_of_any_kind_are_as_many_classes_as_there_are(
    tmp_path: Path, values: np.ndarray, expected: list[str], classes: int
) -> None:
    np.savez(tmp_path / "x.npz", images=STACK, labels=values)
    found = opened(tmp_path / "x.npz")
    assert labels(found) == expected
    assert len(found.classes) == classes


def test_labels_that_are_no_classes_are_attributes_or_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", images=STACK, labels=np.linspace(0, 1, 6))
    found = opened(tmp_path / "x.npz")
    assert found.labels is None
    assert found.attributes is not None
    assert found.attributes.names == ("labels",)
    assert "not classes" in found.report.sentence()
    np.savez(tmp_path / "x.npz", images=STACK, labels=np.array([{}] * 6, dtype=object))
    assert "cannot be labels of 6 pictures" in opened(tmp_path / "x.npz").report.sentence()


def test_listing_can_be_cancelled_before_anything_is_decoded(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", images=STACK)
    with pytest.raises(Cancelled):
        opened(tmp_path / "x.npz", cancelled=lambda: True)


def test_a_single_picture_is_told_from_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    with pytest.raises(Problem, match="one picture, and a model needs many"):
        opened(tmp_path / "a.png")


def test_pillow_heif_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:

    module, calls = types.ModuleType("pillow_heif"), []
    module.register_heif_opener = lambda: calls.append(1)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pillow_heif", module)
    spec = importlib.util.find_spec("explorer.core.photos.photo_files")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert calls == [1]
