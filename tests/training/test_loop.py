"""When the loop keeps a checkpoint, and when it had better not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.training.learning.batches import Batches
from explorer.training.learning.family import Batch, Learner, NetworkExport, TrainingTask
from explorer.training.learning.loop import Steps, train


class Counter(Learner):
    """Learns nothing; breaks down in the middle of the step after ``breaks_after`` steps."""

    breaks_after = 10**9

    def __init__(self) -> None:
        super().__init__(TrainingTask(8, 1), 0)
        self.kept: list[int] = []

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if self.done_steps >= self.breaks_after:
            raise RuntimeError("broken down")
        return {"loss": torch.tensor(float(self.done_steps))}

    def exports(self) -> dict[str, NetworkExport]:
        return {}


@pytest.fixture
def learner() -> Counter:
    return Counter()


def trained(learner: Counter, steps: int = 5, **how: Any) -> Steps:
    pictures = np.zeros((4, 8, 8, 1), np.uint8)
    batches = Batches(pictures, None, size=2, mirror=False, seed=0, device=torch.device("cpu"))
    keep: Callable[[Learner], object] = lambda learner: learner.kept.append(learner.done_steps)  # noqa: E731
    return train(learner, batches, steps=steps, keep=keep, **how)


def test_the_last_step_is_kept(learner: Counter) -> None:
    assert [progress.step for progress in trained(learner)] == [1, 2, 3, 4, 5]
    assert learner.kept == [5]


def test_what_is_kept_already_is_not_kept_again(learner: Counter) -> None:
    list(trained(learner, every_s=0.0))
    assert list(trained(learner, every_s=0.0)) == []
    assert learner.kept == [1, 2, 3, 4, 5]


def test_a_checkpoint_is_kept_on_request(learner: Counter) -> None:
    asked = iter([False, True, False, False, False])
    kept = [progress.kept_step for progress in trained(learner, is_wanted=lambda: next(asked))]
    assert learner.kept == [2, 5]
    assert kept == [0, 0, 2, 2, 2]


def test_a_run_that_is_closed_keeps_the_step_it_is_at(learner: Counter) -> None:
    steps = trained(learner)
    next(steps)
    next(steps)
    steps.close()
    assert learner.kept == [2]


def test_a_run_that_is_over_stops_after_the_step(learner: Counter) -> None:
    assert len(list(trained(learner, is_over=lambda: learner.done_steps == 3))) == 3
    assert learner.kept == [3]


def test_after_half_a_step_nothing_is_kept(learner: Counter) -> None:
    learner.breaks_after = 2
    steps = trained(learner)
    assert [next(steps).step, next(steps).step] == [1, 2]
    with pytest.raises(RuntimeError, match="broken down"):
        next(steps)
    assert learner.kept == []
