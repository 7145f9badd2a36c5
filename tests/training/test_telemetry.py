"""What a run tells besides its losses: gradients, rates and speed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from explorer.training.learning.family import Batch, Learner, NetworkExport, TrainingTask
from explorer.training.runs import step_metrics
from explorer.training.runs.step_metrics import SECONDS, Speed, forget_gradients, gradients, is_told_at, rates


class Pair(Learner):
    """Two networks of one number each."""

    def __init__(self) -> None:
        super().__init__(TrainingTask(8, 1), 0)
        self.networks = {name: nn.Linear(1, 1) for name in ("critic", "generator")}
        self.optimizers = {
            name: torch.optim.SGD(network.parameters(), lr)
            for (name, network), lr in zip(self.networks.items(), (0.25, 0.5), strict=True)
        }

    def step(self, batch: Batch) -> dict[str, Tensor]:
        return {}

    def exports(self) -> dict[str, NetworkExport]:
        return {}


class Clock:
    """Seconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(step_metrics.time, "perf_counter", clock)
    return clock


def test_gradients_are_told_of_the_first_ten_steps_and_then_of_every_tenth() -> None:
    assert [step for step in range(1, 43) if is_told_at(step)] == [*range(1, 11), 11, 21, 31, 41]


def test_the_gradient_of_an_optimiser_is_the_length_of_its_last_update() -> None:
    learner = Pair()
    critic = learner.networks["critic"]
    critic.weight.grad, critic.bias.grad = torch.tensor([[3.0]]), torch.tensor([4.0])
    assert gradients(learner) == {"gradient/critic": pytest.approx(5.0)}
    learner.uncut["critic"] = torch.tensor(50.0)
    assert gradients(learner)["gradient/critic"].item() == 50.0
    forget_gradients(learner)
    assert gradients(learner) == {}
    assert rates(learner) == {"rate/critic": 0.25, "rate/generator": 0.5}


def test_speed_is_told_twice_a_second(clock: Clock) -> None:
    speed = Speed(torch.device("cpu"))
    told = []
    for _ in range(5):
        clock.now += 0.25
        told.append(speed.before_yield(8))
        speed.after_yield()
    assert told == [{}, {"images/s": 32.0, SECONDS: 0.5}, {}, {"images/s": 32.0, SECONDS: 1.0}, {}]


def test_a_pause_is_no_time_spent_and_a_glance_is(clock: Clock) -> None:
    for waited, rate in ((10.0, 16.0), (0.125, 12.8)):
        speed = Speed(torch.device("cpu"))
        clock.now += 0.25
        speed.before_yield(4)
        clock.now += waited
        speed.after_yield()
        clock.now += 0.25
        assert speed.before_yield(4)["images/s"] == pytest.approx(rate)


def test_what_is_no_training_does_not_count(clock: Clock) -> None:
    speed = Speed(torch.device("cpu"))
    clock.now += 0.25
    speed.before_yield(100)
    clock.now += 30.0  # a checkpoint is written
    speed.restart()
    clock.now += 0.5
    assert speed.before_yield(4) == {"images/s": 8.0, SECONDS: 0.5}
