"""Label files: which row tells about which picture, and what its words mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources import Attributes, PictureSet, open_pictures

NAMES = ("a/1.png", "a/2.png", "b/1.png", "b/3.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(NAMES):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(path)
    return tmp_path / "photos"


def opened(folder: Path, attributes: Path | None = None) -> PictureSet:
    return open_pictures(folder, size=8, attributes=attributes, cache=folder.parent / "cache")


def told(folder: Path, text: str, name: str = "labels.csv") -> PictureSet:
    (folder / name).write_text(text, "utf-8")
    return opened(folder)


def attributes(found: PictureSet) -> Attributes:
    assert found.attributes is not None
    return found.attributes


def test_words_become_numbers_and_empty_cells_stay_unknown(folder: Path) -> None:
    found = attributes(
        told(
            folder,
            "file,smiling,age,gender,eyes,remark\n"
            "a/1.png,yes,31,male,blue,\n"
            "a/2.png,No,,Female,brown,\n"
            "b/1.png,,40.5,,green,\n"
            "b/3.png,TRUE,nan,male,unknown,\n",
        )
    )
    assert found.names == ("smiling", "age", "gender=male", "eyes=blue", "eyes=brown", "eyes=green")
    nan = np.nan
    assert found.values.dtype == np.float32
    np.testing.assert_array_equal(found.column("smiling"), np.float32([1, 0, nan, 1]))
    np.testing.assert_array_equal(found.column("age"), np.float32([31, nan, 40.5, nan]))
    np.testing.assert_array_equal(found.column("gender=male"), np.float32([1, 0, nan, 1]))
    np.testing.assert_array_equal(found.column("eyes=blue"), np.float32([1, 0, 0, nan]))
    with pytest.raises(Problem, match="no attribute called beard"):
        found.column("beard")


def test_a_class_column_counts_more_than_the_folders(folder: Path) -> None:
    found = told(folder, "file,label\na/1.png,10\na/2.png,9\nb/1.png,10\n")
    assert found.classes == ("9", "10")
    assert found.labels is not None
    assert found.labels.tolist() == [1, 0, 1, -1]
    assert found.attributes is None


def test_without_a_class_column_the_folders_still_count(folder: Path) -> None:
    found = told(folder, "file,age\na/1.png,3\n")
    assert found.classes == ("a", "b")
    assert attributes(found).names == ("age",)


def test_a_table_without_a_header_holds_labels(folder: Path) -> None:
    found = told(folder, "a/1.png;cat\na/2.png;dog\nb/1.png;cat\nb/3.png;cat\n")
    assert found.labels is not None
    assert [found.classes[i] for i in found.labels] == ["cat", "dog", "cat", "cat"]


def test_people_are_groups_and_strangers_are_their_own(folder: Path) -> None:
    found = told(folder, "file,person,age\na/1.png,ann,1\nb/1.png,ann,2\na/2.png,,3\n")
    assert found.groups == ("ann", "a/2.png", "ann", "b/3.png")
    assert attributes(found).names == ("age",)
    for seed in range(20):
        held = found.held_out(0.5, seed)
        assert held[0] == held[2]


def test_celeba_minus_one_and_one_become_no_and_yes(folder: Path) -> None:
    text = "4\nSmiling Young\na/1.png  1 -1\na/2.png -1 -1\nb/1.png  1  1\nb/3.png -1  1\n"
    found = attributes(told(folder, text, "list_attr_celeba.txt"))
    assert found.names == ("Smiling", "Young")
    assert found.values.tolist() == [[1, 0], [0, 0], [1, 1], [0, 1]]


def test_celeba_keeps_its_table_above_its_pictures(folder: Path) -> None:
    (folder.parent / "list_attr_celeba.txt").write_text("2\nSmiling\n2.jpg 1\n3.jpg -1\n")
    (folder.parent / "labels.csv").write_text("file,other\na/1.png,3\n")
    found = attributes(opened(folder))
    assert found.names == ("Smiling",)
    np.testing.assert_array_equal(found.values[:, 0], np.float32([np.nan, 1, np.nan, 0]))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("photos/a/1.png", "photos/a/2.png", "photos/b/1.png", "x/3.png"), [0, 1, 2, 3]),
        (("A\\1.PNG", "./a/2.png", "b/1.jpg", "3"), [0, 1, 2, 3]),
        (("1.png", "2.png", "1.png", "3.png"), [-1, 1, -1, 3]),
        (("1.png", "2.png", "b/1.png", "9.png"), [0, 1, 2, -1]),
        (("a/2.png", "b/2.png"), [-1, 0, -1, -1]),
    ],
)
def test_rows_find_their_pictures_by_path_name_or_stem_and_never_by_guess(
    folder: Path, keys: tuple[str, ...], expected: list[int]
) -> None:
    rows = "".join(f"{key},{number}\n" for number, key in enumerate(keys))
    values = attributes(told(folder, f"file,number\n{rows}")).values[:, 0]
    assert np.nan_to_num(values, nan=-1).tolist() == expected


def test_what_does_not_match_is_counted(folder: Path) -> None:
    found = told(folder, "file,age\na/1.png,3\ngone.png,4\nlost.png,5\n")
    assert "labels.csv says nothing about 3 of them and has 2 rows" in found.report.sentence()


def test_the_caller_may_name_the_label_file(folder: Path, tmp_path: Path) -> None:
    (folder / "labels.csv").write_text("file,age\na/1.png,3\n")
    other = tmp_path / "other.tsv"
    other.write_text("\ufeffname\tweight\n1.png\t9\n2.png\t8\n3.png\t7\n", "utf-8")
    assert attributes(opened(folder, other)).names == ("weight",)


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "There is no label file"), ("", "not a table"), ("x,y\nz,1\n", "names none of the pictures")],
)
def test_a_label_file_that_was_named_must_be_usable(folder: Path, tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "other.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Problem, match=says):
        opened(folder, path)


def test_a_label_file_found_by_chance_may_be_anything(folder: Path) -> None:
    found = told(folder, "\x00\x01\x02 nothing here")
    assert found.attributes is None
    assert found.classes == ("a", "b")
    assert "labels.csv is not a table of labels." in found.report.notes


def test_free_text_is_left_out_and_noted(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(50):
        Image.new("L", (2, 2), number).save(folder / f"{number}.png")
    rows = "".join(f"{number}.png,caption {number},1\n" for number in range(50))
    found = told(folder, f"file,caption,one\n{rows}")
    assert attributes(found).names == ("one",)
    assert "caption in labels.csv is free text and was left out." in found.report.notes
