"""Weights of others in the window: what was guessed is told, and can be read otherwise."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from torch import nn

from explorer.training.weight_import.interpretation import WeightInterpretation
from explorer.training.weight_import.rebuilt import Choice
from explorer.ui.window.readings.weight_choices_dialog import WeightChoicesDialog
from explorer.ui.window.readings.weight_questions import WeightChoiceCard
from tests.ui.conftest import open_and_wait


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    path = tmp_path / "digits.pt"
    torch.save(nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh()).state_dict(), path)
    return path


def dialog_of(window):
    window.commands["readings"].trigger()
    (dialog,) = window.findChildren(WeightChoicesDialog)
    return dialog


def test_weights_are_read_otherwise_with_the_same_latent_and_undone(window, tiny_models, weights, qtbot):
    open_and_wait(window, tiny_models / "faces", qtbot)
    assert not window.commands["readings"].isEnabled()
    open_and_wait(window, weights, qtbot)
    qtbot.waitUntil(lambda: window.toasts.count > 0)
    (toast,) = window.toasts.shown
    assert toast.title == "digits was read as: Multilayer perceptron GAN."
    assert toast.action_button.text() == "Other readings …"
    before, first = window.studio.document.scene, window.studio.models.hash

    dialog = dialog_of(window)
    assert set(dialog.questions.groups) == {"hidden", "last", "latent"}
    assert not dialog.use.isEnabled()
    cards = {card.text(): card for card in dialog.findChildren(WeightChoiceCard)}
    painted = [card._pictures for card in cards.values()]
    qtbot.waitUntil(lambda: not any(card._pictures.isNull() for card in cards.values()), timeout=60_000)
    assert all(pictures.isNull() for pictures in painted)  # they are painted for the dialog, not for the opening
    cards["sigmoid, 0 to 1"].click()
    assert dialog.answers() == {"last": "sigmoid"}
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        dialog.use.click()
    after = window.studio.document.scene
    assert window.studio.models.hash not in ("", first)
    assert (after.z.tolist(), after.model_name) == (before.z.tolist(), "digits")
    assert window.studio.models.current.generator.card.value_range == (0, 1)

    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        window.commands["undo"].trigger()
    assert window.studio.models.hash == first
    assert window.studio.document.scene == before
    assert window.studio.settings.recent[0] == weights
    assert not window.commands["readings"].isEnabled()  # it is the model from the cache, not the file


def test_what_is_being_opened_can_be_stopped(window, weights, qtbot):
    said = []
    window.studio.notices.report(said.append)
    with qtbot.waitSignal(window.studio.models.failed, timeout=60_000):
        window.open(weights)
        assert window.studio.models.is_busy
        window.commands["dismiss"].trigger()
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].what == "The opening of digits.pt was cancelled."


def test_opening_tells_its_stages_and_is_cancelled_by_the_button(window, weights, qtbot):
    told, bar = [], window.top_bar
    window.studio.models.busy_changed.connect(told.append)
    assert not bar.cancel.isVisible()
    with qtbot.waitSignal(window.studio.models.failed, timeout=60_000):
        window.open(weights)
        qtbot.waitUntil(lambda: told[-1] == "digits: reading", timeout=60_000)
        assert bar.cancel.isVisible()
        bar.cancel.click()
    qtbot.waitUntil(lambda: not window.studio.models.is_busy, timeout=60_000)
    qtbot.waitUntil(lambda: not bar.cancel.isVisible())
    assert window.studio.models.current is None


@pytest.fixture
def readings():
    options = (("a", "as it is"), ("b", "the other way"), ("c", "a third way"))
    return WeightInterpretation("DCGAN", "g.pt", "0" * 64, (Choice("way", "Which way?", options, "a"),), ())


def test_the_answers_go_by_keyboard_and_without_pictures(window, readings, tmp_path, qtbot):
    dialog = WeightChoicesDialog(readings, tmp_path, tmp_path / "g.pt", window)
    qtbot.addWidget(dialog)
    dialog.open()
    first, second, _third = dialog.findChildren(WeightChoiceCard)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert second.isChecked()
    assert dialog.answers() == {"way": "b"}
    assert second.accessibleName() == "Which way? the other way"
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.use.click()
    assert told.args == [{"way": "b"}]


def test_classes_are_named_beside_the_answers(window, readings, tmp_path, qtbot):
    dialog = WeightChoicesDialog(readings, tmp_path, tmp_path / "g.pt", window, classes=("0", "1"))
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog.names.text() == ""
    qtbot.keyClicks(dialog.names, "cat")
    dialog.names.editingFinished.emit()
    assert "One name is not enough" in dialog.about.text()
    qtbot.keyClicks(dialog.names, ", dog")
    dialog.names.editingFinished.emit()
    assert dialog.answers() == {"names": "cat\ndog"}
    dialog.undo.click()
    assert (dialog.names.text(), dialog.answers()) == ("", {})


def test_nothing_is_chosen_where_the_user_thinks_better_of_it(window, readings, tmp_path, qtbot):
    dialog = WeightChoicesDialog(readings, tmp_path, tmp_path / "g.pt", window)
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.findChildren(WeightChoiceCard)[1].click()
    with qtbot.assertNotEmitted(dialog.chosen):
        dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()


@pytest.mark.usefixtures("converts_here")
def test_a_source_that_is_dropped_settles_what_was_guessed(window, weights, tmp_path, qtbot, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    source = tmp_path / "elsewhere" / "net.py"
    source.write_text(
        "import torch\nfrom torch import nn\n"
        "G = nn.Sequential(nn.Linear(4, 16), nn.LeakyReLU(0.3), nn.Linear(16, 64), nn.Sigmoid())\n"
        "z = torch.rand(9, 4)\n"
    )
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        window.open(weights)
    before, first = window.studio.document.scene, window.studio.models.hash
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        window.studio.intake.take([source])
    model = window.studio.models.current
    assert window.studio.models.hash != first
    assert window.studio.document.scene.z.tolist() == before.z.tolist()
    assert (model.generator.card.value_range, model.generator.card.distribution) == ((0, 1), "uniform")
    dialog = dialog_of(window)
    assert "from the source: net.py" in dialog.title.text()
    assert "uniform from 0 to 1" in dialog.about.text()
    asked = []
    monkeypatch.setattr("explorer.ui.window.actions.ask_files", lambda *words: asked.append(words) or [])
    dialog.source.click()
    assert "*.ipynb" in asked[0][2]


def test_a_source_without_weights_says_what_it_is_for(window, tmp_path, qtbot):
    (tmp_path / "net.py").write_text("import torch")
    said = []
    window.studio.notices.report(said.append)
    with qtbot.waitSignal(window.studio.intake.finished):
        window.studio.intake.take([tmp_path / "net.py"])
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].what == "net.py is a program; it may say how weights become a network."
