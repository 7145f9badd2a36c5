"""Factors of pictures as dimensions of a latent."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.training.families.conditional.factor_gan import Config, FactorGAN
from explorer.training.learning.attribute_columns import columns_of
from explorer.training.learning.factors import FactorReading, FactorSpace
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.portraits import Portraits
from explorer.training.sources import Attributes

NAMES = ("age", "hat", "hair=black", "hair=blond", "left", "right", "tall")


def table(count: int = 200) -> np.ndarray:
    rng = np.random.RandomState(0)
    black = rng.rand(count) < 0.7
    columns = [20.0 + 50.0 * rng.rand(count), rng.rand(count) < 0.25, black, ~black, rng.rand(count) < 0.5]
    return np.stack([*columns, rng.rand(count) < 0.5, np.zeros(count)], 1).astype(np.float32)


def space(words: str = "") -> FactorSpace:
    values = table()
    return FactorSpace.of(columns_of(Attributes(NAMES, values), np.arange(len(values))), words)


def test_attributes_become_numbers_switches_and_choices_and_what_is_all_alike_nothing() -> None:
    found = space().dimensions

    assert [(one.name, one.start, one.size, one.role) for one in found] == [
        ("age", 0, 1, "factor"),
        ("hat", 1, 1, "factor"),
        ("hair", 2, 2, "one-hot"),
        ("left", 4, 1, "factor"),
        ("right", 5, 1, "factor"),
    ]
    assert found[2].choices == ("black", "blond")
    assert found[2].shares == pytest.approx((0.7, 0.3), abs=0.08)
    assert (found[0].low, found[0].high) == pytest.approx((20.0, 70.0), abs=0.6)


def test_factors_are_chosen_by_name_or_left_out() -> None:
    assert [one.name for one in space("hair, age").dimensions] == ["age", "hair"]
    assert [one.name for one in space("-left, -right").dimensions] == ["age", "hat", "hair"]


def test_attributes_of_one_kind_that_go_together_stay_switches() -> None:
    values = np.array([[1, 1], [1, 0], [0, 1], [1, 1]], np.float32)

    found = FactorSpace.of(columns_of(Attributes(("wears=hat", "wears=scarf"), values), np.arange(4)), "").dimensions

    assert [(one.name, one.choices) for one in found] == [
        ("wears=hat", ("no", "yes")),
        ("wears=scarf", ("no", "yes")),
    ]


def test_classes_are_one_choice() -> None:
    values = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]

    (one,) = FactorSpace.of(columns_of(Attributes(("a", "b", "c"), values), np.arange(4)), "").dimensions

    assert (one.name, one.choices, one.shares) == ("class", ("a", "b", "c"), (0.5, 0.25, 0.25))


@pytest.mark.parametrize(
    ("words", "said"),
    [("nose", "have no factor called nose"), ("-nose", "have no factor called nose"), ("tall", "all alike in tall")],
)
def test_factors_that_the_data_lacks_are_refused_in_a_sentence(words: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        space(words)


def test_pictures_of_which_nothing_is_known_are_refused() -> None:
    with pytest.raises(Problem, match="Nothing is known about these pictures"):
        FactorSpace.of((), "")


def test_what_is_unknown_of_a_picture_is_told_as_the_mean() -> None:
    attributes = torch.from_numpy(table()[:2].copy())
    attributes[0, 1] = float("nan")

    rows = space().rows(attributes)

    assert rows[0, 1] == pytest.approx(space().dimensions[1].shares[1])
    assert rows[1].tolist() == attributes[1, :6].tolist()


def test_draws_have_the_shares_of_the_data() -> None:
    drawn = space().sample(4000, torch.Generator().manual_seed(0))

    assert (drawn[:, 2:4].sum(1) == 1.0).all()
    assert drawn[:, 1:6].mean(0).tolist() == pytest.approx(table()[:, 1:6].mean(0).tolist(), abs=0.09)
    assert 20.0 <= drawn[:, 0].min() < 22.0 < 68.0 < drawn[:, 0].max() <= 70.0


class Told(nn.Module):
    """Tells the same of every picture."""

    def __init__(self, numbers: Tensor) -> None:
        super().__init__()
        self.numbers = numbers

    def forward(self, pictures: Tensor) -> Tensor:
        return self.numbers.expand(len(pictures), -1)


def test_what_is_read_off_a_picture_is_a_latent_in_the_units_of_its_factors() -> None:
    reading = FactorReading(Told(torch.tensor([1.0, 9.0, -9.0, 9.0, 0.0, -9.0])), space(), noise=2)

    (read,) = reading(torch.zeros(1, 3, 32, 32)).tolist()

    age = space().dimensions[0]
    assert read[0] == pytest.approx((age.low + age.high) / 2 + (age.high - age.low) / 12**0.5)
    assert read[1:] == pytest.approx([1.0, 0.0, 1.0, 0.5, 0.0, 0.0, 0.0], abs=1e-3)


def test_portraits_have_26_named_factors() -> None:
    names, values = Portraits(300, 32).attributes()

    found = FactorSpace.of(columns_of(Attributes(names, values), np.arange(300)), "-smiling")

    assert len(found.dimensions) == 26
    assert found.size == 51


def test_the_generator_learns_which_picture_belongs_to_which_factors() -> None:
    torch.manual_seed(0)
    values = table(64)[:, :2]
    columns = columns_of(Attributes(NAMES[:2], values), np.arange(64))
    yes = torch.from_numpy(values[:, 1])
    pictures = (2.0 * yes - 1.0)[:, None, None, None].expand(-1, 1, 16, 16) * 0.8
    settings = Config(told="hat", noise=0, width=0.25, learning_rate=3e-3, ema_half_life=10)
    learner = FactorGAN(settings, TrainingTask(16, 1, steps=60, columns=columns), seed=0)

    for step in range(60):
        chosen = torch.randint(0, 64, (16,), generator=torch.Generator().manual_seed(step))
        learner.step(Batch(pictures[chosen], attributes=torch.from_numpy(values)[chosen]))
        learner.done_steps += 1

    made = learner.pictures(torch.tensor([[0.0], [1.0]])).mean((1, 2, 3))
    assert made[0] < -0.3
    assert made[1] > 0.3
