from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.arithmetic.board import Board, Exemplar, Slot
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.arithmetic.boards import Boards, _of_one_model
from explorer.session.arithmetic.imported_exemplars import ImportedExemplars, exemplar_from
from explorer.session.document import Document
from explorer.session.models.opening import Opener
from tests.models import tiny_encoder, tiny_generator


def scene(seed: int, model: str = "faces") -> Scene:
    return Scene(model, "Faces", sample(seed, 4), seed=seed)


@pytest.fixture
def document(qapp) -> Document:
    return Document(scene(0))


@pytest.fixture
def boards(document, tmp_path) -> Boards:
    return Boards(document, tmp_path / "boards")


def seeds_of(boards: Boards) -> list[list[int | None]]:
    return [[each.scene.seed for each in slot.exemplars] for slot in boards.current.slots]


def test_a_board_begins_with_three_empty_slots_of_which_the_second_is_subtracted(boards):
    assert [slot.weight for slot in boards.current.slots] == [1.0, -1.0, 1.0]
    assert boards.current.result() is None


def test_every_edit_is_one_undo_step_that_says_what_it_did(boards, document):
    history = document.history
    acts = {
        "Add to slot A": lambda: boards.add(0, [Exemplar(scene(1)), Exemplar(scene(2))]),
        "Move to slot B": lambda: boards.move(0, 0, 1),
        "Remove from slot A": lambda: boards.remove(0, 0),
        "Weigh slot B": lambda: boards.weigh(1, 0.5),
        "Name slot B": lambda: boards.name(1, "man"),
        "Add a slot": boards.add_slot,
        "Remove slot C": lambda: boards.remove_slot(2),
        "Keep at a typical distance": lambda: boards.keep_norm(True),
        "Choose the result's class": lambda: boards.choose_class(1),
        "Clear slot B": lambda: boards.clear(1),
        "Clear the board": boards.restart,
    }
    states = [boards.current]
    for what, act in acts.items():
        act()
        assert history.undoText() == what
        states.append(boards.current)
    for state in reversed(states[:-1]):
        history.undo()
        assert boards.current is state
    for state in states[1:]:
        history.redo()
        assert boards.current is state
    assert document.scene.seed == 0


def test_edits_of_one_gesture_undo_and_redo_together(boards, document):
    for weight in (0.9, 0.8, 0.7):
        boards.weigh(0, weight, 5)
    assert document.history.count() == 1
    document.history.undo()
    assert boards.current.slots[0].weight == 1.0
    document.history.redo()
    assert boards.current.slots[0].weight == 0.7


def test_what_changes_nothing_is_no_step(boards, document):
    boards.weigh(0, 1.0)
    boards.name(0, "")
    boards.move(0, 0, 0)
    boards.clear(0)
    boards.keep_norm(False)
    assert document.history.count() == 0


def test_the_last_slot_stays(boards):
    for _ in range(5):
        boards.remove_slot(0)
    assert len(boards.current.slots) == 1


def test_edits_of_the_board_leave_the_scene_and_do_not_announce_one(boards, document):
    seen = []
    document.changed.connect(lambda *scenes: seen.append(scenes))
    boards.add(0, [Exemplar(scene(1))])
    document.history.undo()
    assert seen == []


def test_every_model_has_a_board_of_its_own(boards, document):
    boards.add(0, [Exemplar(scene(1))])
    document.show("Open another", scene(0, "other"))
    assert seeds_of(boards) == [[], [], []]
    document.history.undo()
    assert seeds_of(boards) == [[1], [], []]


def test_a_board_is_remembered_from_one_run_to_the_next(boards, document, tmp_path):
    boards.add(1, [Exemplar(scene(7), "me.png")])
    boards.save()
    later = Boards(document, tmp_path / "boards")
    assert seeds_of(later) == [[], [7], []]
    assert later.current.slots[1].exemplars[0].name == "me.png"


