"""Learning: generations are drawn as they come, the newest driver is watched, and it can be stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.training.worlds.evolving import EvolutionPlan, evolved
from tests.ui.worlds.conftest import view_of
from tests.worlds import FACTS, tiny_world

pytestmark = pytest.mark.usefixtures("remembered_trials")
FEW = EvolutionPlan(population=6, generations=4, every=2, seed=1)


@pytest.fixture
def learning(window, world_folder, monkeypatch):
    monkeypatch.setattr("explorer.training.worlds.evolving._FRAMES", 6)
    monkeypatch.setattr("explorer.training.worlds.evolving._TRIED", 6)
    view = view_of(window, "Learning")
    window.panel.open_own(world_folder)
    view.controls.population.show_value(6)
    view.controls.generations.show_value(4)
    return view


@pytest.mark.parametrize("where", ["dream", "world"])
def test_each_generation_tells_what_its_drivers_earned_and_some_are_watched(world_folder, where, monkeypatch):
    monkeypatch.setattr("explorer.training.worlds.evolving._FRAMES", 6)
    monkeypatch.setattr("explorer.training.worlds.evolving._TRIED", 6)
    found = list(evolved(world_folder, replace(FEW, where=where)))
    assert [each.number for each in found] == [1, 2, 3, 4]
    assert [each.drive is not None for each in found] == [True, True, False, True]
    assert all(each.earned.shape == (6,) and each.earned.std() > 0 for each in found)
    assert found[0].drive.shape == (6, 32, 64, 3)
    again = evolved(world_folder, replace(FEW, where=where))
    assert np.array_equal(next(again).earned, found[0].earned)


def test_in_a_dream_that_pays_for_steering_right_drivers_learn_to(world_folder, monkeypatch):
    monkeypatch.setattr("explorer.training.worlds.evolving._FRAMES", 6)
    monkeypatch.setattr("explorer.training.worlds.evolving._TRIED", 6)
    found = list(evolved(world_folder, replace(FEW, generations=25, population=12)))
    assert found[-1].earned.mean() > found[0].earned.mean() + 0.2
    assert found[-1].in_dream > found[0].in_dream


def test_generations_are_drawn_and_the_newest_driver_is_watched(learning, tmp_path, qtbot):
    learning.meanings()["sample"].do()
    assert learning.controls.working.isVisible()
    qtbot.waitUntil(lambda: not learning.is_busy, timeout=30_000)
    assert len(learning.work.generations) == 4
    assert "after 3 generations" in learning.plot.accessibleDescription()
    assert "in the world" in learning.scores.words
    assert learning.canvas.picture.shape == (32, 64, 3)
    assert learning.pace.goes
    (offer,) = learning.exports()
    offer.write(tmp_path / "g.csv", lambda *_: None, lambda: False)
    assert len((tmp_path / "g.csv").read_text().splitlines()) == 5
    window = learning.window()
    window.show_panel(0)
    assert not learning.pace.goes
    view_of(window, "Learning")
    assert learning.pace.goes


def test_another_world_begins_with_nothing_of_the_last_one(learning, tmp_path, qtbot):
    learning.controls.generations.show_value(500)
    learning.learn()
    qtbot.waitUntil(lambda: bool(learning.work.generations), timeout=30_000)
    learning.window().panel.open_own(tiny_world(tmp_path / "other"))
    qtbot.waitUntil(lambda: not learning.is_busy, timeout=30_000)
    assert learning.work.generations == []
    assert learning.exports() == ()
    assert (learning.words.words, learning.scores.words) == ("", "")
    assert learning.canvas.picture is None
    assert not learning.pace.goes


def test_it_can_be_stopped_and_keeps_what_was_learned(learning, qtbot):
    learning.controls.generations.show_value(500)
    learning.learn()
    qtbot.waitUntil(lambda: bool(learning.work.generations), timeout=30_000)
    learning.controls.working.cancel.click()
    qtbot.waitUntil(lambda: not learning.is_busy, timeout=30_000)
    assert 1 <= len(learning.work.generations) < 500
    assert not learning.controls.working.isVisible()


def test_a_long_generation_is_given_up(learning, monkeypatch, qtbot):
    monkeypatch.setattr("explorer.training.worlds.evolving._TRIED", 10**5)
    failed = []
    learning.work.failed.connect(failed.append)
    learning.learn()
    qtbot.wait(300)
    learning.work.stop()
    qtbot.waitUntil(lambda: not learning.is_busy, timeout=10_000)
    assert (failed, learning.work.generations) == ([], [])


def test_a_stranger_s_world_has_no_road_to_try_drivers_on(tmp_path):
    with pytest.raises(Problem, match="did not learn from the drawn road"):
        next(evolved(tiny_world(tmp_path, replace(FACTS, source="")), FEW))
