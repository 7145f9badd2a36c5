"""A gesture on the picture is one step of the history; Esc leaves none, and the newest goal wins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.rendering.scene import Scene
from explorer.core.touch.goals import PaintGoal, dab
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.models.opening import Opener
from explorer.session.touch.picture_touch import PictureTouch
from tests.touch import SIZE, spotted_model

WAIT_MS = 120_000


def goal(red: int = 200) -> PaintGoal:
    weights = np.zeros((SIZE, SIZE), np.float32)
    dab(weights, (6, 6), (6, 12), 3)
    return PaintGoal(np.full((SIZE, SIZE, 3), (red, 60, 60), np.uint8), weights)


class Desk:
    def __init__(self, folder: Path, **options) -> None:
        self.model = Opener(folder / "exports").open(spotted_model(folder / "spot.onnx", **options), "cpu")
        scene = Scene(self.model.generator.hash, "spot", np.zeros(8, np.float32), seed=None)
        self.document = Document(scene)
        self.touch = PictureTouch(SceneEdits(self.document))
        self.failures: list[Exception] = []
        self.touch.failed.connect(self.failures.append)

    def close(self) -> None:
        self.touch.close()
        self.model.generator.close()


@pytest.fixture
def desk(qapp, tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()
    assert not desk.failures


def test_a_stroke_is_one_step_however_many_pictures_it_takes(desk, qtbot):
    before, shown = desk.document.scene, []
    desk.document.changed.connect(lambda _before, after: shown.append(after))
    desk.touch.begin("Paint", 7, desk.model)
    with qtbot.waitSignal(desk.touch.rested, timeout=WAIT_MS):
        desk.touch.ask(goal())
        desk.touch.let_go()
    assert len(shown) > 1
    assert desk.document.history.count() == 1
    assert desk.document.history.text(0) == "Paint"
    assert not desk.touch.is_under_way
    desk.document.history.undo()
    assert desk.document.scene is before


def test_a_gesture_that_is_taken_back_leaves_nothing(desk, qtbot):
    before = desk.document.scene
    desk.touch.begin("Paint", 7, desk.model)
    with qtbot.waitSignal(desk.touch.moved, timeout=WAIT_MS):
        desk.touch.ask(goal())
    assert desk.document.scene is not before
    desk.touch.take_back()
    assert desk.document.scene is before
    assert desk.document.history.count() == 0
    assert not desk.document.history.canRedo()


def test_the_newest_goal_wins(desk, qtbot):
    desk.touch.begin("Paint", 7, desk.model)
    with qtbot.waitSignal(desk.touch.rested, timeout=WAIT_MS):
        for red in (90, 40, 220):
            desk.touch.ask(goal(red))
        desk.touch.let_go()
    picture = desk.model.renderer.render(desk.document.scene).picture
    assert picture[6:12, 5:7, 0].mean() == pytest.approx(220, abs=20)


def test_a_gesture_ends_where_something_else_moves_the_scene(desk, qtbot):
    desk.touch.begin("Paint", 7, desk.model)
    with qtbot.waitSignal(desk.touch.moved, timeout=WAIT_MS):
        desk.touch.ask(goal())
    with qtbot.waitSignal(desk.touch.rested, timeout=WAIT_MS):
        desk.document.edit("Truncate", truncation=0.5)
    there = desk.document.scene
    desk.touch.take_back()
    assert desk.document.scene is there
    assert desk.document.history.count() == 2


def test_a_stroke_that_comes_before_the_model_is_ready_waits_for_it(desk, qtbot):
    desk.touch.prepare(desk.model)
    desk.touch.begin("Paint", 7, desk.model)
    with qtbot.waitSignal(desk.touch.rested, timeout=WAIT_MS):
        desk.touch.ask(goal())
        desk.touch.let_go()
    assert desk.document.history.count() == 1


def test_a_model_without_gradients_is_refused_with_the_reason(qapp, qtbot, tmp_path):
    desk = Desk(tmp_path, refused=True)
    with qtbot.waitSignal(desk.touch.refused, timeout=WAIT_MS) as told:
        desk.touch.prepare(desk.model)
    desk.close()
    model, problem = told.args
    assert model is desk.model
    assert "Round" in problem.what
