"""What is assumed of pictures: found, told, changed, and kept with a run."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.core.photos.levels import ValueRange, range_of
from explorer.core.photos.photo_files import read_photo
from explorer.core.problem import Problem
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import Assumptions, PictureSet, open_pictures

PIXELS = np.random.RandomState(0).randint(0, 256, (16, 16)).astype(np.uint8)
PIXELS[0, :2] = 0, 255
COLOUR = np.random.RandomState(1).randint(0, 256, (16, 16, 3)).astype(np.uint8)
COLOUR[0, 0], COLOUR[0, 1] = 0, 255


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    return path


def opened(source: Path, size: int = 16, **assume: str) -> PictureSet:
    return open_pictures(source, size=size, assume=Assumptions.of(assume), cache=source.parent / "cache")


def assumed(found: PictureSet) -> dict[str, str]:
    return {word.split("=")[0]: word.split("=", 1)[1] for word in found.report.assumed}


def difference(found: PictureSet, wanted: np.ndarray, place: int = 0) -> int:
    pixels = found.pictures[place].astype(int)
    return int(np.abs(pixels - (wanted[..., None] if wanted.ndim == 2 else wanted)).max())


def lzw(values: np.ndarray) -> bytes:
    """As libtiff packs the bytes, for which they are a picture of grey."""
    buffer = io.BytesIO()
    rows = np.frombuffer(values.tobytes(), np.uint8).reshape(len(values), -1)
    Image.fromarray(rows).save(buffer, "TIFF", compression="tiff_lzw")
    with Image.open(buffer) as image:
        (offset,), (count,) = image.tag_v2[273], image.tag_v2[279]  # type: ignore[attr-defined]
    return buffer.getvalue()[offset : offset + count]


def predicted(values: np.ndarray, predictor: int) -> np.ndarray:
    """What a TIFF holds of a picture whose rows are told by differences (2), or byte by byte of floats (3)."""
    samples = values.shape[2] if values.ndim == 3 else 1
    rows = values.reshape(len(values), -1)
    if predictor == 3:
        rows = np.moveaxis(rows.astype(rows.dtype.newbyteorder(">")).view(np.uint8).reshape(*rows.shape, -1), 2, 1)
        rows = rows.reshape(len(values), -1)
    elif predictor == 2:
        rows = rows.view(f"u{values.itemsize}")
    if predictor > 1:
        rows = np.concatenate([rows[:, :samples], rows[:, samples:] - rows[:, :-samples]], 1)
    return np.ascontiguousarray(rows).view(np.uint8).view(values.dtype).reshape(values.shape)


def tiff(path: Path, values: np.ndarray, photometric: int, packed: str = "", predictor: int = 1) -> None:
    """A little-endian TIFF of one strip, of any kind of number."""
    held = predicted(values, predictor)
    data = {"": held.tobytes(), "zlib": zlib.compress(held.tobytes()), "lzw": lzw(held)}[packed]
    samples = values.shape[2] if values.ndim == 3 else 1
    kind, bits = {"u": 1, "i": 2, "f": 3}[values.dtype.kind], 8 * values.itemsize
    begin = 8 + 2 + 12 * 12 + 4
    lists = struct.pack("<3H3H", bits, bits, bits, kind, kind, kind) if samples == 3 else b""
    told = [
        (256, values.shape[1]),
        (257, values.shape[0]),
        (258, bits),
        (259, {"": 1, "zlib": 8, "lzw": 5}[packed]),
        (262, photometric),
    ]
    told += [
        (273, begin + len(lists)),
        (277, samples),
        (278, len(values)),
        (279, len(data)),
        (284, 1),
        (317, predictor),
    ]
    told += [(339, kind)]
    entries = b""
    for tag, value in told:
        place = {258: begin, 339: begin + 6}.get(tag) if samples == 3 else None
        entries += struct.pack("<HHII", tag, 3 if tag in (258, 339) else 4, 3 if place else 1, place or value)
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(told)) + entries + bytes(4) + lists + data)


@pytest.mark.parametrize(
    ("name", "values", "photometric", "range_"),
    [
        ("twelve bits in sixteen", PIXELS.astype(np.uint16) << 4, 1, "0..4095 (uint16; 12 bits)"),
        ("sixteen bits", PIXELS.astype(np.uint16) * 257, 1, "0..65535 (uint16; 16 bits)"),
        ("sixteen bits inverted", 65535 - PIXELS.astype(np.uint16) * 257, 0, "0..65535 (uint16; 16 bits)"),
        ("bytes in sixteen bits", PIXELS.astype(np.uint16), 1, "0..255 (uint16; 8 bits)"),
        ("-1 to 1", (PIXELS / 127.5 - 1).astype(np.float32), 1, "-1..1 (float32; the highest value is 1)"),
        ("0 to 3", (PIXELS / 85).astype(np.float32), 1, "0..3 (float32; the highest value is white)"),
        ("0 to 255", PIXELS.astype(np.float32), 1, "0..255 (float32; 8 bits)"),
        ("32 bits", PIXELS.astype(np.int32) * 257, 1, "0..65535 (int32; 16 bits)"),
        ("32 bits inverted", ~(PIXELS.astype(np.uint32) << 24), 0, "0..4294967295 (uint32; 32 bits)"),
        ("doubles", PIXELS / 255, 1, "0..1 (float64; none is above 1)"),
        ("floats in colour", (COLOUR / 255).astype(np.float32), 2, "0..1 (float32; none is above 1)"),
        ("12 bits of colour", COLOUR.astype(np.uint16) << 4, 2, "0..4095 (uint16; 12 bits)"),
    ],
)
@pytest.mark.parametrize(("packed", "predictor"), [("", 1), ("zlib", 1), ("lzw", 1), ("lzw", 2), ("zlib", 3)])
def test_tiffs_of_any_kind_look_as_they_should_and_tell_their_range(
    folder: Path, name: str, values: np.ndarray, photometric: int, range_: str, packed: str, predictor: int
) -> None:
    is_float = values.dtype.kind == "f"
    tiff(folder / "a.tif", values, photometric, packed, predictor if is_float == (predictor == 3) else 1)
    found = opened(folder)
    assert difference(found, COLOUR if values.ndim == 3 else PIXELS) <= 1, name
    assert assumed(found)["range"] == range_
    assert range_.split(" ")[0] in found.report.assumptions()
    photo = read_photo(folder / "a.tif").pixels.astype(int)  # which is bytes by the range of this one picture
    assert np.abs(photo - (COLOUR if values.ndim == 3 else PIXELS[..., None])).max() <= 1


def test_the_range_is_that_of_the_whole_set_and_not_of_each_picture(folder: Path) -> None:
    values = PIXELS.astype(np.uint16) << 4
    Image.fromarray(values // 8).save(folder / "a-dark.png")
    Image.fromarray(values).save(folder / "b-bright.png")
    for _ in ("decoded", "from the cache"):
        found = opened(folder)
        assert difference(found, PIXELS // 8) <= 1
        assert difference(found, PIXELS, 1) == 0
    (folder / "b-bright.png").unlink()
    assert assumed(opened(folder))["range"].startswith("0..1023")


def test_sixteen_bits_of_colour_keep_their_lower_half(folder: Path) -> None:
    """Twelve bits of colour in a PNG of sixteen; Pillow alone would keep four of them."""
    values = (COLOUR.astype(">u2") << 4).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    header = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, chunk in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        data += struct.pack(">I", len(chunk)) + kind + chunk + struct.pack(">I", zlib.crc32(kind + chunk))
    (folder / "a.png").write_bytes(data)
    assert difference(opened(folder), COLOUR) == 0


@pytest.mark.parametrize(
    ("values", "range_"),
    [
        (PIXELS.astype(np.uint16) << 4, "0..4095"),
        (PIXELS.astype(np.int16) << 7, "0..32767"),
        (PIXELS.astype(np.int16) - 128 << 8, "-32768..32767"),
        ((PIXELS // 2).astype(np.int8), "0..127"),
        (PIXELS.astype(np.uint32) << 24, "0..4294967295"),
        ((PIXELS / 255).astype(np.float16), "0..1"),
        ((PIXELS.astype(np.float32) - 127.5) / 73.7, "-1.72999..1.72999"),
        (PIXELS.astype(">f8"), "0..255"),
        (PIXELS.astype(np.longdouble) / 255, "0..1"),
    ],
)
def test_arrays_of_any_kind_of_number_are_read_by_their_range(tmp_path: Path, values: np.ndarray, range_: str) -> None:
    np.savez(tmp_path / "x.npz", images=values[None])
    found = opened(tmp_path / "x.npz")
    assert difference(found, PIXELS) <= 1
    assert assumed(found)["range"].startswith(f"{range_} (")
    again = open_pictures(tmp_path / "x.npz", size=16, assume=found.assumed, cache=tmp_path / "other")
    assert (again.pictures == found.pictures).all()


def test_a_mask_of_zeros_and_ones_is_black_and_white(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", images=(PIXELS > 99).astype(np.uint8)[None])
    found = opened(tmp_path / "x.npz")
    assert set(np.unique(found.pictures)) == {0, 255}
    assert assumed(found)["range"] == "0..1 (uint8; yes or no)"
    assert found.report.warnings == ()


def test_pictures_that_show_hardly_anything_are_warned_of_and_a_range_mends_them(folder: Path) -> None:
    Image.fromarray((PIXELS > 99).astype(np.uint8)).save(folder / "a.png")
    found = opened(folder)
    assert "span only 2 of 256 levels" in found.report.warnings[0]
    mended = opened(folder, range="0..1")
    assert set(np.unique(mended.pictures)) == {0, 255}
    assert mended.report.warnings == ()
    Image.fromarray(np.where(PIXELS == 0, 90, 250).astype(np.uint8)).save(folder / "a.png")
    assert "of all pixels are nearly white" in opened(folder).report.warnings[0]


def test_what_lies_behind_transparent_parts_is_told_and_can_be_stated(folder: Path) -> None:
    Image.new("RGBA", (16, 16), (200, 0, 0, 0)).save(folder / "clear.png")
    Image.new("RGB", (16, 16), (0, 200, 0)).save(folder / "plain.png")
    found = opened(folder)
    assert found.pictures[0, 0, 0].tolist() == [255, 255, 255]
    assert assumed(found)["alpha"] == "white (1 picture has transparent parts)"
    assert opened(folder, alpha="black").pictures[0, 0, 0].tolist() == [0, 0, 0]
    assert opened(folder, alpha="none").pictures[0, 0, 0].tolist() == [200, 0, 0]
    assert opened(folder, colour="no").pictures.shape == (2, 16, 16, 1)


@pytest.mark.parametrize("name", ["moving.gif", "pages.tif"])
def test_the_first_page_is_taken_and_told_and_all_come_on_request(folder: Path, name: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(folder / name, save_all=True, append_images=frames[1:])
    (folder / "labels.csv").write_text(f"file,label\n{name},cat\n")
    found = opened(folder)
    assert len(found) == 1
    assert assumed(found)["pages"] == "first (1 picture has more)"
    every = opened(folder, pages="all")
    assert every.names == (name, f"{name}#2", f"{name}#3")
    assert every.pictures[:, 0, 0].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert every.labels is not None
    assert every.labels.tolist() == [0, 0, 0]


def test_a_photo_of_twelve_bits_is_not_black(tmp_path: Path) -> None:
    Image.fromarray(PIXELS.astype(np.uint16) << 4).save(tmp_path / "a.png")
    assert (read_photo(tmp_path / "a.png").pixels[..., 0] == PIXELS).all()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["range=5..1"], "is not a range"),
        (["range=0-1"], "is not a range"),
        (["range=0..1e999"], "is not a range"),
        (["alpha=pink"], "cannot be assumed"),
        (["colours=no"], "nothing called colours to assume"),
        (["range"], "gives no value"),
    ],
)
def test_what_cannot_be_assumed_is_refused_in_a_sentence(words: list[str], says: str) -> None:
    with pytest.raises(Problem, match=says):
        Assumptions.from_words(words)


def test_ranges_are_told_as_they_can_be_stated() -> None:
    for dtype, low, high in ((np.float32, -1.23456789, 2.3456789), (np.float64, 0, 1e7), (np.int32, -5, 70000)):
        found = range_of(np.dtype(dtype), low, high)
        again = ValueRange.parsed(str(found))
        assert (again.low, again.high) == (found.low, found.high)


def run_of(tmp_path: Path, folder: Path, **assume: str) -> Run:
    settings: dict[str, Any] = {"batch_size": 4}
    return Run.create(tmp_path / "run", RunSpec("gan", str(folder), 16, 1, settings=settings, assume=assume))


def test_a_run_keeps_what_was_assumed_and_resumes_with_the_same_pictures(tmp_path: Path, folder: Path) -> None:
    for number in range(4):
        Image.fromarray(np.roll(PIXELS, number, 0).astype(np.uint16) << 4).save(folder / f"{number}.png")
    cache = tmp_path / "cache"
    run = run_of(tmp_path, folder)
    first = run.pictures(cache=cache)
    list(run.train(first))
    again = Run.open(run.folder)
    assert again.spec.assume["range"] == "0..4095"
    assert (again.pictures(cache=tmp_path / "other").pictures == first.pictures).all()
    run.extend(2)
    list(Run.open(run.folder).train(again.pictures(cache=cache)))
    assert again.spec.from_json(again.spec.to_json()).assume == again.spec.assume


def test_a_run_keeps_the_order_of_its_classes(tmp_path: Path) -> None:
    found = open_pictures(_three_classes(tmp_path / "set"), size=8, cache=tmp_path / "cache")
    assert found.classes == ("1", "2", "10")
    before = found.with_classes(("1", "10", "2"))
    assert before.labels is not None
    assert [before.classes[label] for label in before.labels] == ["1", "10", "2"]
    assert found.with_classes(("a", "b")) is found


def _three_classes(folder: Path) -> Path:
    for name in ("1", "2", "10"):
        (folder / name).mkdir(parents=True)
        Image.new("RGB", (8, 8), "red").save(folder / name / "a.png")
    return folder
