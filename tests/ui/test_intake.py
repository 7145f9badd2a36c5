from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from explorer.core.rendering.picture_files import save_png
from explorer.session.notices import PROBLEM
from explorer.ui.window.file_dialogs import opening_filter
from tests.models import tiny_classifier, tiny_critic, tiny_encoder, tiny_generator, tiny_style_model, tiny_translator
from tests.ui.conftest import open_and_wait

ROWS = np.random.RandomState(0).standard_normal((5, 4)).astype(np.float32)


def drop(window, paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))


def take(window, qtbot, *paths) -> None:
    """Open files, and wait until nothing is to be done any more."""
    with qtbot.waitSignal(window.studio.intake.finished, timeout=60_000):
        window.studio.intake.take(list(paths))


def answer(window, qtbot, index) -> None:
    """Answer the question that is coming."""
    qtbot.waitUntil(lambda: window.reception.question is not None, timeout=10_000)
    question = window.reception.question
    if index is None:
        question.reject()
    else:
        question.choose(index)


def heard(window) -> list:
    said = []
    window.studio.notices.report(said.append)
    return said


def offer(said, qtbot):
    """What was offered among what was said."""
    qtbot.waitUntil(lambda: any(notice.do for notice in said), timeout=30_000)
    return next(notice for notice in said if notice.do)


def saved(path, array):
    np.save(path, array)
    return path


PARTS = {"encoder": tiny_encoder, "critic": tiny_critic, "classifier": tiny_classifier}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_attached_remembered_and_removed(part, opened, build_window, tmp_path, tiny_models, qtbot):
    path = PARTS[part](tmp_path / "mine.onnx")
    said, scene = heard(opened), opened.studio.document.scene
    take(opened, qtbot, path)
    assert getattr(opened.studio.models.current.files, part) is None
    with qtbot.waitSignal(opened.studio.models.opened, timeout=10_000):
        offer(said, qtbot).do()
    assert getattr(opened.studio.models.current.files, part) == path
    assert opened.studio.document.scene is scene
    qtbot.waitUntil(lambda: not opened.studio.models.is_busy)
    opened.close()

    again = build_window()
    open_and_wait(again, tiny_models / "faces", qtbot)
    assert getattr(again.studio.models.current.files, part) == path
    again.top_bar.model.menu().aboutToShow.emit()
    (action,) = [each for each in again.top_bar.model.menu().actions() if "Remove" in each.text()]
    with qtbot.waitSignal(again.studio.models.opened, timeout=10_000):
        action.trigger()
    assert getattr(again.studio.models.current.files, part) is None
    qtbot.waitUntil(lambda: not again.studio.models.is_busy)
    assert not again.studio.intake.parts.attached()


def test_a_part_that_does_not_fit_says_its_sizes_and_those_of_the_model(opened, tmp_path, qtbot):
    said = heard(opened)
    take(opened, qtbot, tiny_encoder(tmp_path / "mine.onnx", latent=7))
    take(opened, qtbot, tiny_critic(tmp_path / "critic.onnx", size=16, channels=1))
    qtbot.waitUntil(lambda: len(said) == 2)
    assert [notice.kind for notice in said] == [PROBLEM, PROBLEM]
    assert "8 × 8 in colour and gives latents of 7 numbers" in said[0].what
    assert "takes latents of 4 numbers" in said[0].what
    assert "16 × 16 in grey" in said[1].what
    assert "draws 8 × 8 in colour" in said[1].what


def test_a_network_that_may_be_a_classifier_is_offered_as_one(opened, tmp_path, qtbot):
    said = heard(opened)
    take(opened, qtbot, tiny_encoder(tmp_path / "mine.onnx", latent=7, card=False))
    with qtbot.waitSignal(opened.studio.models.opened, timeout=10_000):
        offer(said, qtbot).do()
    assert opened.studio.models.current.files.classifier == tmp_path / "mine.onnx"
    qtbot.waitUntil(lambda: not opened.studio.models.is_busy)


def test_a_part_without_a_generator_says_that_none_is_open(window, tmp_path, qtbot):
    said = heard(window)
    take(window, qtbot, tiny_critic(tmp_path / "critic.onnx"))
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].kind == PROBLEM
    assert "No generator is open" in said[0].what


