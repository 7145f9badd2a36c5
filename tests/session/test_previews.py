"""A slow model shows previews to a hand that moves, and the whole picture when it rests."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Rendering
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.abandoning import give_up_if_abandoned
from explorer.session.explore import scene_pictures, sensitivities
from explorer.session.explore.scene_pictures import ScenePictures

PICTURE = np.zeros((4, 4, 3), np.uint8)


class Slow:
    """A renderer that says how long it took."""

    def __init__(self, took_ms: float, *, previews: bool = True) -> None:
        self.took_ms = took_ms
        self.generator = SimpleNamespace(previews=previews)

    def render(self, scene: Scene) -> Rendering:
        return Rendering(scene, PICTURE, self.took_ms, "CPU")

    def preview(self, scene: Scene) -> Rendering:
        return Rendering(scene, PICTURE, 1.0, "CPU", is_preview=True)


@pytest.fixture
def pictures(qapp):
    pictures = ScenePictures()
    yield pictures
    pictures.close()


def shown_by(pictures: ScenePictures, qtbot, moves: int) -> list[tuple[int, bool]]:
    """Which moves were shown, and whether as previews, once all has settled."""
    scenes, shown = [Scene(seed=number) for number in range(moves)], []
    pictures.shown.connect(lambda rendering: shown.append((rendering.scene.seed, rendering.is_preview)))
    for scene in scenes:
        with qtbot.waitSignal(pictures.shown):
            pictures.request(scene)
    if pictures._awaited is not None:
        with qtbot.waitSignal(pictures.settled, timeout=5000):
            pass
    return shown


def test_a_slow_model_shows_previews_and_then_the_whole(pictures, qtbot):
    pictures.renderer = Slow(900.0)
    assert shown_by(pictures, qtbot, 4) == [(0, False), (1, True), (2, True), (3, True), (3, False)]
    assert pictures.shown_last.scene.seed == 3
    assert not pictures.shown_last.is_preview


@pytest.mark.parametrize("renderer", [Slow(20.0), Slow(900.0, previews=False)], ids=["quick", "without"])
def test_others_show_the_whole_at_once(pictures, qtbot, renderer):
    pictures.renderer = renderer
    assert shown_by(pictures, qtbot, 3) == [(0, False), (1, False), (2, False)]


def test_a_preview_is_not_completed_by_another_model(pictures, qtbot):
    pictures.renderer = Slow(900.0)
    shown_by(pictures, qtbot, 1)
    with qtbot.waitSignal(pictures.shown):
        pictures.request(Scene(seed=7))
    pictures.renderer = Slow(20.0)
    pictures._on_rested()
    assert not pictures.is_wanted


def test_measuring_that_would_take_minutes_is_not_begun(monkeypatch):
    times = iter((0.0, 1.0))
    monkeypatch.setattr(sensitivities, "perf_counter", lambda: next(times))
    drawn = []
    with pytest.raises(Problem, match="512 dimensions: about 17 minutes"):
        sensitivities._refuse_to_take_long(lambda z: drawn.append(z) or PICTURE[None], np.zeros(512, np.float32))
    assert len(drawn) == 2


def test_what_is_painted_in_many_steps_is_given_up_for_the_newest(pictures, qtbot, monkeypatch):
    class Endless(Slow):
        def render(self, scene: Scene) -> Rendering:
            while scene.seed == 0:
                give_up_if_abandoned()
            return super().render(scene)

    monkeypatch.setattr(scene_pictures, "_SLOW_MS", 0.0)
    pictures.renderer = Endless(20.0)
    shown = []
    pictures.shown.connect(lambda rendering: shown.append(rendering.scene.seed))
    pictures.request(Scene(seed=0))
    with qtbot.waitSignal(pictures.shown):
        pictures.request(Scene(seed=1))
    assert shown == [1]
