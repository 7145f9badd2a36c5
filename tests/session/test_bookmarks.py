from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.bookmarks import Bookmarks

MODEL = "a" * 64


@pytest.fixture
def scene() -> Scene:
    z = np.random.RandomState(0).standard_normal(4).astype(np.float32)
    return Scene(model=MODEL, model_name="faces", z=z, truncation=0.7)


def test_bookmarks_come_back_to_the_bit(tmp_path, scene):
    Bookmarks(tmp_path / "marks").add(scene, "Smiling")
    (mark,) = Bookmarks(tmp_path / "marks").of(MODEL)
    assert mark.name == "Smiling"
    assert mark.scene.z.tobytes() == scene.z.tobytes()
    assert mark.scene.truncation == 0.7


def test_bookmarks_can_be_renamed_and_removed(tmp_path, scene):
    marks = Bookmarks(tmp_path)
    first, second = marks.add(scene, "one"), marks.add(scene, "two")
    marks.rename(MODEL, first.key, "renamed")
    marks.remove(MODEL, second.key)
    assert [mark.name for mark in Bookmarks(tmp_path).of(MODEL)] == ["renamed"]


def test_every_model_has_its_own(tmp_path, scene):
    marks = Bookmarks(tmp_path)
    marks.add(scene)
    assert marks.of("b" * 64) == ()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"bookmarks": [1]}', '{"bookmarks": [{"scene": {}}]}'])
def test_a_damaged_file_is_set_aside_and_told_never_lost(tmp_path, scene, damage):
    file = tmp_path / f"{MODEL}.json"
    file.write_text(damage)
    marks = Bookmarks(tmp_path)

    with pytest.raises(Problem):
        marks.of(MODEL)
    (aside,) = tmp_path.glob("*.damaged-*.json")
    assert aside.read_text() == damage

    marks.add(scene, "new")
    assert len(Bookmarks(tmp_path).of(MODEL)) == 1
    assert aside.exists()


def test_bookmarks_that_cannot_be_written_are_a_problem_and_the_old_ones_stay(tmp_path, scene):
    marks = Bookmarks(tmp_path)
    marks.add(scene, "kept")
    (tmp_path / f"{MODEL}.json").rename(tmp_path / "elsewhere")
    (tmp_path / f"{MODEL}.json").mkdir()
    with pytest.raises(Problem):
        marks.add(scene, "lost")
    assert [mark.name for mark in marks.of(MODEL)] == ["kept"]


def test_a_model_that_calls_itself_a_path_writes_nowhere_else(tmp_path, scene):
    (tmp_path / "settings.json").write_text("{}")
    marks = Bookmarks(tmp_path / "marks")
    marks.add(replace(scene, model="../settings"), "planted")
    assert [file.parent for file in tmp_path.rglob("*.json")] == [tmp_path, tmp_path / "marks"]
    assert (tmp_path / "settings.json").read_text() == "{}"


def test_two_windows_lose_nothing_of_each_other(tmp_path, scene):
    one, other = Bookmarks(tmp_path), Bookmarks(tmp_path)
    first, second = one.add(scene, "first"), other.add(scene, "second")
    one.rename(MODEL, first.key, "renamed")
    other.remove(MODEL, second.key)
    one.add(scene, "third")
    assert [mark.name for mark in Bookmarks(tmp_path).of(MODEL)] == ["renamed", "third"]
    assert one.of(MODEL)[0].scene is first.scene  # by which its thumbnail is known


def test_bookmarks_of_an_older_version_can_be_told_apart(tmp_path, scene):
    marks = Bookmarks(tmp_path)
    for name in ("one", "one", "two"):
        marks.add(scene, name)
    (file,) = tmp_path.glob("*.json")
    data = json.loads(file.read_text())
    for row in data["bookmarks"]:
        del row["key"]
    file.write_text(json.dumps(data))
    older = Bookmarks(tmp_path)
    older.remove(MODEL, older.of(MODEL)[1].key)
    assert [mark.name for mark in Bookmarks(tmp_path).of(MODEL)] == ["one", "two"]
