"""BigGAN: what enters which stage, and what keeps its weights in shape."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.core.problem import Problem
from explorer.training.families.conditional.biggan import BigGAN, Config
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.networks.big_generator import BigGenerator, uneven

SMALL = {"width": 0.1, "batch_size": 8, "latent_size": 10}


def begun(**wanted: object) -> BigGAN:
    task = TrainingTask(32, 3, ("a", "b", "c"), steps=8)
    return BigGAN(Config(**{**SMALL, **wanted}), task, 5)  # type: ignore[arg-type]


def batch() -> Batch:
    pictures = torch.linspace(-1, 1, 8 * 3 * 32 * 32).sin().reshape(8, 3, 32, 32)
    return Batch(pictures, torch.arange(8) % 3)


def test_each_part_of_the_latent_enters_a_stage_of_its_own() -> None:
    torch.manual_seed(0)
    generator = BigGenerator(10, 3, 32, 3, 0.2).eval()
    assert generator.parts == [4, 2, 2, 2]
    seen: list[torch.Tensor] = []
    for stage in generator.stages:
        stage.register_forward_hook(lambda _module, _given, found: seen.append(found))
    given = torch.cat([torch.randn(1, 10), torch.tensor([[1.0, 0.0, 0.0]])], 1)

    def stages(row: torch.Tensor) -> list[torch.Tensor]:
        seen.clear()
        generator(row)
        return list(seen)

    before = stages(given)
    for part, first in enumerate((0, 4, 6, 8)):
        moved = given.clone()
        moved[0, first] += 1.0
        same = [torch.equal(*pair) for pair in zip(before, stages(moved), strict=True)]
        assert same == [stage < part - 1 for stage in range(3)]
    told = torch.cat([given[:, :10], torch.tensor([[0.0, 1.0, 0.0]])], 1)
    assert not any(torch.equal(*pair) for pair in zip(before, stages(told), strict=True))


def test_only_rows_that_lean_on_each_other_are_uneven() -> None:
    layer = nn.Linear(4, 2, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, 0, 0, 0], [0, 2.0, 0, 0]]))
    assert uneven(layer).item() == 0.0  # of any length
    with torch.no_grad():
        layer.weight[1, 0] = 0.5
    assert uneven(layer).item() == pytest.approx(2 * 1.5**2)


def test_the_orthogonal_term_keeps_rows_apart() -> None:
    after = {}
    for weight in (0.0, 1e-2):
        learner = begun(orthogonal=weight, learning_rate=5e-3)
        for step in range(8):
            learner.done_steps = step
            losses = learner.step(batch())
        assert ("orthogonal" in losses) == (weight > 0.0)
        after[weight] = uneven(learner.generator).item()
    assert after[1e-2] < 0.7 * after[0.0]


def test_no_weight_of_the_critic_stretches_by_more_than_one() -> None:
    learner = begun()
    for step in range(8):
        learner.done_steps = step
        learner.step(batch())
    weights = [m.weight.flatten(1) for m in learner.critic.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert weights
    assert all(torch.linalg.matrix_norm(weight, 2) < 1.25 for weight in weights)  # one power iteration a step


def test_a_latent_too_short_for_its_stages_is_refused() -> None:
    with pytest.raises(Problem, match="cannot be cut into 4 parts"):
        begun(latent_size=3)
