from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.renderer import Renderer
from explorer.session.models.opening import OpenModel
from explorer.session.photos import latent_search
from explorer.session.photos.latent_search import Projections, Search
from tests.models import tiny_generator


@pytest.fixture
def model(tmp_path):
    tiny_generator(tmp_path / "generator.onnx")
    files = model_files(tmp_path)
    generator = Generator.open(files.generator, "cpu", trusted=True)
    yield OpenModel(tmp_path, files, generator, Renderer(generator), "cpu")
    generator.close()


@pytest.fixture
def projections(qapp):
    projections = Projections()
    yield projections
    projections.close()


@pytest.fixture
def target(model):
    return model.generator.picture(np.array([1.2, -0.7, 0.4, 0.9], np.float32))


def test_the_latent_of_a_picture_of_the_model_is_found(projections, model, target, qtbot):
    search = Search(model, target)
    with qtbot.waitSignal(projections.ended, timeout=60_000) as told:
        projections.begin(search)
    assert told.args[0] is search
    best = told.args[1]
    assert best.step == best.steps
    assert best.error < 0.01
    assert np.abs(model.generator.picture(best.point.numbers).astype(int) - target).max() <= 6


def test_the_search_tells_how_far_it_is_and_how_long_it_takes(projections, model, target, qtbot):
    seen, left = [], []
    projections.progressed.connect(seen.extend)
    projections.progressed.connect(lambda _steps: left.append(projections.seconds_left))
    with qtbot.waitSignal(projections.ended, timeout=60_000):
        projections.begin(Search(model, target))
    losses = [each.loss for each in seen]
    assert losses == sorted(losses, reverse=True)
    assert any(seconds is not None and seconds >= 0 for seconds in left)
    assert not projections.is_busy


def test_a_search_that_is_stopped_keeps_the_best_so_far(projections, model, target, qtbot):
    projections.progressed.connect(lambda _steps: projections.stop())
    with qtbot.waitSignal(projections.ended, timeout=60_000) as told:
        projections.begin(Search(model, target))
    best = told.args[1]
    assert best is not None
    assert best.point.numbers.shape == (4,)


def test_nothing_is_told_of_a_search_that_was_dropped(projections, model, target, qtbot):
    told = []
    projections.ended.connect(lambda *args: told.append(args))
    projections.begin(Search(model, target))
    projections.drop()
    qtbot.waitUntil(lambda: not projections.is_busy, timeout=60_000)
    assert not told
    assert projections.search is None


def test_a_new_search_takes_the_place_of_the_one_that_runs(projections, model, target, qtbot):
    told = []
    projections.ended.connect(lambda search, _best: told.append(search))
    other = Search(model, 255 - target)
    projections.begin(Search(model, target))
    projections.begin(other)
    with qtbot.waitSignal(projections.ended, timeout=60_000):
        pass
    assert told == [other]


def test_a_search_can_begin_where_the_encoder_said(projections, model, target, qtbot):
    start = np.array([1.2, -0.7, 0.4, 0.9], np.float32)
    first = []
    projections.progressed.connect(lambda steps: first.append(steps[0]) if not first else projections.stop())
    with qtbot.waitSignal(projections.ended, timeout=60_000) as told:
        projections.begin(Search(model, target, LatentPoint("z", start)))
    assert told.args[1].error < 0.005


def test_a_picture_of_another_size_is_refused_in_words(projections, model, qtbot):
    with qtbot.waitSignal(projections.failed, timeout=60_000) as told:
        projections.begin(Search(model, np.zeros((9, 9, 3), np.uint8)))
    assert isinstance(told.args[0], Problem)
    qtbot.waitUntil(lambda: not projections.is_busy)
    assert projections.search is None


def test_closing_waits_until_the_search_has_stopped(model, target, qapp):
    projections = Projections()
    projections.begin(Search(model, target))
    projections.close()
    assert not projections.is_busy


def test_the_time_that_is_left_is_told_by_the_steps_so_far(qapp, monkeypatch):
    now_s = [10.0]
    monkeypatch.setattr(latent_search, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    searching = Projections()
    searching.search, searching._thread = object(), object()
    told = []
    for step, at_s in ((0, 10.0), (1, 10.0), (3, 14.0), (4, 16.0), (10, 28.0), (20, 48.0)):
        now_s[0] = at_s
        searching._on_progressed([SimpleNamespace(step=step, steps=20)])
        told.append(searching.seconds_left)
    assert told == [None, None, None, 32.0, 20.0, 0.0]
    searching._thread = None
