"""The losses and penalties of the GANs, against values worked out by hand and closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from explorer.training.learning import losses

REAL = torch.tensor([0.0, 2.0])
MADE = torch.tensor([-1.0, 1.0])
SLOPE = torch.tensor([3.0, -4.0])  # of length 5


def softplus(value: float) -> float:
    return math.log1p(math.exp(value))


def linear(pictures: Tensor) -> Tensor:
    return pictures.flatten(1) @ SLOPE


def of(loss: Tensor) -> float:
    assert loss.shape == ()
    return loss.item()


def test_the_logistic_critic_adds_the_logarithms_of_both_errors() -> None:
    wanted = (softplus(0.0) + softplus(-2.0)) / 2 + (softplus(-1.0) + softplus(1.0)) / 2
    assert of(losses.logistic_critic(REAL, MADE)) == pytest.approx(wanted)


def test_a_critic_that_knows_nothing_pays_two_logarithms_of_two() -> None:
    assert of(losses.logistic_critic(torch.zeros(3), torch.zeros(3))) == pytest.approx(2 * math.log(2))


def test_the_logistic_critic_is_best_at_the_ratio_of_the_densities() -> None:
    share = torch.tensor([0.8, 0.3])  # p / (p + q) at two points; eq. 2 of the paper
    score = torch.logit(share).requires_grad_(True)
    loss = sum(
        p * losses.logistic_critic(s, torch.tensor([-100.0])) + (1 - p) * losses.logistic_critic(100 + s * 0, s)
        for p, s in zip(share, score.split(1), strict=True)
    )
    assert isinstance(loss, Tensor)
    loss.backward()
    assert score.grad is not None
    assert score.grad == pytest.approx(torch.zeros(2), abs=1e-6)


def test_minimax_is_the_critics_second_term_turned_round() -> None:
    wanted = -(softplus(-1.0) + softplus(1.0)) / 2
    assert of(losses.minimax_generator(MADE)) == pytest.approx(wanted)


def test_non_saturating_is_the_logarithm_of_being_taken_for_real() -> None:
    wanted = (softplus(1.0) + softplus(-1.0)) / 2
    assert of(losses.non_saturating_generator(MADE)) == pytest.approx(wanted)


def test_where_the_critic_is_sure_only_the_non_saturating_loss_has_a_slope() -> None:
    slopes = []
    for loss in (losses.minimax_generator, losses.non_saturating_generator):
        score = torch.tensor([-20.0], requires_grad=True)
        loss(score).backward()
        assert score.grad is not None
        slopes.append(score.grad.item())
    assert slopes == pytest.approx([-math.exp(-20), -1.0], rel=1e-4)


def test_relativistic_compares_pair_by_pair() -> None:
    assert of(losses.relativistic(REAL, MADE)) == pytest.approx(softplus(-1.0))
    assert of(losses.relativistic(MADE, REAL)) == pytest.approx(softplus(1.0))


def test_relativistic_is_blind_to_what_all_scores_have_in_common() -> None:
    assert of(losses.relativistic(REAL + 7, MADE + 7)) == pytest.approx(of(losses.relativistic(REAL, MADE)))


def test_wasserstein_is_the_difference_of_the_means() -> None:
    assert of(losses.wasserstein_critic(REAL, MADE)) == pytest.approx(-1.0)
    assert of(losses.wasserstein_generator(MADE + 3)) == pytest.approx(-3.0)


def test_the_best_slope_one_critic_tells_the_distance_of_two_shifted_sets() -> None:
    real = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    made = real - 2.0 * SLOPE / 5.0  # two apart, so the earth mover's distance is two
    assert of(losses.wasserstein_critic(linear(real) / 5, linear(made) / 5)) == pytest.approx(-2.0, abs=1e-5)


def test_least_squares_is_half_the_mean_square_from_the_target() -> None:
    assert of(losses.least_squares(REAL, 1.0)) == pytest.approx(0.5)
    assert of(losses.least_squares(MADE, 0.0)) == pytest.approx(0.5)
    assert of(losses.least_squares(torch.tensor([3.0, 0.0]), 1.0)) == pytest.approx(1.25)


def test_the_energy_critic_minds_made_pictures_below_the_margin_only() -> None:
    real, made = torch.tensor([-0.5, -1.5]), torch.tensor([-1.0, -4.0])  # energies 0.5, 1.5 and 1, 4
    assert of(losses.energy_critic(real, made, 2.0)) == pytest.approx(1.0 + (1.0 + 0.0) / 2)
    made.requires_grad_(True)
    losses.energy_critic(real, made, 2.0).backward()
    assert made.grad is not None
    assert made.grad.tolist() == [0.5, 0.0]


def test_pulling_away_is_the_mean_squared_cosine_of_different_codes() -> None:
    codes = torch.tensor([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]])  # right angles once, 45 degrees twice
    assert of(losses.pulling_away(codes)) == pytest.approx((0.0 + 0.5 + 0.5) / 3)
    assert of(losses.pulling_away(torch.ones(4, 5))) == pytest.approx(1.0)
    assert of(losses.pulling_away(torch.eye(4) * 7)) == pytest.approx(0.0)


def test_equilibrium_is_reached_where_the_errors_stand_in_the_wanted_ratio() -> None:
    real = torch.tensor(-2.0)  # an error of 2
    balance, convergence = losses.equilibrium(real, torch.tensor(-1.0), 0.5)
    assert (of(balance), of(convergence)) == (0.0, 2.0)
    balance, convergence = losses.equilibrium(real, torch.tensor(-4.0), 0.5)
    assert (of(balance), of(convergence)) == (-3.0, 5.0)
    balance, convergence = losses.equilibrium(real, torch.tensor(-0.25), 0.5)
    assert (of(balance), of(convergence)) == (0.75, 2.75)


def test_the_squared_slope_of_a_linear_critic_is_that_of_its_weights() -> None:
    assert of(losses.squared_slope(linear, torch.randn(6, 1, 1, 2))) == pytest.approx(25.0)


def test_the_squared_slope_of_a_square_is_four_times_the_square() -> None:
    pictures = torch.tensor([[1.0, 2.0], [0.0, 3.0]])
    found = losses.squared_slope(lambda x: x.flatten(1).square().sum(1), pictures)
    assert of(found) == pytest.approx(4 * (5 + 9) / 2)


def test_the_squared_slope_teaches_the_critic() -> None:
    weights = SLOPE.clone().requires_grad_(True)
    losses.squared_slope(lambda x: x.flatten(1) @ weights, torch.randn(6, 2)).backward()
    assert weights.grad is not None
    assert weights.grad.tolist() == pytest.approx([6.0, -8.0])


def test_the_slope_of_a_linear_critic_is_as_far_from_one_everywhere() -> None:
    rng = torch.Generator().manual_seed(0)
    real, made = torch.randn(2, 6, 1, 1, 2, generator=rng)
    assert of(losses.slope_from_one(linear, real, made, rng)) == pytest.approx(16.0, rel=1e-5)
    assert of(losses.slope_from_one(lambda x: linear(x) / 5, real, made, rng)) == pytest.approx(0.0, abs=1e-9)


def test_the_slope_is_taken_between_real_and_made() -> None:
    seen: list[Tensor] = []

    def score(pictures: Tensor) -> Tensor:
        seen.append(pictures.detach())
        return pictures.flatten(1).sum(1)

    losses.slope_from_one(score, torch.ones(200, 1, 1, 2), -torch.ones(200, 1, 1, 2), torch.Generator().manual_seed(0))
    (at,) = seen
    assert (at[..., 0] == at[..., 1]).all()  # one share for each picture
    assert at.min() >= -1
    assert at.max() <= 1
    assert at.std() == pytest.approx(2 / math.sqrt(12), abs=0.06)


def test_a_flat_critic_has_slopes_that_can_be_learned_from() -> None:
    weights = torch.zeros(2, requires_grad=True)
    rng = torch.Generator().manual_seed(0)
    loss = losses.slope_from_one(lambda x: x.flatten(1) @ weights, torch.ones(3, 2), torch.zeros(3, 2), rng)
    loss.backward()
    assert loss.item() == pytest.approx(1.0, abs=1e-4)
    assert weights.grad is not None
    assert weights.grad.isfinite().all()
