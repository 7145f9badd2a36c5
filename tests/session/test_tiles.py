from __future__ import annotations

import threading

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.session.explore.scene_pictures import shrunk
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from tests.models import tiny_generator


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    generator = Generator.open(tiny_generator(tmp_path_factory.mktemp("m") / "tiny.onnx"), "cpu")
    yield generator
    generator.close()


@pytest.fixture
def tiles(qapp):
    tiles = LiveTiles()
    yield tiles
    tiles.close()


def latents(count: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).standard_normal((count, 4)).astype(np.float32)


def order(generator, count: int, first=None, wait: threading.Event | None = None, place=None) -> TileRequest:
    def give() -> np.ndarray:
        assert wait is None or wait.wait(10)
        return latents(count)

    return TileRequest(generator, give, None, range(count) if first is None else first, place)


def test_every_tile_comes_once_and_is_the_generators(tiles, generator, qtbot):
    found = {}
    tiles.drawn.connect(lambda _order, indices, pictures: found.update(zip(indices.tolist(), pictures, strict=True)))
    with qtbot.waitSignal(tiles.finished):
        tiles.request(order(generator, 50))
    assert sorted(found) == list(range(50))
    expected = generator.pictures(latents(50))
    assert max(np.abs(found[index].astype(int) - expected[index]).max() for index in found) <= 1


def test_tiles_come_in_the_order_they_are_wanted(tiles, generator, qtbot):
    seen = []
    tiles.drawn.connect(lambda _order, indices, _pictures: seen.extend(indices.tolist()))
    wanted = [30, 3, *range(10, 20)]
    with qtbot.waitSignal(tiles.finished):
        tiles.request(order(generator, 40, wanted))
    assert seen == wanted


def test_the_newest_order_stops_the_one_before_but_what_it_drew_is_shown(tiles, generator, qtbot):
    gate, seen = threading.Event(), {}
    tiles.drawn.connect(lambda given, indices, _pictures: seen.setdefault(given.place, []).extend(indices.tolist()))
    first, second, third = (order(generator, 256, wait=gate, place=name) for name in "abc")
    with qtbot.waitSignal(tiles.finished) as finished:
        for each in (first, second, third):
            tiles.request(each)
        gate.set()
    assert finished.args == [third]
    assert 0 < len(seen["a"]) < 256
    assert "b" not in seen
    assert sorted(seen["c"]) == list(range(256))


def test_a_cancelled_order_never_finishes(tiles, generator, qtbot):
    gate = threading.Event()
    with qtbot.assertNotEmitted(tiles.finished):
        tiles.request(order(generator, 64, wait=gate))
        tiles.cancel()
        gate.set()
        qtbot.waitUntil(lambda: not tiles.is_busy)


def test_closing_waits_and_announces_nothing(generator, qtbot):
    tiles, gate = LiveTiles(), threading.Event()
    with qtbot.assertNotEmitted(tiles.drawn), qtbot.assertNotEmitted(tiles.finished):
        tiles.request(order(generator, 64, wait=gate))
        gate.set()
        tiles.close()
        qtbot.wait(1)


def test_a_failure_is_told_once_and_the_next_order_is_drawn(tiles, generator, qtbot):
    bad = TileRequest(generator, lambda: np.zeros((8, 3), np.float32), None, range(8))
    with qtbot.waitSignal(tiles.failed) as failed:
        tiles.request(bad)
    assert isinstance(failed.args[0], Problem)
    with qtbot.waitSignal(tiles.finished):
        tiles.request(order(generator, 8))


@pytest.mark.parametrize(
    ("sides", "wanted", "found"),
    [
        ((300, 100), 50, (150, 50)),
        ((100, 300), 50, (50, 150)),
        ((99, 99), 50, (99, 99)),
        ((101, 205), 50, (50, 102)),
        ((40, 400), 50, (40, 400)),
    ],
)
def test_pictures_are_shrunk_by_whole_factors(sides, wanted, found):
    picture = np.random.RandomState(0).randint(0, 256, (*sides, 3)).astype(np.uint8)
    small = shrunk(picture, wanted)
    assert small.shape == (*found, 3)
    factor = sides[0] // found[0]
    block = picture[:factor, factor : 2 * factor].reshape(-1, 3).mean(axis=0)
    assert np.abs(small[0, 1] - block).max() <= 0.5
