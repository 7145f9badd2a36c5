from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.traverse.side_by_side import SideBySide
from tests.models import tiny_generator


@pytest.fixture
def opener(tmp_path) -> Opener:
    return Opener(tmp_path / "exports")


@pytest.fixture
def first(opener, tmp_path):
    model = opener.open(tiny_generator(tmp_path / "first.onnx"), "cpu")
    yield model
    model.generator.close()


@pytest.fixture
def pair(qapp, opener):
    pair = SideBySide(opener)
    yield pair
    pair.close()


def put_beside(pair: SideBySide, path, first: OpenModel, qtbot) -> None:
    with qtbot.waitSignal(pair.opened, timeout=20_000):
        pair.open(path, first)


def scene_of(model: OpenModel, **others) -> Scene:
    return Scene(model.generator.hash, model.name, sample(3, 4), **others)


class Held:
    """Holds the engine of a model in the middle of a run, until it is let go."""

    def __init__(self, model: OpenModel) -> None:
        self.entered = threading.Event()
        self._engine, self._go = model.generator._one, threading.Event()
        self._session, self._engine._session = self._engine._session, self

    def run(self, *given):
        self.entered.set()
        assert self._go.wait(10)
        return self._session.run(*given)

    def let_go(self) -> None:
        self._go.set()


def test_a_second_model_that_draws_is_let_go_without_waiting(pair, first, qtbot, tmp_path):
    put_beside(pair, tiny_generator(tmp_path / "second.onnx", seed=1), first, qtbot)
    held = Held(pair.second)
    pair.draw(first, scene_of(first))
    assert held.entered.wait(10)
    shown = []
    pair.shown.connect(shown.append)
    forgetting = threading.Thread(target=pair.forget)
    forgetting.start()
    forgetting.join(5.0)
    ended = not forgetting.is_alive()
    held.let_go()
    forgetting.join()
    assert ended
    assert pair.second is None
    qtbot.waitUntil(lambda: not pair.is_busy)
    assert shown == []


def test_another_second_model_takes_its_place_while_it_draws(pair, first, qtbot, tmp_path):
    put_beside(pair, tiny_generator(tmp_path / "second.onnx", seed=1), first, qtbot)
    held = Held(pair.second)
    pair.draw(first, scene_of(first))
    assert held.entered.wait(10)
    shown = []
    pair.shown.connect(shown.append)
    put_beside(pair, tiny_generator(tmp_path / "third.onnx", seed=2), first, qtbot)
    pair.draw(first, scene_of(first))
    held.let_go()
    qtbot.waitUntil(lambda: not pair.is_busy)
    assert len(shown) == 1
    assert np.array_equal(shown[0].second, pair.second.generator.picture(sample(3, 4)))


def test_both_draw_the_latent_that_the_first_really_draws(pair, first, qtbot, tmp_path):
    directions = {"older": np.array([0.0, 1.0, 0.0, 0.0], np.float32)}
    first = replace(first, renderer=Renderer(first.generator, directions))
    put_beside(pair, first.path, first, qtbot)
    with qtbot.waitSignal(pair.shown) as shown:
        pair.draw(first, scene_of(first, truncation=0.7, directions=(("older", 2.0),)))
    twin = shown.args[0]
    assert twin.change == 0.0
    assert np.array_equal(twin.first, twin.second)
    assert not np.array_equal(twin.first, first.renderer.render(scene_of(first, truncation=0.7)).picture)


@pytest.mark.parametrize(("label", "drawn"), [(1, 1), (2, None), (None, None)])
def test_the_second_draws_the_same_class_where_it_has_it(pair, first, opener, qtbot, tmp_path, label, drawn):
    one = opener.open(tiny_generator(tmp_path / "one.onnx", classes=3), "cpu")
    put_beside(pair, tiny_generator(tmp_path / "two.onnx", classes=2), one, qtbot)
    with qtbot.waitSignal(pair.shown) as shown:
        pair.draw(one, scene_of(one, label=label))
    twin = shown.args[0]
    assert np.array_equal(twin.first, one.generator.picture(sample(3, 4), label))
    assert np.array_equal(twin.second, pair.second.generator.picture(sample(3, 4), drawn))
    assert twin.change == np.abs(twin.first.astype(int) - twin.second).mean()
    one.generator.close()