@pytest.mark.parametrize("damage", [b"nothing", b"\xff\xfe", b"{}"])
def test_a_damaged_board_is_set_aside(boards, document, tmp_path, damage):
    boards.add(0, [Exemplar(scene(1))])
    boards.save()
    (file,) = (tmp_path / "boards").iterdir()
    file.write_bytes(damage)
    later = Boards(document, tmp_path / "boards")
    with pytest.raises(Problem):
        _ = later.current
    assert seeds_of(later) == [[], [], []]
    assert [path.read_bytes() for path in (tmp_path / "boards").glob("*.damaged-*")] == [damage]


@pytest.fixture
def faces(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    model = Opener(tmp_path / "exports").open(folder, "cpu")
    yield model
    model.generator.close()


@pytest.fixture
def imports(qapp):
    imports = ImportedExemplars()
    yield imports
    imports.close()


def photo(path: Path) -> Path:
    Image.fromarray(np.random.RandomState(0).randint(0, 255, (20, 30, 3), np.uint8)).save(path)
    return path


def test_photographs_are_encoded_one_after_the_other_and_keep_their_names(imports, faces, tmp_path, qtbot):
    found = []
    imports.arrived.connect(lambda model, place, exemplar: found.append((model, place, exemplar)))
    imports.bring(faces, 2, [photo(tmp_path / "one.jpg"), photo(tmp_path / "two.png")])
    qtbot.waitUntil(lambda: not imports.is_busy, timeout=10_000)
    assert [(place, exemplar.name) for _, place, exemplar in found] == [(2, "one.jpg"), (2, "two.png")]
    assert all(exemplar.scene.z.shape == (4,) and model == faces.generator.hash for model, _, exemplar in found)


def test_a_saved_picture_brings_its_own_scene_and_needs_no_encoder(imports, faces, tmp_path):
    found = []
    imports.arrived.connect(lambda *what: found.append(what))
    own = Scene(faces.generator.hash, "faces", sample(3, 4), seed=3)
    save_png(tmp_path / "saved.png", faces.renderer.render(own).picture, own)
    (tmp_path / "scene.json").write_text(scene_to_json(own))
    imports.bring(faces, 0, [tmp_path / "saved.png", tmp_path / "scene.json"])
    assert [exemplar.scene.seed for _, _, exemplar in found] == [3, 3]
    assert not imports.is_busy


def test_a_file_that_is_no_picture_is_a_problem_and_the_next_goes_on(imports, faces, tmp_path, qtbot):
    found, problems = [], []
    imports.arrived.connect(lambda *what: found.append(what))
    imports.failed.connect(problems.append)
    (tmp_path / "notes.txt").write_text("words")
    imports.bring(faces, 0, [tmp_path / "notes.txt", photo(tmp_path / "me.jpg")])
    qtbot.waitUntil(lambda: not imports.is_busy, timeout=10_000)
    assert len(found) == 1
    assert "notes.txt" in problems[0].what


def test_a_model_without_an_encoder_says_so_and_names_the_way_out(imports, faces, tmp_path):
    (faces.path / "encoder.onnx").unlink()
    bare = Opener(tmp_path / "exports").open(faces.path, "cpu")
    problems = []
    imports.failed.connect(problems.append)
    imports.bring(bare, 0, [photo(tmp_path / "me.jpg")])
    bare.generator.close()
    assert "encoder" in problems[0].what
    assert "Your picture" in problems[0].hint


def test_a_scene_of_another_model_is_refused_in_words(faces):
    with pytest.raises(Problem, match="Faces"):
        exemplar_from(scene(1), faces)


def test_a_board_is_of_one_model_and_one_size():
    def board(*scenes):
        return Board(slots=(Slot(exemplars=tuple(map(Exemplar, scenes))), Slot()))

    small = Scene("faces", "Faces", sample(1, 3))
    for good in (board(), board(scene(1)), board(scene(1), scene(2))):
        assert _of_one_model(good, "faces") is good
    for bad in (Board(slots=()), board(scene(1), small), board(scene(1, "cats")), board(scene(1), scene(2, "cats"))):
        with pytest.raises(ValueError, match="several models"):
            _of_one_model(bad, "faces")
