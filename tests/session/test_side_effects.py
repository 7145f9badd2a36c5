from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.measured import SideEffects
from explorer.core.directions.verdict import UNKNOWN, verdict
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.session.directions.direction_jobs import focusing
from explorer.session.directions.side_effects import (
    MeasuredEffects,
    Measurement,
    SideEffectMeter,
    _latents,
    _scales,
    csv_text,
    figure_words,
    judged_direction,
    sentence,
    table,
    write_effects,
)
from explorer.session.directions.spans import VerdictMeter
from explorer.session.jobs.report import silent
from explorer.session.models.opening import Opener
from tests.models import tiny_classifier, tiny_encoder, tiny_generator

DIRECTIONS = tuple(Direction(name, unit(np.eye(4)[axis]), "svm") for axis, name in enumerate(("=up", "down")))


@pytest.fixture
def meter(qapp):
    meter = SideEffectMeter()
    yield meter
    meter.close()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    return folder


def opened(folder):
    return Opener(folder.parent / "exports").open(folder, "cpu")


def measure(meter, model, qtbot, are_locked=False):
    with qtbot.waitSignal(meter.measured, timeout=30_000) as caught:
        meter.measure(Measurement(model, DIRECTIONS, are_locked, 64))
    return caught.args[1]


def test_a_classifier_is_asked_before_an_encoder(meter, folder, qtbot):
    tiny_encoder(folder / "encoder.onnx")
    tiny_encoder(folder / "classifier.onnx", latent=2, card=False)
    model = opened(folder)
    found = measure(meter, model, qtbot)
    model.generator.close()
    assert found.by_classifier
    assert found.effects.attributes == ("output 0", "output 1")
    assert found.effects.slopes.shape == (2, 2)
    assert all(scale > 0.0 for scale in found.scales)


def test_an_encoder_sees_each_direction_along_itself(meter, folder, qtbot):
    tiny_encoder(folder / "encoder.onnx")
    model = opened(folder)
    found = measure(meter, model, qtbot)
    model.generator.close()
    assert found.effects.attributes == ("=up", "down")
    assert (np.diag(found.effects.slopes) > 0.0).all()
    assert "Turning =up up by 1 changes “down” by" in sentence(found, 0, 1)
    rows = table(found)
    assert len(rows) == 5
    assert float(rows[1][3]) == pytest.approx(found.effects.slopes[0, 0], rel=1e-5)
    assert float(rows[1][4]) < float(rows[1][3]) < float(rows[1][5])
    assert next(csv.reader(StringIO(csv_text(found).splitlines()[1])))[0] == "'=up"  # no formula


def test_where_nothing_reads_the_pictures_it_is_said(meter, folder, qtbot):
    model = opened(folder)
    with qtbot.waitSignal(meter.failed, timeout=30_000) as caught:
        meter.measure(Measurement(model, DIRECTIONS, False, 64))
    model.generator.close()
    assert isinstance(caught.args[0], Problem)


def test_cancelling_tells_nothing(meter, folder, qtbot):
    tiny_encoder(folder / "encoder.onnx")
    model, told = opened(folder), []
    meter.measured.connect(lambda *found: told.append(found))
    meter.measure(Measurement(model, DIRECTIONS, True, 256))
    meter.cancel()
    qtbot.waitUntil(lambda: not meter.is_busy, timeout=30_000)
    model.generator.close()
    assert not told


@pytest.mark.parametrize(
    ("slope", "yes_no", "words"),
    [(0.031, True, "+3.1"), (-0.5, False, "−0.50"), (-0.001, False, "0.00"), (float("nan"), True, "?")],
)
def test_figures_are_written_with_a_sign(slope, yes_no, words):
    assert figure_words(slope, yes_no) == words


def test_locked_directions_are_measured_as_they_are_when_locked(meter, folder, qtbot):
    tiny_encoder(folder / "encoder.onnx")
    model = opened(folder)
    leaning = Direction("leaning", unit([1, 1, 0, 0]), "svm")
    found = {}
    for are_locked in (False, True):
        with qtbot.waitSignal(meter.measured, timeout=30_000) as caught:
            meter.measure(Measurement(model, (DIRECTIONS[0], leaning), are_locked, 64))
        found[are_locked] = caught.args[1].effects
    model.generator.close()
    assert found[False].names == ("=up", "leaning")
    assert found[True].names == ("=up, independent", "leaning, independent")
    assert not np.allclose(found[False].slopes, found[True].slopes, atol=1e-3)


