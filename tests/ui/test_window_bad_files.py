"""Whatever is opened, the window lives on, says one sentence, and loses nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.scene import Scene
from explorer.session.notices import PROBLEM
from tests.models import tiny_critic, tiny_generator
from tests.ui.conftest import let_draw, open_and_wait


def _empty(folder: Path, model: Path) -> Path:
    path = folder / "empty.onnx"
    path.touch()
    return path


def _truncated(folder: Path, model: Path) -> Path:
    path = folder / "truncated.onnx"
    whole = (model / "generator.onnx").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _picture_named_onnx(folder: Path, model: Path) -> Path:
    path = folder / "picture.onnx"
    Image.new("RGB", (8, 8)).save(path, "PNG")
    return path


def _critic_of_another_size(folder: Path, model: Path) -> Path:
    return tiny_critic(folder / "critic.onnx", size=16)


def _numbers_of_another_size(folder: Path, model: Path) -> Path:
    np.save(folder / "latents.npy", np.zeros((3, 7)))
    return folder / "latents.npy"


def _missing(folder: Path, model: Path) -> Path:
    return folder / "missing.onnx"


def _empty_folder(folder: Path, model: Path) -> Path:
    (folder / "nothing").mkdir()
    return folder / "nothing"


def _run_without_checkpoint(folder: Path, model: Path) -> Path:
    (folder / "run").mkdir()
    (folder / "run" / "run.json").write_text("{}")
    return folder / "run"


def _picture_of_an_unknown_model(folder: Path, model: Path) -> Path:
    path = folder / "unknown.png"
    scene = Scene(model="0" * 64, model_name="Somebody's model", z=np.zeros(4, np.float32))
    path.write_bytes(png_bytes(np.zeros((8, 8, 3), np.uint8), scene))
    return path


def _text_that_is_no_scene(folder: Path, model: Path) -> Path:
    path = folder / "scene.json"
    path.write_text('{"format": "something else"}')
    return path


def _bytes_that_are_no_text(folder: Path, model: Path) -> Path:
    path = folder / "bytes.json"
    path.write_bytes(b"\xff\xfe\x00")
    return path


BAD = [
    _empty,
    _truncated,
    _picture_named_onnx,
    _critic_of_another_size,
    _numbers_of_another_size,
    _missing,
    _empty_folder,
    _run_without_checkpoint,
    _picture_of_an_unknown_model,
    _text_that_is_no_scene,
    _bytes_that_are_no_text,
]


@pytest.mark.parametrize("bad", BAD, ids=lambda make: make.__name__.strip("_"))
def test_a_bad_file_leaves_everything_as_it_was(bad, opened, qtbot, tmp_path, tiny_models):
    studio = opened.studio
    path = bad(tmp_path, tiny_models / "faces")
    scene, model, said = studio.document.scene, studio.models.current, []
    studio.notices.report(said.append)

    opened.open(path)
    qtbot.waitUntil(lambda: bool(said) and not studio.models.is_busy, timeout=30_000)

    assert [notice.kind for notice in said] == [PROBLEM]
    assert "Traceback" not in said[0].what
    assert studio.document.scene is scene
    assert studio.models.current is model
    assert opened.panel.isEnabled()
    assert opened.windowTitle().startswith("faces")
    assert path not in studio.settings.recent
    with qtbot.waitSignal(studio.pictures.settled):
        studio.edits.new_sample()


UNDRAWABLE = {
    "of another size": {"z": np.zeros(5, np.float32)},
    "of an unknown class": {"label": 1},
    "along an unknown direction": {"directions": (("smile", 1.0),)},
}


@pytest.mark.parametrize("changes", UNDRAWABLE.values(), ids=UNDRAWABLE)
@pytest.mark.parametrize("other", [False, True], ids=["open model", "other model"])
def test_a_scene_its_model_cannot_draw_changes_nothing(opened, qtbot, tmp_path, tiny_models, changes, other):
    studio = opened.studio
    path = tmp_path / "odd.png"
    odd = replace(studio.document.scene, **changes)
    path.write_bytes(png_bytes(np.zeros((8, 8, 3), np.uint8), odd))
    if other:
        open_and_wait(opened, tiny_models / "large", qtbot)
    scene, model, steps, said = studio.document.scene, studio.models.current, studio.document.scenes(), []
    studio.notices.report(said.append)

    opened.open(path)
    qtbot.waitUntil(lambda: bool(said) and not studio.models.is_busy)
    studio.controller.paste(odd)
    qtbot.waitUntil(lambda: len(said) == 2 and not studio.models.is_busy)

    assert [notice.kind for notice in said] == [PROBLEM, PROBLEM]
    assert studio.document.scene is scene
    assert studio.document.scenes() == steps
    assert studio.models.current is model
    assert opened.panel.isEnabled()


def test_a_scene_without_a_model_opens_nothing(window, qtbot):
    said = []
    window.studio.notices.report(said.append)
    window.studio.controller.paste(Scene())
    qtbot.waitUntil(lambda: bool(said) and not window.studio.models.is_busy)
    assert said[0].kind == PROBLEM
    assert window.studio.document.history.count() == 0


def test_a_bad_file_opened_first_leaves_the_invitation_to_open_one(window, qtbot, tmp_path):
    said = []
    window.studio.notices.report(said.append)
    window.open(tmp_path / "missing.onnx")
    qtbot.waitUntil(lambda: bool(said) and not window.studio.models.is_busy)
    assert not window.panel.isVisible()
    assert window.studio.models.current is None


def test_a_picture_of_an_unknown_model_names_the_model(opened, qtbot, tmp_path):
    said = []
    opened.studio.notices.report(said.append)
    opened.open(_picture_of_an_unknown_model(tmp_path, tmp_path))
    qtbot.waitUntil(lambda: bool(said))
    assert "Somebody's model" in said[0].what


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_costs_nothing(opened, qtbot, tmp_path):
    tmp_path.chmod(0o500)
    _save_and_expect_a_problem(opened, qtbot, tmp_path / "picture.png")
    tmp_path.chmod(0o700)


def test_saving_into_a_folder_that_is_gone_is_a_problem_in_words(opened, qtbot, tmp_path):
    _save_and_expect_a_problem(opened, qtbot, tmp_path / "gone" / "picture.png")


def _save_and_expect_a_problem(window, qtbot, path):
    studio, said = window.studio, []
    studio.notices.report(said.append)
    studio.saver.save(studio.pictures.renderer, studio.document.scene, path)
    qtbot.waitUntil(lambda: bool(said))
    assert [notice.kind for notice in said] == [PROBLEM]


@pytest.fixture
def leaving(window, qtbot, tmp_path):
    """The window with a model open that can be deleted or replaced, and what is said."""
    (tmp_path / "mine").mkdir()
    file = tiny_generator(tmp_path / "mine" / "generator.onnx")
    open_and_wait(window, file.parent, qtbot)
    said = []
    window.studio.notices.report(lambda notice: said.append(notice.what))
    return window, file, said


def test_a_model_that_is_deleted_while_it_is_open_goes_on_drawing(leaving, qtbot):
    window, file, said = leaving
    shutil.rmtree(file.parent)
    let_draw(window, qtbot, lambda: window.studio.edits.new_sample())
    assert window.studio.pictures.shown_last.scene is window.studio.document.scene
    assert said == []
    window.studio.controller.use_device("cpu")
    qtbot.waitUntil(lambda: bool(said))
    assert said == [f"{file.parent} is not there."]
    let_draw(window, qtbot, lambda: window.studio.edits.new_sample())


def test_a_model_that_changed_on_disk_while_it_was_open_is_told_when_it_is_read_again(leaving, qtbot):
    window, file, said = leaving
    tiny_generator(file, seed=9)
    let_draw(window, qtbot, lambda: window.studio.edits.new_sample())
    assert said == []
    let_draw(window, qtbot, lambda: window.studio.controller.use_device("cpu"))
    assert said == ["mine has changed on disk since it was opened."]
    assert window.studio.document.scene.model == window.studio.models.hash
