from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.directions.direction import LONGEST_NAME, Direction, unit
from explorer.core.directions.files.store import directions_file, load_directions, save_directions
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import effective_latent
from explorer.core.rendering.scene import Scene
from explorer.session.directions.classified_samples import _sides
from explorer.session.directions.direction_files import DirectionFiles
from explorer.session.directions.model_directions import Directions, _free_name, _told
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.models.opening import Opener
from explorer.session.notices import Notices
from tests.models import tiny_generator, tiny_style_model


def direction(name: str, axis: int = 0, size: int = 4) -> Direction:
    return Direction(name, unit(np.eye(size)[axis]), "imported")


class Desk:
    """A document, and directions that can be opened for models in a folder."""

    def __init__(self, folder: Path, is_foreign=lambda _path: False) -> None:
        self.files = DirectionFiles(folder / "own", is_foreign)
        self.opener = Opener(folder / "exports", self.files)
        self.document, self.notices, self.said = Document(), Notices(), []
        self.notices.report(self.said.append)
        self.directions = Directions(self.document, self.files, self.notices)
        self.opened = []

    def open(self, path: Path):
        model = self.opener.open(path, "cpu")
        self.opened.append(model)
        self.directions.show_model(model)
        scene = Scene(model.generator.hash, model.name, np.ones(4, np.float32))
        if self.document.scene.model:
            self.document.show("Open", scene)
        else:
            self.document.begin(scene)
        return model

    def close(self) -> None:
        self.directions.close()
        for model in self.opened:
            model.generator.close()


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "faces"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    return folder


