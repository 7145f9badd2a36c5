"""A focused direction changes as much of its attribute and less of the rest of the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.focusing import focused, picture_metric
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from tests.models import tiny_generator

SMILE = Direction("smile", unit(np.array([3.0, 1.0, 0.5, 0.2])), "logistic", attribute="smile", examples=(4, 5))


@pytest.fixture
def generator(tmp_path: Path) -> Generator:
    return Generator.open(tiny_generator(tmp_path / "g.onnx", latent=4), "cpu", trusted=True)


def change(generator: Generator, vector: np.ndarray) -> float:
    """Root mean square of how far a small step changes pictures of latents that the metric never saw."""
    z = np.random.RandomState(9).randn(64, 4).astype(np.float32)
    ahead, behind = (generator.pictures(z + side * 0.3 * vector, [None] * 64).astype(float) for side in (1, -1))
    return float(np.sqrt(np.square(ahead - behind).mean()))


def test_the_metric_tells_how_far_a_step_changes_pictures(generator: Generator) -> None:
    metric = picture_metric(generator, 64)
    assert metric is not None
    assert np.trace(metric) == pytest.approx(4.0)
    steps = [np.eye(4, dtype=np.float32)[index] for index in range(4)]
    told = np.sqrt([step @ metric @ step for step in steps])
    seen = np.array([change(generator, step) for step in steps])
    assert np.abs(told / told.sum() - seen / seen.sum()).max() < 0.02


def test_for_the_same_change_of_its_attribute_it_changes_the_picture_least(generator: Generator) -> None:
    metric = picture_metric(generator, 32)
    found = focused(SMILE, metric, 0.001)
    for other in (SMILE.vector, *np.eye(4, dtype=np.float32)):
        along = other / (other @ SMILE.vector)
        assert change(generator, found.vector / (found.vector @ SMILE.vector)) < change(generator, along) * 1.01
    assert found.details["calm"] == pytest.approx(
        change(generator, found.vector) / change(generator, SMILE.vector), rel=0.05
    )
    assert found.details["left"] == pytest.approx(float(found.vector @ SMILE.vector), abs=1e-6)


def test_with_much_damping_it_stays_as_it_was() -> None:
    metric = np.diag([4.0, 1.0, 0.5, 0.1])
    assert focused(SMILE, metric, 1e6).vector == pytest.approx(SMILE.vector, abs=1e-4)
    assert focused(SMILE, metric, 1e-9).vector == pytest.approx(unit(SMILE.vector / np.diag(metric)), abs=1e-4)


def test_it_tells_what_it_was_made_of() -> None:
    found = focused(SMILE, np.eye(4), taken=("smile, focused",))
    assert (found.name, found.method, found.attribute, found.examples) == (
        "smile, focused 2",
        "focused",
        "smile",
        (4, 5),
    )
    assert found.held_out is None
    assert found.details["focused"] == "smile"


@pytest.mark.parametrize("damping", [0.0, -1.0, np.inf, np.nan])
def test_a_damping_that_is_none_is_refused(damping: float) -> None:
    with pytest.raises(Problem, match="is not above 0"):
        focused(SMILE, np.eye(4), damping)


def test_directions_of_w_are_refused() -> None:
    with pytest.raises(Problem, match="does not move the latent itself"):
        focused(Direction("wide", unit(np.ones(4)), "pca", space="w"), np.eye(4))


def test_it_can_be_stopped(generator: Generator) -> None:
    seen: list[tuple[int, int]] = []
    assert (
        picture_metric(generator, 8, progress=lambda *told: seen.append(told), cancelled=lambda: len(seen) == 3) is None
    )
    assert seen == [(1, 8), (2, 8), (3, 8)]