def test_the_offer_is_a_button_of_a_notice_that_stays(opened, tmp_path, qtbot):
    take(opened, qtbot, tiny_critic(tmp_path / "critic.onnx"))
    qtbot.waitUntil(lambda: opened.toasts.count == 1)
    (toast,) = opened.toasts.shown
    assert not toast._timer.isActive()
    assert toast.action_button.text() == "Use it with faces"
    with qtbot.waitSignal(opened.studio.models.opened, timeout=10_000):
        toast.action_button.click()
    assert opened.studio.models.current.files.critic is not None
    qtbot.waitUntil(lambda: not opened.studio.models.is_busy)


def test_several_files_are_opened_in_order_models_first(window, tmp_path, tiny_models, qtbot):
    model = tiny_generator(tmp_path / "mine.onnx", seed=3)
    boundary = saved(tmp_path / "age_boundary.npy", ROWS[:1])
    scene_png = tmp_path / "scene.png"
    open_and_wait(window, model, qtbot)
    save_png(scene_png, window.studio.pictures.shown_last.picture, window.studio.document.scene)
    scene = window.studio.document.scene
    open_and_wait(window, tiny_models / "large", qtbot)
    encoder, said = tiny_encoder(tmp_path / "encoder.onnx"), heard(window)
    with qtbot.waitSignal(window.studio.intake.finished, timeout=60_000):
        drop(window, [scene_png, boundary, encoder, tmp_path / "missing.onnx", model])
        answer(window, qtbot, 0)
    studio = window.studio
    assert studio.models.current.name == "mine"
    assert studio.directions.names == ("age_boundary",)
    np.testing.assert_array_equal(studio.document.scene.z, scene.z)
    assert offer(said, qtbot).action == "Use it with mine"
    qtbot.waitUntil(lambda: any("of 5" in notice.what for notice in said))
    summary = next(notice for notice in said if "of 5" in notice.what)
    assert summary.what == "4 of 5 could be opened."
    for word in ("mine", "1 direction of age_boundary.npy", "the scene of scene.png", "encoder.onnx"):
        assert word in summary.hint
    assert "Not opened: missing.onnx." in summary.hint
    qtbot.waitUntil(lambda: not studio.directions.is_saving and not studio.pictures.is_busy)


def test_where_nothing_of_many_can_be_opened_all_are_named(window, tmp_path, qtbot):
    files = [tmp_path / f"{number}.txt" for number in range(4)]
    for file in files:
        file.write_text("some words")
    said = heard(window)
    take(window, qtbot, *files)
    qtbot.waitUntil(lambda: any("of 4" in notice.what for notice in said))
    summary = next(notice for notice in said if "of 4" in notice.what)
    assert summary.what == "0 of 4 could be opened."
    assert summary.hint == "Not opened: 0.txt, 1.txt, 2.txt, 3.txt."
    assert "0.txt is a text file, not an ONNX model." in [notice.what for notice in said]


def test_directions_of_w_are_taken_for_such(window, tmp_path, qtbot):
    open_and_wait(window, tiny_style_model(tmp_path / "styled"), qtbot)
    size = window.studio.models.current.generator.card.style_size
    take(window, qtbot, saved(tmp_path / "age_w_boundary.npy", np.eye(size, dtype=np.float32)[:1]))
    studio = window.studio
    assert [direction.space for direction in studio.directions.all] == ["w"]
    qtbot.waitUntil(lambda: not studio.directions.is_saving and not studio.pictures.is_busy)


def test_a_model_that_draws_random_numbers_says_so(window, tmp_path, qtbot):
    model = tiny_generator(tmp_path / "sound.onnx")
    proto = onnx.load(model)
    picture = proto.graph.output[0].name
    last = next(node for node in proto.graph.node if picture in node.output)
    last.output[list(last.output).index(picture)] = "calm"
    proto.graph.node.append(onnx.helper.make_node("RandomUniformLike", ["calm"], ["noise"], low=0.0, high=1e-6))
    proto.graph.node.append(onnx.helper.make_node("Add", ["calm", "noise"], [picture]))
    del proto.metadata_props[:]
    onnx.save(proto, tmp_path / "odd.onnx")
    said = heard(window)
    open_and_wait(window, tmp_path / "odd.onnx", qtbot)
    qtbot.waitUntil(lambda: any("odd does not make the same picture twice" in each.what for each in said))


