"""A foreign model whose reading had to be guessed is shown, can be read otherwise, and stays so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.models.graph import parse_model
from explorer.core.models.interpretations import Interpretations
from explorer.ui.window.main_window import MainWindow
from explorer.ui.window.readings.interpretation_dialog import InterpretationDialog, sides_of
from tests.core.test_odd_models import Odd, build
from tests.models import tiny_generator


@pytest.fixture(autouse=True)
def _nothing_was_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def _dialog(window: MainWindow) -> InterpretationDialog | None:
    return next(iter(window.findChildren(InterpretationDialog)), None)


def _opened(qtbot, window: MainWindow, path: Path) -> InterpretationDialog:
    with qtbot.waitSignal(window.studio.models.opened, timeout=60_000):
        window.open(path)
    qtbot.waitUntil(lambda: _dialog(window) is not None)
    dialog = _dialog(window)
    qtbot.waitUntil(lambda: dialog._shown is not None, timeout=60_000)
    return dialog


def test_a_guess_is_shown_corrected_and_remembered(qtbot, window: MainWindow, tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(low=-3.0, high=3.0))
    dialog = _opened(qtbot, window, path)
    before = dialog._shown.pictures
    dialog.range.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.reinterpretations.shown, timeout=30_000):
        dialog.range.activated.emit(1)
    assert dialog._shown.card.value_range == (-1.0, 1.0)
    assert np.abs(dialog._shown.pictures.astype(int) - before).max() > 20
    with qtbot.waitSignal(window.studio.models.opened, timeout=60_000):
        dialog.use.click()
    qtbot.waitUntil(lambda: _dialog(window) is None)
    model = window.studio.models.current
    assert model.generator.card.value_range == (-1.0, 1.0)
    assert not model.generator.doubts
    assert Interpretations().of(parse_model(path).hash)["value_range"] == (-1.0, 1.0)


def test_classes_are_named(qtbot, window: MainWindow, tmp_path: Path) -> None:
    path = tiny_generator(tmp_path / "classy.onnx", card=False, classes=3)
    with qtbot.waitSignal(window.studio.models.opened, timeout=60_000):
        window.open(path)
    window.commands["reading"].trigger()
    qtbot.waitUntil(lambda: _dialog(window) is not None)
    dialog = _dialog(window)
    qtbot.waitUntil(lambda: dialog._shown is not None, timeout=60_000)
    qtbot.keyClicks(dialog.names, "cat, dog, horse")
    with qtbot.waitSignal(dialog.reinterpretations.shown, timeout=30_000):
        dialog.names.editingFinished.emit()
    with qtbot.waitSignal(window.studio.models.opened, timeout=60_000):
        dialog.use.click()
    assert window.studio.models.current.generator.card.classes == ("cat", "dog", "horse")


def test_what_is_cancelled_changes_nothing(qtbot, window: MainWindow, tmp_path: Path) -> None:
    path = build(tmp_path / "odd.onnx", Odd(low=-3.0, high=3.0))
    dialog = _opened(qtbot, window, path)
    model = window.studio.models.current
    dialog.prior.activated.emit(1)
    dialog.reject()
    qtbot.waitUntil(lambda: _dialog(window) is None)
    assert window.studio.models.current is model
    assert not Interpretations().of(parse_model(path).hash)


def test_a_model_with_a_card_is_not_asked_about(qtbot, window: MainWindow) -> None:
    from explorer.paths import model_path

    with qtbot.waitSignal(window.studio.models.opened, timeout=60_000):
        window.open(model_path("portraits"))
    assert _dialog(window) is None
    assert not window.commands["reading"].isEnabled()


def test_the_sides_of_a_row_of_numbers() -> None:
    assert sides_of(784)[0] == (28, 28, 1)
    assert sides_of(3 * 64 * 64)[0] == (64, 64, 3)
    assert (32, 24, 1) in sides_of(768)
    assert sides_of(7) == []
