"""Named dimensions: their cards, and what every function of latents makes of their priors."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from explorer.core.arithmetic.board import Board, Slot, exemplar_of
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension, named, set_dimension
from explorer.core.rendering.latents import (
    between,
    can_truncate,
    is_on_shell,
    middle,
    norm_preserving,
    prior_deviation,
    sample,
    slerp,
    typical_norm,
)
from explorer.core.rendering.named_prior import NamedPrior
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.truncation import truncate
from explorer.core.rendering.walks import ClosedWalk, GentleWalk, neighbours
from explorer.core.traverse.axes import dimensions
from explorer.core.traverse.grid import grid_plan
from explorer.core.traverse.latent_paths import LatentPath

AGE = Dimension("age", 0, 1, "uniform", 20.0, 70.0, "factor")
HAT = Dimension("hat", 1, 1, "choices", 0.0, 1.0, "factor", ("no", "yes"), (0.75, 0.25))
STYLE = Dimension("hat_style", 2, 3, "choices", 0.0, 1.0, "one-hot", ("cap", "beret", "fez"), (0.5, 0.3, 0.2))
ALL = (AGE, HAT, STYLE)
CARD = ModelCard(kind="generator", latent_size=8, dimensions=ALL)


def prior() -> NamedPrior:
    found = CARD.prior
    assert isinstance(found, NamedPrior)
    return found


def test_a_card_keeps_its_dimensions() -> None:
    again = ModelCard.from_json(CARD.to_json())

    assert again.dimensions == ALL
    assert again.names == ("age", "hat", "hat_style=cap", "hat_style=beret", "hat_style=fez", "", "", "")


def test_a_card_of_names_alone_is_read_as_before() -> None:
    told = ModelCard.from_json('{"kind": "generator", "latent_size": 3, "dimensions": ["", "", "code 1"]}')

    assert told.dimensions == named(["", "", "code 1"])
    assert (told.prior, told.dimension_name(2), told.dimension_name(0)) == ("normal", "code 1", "z0")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": 6}, "lies beyond a latent of 8"),
        ({"start": 1}, "hat and hat_style overlap"),
        ({"name": "age"}, "two of its dimensions have one name"),
        ({"size": 2}, "has 3 choices in 2 numbers"),
        ({"choices": ("cap", "cap", "fez")}, "two of one name"),
        ({"choices": ()}, "is drawn from choices but has none"),
        ({"shares": (0.5, 0.3, 0.3)}, "shares that are not one for each choice"),
        ({"shares": (0.5, 0.5)}, "shares that are not one for each choice"),
        ({"prior": "poisson"}, "cannot be drawn as poisson"),
        ({"role": "king"}, "cannot be a king"),
        ({"low": 1.0}, "cannot run from 1 to 1"),
        ({"start": -1}, "has no place in the latent"),
        ({"name": ""}, "a dimension has a name"),
    ],
)
def test_dimensions_that_do_not_add_up_are_refused_in_a_sentence(change: dict[str, object], said: str) -> None:
    card = replace(CARD, dimensions=(AGE, HAT, Dimension(**(asdict(STYLE) | change))))  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=said):
        ModelCard.from_json(card.to_json())


def test_samples_have_the_shares_and_the_range_that_the_card_says() -> None:
    z = sample(3, 4000 * 8, prior()).reshape(-1, 8)

    assert (z[:, 0] >= 20.0).all()
    assert (z[:, 0] <= 70.0).all()
    assert z[:, 0].mean() == pytest.approx(45.0, abs=1.0)
    assert set(np.unique(z[:, 1:5])) == {0.0, 1.0}
    assert (z[:, 2:5].sum(1) == 1.0).all()
    assert z[:, 1:5].mean(0) == pytest.approx([0.25, 0.5, 0.3, 0.2], abs=0.03)
    assert z[:, 5:].std(0) == pytest.approx([1.0, 1.0, 1.0], abs=0.05)
    assert np.array_equal(sample(5, 8, prior()), sample(5, 8, prior()))


def test_truncation_leaves_what_was_asked_for() -> None:
    z = sample(1, 8, prior())

    pulled = truncate(z, 0.5, prior())

    assert np.array_equal(pulled[:5], z[:5])
    assert np.allclose(pulled[5:], z[5:] / 2)
    assert can_truncate(8, prior())
    assert not can_truncate(5, NamedPrior(5, "normal", ALL))
    assert not replace(CARD, latent_size=5).offers_truncation


def test_large_named_latents_do_not_lie_on_a_shell() -> None:
    large = NamedPrior(600, "normal", ALL)

    assert not is_on_shell(600, large)
    assert typical_norm(8, prior())[0] > 30.0  # an age alone is more
    assert prior_deviation(prior()) == pytest.approx(float(np.sqrt(np.square(prior().moments[1]).mean())))


def test_paths_go_straight_from_choice_to_choice_and_around_in_the_rest() -> None:
    one, other = sample(1, 8, prior()), sample(2, 8, prior())

    half = LatentPath([one, other], "slerp", prior=prior()).at(0.5)

    assert np.allclose(half[:5], (one[:5] + other[:5]) / 2)
    assert np.allclose(half[5:], slerp(one, other, 0.5)[5:])
    assert np.array_equal(between(norm_preserving, one, other, 0.0, prior())[:5], one[:5])


def test_walks_and_neighbours_stay_between_the_ends_and_keep_choices() -> None:
    start = sample(4, 8, prior())
    places = [GentleWalk(start, 0, prior()).at(time) for time in np.linspace(0.0, 20.0, 50)]
    places += list(neighbours(start, 0.8, 1, 8, prior()))

    assert all(20.0 <= z[0] <= 70.0 for z in places)
    assert np.ptp([z[0] for z in places]) > 10.0
    assert all(np.array_equal(z[1:5], start[1:5]) for z in places)
    assert np.allclose(ClosedWalk(start, 0, prior()).at(0.0), start, atol=1e-3)


def test_sums_of_pictures_stay_within_the_ends() -> None:
    scenes = [Scene(z=sample(seed, 8, prior())) for seed in range(3)]
    slots = tuple(
        Slot((exemplar_of(scene, {}, prior()),), weight) for scene, weight in zip(scenes, (1.0, -1.0, 1.0), strict=True)
    )

    total = Board(slots, keeps_norm=True).result(prior())

    assert total is not None
    assert 20.0 <= total[0] <= 70.0
    assert ((total[1:5] >= 0.0) & (total[1:5] <= 1.0)).all()


def test_a_latent_is_put_back_to_the_middle_and_the_most_common_choice() -> None:
    assert middle(8, prior()).tolist() == [45.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert middle(3).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("name", "word", "numbers"),
    [
        ("age", "33.5", [33.5, 0, 1, 0, 0]),
        ("hat", "yes", [45, 1, 1, 0, 0]),
        ("hat", "1", [45, 1, 1, 0, 0]),
        ("hat_style", "fez", [45, 0, 0, 0, 1]),
        ("hat", "beret", [45, 1, 0, 1, 0]),
    ],
)
def test_dimensions_are_set_in_their_own_words(name: str, word: str, numbers: list[float]) -> None:
    z = middle(8, prior()).copy()

    assert set_dimension(z, ALL, name, word)
    assert z[:5].tolist() == numbers
    assert not set_dimension(z, ALL, "scarf", "yes")


@pytest.mark.parametrize(("name", "word"), [("age", "old"), ("age", "nan"), ("hat", "crown"), ("hat_style", "1")])
def test_what_a_dimension_cannot_be_is_said(name: str, word: str) -> None:
    with pytest.raises(Problem, match=f"{name} cannot be {word}"):
        set_dimension(middle(8, prior()).copy(), ALL, name, word)


def test_latents_are_told_in_the_words_of_their_dimensions() -> None:
    z = middle(8, prior()).copy()
    set_dimension(z, ALL, "hat", "beret")

    assert [one.said(z) for one in ALL] == ["45.00", "yes", "beret"]
    z[2:5] = 0.0, 0.7, 0.3
    assert STYLE.said(z) == "beret 0.7"


def test_a_grid_row_of_choices_goes_from_one_to_the_next_and_is_called_by_them() -> None:
    base = Scene(z=middle(8, prior()))
    (style,) = dimensions([2], ALL)

    plan = grid_plan(base, [style], columns=5, prior=prior())

    assert plan.column_names == ("cap", "cap 0.5", "beret", "beret 0.5", "fez")
    assert plan.scene(0, 1).z[2:5].tolist() == [0.5, 0.5, 0.0]
    assert [style.coordinate(plan.scene(0, column)) for column in range(5)] == pytest.approx(plan.values)
    assert np.array_equal(plan.scene(0, 1).z[[0, 1, 5, 6, 7]], base.z[[0, 1, 5, 6, 7]])


def test_a_grid_has_a_row_a_dimension_from_end_to_end() -> None:
    plan = grid_plan(Scene(z=middle(8, prior())), dimensions(range(8), ALL), columns=3, prior=prior())

    assert plan.row_names == ("age", "hat", "hat style", "z5", "z6", "z7")
    assert [plan.scene(0, column).z[0] for column in range(3)] == [20.0, 45.0, 70.0]
    assert [plan.axes[row].said(plan.scene(row, 2)) for row in range(4)] == ["70.00", "yes", "fez", "1.00"]
    assert [plan.scene(1, column).z[1] for column in (0, 2)] == [0.0, 1.0]
