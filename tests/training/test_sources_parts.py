"""How rows find their pictures, what cells mean, and how stacks of pictures are read: without any file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.training.portraits import Portraits
from explorer.training.sources.folder import reason_to_skip
from explorer.training.sources.idx import FASHION, _classes
from explorer.training.sources.labels.label_tables import LabelTable
from explorer.training.sources.labels.picture_facts import CATEGORY_LIMIT, facts_from
from explorer.training.sources.labels.row_names import rows_for
from explorer.training.sources.procedural import asks_for_portraits, portraits_material
from explorer.training.sources.stacked import with_channels_last


@pytest.mark.parametrize(
    ("keys", "paths", "rows"),
    [
        ("1.png 2.png", "2.png 1.png 3.png", [1, 0, -1]),
        ("1 2", "a/2.png a/1.jpg", [1, 0]),
        ("1.jpg", "a/1.png", [0]),
        ("1.png 1.jpg", "1.jpg 1.png", [1, 0]),
        ("A/1.PNG", "a/1.png", [0]),
        ("a\\1.png", "a/1.png", [0]),
        ("a/1.png b/1.png", "b/1.png a/1.png", [1, 0]),
        ("a/1.png b/1.png", "x/b/1.png x/a/1.png", [1, 0]),
        ("1.png", "a/1.png b/1.png", [-1, -1]),
        ("a/1.png", "a/1.png b/1.png", [0, -1]),
        ("1.png 1.png", "1.png", [-1]),
        ("x/a/1.png y/a/1.png", "a/1.png", [-1]),
        ("x/a/1.png", "a/1.png y/a/1.png", [0, -1]),
        ("v1.2", "v1.2.png", [0]),
        ("v1.2", "v1.3.png", [-1]),
    ],
)
def test_rows_find_the_pictures_that_are_most_like_them(keys: str, paths: str, rows: list[int]) -> None:
    assert rows_for(paths.split(), keys.split()).tolist() == rows


def columns(**cells: list[str]) -> Any:
    count = len(next(iter(cells.values())))
    names = tuple(f"{number}.png" for number in range(count))
    table = LabelTable("t.csv", tuple(cells), names, tuple(zip(*cells.values(), strict=True)))
    return facts_from(table, np.arange(count), names)


@pytest.mark.parametrize(
    ("cells", "names", "values"),
    [
        (["yes", "no", "?", "ON"], ["it"], [[1, 0, np.nan, 1]]),
        (["1", "2.5", "", "-3"], ["it"], [[1, 2.5, np.nan, -3]]),
        (["1", "-1", "", "1"], ["it"], [[1, 0, np.nan, 1]]),
        (["1", "1", "", "1"], ["it"], [[1, 1, np.nan, 1]]),
        (["1", "-1", "2", "1"], ["it"], [[1, -1, 2, 1]]),
        (["-1", "-1", "-1", "-1"], ["it"], [[0, 0, 0, 0]]),
        (["inf", "1", "nan", "2"], ["it"], [[np.nan, 1, np.nan, 2]]),
        (["male", "Female", "", "male"], ["it=male"], [[1, 0, np.nan, 1]]),
        (["male", "", "", "male"], ["it=male"], [[1, np.nan, np.nan, 1]]),
        (["b", "a", "c", "b"], ["it=a", "it=b", "it=c"], [[0, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]]),
        (["b", "1", "", "b"], ["it=b"], [[1, 0, np.nan, 1]]),
    ],
)
def test_cells_become_numbers(cells: list[str], names: list[str], values: list[list[float]]) -> None:
    found = columns(it=cells).attributes
    assert list(found.names) == names
    np.testing.assert_array_equal(found.values.T, np.float32(values))


def test_cells_that_say_nothing_make_no_column() -> None:
    assert columns(it=["", "?", "n/a"]).attributes is None
    words = [f"word {number}" for number in range(CATEGORY_LIMIT + 1)]
    assert len(columns(it=words[1:]).attributes.names) == CATEGORY_LIMIT
    free = columns(it=words)
    assert free.attributes is None
    assert free.notes == ("it in t.csv is free text and was left out.",)


def test_a_column_of_classes_and_one_of_people_are_known_by_their_names() -> None:
    found = columns(Label=["10", "9", "?", "b"], person=["Ann", "", "Bob", "Ann"], age=["1", "2", "3", "4"])
    assert found.classes == ("9", "10", "b")
    assert found.labels.tolist() == [1, 0, -1, 2]
    assert found.groups == ("Ann", "1.png", "Bob", "Ann")
    assert found.attributes.names == ("age",)
    assert columns(label=["", "?"]).labels is None


def test_what_a_table_lacks_is_told() -> None:
    table = LabelTable("t.csv", ("a",), ("1", "2", "3"), (("1",), ("2",), ("3",)))
    found = facts_from(table, np.array([0, -1, -1]), ("1.png", "x.png", "y.png"))
    assert found.notes == ("t.csv says nothing about 2 of them and has 2 rows for pictures that are not here.",)
    assert facts_from(table, np.arange(3), ("1.png", "2.png", "3.png")).notes == ()
    assert facts_from(table, np.array([0, 1, 2, -1]), tuple("1234")).notes == ("t.csv says nothing about 1 of them.",)


@pytest.mark.parametrize(
    ("folder", "highest", "classes"),
    [
        ("mnist", 9, tuple("0123456789")),
        ("mnist", 3, tuple("0123456789")),
        ("mnist", 11, tuple(str(number) for number in range(12))),
        ("fashion-mnist", 9, FASHION),
        ("fashion-mnist", 10, tuple(str(number) for number in range(11))),
        ("zalando", 2, FASHION),
    ],
)
def test_labels_of_idx_files_have_names(tmp_path: Path, folder: str, highest: int, classes: tuple[str, ...]) -> None:
    (tmp_path / folder).mkdir()
    assert _classes(tmp_path / folder / "train-images-idx3-ubyte", np.array([0, highest, -1])) == classes


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ((5, 8, 9), (5, 8, 9, 1)),
        ((5, 8, 9, 3), (5, 8, 9, 3)),
        ((5, 8, 9, 4), (5, 8, 9, 4)),
        ((5, 3, 8, 9), (5, 8, 9, 3)),
        ((5, 3, 8, 1), (5, 3, 8, 1)),
        ((5, 2, 8, 9), None),
        ((5, 8), None),
        ((5, 8, 9, 3, 1), None),
    ],
)
def test_stacks_are_brought_to_channels_last(shape: tuple[int, ...], found: tuple[int, ...] | None) -> None:
    stack = with_channels_last(np.zeros(shape))
    assert (None if stack is None else stack.shape) == found


@pytest.mark.parametrize(
    ("source", "count", "seed"), [("portraits:3", 3, 0), ("portraits:3:0", 3, 0), ("Portraits:2:7", 2, 7)]
)
def test_portraits_are_asked_for_by_a_word_a_count_and_a_seed(source: str, count: int, seed: int) -> None:
    assert asks_for_portraits(source)
    found = portraits_material(source, 32)
    assert found.title == f"{count} portraits with seed {seed}"
    assert list(found.names) == [f"portrait-{seed}-{index:07d}" for index in range(count)]
    assert found.provenance.description == f"{count} procedural portraits, seed {seed}"
    portraits = Portraits(count, 32, seed)
    assert np.array_equal(found.draw(1, 32, 3).pixels, portraits.picture(1))
    assert found.attributes is not None
    np.testing.assert_array_equal(found.attributes.values, portraits.attributes()[1])


@pytest.mark.parametrize("source", ["portraits:x", "portraits:3:x", "portraits:3:4:5", "portraits:-3"])
def test_portraits_that_are_asked_for_otherwise_are_refused(source: str) -> None:
    assert asks_for_portraits(source)
    with pytest.raises(Problem, match="is not understood"):
        portraits_material(source, 32)
    assert not asks_for_portraits("portraits2:5")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.png", None),
        ("a/b.JPG", None),
        ("a", None),
        ("a.txt", "of another kind"),
        (".a.png", "hidden"),
        ("a/._b.jpg", "hidden"),
        (".git/a.png", "hidden"),
        ("__MACOSX/a.png", "hidden"),
        ("./a.png", None),
        ("../a.png", None),
    ],
)
def test_files_are_passed_over_by_their_names(name: str, why: str | None) -> None:
    assert reason_to_skip(name) == why