def test_one_latent_becomes_the_current_one_undoably(opened, tmp_path, qtbot):
    before = opened.studio.document.scene
    with qtbot.waitSignal(opened.studio.intake.finished):
        opened.open(saved(tmp_path / "some.npy", ROWS[0]))
        answer(opened, qtbot, 1)
    np.testing.assert_array_equal(opened.studio.document.scene.z, ROWS[0])
    opened.studio.document.history.undo()
    assert opened.studio.document.scene is before


def test_several_latents_become_bookmarks(opened, tmp_path, qtbot):
    np.savez(tmp_path / "walk.npz", z=ROWS)
    take(opened, qtbot, tmp_path / "walk.npz")  # ours is called z, so nobody is asked
    marks = opened.studio.bookmarks.of(opened.studio.models.hash)
    assert [mark.name for mark in marks] == [f"walk {rank}" for rank in range(1, 6)]
    np.testing.assert_array_equal(np.stack([mark.scene.z for mark in marks]), ROWS)
    np.testing.assert_array_equal(opened.studio.document.scene.z, ROWS[0])
    assert len(opened.strips.bookmarks._shown) == 5


def test_an_answer_counts_for_the_files_that_follow(opened, tmp_path, qtbot):
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    paths = [saved(tmp_path / f"{name}.npy", unit[place]) for place, name in enumerate(("age", "smile", "hat"))]
    with qtbot.waitSignal(opened.studio.intake.finished):
        opened.studio.intake.take(paths)
        answer(opened, qtbot, 0)
    assert sorted(opened.studio.directions.names) == ["age", "hat", "smile"]
    qtbot.waitUntil(lambda: not opened.studio.directions.is_saving)


def test_the_likely_answer_is_the_one_that_enter_gives(opened, tmp_path, qtbot):
    unit = ROWS[0] / np.linalg.norm(ROWS[0])
    opened.open(saved(tmp_path / "unit.npy", unit))
    qtbot.waitUntil(lambda: opened.reception.question is not None)
    assert [button.isDefault() for button in opened.reception.question.buttons] == [True, False]
    with qtbot.waitSignal(opened.studio.intake.finished):
        qtbot.keyClick(opened.reception.question, Qt.Key.Key_Return)
    assert opened.studio.directions.names == ("unit",)
    qtbot.waitUntil(lambda: not opened.studio.directions.is_saving)


def test_a_question_that_is_given_up_changes_nothing(opened, tmp_path, qtbot):
    scene = opened.studio.document.scene
    with qtbot.waitSignal(opened.studio.intake.finished):
        opened.open(saved(tmp_path / "some.npy", ROWS))
        answer(opened, qtbot, None)
    assert opened.studio.document.scene is scene
    assert opened.studio.directions.names == ()


def test_numbers_of_another_size_say_both_sizes(opened, tmp_path, qtbot):
    said = heard(opened)
    take(opened, qtbot, saved(tmp_path / "boundary.npy", np.ones((1, 512), np.float32)))
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].kind == PROBLEM
    assert "512" in said[0].what
    assert "4" in said[0].what


def test_interfacegans_boundaries_fit_a_model_of_their_size(window, tmp_path, tiny_models, qtbot):
    open_and_wait(window, tiny_models / "large", qtbot)
    boundary = np.random.RandomState(1).standard_normal((1, 512))
    with qtbot.waitSignal(window.studio.intake.finished):
        window.open(saved(tmp_path / "stylegan_ffhq_age_boundary.npy", boundary / np.linalg.norm(boundary)))
        answer(window, qtbot, 0)
    assert window.studio.directions.names == ("stylegan_ffhq_age_boundary",)
    qtbot.waitUntil(lambda: not window.studio.directions.is_saving)


def test_numbers_without_a_model_say_that_none_is_open(window, tmp_path, qtbot):
    said = heard(window)
    take(window, qtbot, saved(tmp_path / "some.npy", ROWS))
    qtbot.waitUntil(lambda: bool(said))
    assert "none is open" in said[0].what


