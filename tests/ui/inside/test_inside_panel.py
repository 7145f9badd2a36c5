"""The Inside panel, with networks of which it is known what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explorer.ui.inside.dream_view import DreamView
from explorer.ui.inside.fool_controls import DIGIT, MODEL, PHOTO
from explorer.ui.inside.fool_view import FoolView
from explorer.ui.inside.panel import VIEWS
from tests.models import tiny_generator
from tests.networks import convolving_critic, softmax_network
from tests.ui.conftest import open_and_wait

NAMES = tuple("0123456789")
pytestmark = pytest.mark.usefixtures("remembered_trials")


def _pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def show(window, title):
    window.show_panel([panel.title for panel in window.panels].index("Inside"))
    window.panel.show_view([view.title for view in VIEWS].index(title))
    return window.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)


@pytest.fixture
def with_critic(window, tmp_path, qtbot):
    """A model of 16 pixels with a critic is open."""
    folder = tmp_path / "critical"
    convolving_critic(folder / "critic.onnx")
    tiny_generator(folder / "generator.onnx", size=16)
    open_and_wait(window, folder, qtbot)
    return window


@pytest.fixture
def fool(with_critic, qtbot) -> FoolView:
    view = show(with_critic, "Fool it")
    qtbot.waitUntil(lambda: view.found is not None, timeout=20_000)
    settle(view, qtbot)
    return view


def test_the_critic_of_the_open_model_is_misled_about_the_picture_in_sight(fool, qtbot):
    found = fool.found.fooled
    assert (found.before.pictures[0] == fool.studio.pictures.shown_last.picture).all()
    assert found.after.values[0, 0] > found.before.values[0, 0]
    assert (fool.after.picture.picture == found.after.pictures[0]).all()
    assert "samples" in fool._said.text()
    assert fool.controls.target.currentText() == "real"


def test_a_larger_epsilon_is_asked_for_at_once_and_moves_further(fool, qtbot):
    before = fool.found.fooled.after.values[0, 0]
    fool.lesson_actions()["epsilon"]("0.2")
    settle(fool, qtbot)
    assert fool.found.request.attack.epsilon == 0.2
    assert fool.found.fooled.after.values[0, 0] > before
    assert "0.2 of the range" in fool._said.text()


def test_another_sample_is_attacked_when_it_is_drawn(fool, qtbot):
    before = fool.found
    with qtbot.waitSignal(fool.attacks.fooled, timeout=20_000):
        fool.studio.edits.new_sample()
    settle(fool, qtbot)
    assert (fool.found.fooled.before.pictures != before.fooled.before.pictures).any()


def test_another_answer_is_wanted_than_the_present_one_unless_the_hand_chose_it(fool, qtbot):
    fooled = fool.found.fooled
    assert fool.found.request.attack.target == fool.controls.target.currentData() == "real"
    real = fool.controls.target.findData("real")
    passing = replace(fooled, before=replace(fooled.before, values=fooled.before.values + 1e6))
    fool._on_fooled(replace(fool.found, fooled=passing))
    assert fool.controls.target.currentData() == "made"
    fool.controls.target.setCurrentIndex(real)
    fool.controls.target.activated.emit(real)
    fool._on_fooled(replace(fool.found, fooled=passing))
    assert fool.controls.target.currentData() == "real"
    settle(fool, qtbot)


def test_a_network_of_ones_own_that_reads_digits_is_shown_a_digit(fool, tmp_path, qtbot):
    weights = np.random.RandomState(0).randn(784, 10)
    path = softmax_network(tmp_path / "reader" / "mine.onnx", weights, 28, names=NAMES)
    fool.bring(path)
    qtbot.waitUntil(lambda: fool.found is not None and fool.found.request.path == path, timeout=20_000)
    assert fool.controls.kind == DIGIT
    assert fool.controls.number.value == 0.25
    assert [bar.name for bar in fool.before.bars.bars] == sorted(bar.name for bar in fool.before.bars.bars)
    fool.lesson_actions()["errors"]("digits")
    qtbot.waitUntil(lambda: len(fool.controls.errors.bars) == 3, timeout=30_000)
    settle(fool, qtbot)
    assert "Wrong answers on 500 pictures" in fool.controls.said.text()


def test_a_photo_is_cut_to_the_network_and_attacked(fool, tmp_path, qtbot):
    photo = tmp_path / "photo.jpg"
    Image.fromarray(np.random.RandomState(0).randint(0, 256, (40, 60, 3)).astype(np.uint8)).save(photo)
    fool.show_photo(photo)
    qtbot.waitUntil(lambda: fool.found is not None and fool.found.request.picture.shape[1] == 60, timeout=20_000)
    assert fool.controls.kind == PHOTO
    assert fool.found.fooled.before.pictures.shape == (1, 16, 16, 3)


def test_what_draws_pictures_is_refused_in_a_sentence(fool, tmp_path, qtbot):
    fool.bring(tiny_generator(tmp_path / "draws.onnx"))
    settle(fool, qtbot)
    qtbot.waitUntil(lambda: fool.found is None, timeout=20_000)
    assert fool.before.picture.picture is None
    assert fool.exports() == ()


def test_the_misleading_picture_is_saved_as_it_is(fool, tmp_path):
    picture, sheet = fool.exports()
    picture.write(tmp_path / "a.png", lambda *_: None, lambda: False)
    assert (_pixels(tmp_path / "a.png") == fool.found.fooled.after.pictures[0]).all()
    sheet.write(tmp_path / "b.png", lambda *_: None, lambda: False)
    assert _pixels(tmp_path / "b.png").shape == (16, 4 * 16 + 3 * 2, 3)


def test_without_any_network_it_says_what_is_needed(window, qtbot):
    view = show(window, "Fool it")
    settle(view, qtbot)
    assert view._nothing.isVisible()
    assert show(window, "Dream")._nothing.isVisible()


@pytest.fixture
def dream(with_critic, qtbot) -> DreamView:
    view = show(with_critic, "Dream")
    qtbot.waitUntil(lambda: view.network is not None, timeout=20_000)
    controls = view.controls
    for box, value in ((controls.octaves, 2), (controls.steps, 3), (controls.side, 32)):
        box.show_value(value)
    return view


def test_a_dream_grows_and_its_steps_can_be_seen_again(dream, qtbot):
    dream.meanings()["sample"].do()
    qtbot.waitUntil(lambda: len(dream.timeline.states) == 7, timeout=20_000)
    settle(dream, qtbot)
    assert (dream.canvas.picture == dream.timeline.states[-1].canvas).all()
    dream.timeline.scrub.moved.emit(0.0, 1)
    assert (dream.canvas.picture == dream.timeline.states[0].canvas).all()
    assert [offer.suffix for offer in dream.exports()] == [".png", ".mp4", ".gif"]


def test_the_window_dreams_the_same_bytes_as_the_command_line(dream, tmp_path, qtbot):
    from explorer.cli import run_verb

    dream.lesson_actions()["dream"]("critical: critic | 1 | Channel 2")
    qtbot.waitUntil(lambda: len(dream.timeline.states) == 7, timeout=20_000)
    settle(dream, qtbot)
    out = tmp_path / "dream.png"
    how = ["--layer", "1", "--channel", "2", "--octaves", "2", "--steps", "3", "--size", "32"]
    assert run_verb(["dream", str(tmp_path / "critical"), *how, "--out", str(out)]) == 0
    assert (_pixels(out) == dream.timeline.states[-1].canvas).all()


def test_a_dream_out_of_the_picture_needs_one(dream, qtbot):
    dream.controls.show_start(MODEL)
    dream.meanings()["sample"].do()
    qtbot.waitUntil(lambda: len(dream.timeline.states) == 7, timeout=20_000)
    settle(dream, qtbot)
    dream.controls.show_start(2)
    dream.timeline.clear()
    dream.meanings()["sample"].do()
    assert not dream.is_busy
    assert list(dream.timeline.states) == []


def test_layers_and_channels_are_those_of_the_network(dream):
    layers = [dream.controls.layer.itemText(index) for index in range(dream.controls.layer.count())]
    assert layers == ["0: 4 of 8 px", "1: 6 of 4 px", "2: 1 numbers"]
    dream.controls.layer.setCurrentIndex(0)
    dream.controls.layer_changed.emit()
    assert dream.controls.channel.count() == 1 + 4
