"""A step whose card is damaged is told as that, not by the shapes of its graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.sampling.schedules import DiffusionSchedule
from tests.steps import gaussian_step


@pytest.mark.parametrize("signal", [(1.0, 0.5), (0.0, 0.5, 1.0), (0.5, 0.2, 0.0)])
def test_a_schedule_that_cannot_be_is_what_is_told_of_a_step(tmp_path: Path, signal: tuple[float, ...]) -> None:
    folder = gaussian_step(tmp_path / "odd", schedule=DiffusionSchedule(signal))
    with pytest.raises(Problem, match=r"Its card is damaged \(the signal of its schedule") as refused:
        Generator.open(folder / "step.onnx", "cpu")
    assert refused.value.hint.startswith("Export it again.")
