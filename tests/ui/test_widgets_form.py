"""The form that a config class draws of itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from explorer.training.learning.knobs import choice, knob, switch
from explorer.ui.widgets.form import ConfigForm


@dataclass(frozen=True)
class Config:
    latent_size: int = knob(64, 2, 512, "Numbers a picture is drawn from.")
    learning_rate: float = knob(2e-4, 1e-9, 0.1, "How far one step goes.", "per step")
    beta: float = knob(1.0, 0.0, 100.0, "Weight of the divergence.")
    seed: int = knob(0, 0, 2**32 - 1, "Where the random numbers begin.")
    augment: bool = switch(True, "Shift and recolour what the critic sees.")
    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How pictures are compared.")
    note: str = choice("", (), "Any text.")
    hidden: int = 3


@pytest.fixture
def form(qtbot: QtBot) -> ConfigForm:
    form = ConfigForm(Config)
    qtbot.addWidget(form)
    form.resize(400, 600)
    form.show()
    return form


def test_a_fresh_form_says_the_defaults_exactly(form: ConfigForm) -> None:
    assert form.value() == Config()
    assert list(form.boxes) == ["latent_size", "learning_rate", "beta", "seed", "augment", "loss", "note"]
    assert not any(button.isVisible() for button in form.resets.values())


def test_every_setting_can_be_edited_and_keeps_its_type(qtbot: QtBot, form: ConfigForm) -> None:
    size, rate, seed, augment, loss, note = (
        form.boxes[n] for n in ("latent_size", "learning_rate", "seed", "augment", "loss", "note")
    )
    assert isinstance(size, QSpinBox)
    assert isinstance(rate, QDoubleSpinBox)
    assert isinstance(seed, QDoubleSpinBox)
    assert isinstance(augment, QCheckBox)
    assert isinstance(loss, QComboBox)
    assert isinstance(note, QLineEdit)
    heard: list[None] = []
    form.changed.connect(lambda: heard.append(None))
    size.setValue(128)
    rate.setValue(3e-7)
    seed.setValue(2**32 - 1)
    augment.setChecked(False)
    loss.setCurrentText("non-saturating")
    note.setText("first try")
    assert form.value() == Config(128, 3e-7, 1.0, 2**32 - 1, False, "non-saturating", "first try")
    assert type(form.value().seed) is int
    assert len(heard) == 6


@pytest.mark.parametrize(("typed", "value"), [("1e-5", 1e-5), ("0.00003", 3e-5), ("0,01", 0.01), ("7", 2e-4)])
def test_small_numbers_can_be_typed_in_any_form(form: ConfigForm, typed: str, value: float) -> None:
    box = form.boxes["learning_rate"]
    assert isinstance(box, QDoubleSpinBox)
    box.lineEdit().selectAll()
    QTest.keyClicks(box, typed)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert form.value().learning_rate == value


@pytest.mark.parametrize(("value", "text"), [(2e-4, "0.0002"), (1e-7, "1e-07"), (0.05, "0.05")])
def test_numbers_are_shown_without_needless_zeros(form: ConfigForm, value: float, text: str) -> None:
    box = form.boxes["learning_rate"]
    assert isinstance(box, QDoubleSpinBox)
    box.setValue(value)
    assert box.text() == text


def test_one_setting_or_all_go_back_to_the_defaults(qtbot: QtBot, form: ConfigForm) -> None:
    form.show_value(Config(latent_size=32, beta=4.0))
    assert form.resets["latent_size"].isVisible()
    with qtbot.waitSignal(form.changed):
        form.resets["latent_size"].click()
    assert form.value() == Config(beta=4.0)
    assert not form.resets["latent_size"].isVisible()
    with qtbot.waitSignal(form.changed):
        form.reset()
    assert form.value() == Config()
    with qtbot.assertNotEmitted(form.changed):
        form.reset()


def test_showing_settings_is_silent(qtbot: QtBot, form: ConfigForm) -> None:
    with qtbot.assertNotEmitted(form.changed):
        form.show_value(Config(latent_size=8, augment=False, loss="non-saturating"))
    assert form.value().latent_size == 8


def test_every_box_is_labelled_and_explained(form: ConfigForm) -> None:
    words = [label.text() for label in form.findChildren(QLabel)]
    assert "Learning rate (per step)" in words
    assert "How far one step goes." in words
    for box in form.boxes.values():
        assert box.accessibleName()
        assert box.toolTip()


def test_the_wheel_over_a_box_without_the_keyboard_changes_nothing(form: ConfigForm) -> None:
    box = form.boxes["latent_size"]
    box.clearFocus()
    place = QPointF(box.rect().center())
    event = QWheelEvent(
        place, box.mapToGlobal(place), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    assert form.value() == Config()
