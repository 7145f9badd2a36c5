"""IDX files as MNIST comes, whole and damaged."""

from __future__ import annotations

import gzip
import struct
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources import PictureSet, open_pictures, spool

DIGITS = np.random.RandomState(0).randint(1, 256, (12, 28, 28)).astype(np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 10


def packed(array: NDArray[np.uint8], shape: tuple[int, ...] | None = None) -> bytes:
    shape = shape or array.shape
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + array.tobytes()


def write_set(folder: Path, part: str = "train", zipped: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    for kind, array in (("images-idx3", DIGITS), ("labels-idx1", LABELS)):
        path = folder / f"{part}-{kind}-ubyte"
        path.write_bytes(packed(array))
        if zipped:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    return folder / f"{part}-images-idx3-ubyte{'.gz' if zipped else ''}"


def opened(source: str | Path, size: int = 28, **more: object) -> PictureSet:
    return open_pictures(source, size=size, cache=Path(str(source).split("#")[0]).parent / "cache", **more)


@pytest.mark.parametrize("zipped", [True, False])
def test_pictures_and_labels_are_read(tmp_path: Path, zipped: bool) -> None:
    found = opened(write_set(tmp_path / "mnist", zipped=zipped))
    assert (found.pictures == DIGITS[..., None]).all()
    assert found.labels is not None
    assert found.labels.tolist() == LABELS.tolist()
    assert found.classes == tuple("0123456789")
    assert found.names[:2] == ("000000", "000001")
    assert found.report.sizes == {"28x28": 12}


def test_thirty_two_pixels_get_a_black_border_and_sixty_four_are_resized(tmp_path: Path) -> None:
    path = write_set(tmp_path / "mnist")
    small, large = opened(path, size=32).pictures, opened(path, size=64).pictures
    assert (small[:, 2:-2, 2:-2] == DIGITS[..., None]).all()
    assert small.sum() == DIGITS.sum()
    assert large.shape == (12, 64, 64, 1)
    assert large[:, 0].any()


def test_colour_can_be_asked_for(tmp_path: Path) -> None:
    colour = opened(write_set(tmp_path / "mnist"), channels=3).pictures
    assert (colour == DIGITS[..., None]).all()
    assert colour.shape[-1] == 3


def test_a_folder_gives_its_training_part_unless_the_other_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    write_set(folder, "t10k")
    assert "t10k" in opened(folder).description
    write_set(folder, "train")
    assert "train" in opened(folder).description
    assert "t10k" in opened(f"{folder}#test").description
    assert "t10k" in opened(f"{folder}#t10k").description
    with pytest.raises(Problem, match="no part called valid"):
        opened(f"{folder}#valid")


@pytest.mark.parametrize("how", ["folder", "licence"])
def test_fashion_mnist_has_names_for_its_classes(tmp_path: Path, how: str) -> None:
    path = write_set(tmp_path / ("fashion-mnist" if how == "folder" else "data"))
    if how == "licence":
        (path.parent / "LICENSE").write_text("The MIT License (MIT) Copyright © 2017 Zalando SE", "utf-8")
    found = opened(path)
    assert found.classes[0] == "T-shirt/top"
    assert len(found.classes) == 10


def test_without_its_labels_file_there_are_no_labels_and_a_note(tmp_path: Path) -> None:
    path = write_set(tmp_path / "mnist")
    (path.parent / "train-labels-idx1-ubyte.gz").unlink()
    found = opened(path)
    assert found.labels is None
    assert "No labels file lies beside it." in found.report.notes


def test_labels_that_are_too_few_leave_the_rest_unknown(tmp_path: Path) -> None:
    path = write_set(tmp_path / "mnist", zipped=False)
    (path.parent / "train-labels-idx1-ubyte").write_bytes(packed(LABELS[:5]))
    found = opened(path)
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1, 2, 3, 4] + [-1] * 7
    assert "holds 5 labels for 12 pictures" in found.report.sentence()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_that_is_cut_short_gives_what_is_whole(tmp_path: Path, zipped: bool) -> None:
    data = packed(DIGITS)
    cut = gzip.compress(data, 0)[:-3000] if zipped else data[:-1000]
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(cut)
    found = opened(path)
    assert 8 <= len(found) <= 10
    assert (found.pictures == DIGITS[: len(found), ..., None]).all()
    assert found.report.skipped == {"missing from the file": 12 - len(found)}


def test_a_header_that_lies_allocates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lies-idx3-ubyte"
    path.write_bytes(packed(DIGITS[:2], (4_000_000_000, 28, 28)))
    assert len(opened(path)) == 2
    path.write_bytes(packed(DIGITS, (4_000_000_000, 4_000_000_000, 4_000_000_000)))
    with pytest.raises(Problem, match="does not hold pictures"):
        opened(path)


def test_a_gzip_bomb_is_read_no_further_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(packed(np.full((5000, 28, 28), 99, np.uint8))))
    monkeypatch.setattr(spool, "TOTAL_LIMIT", 100 * 784)
    monkeypatch.setattr(spool, "RATIO_LIMIT", 1)
    found = opened(path)
    assert len(found) == 100
    assert found.report.skipped == {"beyond what is unpacked": 4900}
    assert "only the first 100 pictures are used" in found.report.sentence()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (packed(LABELS), "holds labels, not pictures"),
        (packed(DIGITS)[:10], "ends within its header"),
        (packed(DIGITS)[:500], "holds no whole picture"),
        (packed(DIGITS[:, 0]), "does not hold pictures: its axes are 12 x 28"),
        (bytes([0, 0, 13, 3]) + bytes(99), "not a kind of file"),
        (b"", "is empty"),
        (b"hello", "not a kind of file"),
    ],
)
def test_files_that_are_something_else_are_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "some-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(Problem, match=says):
        opened(path)


def test_no_more_pictures_are_read_than_are_announced(tmp_path: Path) -> None:
    path = tmp_path / "images-idx3-ubyte"
    path.write_bytes(packed(DIGITS[:7], (5, 28, 28)))
    assert (opened(path).pictures == DIGITS[:5, ..., None]).all()
    path.with_suffix(".gz").write_bytes(gzip.compress(packed(DIGITS[:7], (5, 28, 28))))
    assert len(opened(path.with_suffix(".gz"))) == 5


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        ((1, 16_384, 1), True),
        ((1, 1, 16_384), True),
        ((1, 16_385, 1), False),
        ((1, 1, 16_385), False),
        ((1, 0, 4), False),
        ((2, 4, 4, 4), True),
        ((2, 4, 4, 3), True),
        ((2, 4, 4, 1), True),
        ((2, 4, 4, 2), False),
    ],
)
def test_pictures_have_sides_and_channels_that_can_be(tmp_path: Path, shape: tuple[int, ...], fits: bool) -> None:
    path = tmp_path / "images-idx3-ubyte"
    path.write_bytes(packed(np.ones(shape, np.uint8)))
    with nullcontext() if fits else pytest.raises(Problem, match="does not hold pictures"):
        assert len(opened(path, 8)) == shape[0]