@pytest.fixture
def desk(qapp, tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def on_disk(folder: Path) -> list[str]:
    return [found.name for found in load_directions(folder / "directions.npz", 4)]


def saved(desk: Desk, qtbot) -> None:
    if desk.directions.is_saving:
        with qtbot.waitSignal(desk.directions.saved, timeout=10_000):
            pass
    qtbot.wait(0)


def test_a_model_opens_with_its_directions(desk, folder):
    save_directions(folder / "directions.npz", [direction("smiling"), direction("age", 1)])
    model = desk.open(folder)
    assert desk.directions.names == ("smiling", "age")
    assert set(model.renderer.directions) == {"smiling", "age"}
    assert desk.directions.named("age").vector[1] == 1
    assert desk.directions.named("hat") is None


def test_what_is_added_comes_first_draws_and_is_saved(desk, folder, qtbot):
    model = desk.open(folder)
    desk.directions.add([direction("age")], "Add age")
    with qtbot.waitSignal(desk.directions.changed):
        assert desk.directions.add([direction("smiling", 1)], "Add smiling") == ("smiling",)

    assert desk.directions.names == ("smiling", "age")
    model.check(Scene(model.generator.hash, "", np.zeros(4, np.float32), directions=(("smiling", 2.0),)))
    saved(desk, qtbot)
    assert on_disk(folder) == ["smiling", "age"]
    assert desk.document.history.undoText() == "Add smiling"


def test_namesakes_are_numbered(desk, folder):
    desk.open(folder)
    desk.directions.add([direction("smiling")], "Add")
    assert desk.directions.add([direction("smiling"), direction("smiling")], "Add") == (
        "smiling 2",
        "smiling 3",
    )
    long = "x" * 60
    desk.directions.add([direction(long)], "Add")
    assert desk.directions.add([direction("smiling")], "Add") == ("smiling 4",)
    desk.directions.rename("smiling", "pca 1")
    assert desk.directions.add([direction("pca 1")], "Add") == (
        "pca 1 (2)",
    )  # "pca 1 2" would look like another component
    assert desk.directions.add([direction(long)], "Add") == ("x" * 58 + " 2",)


def test_undo_brings_a_removed_direction_back_and_its_strength_too(desk, folder, qtbot):
    desk.open(folder)
    desk.directions.add([direction("smiling"), direction("age", 1)], "Add")
    SceneEdits(desk.document).set_strength("smiling", 1.5)

    desk.directions.remove(["smiling"])
    assert desk.directions.names == ("age",)
    assert desk.document.scene.directions == ()
    desk.document.history.undo()

    assert desk.directions.names == ("smiling", "age")
    assert desk.document.scene.directions == (("smiling", 1.5),)
    saved(desk, qtbot)
    assert on_disk(folder) == ["smiling", "age"]


def test_scenes_with_a_removed_direction_still_draw(desk, folder):
    model = desk.open(folder)
    desk.directions.add([direction("smiling")], "Add")
    SceneEdits(desk.document).set_strength("smiling", 1.5)
    scene = desk.document.scene
    before = model.renderer.directions
    desk.directions.remove(["smiling"])
    assert model.renderer.directions is not before  # a picture may be being drawn with it
    model.renderer.render(scene)

    again = desk.opener.open(folder, "cpu")  # as when it is opened on another device
    desk.opened.append(again)
    again.check(scene)


def test_a_step_that_changes_no_scene_announces_none(desk, folder, qtbot):
    desk.open(folder)
    with qtbot.assertNotEmitted(desk.document.changed):
        desk.directions.add([direction("smiling")], "Add smiling")
    assert desk.document.scenes()[-1] is desk.document.scene
    assert len(desk.document.scenes()) == 2


def test_renaming_renames_in_the_scene(desk, folder):
    desk.open(folder)
    desk.directions.add([direction("smiling"), direction("age", 1)], "Add")
    SceneEdits(desk.document).set_strength("smiling", -1.0)
    desk.directions.rename("smiling", " joy ")
    assert desk.directions.names == ("joy", "age")
    assert desk.document.scene.directions == (("joy", -1.0),)
    with pytest.raises(Problem, match="called age already"):
        desk.directions.rename("joy", "age")
    with pytest.raises(Problem):
        desk.directions.rename("joy", "  ")
    desk.document.history.undo()
    assert desk.directions.names == ("smiling", "age")
    assert desk.document.scene.directions == (("smiling", -1.0),)


def test_replacing_and_reordering_keep_the_others(desk, folder):
    desk.open(folder)
    desk.directions.add([direction("a"), direction("b", 1), direction("c", 2)], "Add")
    desk.directions.replace([direction("b", 3), direction("d")], "Replace")
    assert desk.directions.names == ("d", "a", "b", "c")
    assert desk.directions.named("b").vector[3] == 1
    desk.directions.reorder(["c", "b"])
    assert desk.directions.names == ("c", "b", "d", "a")
    desk.document.history.undo()
    desk.document.history.undo()
    assert desk.directions.named("b").vector[1] == 1


def test_a_direction_of_another_size_is_refused(desk, folder):
    with pytest.raises(Problem, match="No model"):
        desk.directions.add([direction("a")], "Add")
    desk.open(folder)
    with pytest.raises(Problem, match="has 5 numbers"):
        desk.directions.add([direction("a", size=5)], "Add")
    assert not desk.document.history.canUndo()


def test_undoing_past_another_model_changes_the_model_it_belongs_to(desk, folder, tmp_path, qtbot):
    desk.open(folder)
    desk.directions.add([direction("smiling")], "Add")
    bare = tiny_generator(tmp_path / "other.onnx", seed=5)
    desk.open(bare)
    assert desk.directions.names == ()
    desk.directions.add([direction("hat")], "Add")
    saved(desk, qtbot)
    assert directions_file(model_files(bare)).is_file()

    for _ in range(3):
        desk.document.history.undo()
    saved(desk, qtbot)
    assert on_disk(folder) == []
    desk.document.history.redo()
    saved(desk, qtbot)
    assert on_disk(folder) == ["smiling"]
    desk.open(folder)
    assert desk.directions.names == ("smiling",)


def test_what_another_program_wrote_is_seen_when_the_model_opens_again(desk, folder, qtbot):
    desk.open(folder)
    desk.directions.add([direction("smiling")], "Add")
    saved(desk, qtbot)
    save_directions(folder / "directions.npz", [direction("from outside", 2)])
    desk.open(folder)
    assert desk.directions.names == ("from outside",)


def test_what_the_command_line_wrote_meanwhile_is_kept_told_and_survives_undo(desk, folder, qtbot):
    desk.open(folder)
    desk.directions.add([direction("sefa 1"), direction("sefa 2", 1)], "Add")
    saved(desk, qtbot)
    outside = load_directions(folder / "directions.npz", 4)
    save_directions(folder / "directions.npz", [*outside, direction("fromcli", 2)])

    desk.directions.remove(["sefa 1"])
    saved(desk, qtbot)
    assert desk.directions.names == ("sefa 2", "fromcli")
    assert on_disk(folder) == ["sefa 2", "fromcli"]
    assert "fromcli" in desk.opened[0].renderer.directions
    qtbot.waitUntil(lambda: any("added fromcli" in notice.what for notice in desk.said))

    desk.document.history.undo()
    saved(desk, qtbot)
    assert on_disk(folder) == ["sefa 1", "sefa 2", "fromcli"]
    desk.directions.remove(["fromcli"])
    saved(desk, qtbot)
    assert on_disk(folder) == ["sefa 1", "sefa 2"]


def test_changes_in_quick_succession_lose_nothing_of_another_program(desk, folder, qtbot):
    desk.open(folder)
    save_directions(folder / "directions.npz", [direction("fromcli", 2)])
    desk.directions.add([direction("one")], "Add")
    desk.directions.remove(["one"])
    desk.directions.add([direction("two", 1)], "Add")
    saved(desk, qtbot)
    assert on_disk(folder) == ["two", "fromcli"]
    assert desk.directions.names == ("two", "fromcli")


def test_two_windows_see_each_others_directions(desk, folder, tmp_path, qtbot):
    other = Desk(tmp_path)
    try:
        desk.open(folder)
        other.open(folder)
        desk.directions.add([direction("mine")], "Add")
        saved(desk, qtbot)
        other.directions.add([direction("theirs", 1), direction("mine", 2)], "Add")
        saved(other, qtbot)
        assert on_disk(folder) == ["theirs", "mine", "mine 2"]
        assert load_directions(folder / "directions.npz", 4)[1].vector[2] == 1
    finally:
        other.close()


def test_a_removal_outside_back_to_an_earlier_state_is_seen_when_the_model_opens_again(desk, folder, qtbot):
    desk.open(folder)
    desk.directions.add([direction("first")], "Add")
    saved(desk, qtbot)
    early = (folder / "directions.npz").read_bytes()
    desk.directions.add([direction("second", 1)], "Add")
    saved(desk, qtbot)
    (folder / "directions.npz").write_bytes(early)
    desk.open(folder)
    saved(desk, qtbot)
    assert desk.directions.names == ("first",)


def test_a_file_that_went_away_takes_nothing_with_it(desk, folder, qtbot):
    desk.open(folder)
    desk.directions.add([direction("first")], "Add")
    saved(desk, qtbot)
    (folder / "directions.npz").unlink()
    desk.directions.add([direction("second", 1)], "Add")
    saved(desk, qtbot)
    assert on_disk(folder) == ["second", "first"]


def test_a_copy_of_a_bundled_model_has_the_directions_of_its_own_folder(qapp, tmp_path, folder, qtbot):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "generator.onnx").write_bytes((folder / "generator.onnx").read_bytes())
    save_directions(copy / "directions.npz", [direction("of the copy")])
    desk = Desk(tmp_path, is_foreign=lambda path: path.is_relative_to(folder))
    try:
        model = desk.open(folder)
        desk.directions.add([direction("mine")], "Add")
        saved(desk, qtbot)
        files = model_files(copy)
        found = desk.files.load(files, model.generator.hash, 4).directions
        assert [one.name for one in found] == ["of the copy"]
        assert desk.files.save(files, model.generator.hash, found).path == copy / "directions.npz"
    finally:
        desk.close()


