"""Pictures that take next to no time are drawn where they are shown, all others in a worker."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from explorer.core.rendering.conditions import Noise
from explorer.core.rendering.renderer import Rendering
from explorer.core.rendering.scene import Scene
from explorer.session.explore import scene_pictures
from explorer.session.explore.scene_pictures import ScenePictures

PICTURE = np.zeros((4, 4, 3), np.uint8)


class Timed:
    """A renderer that says how long it took, and knows in which threads it drew."""

    def __init__(self, took_ms: float = 1.0, *, has_w: bool = False) -> None:
        self.took_ms, self.has_w = took_ms, has_w
        self.here: list[bool] = []

    def render(self, scene: Scene) -> Rendering:
        self.here.append(threading.current_thread() is threading.main_thread())
        return Rendering(scene, PICTURE, self.took_ms, "CPU")


@pytest.fixture
def pictures(qapp, monkeypatch):
    clock = iter(range(1000))  # a second between two looks at it: nothing follows closely
    monkeypatch.setattr(scene_pictures, "perf_counter", lambda: next(clock))
    pictures = ScenePictures()
    yield pictures
    pictures.close()


def drawn_here(pictures: ScenePictures, qtbot, renderer: Timed, *scenes: Scene) -> list[bool]:
    pictures.renderer = renderer
    for scene in scenes:
        with qtbot.waitSignal(pictures.settled):
            pictures.request(scene)
        assert pictures.shown_last.scene is scene
    return renderer.here


PLAIN = Scene(z=np.zeros(2, np.float32))
MOVED = replace(PLAIN, z=np.ones(2, np.float32))


def test_after_the_first_they_are_drawn_in_the_thread_of_the_window(pictures, qtbot):
    assert drawn_here(pictures, qtbot, Timed(), PLAIN, MOVED, replace(MOVED, truncation=0.5)) == [False, True, True]


@pytest.mark.parametrize("renderer", [Timed(7.0), Timed(has_w=True)], ids=["slower", "in W"])
def test_those_of_other_models_are_drawn_in_the_worker(pictures, qtbot, renderer):
    assert drawn_here(pictures, qtbot, renderer, PLAIN, MOVED, PLAIN) == [False] * 3


@pytest.mark.parametrize("change", [{"noise": Noise(seed=3)}, {"label": 1}], ids=["noise", "class"])
def test_what_differs_by_more_than_its_latent_may_take_longer(pictures, qtbot, change):
    assert drawn_here(pictures, qtbot, Timed(), PLAIN, replace(MOVED, **change)) == [False, False]


def test_one_that_takes_long_after_all_sends_the_next_to_the_worker(pictures, qtbot):
    renderer = Timed()
    drawn_here(pictures, qtbot, renderer, PLAIN, MOVED)
    renderer.took_ms = 13.0
    assert drawn_here(pictures, qtbot, renderer, PLAIN, MOVED) == [False, True, True, False]


def test_another_model_begins_in_the_worker(pictures, qtbot):
    drawn_here(pictures, qtbot, Timed(), PLAIN, MOVED)
    assert drawn_here(pictures, qtbot, Timed(), PLAIN) == [False]


def test_scenes_that_follow_closely_are_drawn_in_the_worker_while_others_are_painted(pictures, qtbot, monkeypatch):
    renderer = Timed()
    drawn_here(pictures, qtbot, renderer, PLAIN, MOVED)
    monkeypatch.setattr(scene_pictures, "perf_counter", lambda: 5000.0)
    assert drawn_here(pictures, qtbot, renderer, PLAIN, MOVED) == [False, True, True, False]
