"""Forgetting: measured in a worker, shown step by step, cancelled, and refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.problem import Problem
from tests.ui.worlds.conftest import view_of
from tests.worlds import FACTS, tiny_world


@pytest.fixture
def short(monkeypatch, remembered_trials):
    monkeypatch.setattr("explorer.session.worlds.forgetting.DRIVEN", "drive:200:9")
    monkeypatch.setattr("explorer.ui.worlds.forgetting_view.DRIVEN", "drive:200:9")


@pytest.fixture
def forgetting(short, window, world_folder):
    view = view_of(window, "Forgetting")
    window.panel.open_own(world_folder)
    view.controls.steps.show_value(6)
    return view


def test_it_is_measured_beside_a_picture_that_stands_still(forgetting, tmp_path, qtbot):
    with qtbot.waitSignal(forgetting.work.measured, timeout=20_000):
        forgetting.meanings()["sample"].do()
    loop = forgetting.loop
    assert loop.example.shape == (5, 3, 32, 32, 3)
    assert "Dream: " in forgetting.plot.accessibleDescription()
    forgetting.step.take(4)
    assert [np.array_equal(view.picture, loop.example[3, n]) for n, view in enumerate(forgetting.pictures)] == [
        True
    ] * 3
    assert np.array_equal(loop.example[0, 2], loop.example[4, 2])
    assert "Step 4" in forgetting.words.words
    (offer,) = forgetting.exports()
    offer.write(tmp_path / "f.csv", lambda *_: None, lambda: False)
    assert len((tmp_path / "f.csv").read_text().splitlines()) == 6


def test_measuring_can_be_stopped_and_nothing_is_shown(forgetting, qtbot):
    forgetting.measure()
    assert forgetting.controls.working.isVisible()
    forgetting.controls.working.cancel.click()
    qtbot.waitUntil(lambda: not forgetting.is_busy, timeout=20_000)
    assert forgetting.loop is None
    assert not forgetting.controls.working.isVisible()


def test_a_stranger_s_world_needs_a_recording_of_its_own(short, window, tmp_path, qtbot):
    view = view_of(window, "Forgetting")
    window.panel.open_own(tiny_world(tmp_path / "other", replace(FACTS, source="")))
    told = []
    view.work.failed.connect(told.append)
    view.measure()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert isinstance(told[0], Problem)
    assert "did not learn from the drawn road" in told[0].what