def test_directions_that_are_shipped_later_are_seen_and_those_removed_stay_away(qapp, tmp_path, folder, qtbot):
    shipped = [direction("age"), direction("hat", 1)]
    save_directions(folder / "directions.npz", shipped)

    def is_foreign(path):
        return path.is_relative_to(folder)

    desk = Desk(tmp_path, is_foreign)
    try:
        desk.open(folder)
        desk.directions.remove(["hat"])
        desk.directions.add([direction("mine", 2)], "Add")
        saved(desk, qtbot)
    finally:
        desk.close()
    better = replace(direction("age", 3), notes=("Fitted anew.",))
    save_directions(folder / "directions.npz", [better, direction("hat", 1), direction("new", 1)])
    desk = Desk(tmp_path, is_foreign)
    try:
        desk.open(folder)
        assert desk.directions.names == ("mine", "age", "new")
        assert desk.directions.named("age").vector[3] == 1
        desk.directions.add([direction("hat")], "Add")
        saved(desk, qtbot)
        desk.directions.remove(["hat"])
        saved(desk, qtbot)
        desk.open(folder)
        assert desk.directions.names == ("mine", "age", "new")
    finally:
        desk.close()


def test_a_damaged_file_is_told_of_and_set_aside_before_it_is_overwritten(desk, folder, qtbot):
    (folder / "directions.npz").write_bytes(b"not directions")
    desk.open(folder)
    qtbot.waitUntil(lambda: any("damaged" in notice.what for notice in desk.said))
    assert desk.directions.all == ()
    desk.directions.add([direction("smiling")], "Add")
    saved(desk, qtbot)
    desk.directions.add([direction("age")], "Add")
    saved(desk, qtbot)
    (aside,) = folder.glob("directions.damaged-*.npz")
    assert aside.read_bytes() == b"not directions"
    assert on_disk(folder) == ["age", "smiling"]


