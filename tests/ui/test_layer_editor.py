"""The recognised layers in the window: edited, followed by pictures, refused in words, and marked as guessed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from torch import nn

from explorer.core.rendering.latents import sample
from explorer.training.weight_import.architecture import in_words
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.window.readings.weight_choices_dialog import WeightChoicesDialog
from tests.ui.conftest import open_and_wait


def network(act) -> nn.Sequential:
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.ConvTranspose2d(16, 8, 4, 1, 0),
        act,
        nn.ConvTranspose2d(8, 4, 4, 2, 1),
        nn.ReLU(),
        *(nn.ConvTranspose2d(4, 3, 4, 2, 1), nn.Tanh()),
    )
    for weight in made.parameters():
        weight.data *= 3
    return made.eval()


@pytest.fixture
def weights(tmp_path):
    torch.save(network(nn.ReLU()).state_dict(), tmp_path / "faces.pt")
    return tmp_path / "faces.pt"


@pytest.fixture
def dialog(window, weights, converts_here, qtbot):
    open_and_wait(window, weights, qtbot)
    return opened_dialog(window, qtbot)


def opened_dialog(window, qtbot):
    window.commands["readings"].trigger()
    dialog = window.findChildren(WeightChoicesDialog)[-1]
    followed(dialog, qtbot)
    dialog.tabs.setCurrentWidget(dialog.layers)
    return dialog


def followed(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog._found is not None or dialog._unfit is not None, timeout=60_000)


@torch.no_grad()
def painted(theirs: nn.Module):
    z = torch.tensor(np.stack([sample(seed, 16, "normal") for seed in range(6)]))
    return ((theirs(z[:, :, None, None]) + 1) * 127.5).permute(0, 2, 3, 1).numpy()


def press(dialog, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    table = dialog.layers.table
    dialog.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, key, modifier)


def row_of(dialog, op: str) -> int:
    return next(place for place, step in enumerate(dialog.layers.steps) if step.op == op)


def test_pictures_follow_an_edited_activation_and_undo(dialog, qtbot):
    assert np.abs(dialog.pictures.pictures - painted(network(nn.ReLU()))).max() <= 1
    dialog.layers.choose(row_of(dialog, "act"))
    dialog.layers.fields.edited.emit({"kind": "leaky"})
    slope = dialog.layers.fields.findChild(NumberBox)
    slope.setFocus()
    qtbot.waitUntil(slope.hasFocus)
    slope.selectAll()
    qtbot.keyClicks(slope, "0.45")
    qtbot.keyClick(slope, Qt.Key.Key_Return)
    assert "(guessed)" not in dialog.layers.table.topLevelItem(row_of(dialog, "act")).text(3)
    followed(dialog, qtbot)
    edited = painted(network(nn.LeakyReLU(0.45)))
    assert np.abs(dialog.pictures.pictures - edited).max() <= 1
    assert np.abs(edited - painted(network(nn.ReLU()))).max() > 8
    for _ in range(2):
        qtbot.keyClick(slope, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    followed(dialog, qtbot)
    assert np.abs(dialog.pictures.pictures - painted(network(nn.ReLU()))).max() <= 1
    assert dialog.edits.can_redo
    assert not dialog.use.isEnabled()


def test_layers_that_do_not_follow_each_other_are_refused_at_their_row(dialog, qtbot):
    before = dialog.pictures.pictures
    dialog.layers.choose(row_of(dialog, "act"))
    dialog.layers._add("shuffle")
    followed(dialog, qtbot)
    item = dialog.layers.table.topLevelItem(dialog._unfit.place)
    assert dialog._unfit.what == "These layers do not follow each other at step 5: it takes 8 channels and gets 2."
    assert (dialog._unfit.place, item.text(0), item.childCount()) == (4, "✕ 5", 1)
    assert dialog.pictures.is_pale
    assert dialog.pictures.pictures is before
    assert not dialog.use.isEnabled()
    dialog.layers.choose(row_of(dialog, "shuffle"))
    press(dialog, qtbot, Qt.Key.Key_Delete)
    followed(dialog, qtbot)
    assert not dialog.pictures.is_pale
    assert dialog.use.isEnabled()


def test_only_steps_without_weights_move(dialog, qtbot):
    words = [in_words(step) for step in dialog.layers.steps]
    dialog.layers.choose(row_of(dialog, "up"))
    assert not dialog.layers.remove.isEnabled()
    assert not dialog.layers.down.isEnabled()
    place = row_of(dialog, "act")
    dialog.layers.choose(place)
    press(dialog, qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    moved = [in_words(step) for step in dialog.layers.steps]
    assert moved == [*words[:place], words[place + 1], words[place], *words[place + 2 :]]
    assert dialog.layers.current == place + 1


def test_what_is_guessed_is_marked_in_explore_until_a_person_says_it(window, dialog, qtbot):
    facts = window.panels[0].controls.facts
    assert facts.guessed.accessibleName() == "guessed: activation, last activation, latents"
    for place, step in enumerate(dialog.layers.steps):
        if step.guessed:
            dialog.layers.choose(place)
            dialog.layers.fields._confirm()
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        followed(dialog, qtbot)
        dialog.use.click()
    assert facts.guessed.accessibleName() == "guessed: latents"
    qtbot.keyClick(facts.guessed, Qt.Key.Key_Space)
    again = window.findChildren(WeightChoicesDialog)[-1]
    assert again.edits.draft.steps is not None
    again.edits.reset()
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        followed(again, qtbot)
        again.use.click()
    assert facts.guessed.accessibleName() == "guessed: activation, last activation, latents"
    again = opened_dialog(window, qtbot)
    for key, option in (("hidden", "relu"), ("last", "tanh"), ("latent", "normal")):
        again.edits.answer(key, option)
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        followed(again, qtbot)
        again.use.click()
    assert facts.guessed.isHidden()
