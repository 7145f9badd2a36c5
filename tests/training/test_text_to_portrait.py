"""Pictures from sentences: what the critic, the reader and the noise are told."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.core.text.vocabulary import batch_of
from explorer.training.families.conditional.text_to_portrait import Config, TextToPortrait
from explorer.training.learning.attribute_columns import columns_of
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.learning.matching_loss import false_of, matching_loss
from explorer.training.learning.said_loss import SaidLoss
from explorer.training.portraits import Portraits
from explorer.training.sources import Attributes

COUNT = 64
PORTRAITS = Portraits(COUNT)
KNOWN = Attributes(*PORTRAITS.attributes())
SMALL = Config(noise=6, condition=12, width=0.25, batch_size=16, told="-smiling")


@pytest.fixture(scope="module")
def learner() -> TextToPortrait:
    columns = columns_of(KNOWN, np.arange(COUNT))
    return TextToPortrait(SMALL, TrainingTask(16, 3, steps=50, columns=columns), 3)


@pytest.fixture(scope="module")
def attributes() -> torch.Tensor:
    return torch.from_numpy(KNOWN.values)


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    drawn = torch.stack([torch.from_numpy(PORTRAITS.picture(at).copy()) for at in range(16)])
    return torch.nn.functional.avg_pool2d(drawn.permute(0, 3, 1, 2).float() / 127.5 - 1.0, 4)


def place(learner: TextToPortrait, name: str) -> int:
    """Where an attribute is among those that are told."""
    return [KNOWN.names[at] for at in learner.able].index(name)


def test_a_sentence_without_words_is_nothing_and_any_other_is_something(learner: TextToPortrait) -> None:
    found = learner.conditions(["", "smiling", "a red beret"])

    assert not found[0].any()
    assert found[1:].abs().amax(1).min() > 1e-4
    assert found.abs().max() <= 1.0


def test_what_follows_the_last_word_changes_nothing(learner: TextToPortrait) -> None:
    tokens = torch.from_numpy(batch_of(learner.vocabulary, ["a red beret", "on a blue background"]))

    assert torch.allclose(learner.words(tokens), learner.words(tokens[:, :5]), atol=1e-6)


def test_the_same_words_in_another_order_say_something_else(learner: TextToPortrait) -> None:
    one, other = learner.conditions(["a red hat before a blue wall", "a blue hat before a red wall"])

    assert (one - other).abs().max() > 1e-3


def test_the_latent_is_noise_and_then_what_is_said(learner: TextToPortrait) -> None:
    (said,) = learner.dimensions
    z = learner.saying(["smiling", ""])

    assert (said.name, said.role, said.prior, said.start, said.size) == ("text", "text", "silent", 6, 12)
    assert learner.latent_size == 18
    assert z[0, 6:].any()
    assert not z[1, 6:].any()
    assert not learner.sample(4)[:, 6:].any()


def test_noise_is_not_told_what_the_sentence_says(learner: TextToPortrait, attributes: torch.Tensor) -> None:
    told = learner._told(attributes)
    left = learner._left_open(attributes[:, learner.able], told)
    glasses, black, brown = (place(learner, name) for name in ("eyeglasses", "hair_colour=black", "hair_colour=brown"))

    said = told.low[:, glasses].isfinite()
    assert said.any()
    assert not left[said, glasses].any()
    assert left[~said, glasses].abs().min() > 0.1
    says_black = told.low[:, black] == 1.0
    assert says_black.any()
    assert not left[says_black][:, [black, brown]].any()


def test_of_a_number_noise_is_told_where_it_lies_in_a_words_range(
    learner: TextToPortrait, attributes: torch.Tensor
) -> None:
    told, smile = learner._told(attributes), place(learner, "smile")
    left = learner._left_open(attributes[:, learner.able], told)[:, smile]
    said = told.low[:, smile].isfinite()

    assert said.any()
    middle = (told.low + told.high)[:, smile] / 2
    expected = (attributes[:, learner.able][:, smile] - middle) / (told.high - told.low)[:, smile] * 2 * 3**0.5
    assert torch.allclose(left[said], expected[said], atol=1e-4)


def test_a_sentence_counts_as_wrong_only_where_it_is_false_of_the_picture(
    learner: TextToPortrait, attributes: torch.Tensor
) -> None:
    told, truth = learner._told(attributes), attributes[:, learner.able]
    is_false = false_of(truth, told.low, told.high)

    assert not is_false.diagonal().any()
    assert 0.5 < is_false.float().mean() < 1.0
    for row, column in ((0, 1), (5, 40), (63, 2)):
        outside = (truth[row] < told.low[column] - 1e-6) | (truth[row] > told.high[column] + 1e-6)
        assert bool(is_false[row, column]) == bool(outside.any())
    assert not false_of(torch.full_like(truth, float("nan")), told.low, told.high).any()


def test_the_matching_loss_asks_for_the_true_sentence_alone() -> None:
    others, none = ~torch.eye(3, dtype=torch.bool), torch.zeros(3, 3, dtype=torch.bool)
    right = 9.0 * torch.eye(3)

    assert matching_loss(right, others) < 0.01
    assert matching_loss(-right, others) > 5.0
    assert matching_loss(torch.zeros(3, 3), others) == pytest.approx(math.log(3.0))
    assert matching_loss(-right, none) == 0.0


def test_sentences_that_are_true_of_a_picture_too_do_not_count_against_it() -> None:
    fits = torch.tensor([[1.0, 50.0, -3.0], [0.0, 2.0, -3.0], [0.0, 0.0, 5.0]])
    is_false = torch.tensor([[False, False, True], [True, False, True], [True, True, False]])

    assert matching_loss(fits, is_false) < 0.3
    assert matching_loss(fits, ~torch.eye(3, dtype=torch.bool)) > 10.0


def test_the_critic_says_of_each_picture_how_well_it_goes_with_each_sentence(
    learner: TextToPortrait, pictures: torch.Tensor
) -> None:
    condition = learner.conditions(["smiling", "", "a red beret"])
    with torch.no_grad():
        seen = learner.critic(pictures[:3])
        scores, fits = learner._beside(seen, condition)
        _, moved = learner._beside(learner.critic(pictures[:3].flip(0)), condition)

    assert (tuple(scores.shape), tuple(fits.shape)) == ((3, 4, 4), (3, 3))
    assert not fits[:, 1].any()  # who says nothing is neither right nor wrong
    assert torch.allclose(scores - seen[0], fits.diagonal()[:, None, None].expand(3, 4, 4), atol=1e-6)
    assert torch.allclose(moved, fits.flip(0), atol=1e-6)


def test_the_part_of_the_critic_that_is_exported_says_the_same(learner: TextToPortrait, pictures: torch.Tensor) -> None:
    true, false = ["smiling"] * 16, ["a blue hat"] * 16
    matcher = learner.exports()["matcher"].module
    with torch.no_grad():
        fits = [(matcher(pictures) * learner.words(learner._tokens(said))).sum(1) for said in (true, false)]

    assert torch.equal(learner.prefers(pictures, true, false), fits[0] > fits[1])
    assert learner.origins().keys() == {"generator", "text"}


def test_some_conditions_lie_halfway_between_two_and_the_others_are_one(learner: TextToPortrait) -> None:
    conditions = torch.arange(16.0)[:, None].repeat(1, 12)
    mixed = learner._partly_mixed(conditions)

    assert torch.allclose(mixed[:4, 0], torch.tensor([0.5, 1.5, 2.5, 3.5]))
    assert torch.equal(mixed[4:], conditions[4:])


def test_what_was_said_costs_nothing_inside_of_a_words_bounds() -> None:
    columns = [columns_of(KNOWN, np.arange(COUNT))[KNOWN.names.index(name)] for name in ("smile", "eyeglasses")]
    loss = SaidLoss(columns, torch.device("cpu"))
    low, high = torch.tensor([[0.4, 1.0]]), torch.tensor([[1.0, 1.0]])

    def read(smile: float, glasses: float) -> torch.Tensor:
        return torch.tensor([[(smile - columns[0].mean) / columns[0].deviation, glasses]])

    assert loss(read(0.7, 20.0), low, high) < 1e-4
    assert loss(read(-0.7, 20.0), low, high) > 0.3
    assert loss(read(0.7, -5.0), low, high) > 2.0
    nothing = torch.full_like(low, float("nan"))
    assert loss(read(-0.7, -5.0), nothing, nothing) == 0.0


def test_words_learn_what_they_stand_for_and_the_paint_does_not_move_them(
    attributes: torch.Tensor, pictures: torch.Tensor
) -> None:
    columns = columns_of(KNOWN, np.arange(COUNT))
    learner = TextToPortrait(SMALL, TrainingTask(16, 3, steps=50, columns=columns), 3)
    batch = Batch(pictures, attributes=attributes[:16])

    losses = [learner.step(batch) for _ in range(6)]

    assert losses[-1]["words"] < losses[0]["words"]
    assert losses[-1]["reader"] < losses[0]["reader"]
    assert {"critic", "matching", "generator", "said", "picture", "KL"} <= losses[0].keys()
    before = [weight.clone() for weight in learner.words.parameters()]
    learner.optimizers["words"].step = lambda: None  # type: ignore[method-assign, assignment]
    learner.step(batch)
    assert all(torch.equal(one, two) for one, two in zip(before, learner.words.parameters(), strict=True))