def test_a_folder_of_several_models_offers_them(opened, tiny_models, qtbot):
    with qtbot.waitSignal(opened.studio.intake.finished, timeout=30_000):
        opened.open(tiny_models)
        qtbot.waitUntil(lambda: opened.reception.question is not None)
        chosen = opened.reception.question.list
        assert [chosen.item(row).text() for row in range(chosen.count())] == ["faces", "fashion", "large"]
        answer(opened, qtbot, 1)
    assert opened.studio.models.current.name == "fashion"
    qtbot.waitUntil(lambda: not opened.studio.pictures.is_busy)


def test_a_folder_of_one_model_opens_it(opened, tmp_path, qtbot):
    (tmp_path / "one").mkdir()
    tiny_generator(tmp_path / "one" / "mine.onnx", seed=4)
    take(opened, qtbot, tmp_path / "one")
    assert opened.studio.models.current.name == "mine"
    qtbot.waitUntil(lambda: not opened.studio.pictures.is_busy)


def test_a_translator_among_several_files_opens_in_draw(opened, tmp_path, tiny_models, qtbot):
    take(opened, qtbot, tiny_translator(tmp_path / "negative.onnx"), tiny_models / "fashion")
    assert opened.panel.title == "Draw"
    qtbot.waitUntil(lambda: opened.panel.view.translation is not None, timeout=30_000)
    assert opened.studio.models.current.name == "fashion"
    qtbot.waitUntil(lambda: not opened.studio.pictures.is_busy)


@pytest.mark.parametrize("name", ["age.json", "age_direction.pt"])
def test_directions_of_every_form_that_is_imported_can_be_dropped(opened, tmp_path, tiny_models, qtbot, name):
    size = opened.studio.models.current.generator.card.latent_size
    vector = np.eye(size, dtype=np.float32)[1]
    if name.endswith("json"):
        (tmp_path / name).write_text(json.dumps({"age": vector.tolist()}))
    else:
        torch = pytest.importorskip("torch")
        torch.save({"age": torch.from_numpy(vector)}, tmp_path / name)
    take(opened, qtbot, tmp_path / name)
    (found,) = (each for each in opened.studio.directions.all if each.name == "age")
    assert np.array_equal(found.vector, vector)


def test_the_dialog_offers_every_kind_together_and_alone():
    kinds = opening_filter().split(";;")
    for ending in ("*.onnx", "*.npy", "*.npz", "*.png", "*.json"):
        assert ending in kinds[0]
    assert any(kind.startswith("Directions and latents") for kind in kinds)
    assert kinds[-1] == "All files (*)"


def test_an_offer_to_a_model_that_is_gone_attaches_nothing(opened, tmp_path, tiny_models, qtbot):
    said = heard(opened)
    take(opened, qtbot, tiny_critic(tmp_path / "critic.onnx"))
    offered = offer(said, qtbot)
    open_and_wait(opened, tiny_models / "large", qtbot)
    offered.do()
    qtbot.waitUntil(lambda: said[-1].kind == PROBLEM)
    assert "not open any more" in said[-1].what
    assert not opened.studio.intake.parts.attached()


def test_a_part_that_has_changed_since_is_told_of_and_not_used(opened, tmp_path, tiny_models, qtbot):
    said = heard(opened)
    path = tiny_critic(tmp_path / "critic.onnx")
    take(opened, qtbot, path)
    with qtbot.waitSignal(opened.studio.models.opened, timeout=10_000):
        offer(said, qtbot).do()
    qtbot.waitUntil(lambda: not opened.studio.models.is_busy)
    tiny_critic(path, value_range=(0.0, 1.0))
    open_and_wait(opened, tiny_models / "large", qtbot)
    open_and_wait(opened, tiny_models / "faces", qtbot)
    assert opened.studio.models.current.files.critic is None
    qtbot.waitUntil(lambda: any("has changed" in notice.what for notice in said))


def test_a_classifier_says_what_it_tells(opened, tmp_path, qtbot):
    said = heard(opened)
    take(opened, qtbot, tiny_classifier(tmp_path / "mine.onnx", attributes=("smiling", "hat")))
    offer(said, qtbot)
    assert "tells 2 attributes (smiling, hat)" in said[0].what