def test_directions_of_a_bundled_model_are_kept_with_the_users_data(qapp, tmp_path, folder, qtbot):
    save_directions(folder / "directions.npz", [direction("age")])
    untouched = (folder / "directions.npz").read_bytes()
    desk = Desk(tmp_path, is_foreign=lambda path: path.is_relative_to(folder))
    try:
        model = desk.open(folder)
        desk.directions.add([direction("smiling")], "Add")
        desk.directions.add([direction("hat")], "Add")
        saved(desk, qtbot)
        qtbot.waitUntil(lambda: bool(desk.said))
        assert (folder / "directions.npz").read_bytes() == untouched
        assert [notice.what for notice in desk.said].count(desk.said[0].what) == 1
        names = [found.name for found in desk.files.load(model.files, model.generator.hash, 4).directions]
        assert names == ["hat", "smiling", "age"]
    finally:
        desk.close()


def test_where_nothing_can_be_written_beside_the_model_the_users_data_take_it(desk, folder, qtbot):
    (folder / "directions.npz").mkdir()  # as unwritable as a read-only disk, also for root
    model = desk.open(folder)
    desk.directions.add([direction("smiling")], "Add")
    saved(desk, qtbot)
    assert [found.name for found in desk.files.load(model.files, model.generator.hash, 4).directions] == ["smiling"]


@pytest.mark.parametrize("what", ["deleted", "replaced"])
def test_directions_of_a_model_that_went_away_are_kept_with_the_users_data(desk, folder, qtbot, what):
    model = desk.open(folder)
    shutil.rmtree(folder)
    if what == "replaced":
        folder.mkdir()
        tiny_generator(folder / "generator.onnx", size=16)
    desk.directions.add([direction("smiling")], "Add")
    saved(desk, qtbot)
    assert not (folder / "directions.npz").exists()
    qtbot.waitUntil(lambda: bool(desk.said))
    assert desk.said[-1].what.startswith("The directions of this model are kept with your own data")
    assert (desk.files._folder / f"{model.generator.hash}.npz").is_file()


def test_closing_waits_for_what_is_being_saved(qapp, tmp_path, folder):
    desk = Desk(tmp_path)
    desk.open(folder)
    for number in range(5):
        desk.directions.add([direction(f"d{number}")], "Add")
    desk.close()
    assert on_disk(folder) == ["d4", "d3", "d2", "d1", "d0"]


def test_strengths_combine_and_zero_takes_one_off(desk, folder):
    desk.open(folder)
    edits = SceneEdits(desk.document)
    edits.set_strength("a", 1.0)
    edits.set_strength("b", -2.0)
    edits.set_strength("a", 1.5)
    assert desk.document.scene.directions == (("a", 1.5), ("b", -2.0))
    edits.set_strength("a", 0.0)
    assert desk.document.scene.directions == (("b", -2.0),)
    count = desk.document.history.count()
    for nothing in (float("nan"), float("inf"), -2.0, 1e9):
        edits.set_strength("b", nothing)
    assert desk.document.history.count() == count
    edits.reset_strengths()
    assert desk.document.scene.directions == ()


def test_a_drag_of_a_strength_is_one_step(desk, folder):
    desk.open(folder)
    edits = SceneEdits(desk.document)
    for alpha in (0.5, 1.0, 1.5):
        edits.set_strength("a", alpha, gesture=9)
    assert desk.document.history.count() == 1


