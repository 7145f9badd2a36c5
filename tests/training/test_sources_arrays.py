"""Pictures in .npz and .npy files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.training.sources import PictureSet, open_pictures

GREY = np.random.RandomState(0).randint(0, 256, (5, 8, 8)).astype(np.uint8)
COLOUR = np.random.RandomState(1).randint(0, 256, (5, 8, 8, 3)).astype(np.uint8)


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez_compressed(folder / "set.npz", **arrays)
    return folder / "set.npz"


def opened(source: str | Path, size: int = 8) -> PictureSet:
    return open_pictures(source, size=size, cache=Path(source).parent / "cache")


@pytest.mark.parametrize("name", ["pictures", "images", "x", "X_train", "arr_0", "faces"])
def test_pictures_are_found_by_name_or_because_nothing_else_can_be_meant(tmp_path: Path, name: str) -> None:
    found = opened(saved(tmp_path, **{name: COLOUR, "seed": np.array(3)}))
    assert (found.pictures == COLOUR).all()


@pytest.mark.parametrize(
    "stack",
    [
        COLOUR,
        np.moveaxis(COLOUR, -1, 1),
        np.asfortranarray(COLOUR),
        COLOUR / np.float32(255),
        COLOUR / 127.5 - 1,
        COLOUR.astype(np.float64),
        COLOUR.astype(np.int64),
        COLOUR.astype(np.uint16) * 257,
    ],
    ids=["bytes", "NCHW", "Fortran", "0 to 1", "-1 to 1", "0 to 255", "integers", "16 bits"],
)
def test_layouts_and_ranges_are_recognised(tmp_path: Path, stack: Any) -> None:
    assert (opened(saved(tmp_path, x=stack)).pictures == COLOUR).all()


def test_grey_stacks_yes_no_masks_and_alpha_are_taken(tmp_path: Path) -> None:
    assert (opened(saved(tmp_path, x=GREY)).pictures[..., 0] == GREY).all()
    assert (opened(saved(tmp_path, x=GREY[:, None])).pictures[..., 0] == GREY).all()
    assert set(np.unique(opened(saved(tmp_path, x=GREY > 99)).pictures)) == {0, 255}
    clear = np.concatenate([COLOUR, np.zeros((5, 8, 8, 1), np.uint8)], -1)
    assert (opened(saved(tmp_path, x=clear)).pictures == 255).all()


def test_values_that_are_no_numbers_become_black(tmp_path: Path) -> None:
    stack = np.ones((2, 8, 8), np.float32)
    stack[0] = np.nan
    assert opened(saved(tmp_path, x=stack)).pictures[:, 0, 0, 0].tolist() == [0, 255]


def test_labels_and_class_names_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, x_train=GREY, y_train=np.array([[0], [1], [1], [0], [2]]), classes=np.array(["a", "b", "c"]))
    found = opened(path)
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1, 1, 0, 2]
    assert found.classes == ("a", "b", "c")


def test_the_test_part_can_be_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path, x_train=GREY, y_train=np.arange(5), x_test=GREY[:2], y_test=np.array([1, 0]))
    assert len(opened(path)) == 5
    test = opened(f"{path}#test")
    assert test.labels is not None
    assert test.labels.tolist() == [1, 0]


def test_labels_of_another_length_are_noted(tmp_path: Path) -> None:
    found = opened(saved(tmp_path, x=GREY, y=np.arange(3)))
    assert found.labels is None
    assert "cannot be labels of 5 pictures" in found.report.sentence()


def test_a_single_array_may_come_as_npy(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", COLOUR)
    assert (opened(tmp_path / "x.npy").pictures == COLOUR).all()


def test_objects_are_refused_and_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    path = saved(tmp_path, x=np.array([Trap(), Trap()], dtype=object).reshape(2, 1, 1))
    with pytest.raises(Problem, match="holds Python objects, which are never loaded"):
        opened(path)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"weights": np.zeros((3, 4))}, "has no pictures for train; it holds weights"),
        ({"a": GREY, "b": GREY}, "has no pictures for train; it holds a"),
        ({"x": np.zeros((2, 8, 8, 5))}, "has the shape"),
        ({"x": np.zeros((0, 8, 8), np.uint8)}, "has the shape"),
        ({"x": np.zeros((2, 8, 8), np.complex64)}, "holds complex64"),
    ],
)
def test_arrays_that_are_no_pictures_are_refused_in_a_sentence(
    tmp_path: Path, arrays: dict[str, Any], says: str
) -> None:
    with pytest.raises(Problem, match=says):
        opened(saved(tmp_path, **arrays))


def test_a_header_that_lies_allocates_nothing(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", GREY)
    data = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(data.replace(b"(5, 8, 8), }" + b" " * 12, b"(99999999999, 8, 8), }  "))
    with pytest.raises(Problem, match="not as long as it says"):
        opened(tmp_path / "x.npy")


def test_a_damaged_file_is_a_problem(tmp_path: Path) -> None:
    path = saved(tmp_path, x=COLOUR)
    data = bytearray(path.read_bytes())
    data[150:400] = bytes(250)
    path.write_bytes(data)
    with pytest.raises(Problem, match="is broken"):
        opened(path)