def effects(slopes, errors, flips=(0.25, 0.5), yes_no=(True, False)):
    few = np.full((1, 2, 2), np.nan)
    few[0, 0] = flips
    told = dict.fromkeys(("flips_low", "flips_high", "gains", "gains_low", "gains_high"), few)
    wide = {"means": np.zeros((1, 2, 3)), "shares": np.zeros((1, 2, 3)), "without": np.zeros((1, 2)), "flips": few}
    figures = {"slopes": np.array([slopes], float), "errors": np.array([errors], float)}
    return SideEffects(("older",), ("=hat", "age"), yes_no, (-2.0, 0.0, 2.0), 1234, **figures, **wide, **told)


def test_a_figure_is_told_with_its_interval_and_what_it_turns():
    measured = MeasuredEffects(effects((0.1, -2.0), (0.01, 0.5)), (1.0, 1.0), "the classifier")
    assert sentence(measured, 0, 0) == (
        "Turning older up by 1 changes “=hat” by +10.0 percentage points on average, "
        "over 1,234 samples (95% interval +8.0 to +12.0). At +2, the answer flips for 50% of them."
    )
    assert sentence(measured, 0, 1) == (
        "Turning older up by 1 changes “age” by −2.00 in its own unit on average, "
        "over 1,234 samples (95% interval −2.98 to −1.02)."
    )
    assert table(measured)[1:] == [
        ["older", "=hat", "yes/no", "0.1", "0.0804", "0.1196", "1234"],
        ["older", "age", "number", "-2", "-2.98", "-1.02", "1234"],
    ]
    lines = csv_text(measured, ";").splitlines()
    assert lines[1:] == ["older;'=hat;yes/no;0.1;0.0804;0.1196;1234", "older;age;number;-2;-2.98;-1.02;1234"]


def test_what_counts_as_large_is_the_range_else_four_times_what_was_seen():
    found = effects((0.1, -2.0), (0.01, 0.5))
    found = replace(found, slopes=np.array([[0.1, -2.0], [0.3, 0.5]]))
    assert _scales(found, [1.0, 40.0]) == (1.0, 40.0)
    assert _scales(found, [1.0, 0.0]) == (1.0, 8.0)
    assert _scales(replace(found, slopes=np.zeros((1, 2))), [0.0, 2.0]) == (1.0, 2.0)


@pytest.mark.parametrize("truncation", [1.0, 0.5])
def test_samples_are_far_from_those_that_people_look_at_and_truncated_as_asked(meter, folder, truncation):
    model = opened(folder)
    latents = _latents(Measurement(model, DIRECTIONS, False, 3, None, truncation))
    model.generator.close()
    assert np.allclose(latents, [truncation * sample(50_000 + index, 4) for index in range(3)])


def test_figures_are_written_as_their_file_is_called(tmp_path):
    measured = MeasuredEffects(effects((0.1, -2.0), (0.01, 0.5)), (1.0, 1.0), "the classifier")
    for name in ("a.csv", "a.JSON"):
        write_effects(measured, tmp_path / name)
    assert (tmp_path / "a.csv").read_text() == csv_text(measured)
    told = json.loads((tmp_path / "a.JSON").read_text())
    assert (told["reader"], told["n"], told["slopes"]) == ("the classifier", 1234, [[0.1, -2.0]])


def judged(model, direction):
    return judged_direction(model, direction, None, silent, lambda: False)


def test_a_direction_of_which_nothing_was_known_is_judged_by_the_classifier(folder):
    tiny_classifier(folder / "classifier.onnx", attributes=("up", "down"))
    model = opened(folder)
    up, other = (Direction(name, unit(np.eye(4)[0]), "focused", attribute=name) for name in ("up", "left"))
    found = judged(model, up)
    (focused,) = focusing(model, up, None, ()).make(silent, lambda: False)
    assert verdict(up) == UNKNOWN
    assert "“up” gain it" in verdict(found).reason or "“down”" in verdict(found).reason
    assert verdict(focused).word  # as soon as it is made
    assert judged(model, found) is found  # once
    assert judged(model, other) is other  # nothing reads that
    model.generator.close()


def test_a_direction_is_looked_at_once(folder, qtbot, qapp):
    tiny_classifier(folder / "classifier.onnx", attributes=("up", "down"))
    model, meter = opened(folder), VerdictMeter()
    left = Direction("left", unit(np.eye(4)[0]), "pca")
    with qtbot.waitSignal(meter.measured, timeout=30_000):
        meter.measure(model, left, None)
    meter.measure(model, left, None)
    assert not meter.is_busy
    meter.close()
    model.generator.close()