def test_baking_in_keeps_the_picture_to_the_byte(desk, folder):
    model = desk.open(folder)
    desk.directions.add([direction("a"), direction("b", 2)], "Add")
    edits = SceneEdits(desk.document)
    edits.card = model.generator.card
    edits.set_truncation(0.7)
    edits.set_strength("a", 1.3)
    edits.set_strength("b", -0.4)
    before = desk.document.scene
    edits.bake_in(desk.directions.vectors)
    after = desk.document.scene
    assert (after.directions, after.truncation, after.seed) == ((), 1.0, None)
    assert np.array_equal(after.z, effective_latent(before, desk.directions.vectors))
    drawn = [model.renderer.render(scene).picture for scene in (before, after)]
    assert np.array_equal(*drawn)


def test_sampling_anew_leaves_the_directions_applied(desk, folder):
    model = desk.open(folder)
    edits = SceneEdits(desk.document)
    edits.card = model.generator.card
    edits.set_strength("a", 1.3)
    edits.sample(5)
    assert desk.document.scene.directions == (("a", 1.3),)
    assert desk.document.scene.seed == 5


def test_locking_is_one_step_and_leaves_nothing_in_common(desk, folder):
    desk.open(folder)
    slanted = Direction("slanted", unit([1, 1, 0, 0]), "svm")
    desk.directions.add([direction("a"), slanted, direction("c", 2)], "Add")
    assert desk.directions.lock(["a", "slanted"]) == ("a, independent", "slanted, independent")
    assert desk.directions.names == ("a, independent", "slanted, independent", "a", "slanted", "c")
    assert abs(desk.directions.named("slanted, independent").vector[0]) < 1e-6
    desk.document.history.undo()
    assert desk.directions.names == ("a", "slanted", "c")
    assert desk.directions.lock(["a", "slanted", "c"], in_place=True) == ("a", "slanted", "c")
    assert desk.directions.named("slanted").method == "locked"
    desk.document.history.undo()
    with pytest.raises(Problem, match="two directions"):
        desk.directions.lock(["a"])


@pytest.mark.parametrize(("yes", "splits"), [(1, True), (0, False), (49, True), (50, False), (25, True)])
def test_a_classifiers_chances_are_sides_unless_nearly_all_are_on_one(yes, splits):
    chances = np.r_[np.full(yes, 0.75), np.full(50 - yes, 0.25)].astype(np.float32)
    found = _sides(chances)
    assert found.tolist() == ((chances > 0.5).astype(float) if splits else chances).tolist()
    assert _sides(np.full(4, 0.5, np.float32)).tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("smiling", "", "smiling"),
        ("smiling", "smiling", "smiling 2"),
        ("smiling", "smiling,smiling 2,smiling 4", "smiling 3"),
        ("sefa 1", "sefa 1", "sefa 1 (2)"),
        ("sefa 1", "sefa 1,sefa 1 (2)", "sefa 1 (3)"),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME, "x" * (LONGEST_NAME - 2) + " 2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(name, taken, free):
    assert _free_name(name, set(taken.split(","))) == free


def test_what_others_did_is_told_in_a_sentence():
    a, b, c = (Direction(name, unit(np.eye(3)[place]), "svm") for place, name in enumerate("abc"))
    assert _told((a, b), (b, c)) == "Another program added c and removed a; this window shows it now."
    assert _told((a,), (a, b, c)) == "Another program added b, c; this window shows it now."
    assert _told((a, b), (b,)) == "Another program removed a; this window shows it now."
    assert _told((a, b), (b, a)) == "Another program changed directions; this window shows it now."


def test_a_direction_of_w_is_kept_to_some_layers_and_that_is_undone(desk, tmp_path):
    model = desk.open(tiny_style_model(tmp_path / "styled"))
    desk.directions.add([replace(direction("age", 1, 5), space="w"), direction("older")], "Import")
    desk.document.edit("Move", directions=(("age", 2.0),))
    whole = model.renderer.drawn(desk.document.scene)
    desk.directions.move_layers(["age"], (1, 2))
    part = model.renderer.drawn(desk.document.scene)
    assert (part[0] != whole[0]).any()
    assert np.allclose(part[1:], whole[1:], atol=1e-6)
    desk.document.history.undo()
    assert model.renderer.drawn(desk.document.scene).tobytes() == whole.tobytes()
    with pytest.raises(Problem, match="moves z"):
        desk.directions.move_layers(["older"], (1, 2))
