"""Every method of fitting finds the planted direction, says how far to trust it, and warns where not to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.directions.fitting.balancing import BALANCED_WITHIN, balanced
from explorer.core.directions.fitting.cross_validation import folds
from explorer.core.directions.fitting.examples import Examples, group_numbers
from explorer.core.directions.fitting.fit import METHODS, fit_direction
from explorer.core.directions.fitting.hyperplanes import STRENGTHS, by_classifier, through_means, through_pairs
from explorer.core.problem import Problem

SIZE = 32
SMILE, HAT = np.linalg.qr(np.random.RandomState(42).randn(SIZE, 2))[0].T
"""The planted direction and that of a nuisance, orthogonal to each other."""


def people(count: int = 1500, seed: int = 0, confounded: float = 0.0) -> Examples:
    """Random latents that smile where they lie along the planted direction; two belong to each group.

    ``confounded`` is the share dropped of those who smile without a hat or wear one without smiling.
    """
    draw = np.random.RandomState(seed)
    latents = draw.randn(count, SIZE)
    smiles = latents @ SMILE + 0.2 * draw.randn(count) > 0.0
    hats = latents @ HAT + 0.2 * draw.randn(count) > 0.0
    ages = latents @ HAT + 0.2 * draw.randn(count)
    kept = (smiles == hats) | (draw.uniform(size=count) >= confounded)
    return Examples(
        latents[kept],
        smiles[kept],
        np.arange(kept.sum()) // 2,
        np.stack([hats, ages], axis=1)[kept],
        ("hat", "age"),
        np.arange(kept.sum()) % 10 < 2,
    )


def twins(count: int = 400, seed: int = 0, hat: float = 0.0) -> Examples:
    """Pairs of one person with and without a smile, ``hat`` being how likely the smiling one wears a hat."""
    draw = np.random.RandomState(seed)
    person = 2.0 * draw.randn(count, SIZE)
    hats = (draw.uniform(size=count) < hat).astype(float)
    noise = 0.3 * draw.randn(2, count, SIZE)
    smiling = person + 0.5 * SMILE + hats[:, None] * HAT + noise[0]
    latents = np.concatenate([smiling, person - 0.5 * SMILE + noise[1]])
    numbers = np.tile(np.arange(count), 2)
    return Examples(
        latents,
        np.repeat([1.0, 0.0], count),
        numbers,
        np.concatenate([hats, np.zeros(count)])[:, None],
        ("hat",),
        numbers % 5 == 0,
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_planted_direction_is_found(method: str) -> None:
    examples = twins() if method == "pairs" else people()
    found = fit_direction(examples, method, "smile", "smiling", "planted")
    assert found.vector @ SMILE > 0.95
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=1e-6)
    assert (found.method, found.attribute, found.source) == (method, "smiling", "planted")
    assert found.held_out is not None
    assert examples.held_out is not None
    assert found.held_out.examples == examples.held_out.sum() / (2 if method == "pairs" else 1)
    assert found.held_out.low < found.held_out.accuracy < found.held_out.high
    assert found.notes == ()


@pytest.mark.parametrize("method", ["mean", "logistic", "svm"])
def test_balancing_frees_it_of_what_goes_along(method: str) -> None:
    examples = people(4000, confounded=0.85)
    plain = fit_direction(examples, method, "a", "smile")
    free = fit_direction(examples, method, "a", "smile", balance=("hat",))
    if method == "mean":  # the classifiers see through it by themselves
        assert plain.vector @ SMILE < 0.85
        assert plain.vector @ HAT > 0.5
    assert free.vector @ SMILE > 0.95
    assert abs(free.vector @ HAT) < max(0.06, abs(plain.vector @ HAT) / 2)
    assert free.details["balanced"] == ["hat"]
    assert sum(free.details["effective_examples"]) < sum(free.examples)


def test_numbers_are_balanced_too() -> None:
    free = fit_direction(people(4000, confounded=0.85), "mean", "a", "smile", balance=("age", "hat"))
    assert free.vector @ SMILE > 0.95
    assert abs(free.vector @ HAT) < 0.06


def test_pairs_are_freed_of_what_changes_along() -> None:
    examples = twins(hat=0.7)
    assert fit_direction(examples, "pairs", "a", "smile").vector @ HAT > 0.4
    free = fit_direction(examples, "pairs", "a", "smile", balance=("hat",))
    assert free.vector @ SMILE > 0.95
    assert abs(free.vector @ HAT) < 0.1
    with pytest.raises(Problem, match="another attribute always changes too"):
        fit_direction(twins(hat=1.1), "pairs", "a", "smile", balance=("hat",))


def test_pairs_see_what_people_hide() -> None:
    """Where people differ more than a smile does, single examples say little although all pairs are in order."""
    found = fit_direction(twins(), "pairs", "a", "smile")
    ordered, alone = found.held_out, found.alone
    assert ordered is not None
    assert alone is not None
    assert alone.accuracy < 0.75 < ordered.low
    assert (ordered.what, ordered.examples, alone.what, alone.examples) == ("pairs", 80, "examples", 160)
    assert (found.examples, found.details["pairs"]) == ((320, 320), 320)
    assert fit_direction(twins(), "mean", "a", "smile").alone is None


def test_pairs_in_order_are_no_chance_however_few_fall_on_their_side() -> None:
    draw = np.random.RandomState(0)
    person = 40.0 * draw.randn(100, SIZE)
    latents = np.concatenate([person + SMILE, person - SMILE]) + 0.3 * draw.randn(200, SIZE)
    numbers = np.tile(np.arange(100), 2)
    found = fit_direction(
        Examples(latents, np.repeat([1.0, 0.0], 100), numbers, held_out=numbers % 4 == 0),
        "pairs",
        "a",
        "smile",
    )
    assert found.held_out is not None
    assert found.alone is not None
    assert found.alone.low < 0.5 < 0.8 < found.held_out.low
    assert "On examples it had not seen, it does no better than chance." not in found.notes


def test_examples_without_a_partner_take_no_part_in_pairs() -> None:
    examples = twins(50)
    lone = replace(examples, groups=np.r_[np.arange(50), np.arange(50) + 20], held_out=None)
    assert fit_direction(lone, "pairs", "a", "smile").examples == (30, 30)


@pytest.mark.parametrize("method", ["logistic", "svm"])
def test_dimensions_that_an_encoder_does_not_use_do_not_turn_the_normal(method: str) -> None:
    """Why latents are not standardised: dead dimensions would count as much as the others."""
    draw = np.random.RandomState(0)
    latents = np.hstack([draw.randn(600, SIZE), 0.02 * draw.randn(600, SIZE)])
    smiles = latents[:, :SIZE] @ SMILE + 0.5 * draw.randn(600) > 0
    deviations = latents.std(axis=0)
    truth = np.r_[SMILE, np.zeros(SIZE)]
    ours = fit_direction(Examples(latents, smiles), method, "a", "smile").vector
    standardised = fit_direction(Examples(latents / deviations, smiles), method, "a", "smile").vector / deviations
    assert ours @ truth > 0.95
    assert standardised @ truth / np.linalg.norm(standardised) < 0.3


@pytest.mark.parametrize("method", METHODS)
def test_equal_examples_give_equal_bits(method: str) -> None:
    examples = twins(60) if method == "pairs" else people(300)
    first, second = (fit_direction(examples, method, "a", "smile", seed=3) for _ in range(2))
    assert first.vector.tobytes() == second.vector.tobytes()
    assert (first.held_out, first.notes, first.details) == (second.held_out, second.notes, second.details)


@pytest.mark.parametrize("method", METHODS)
def test_the_sign_points_to_the_attribute_and_turns_with_it(method: str) -> None:
    examples = twins(80) if method == "pairs" else people(500)
    found = fit_direction(examples, method, "a", "smile")
    turned = fit_direction(replace(examples, values=1.0 - examples.values), method, "a", "smile")
    has = examples.values == 1.0
    assert (examples.latents[has] @ found.vector).mean() > (examples.latents[~has] @ found.vector).mean()
    assert turned.vector @ found.vector < -0.995  # folds, and so C, may differ
    assert turned.examples == found.examples[::-1]


@pytest.mark.parametrize("method", METHODS)
def test_the_threshold_lies_where_the_space_does(method: str) -> None:
    examples = twins(80) if method == "pairs" else people(500)
    moved = replace(examples, latents=examples.latents + 5.0)
    found, other = (fit_direction(each, method, "a", "smile") for each in (examples, moved))
    assert other.vector @ found.vector > 0.9999
    assert found.held_out is not None
    assert other.held_out is not None
    assert other.held_out.accuracy == pytest.approx(found.held_out.accuracy, abs=0.03)


def test_a_number_is_split_at_the_median_of_those_fitted_to() -> None:
    examples = people(1000)
    ages = examples.latents @ SMILE * 10 + 40
    found = fit_direction(replace(examples, values=ages), "mean", "a", "age")
    assert examples.held_out is not None
    median = float(np.median(ages[~examples.held_out]))
    assert found.details["median"] == pytest.approx(median)
    assert found.notes == (f"age is a number: with it means above its median, {median:.4g}.",)
    assert found.examples == (400, 400)
    assert found.vector @ SMILE > 0.95


def test_a_median_that_many_share_goes_to_the_side_that_evens_them() -> None:
    examples = people(900)
    stars = np.where(examples.latents @ SMILE > 0, 5.0, np.arange(900) % 5)
    found = fit_direction(replace(examples, values=stars, held_out=None), "mean", "a", "stars")
    assert min(found.examples) > 400
    assert "at or above" in found.notes[0]


def test_unknown_values_are_left_out_and_counted() -> None:
    examples = people(1000)
    values, nuisances = examples.values.copy(), examples.nuisances.copy()
    values[:7] = np.nan
    nuisances[7:10, 0] = np.nan
    some = replace(examples, values=values, nuisances=nuisances)
    assert fit_direction(some, "mean", "a", "smile").notes[0] == (
        "7 examples for which an attribute is unknown were left out."
    )
    assert fit_direction(some, "mean", "a", "smile", balance=("hat",)).notes[0].startswith("10 examples")
    known = fit_direction(examples.chosen(np.isfinite(values)), "mean", "a", "smile")
    assert fit_direction(some, "mean", "a", "smile").vector.tobytes() == known.vector.tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_what_is_held_out_is_never_fitted_to(method: str) -> None:
    examples = twins(60) if method == "pairs" else people(400)
    assert examples.held_out is not None
    swapped = np.where(examples.held_out, 1.0 - examples.values, examples.values)
    one, other = (
        fit_direction(replace(examples, values=values), method, "a", "smile") for values in (examples.values, swapped)
    )
    assert one.vector.tobytes() == other.vector.tobytes()
    assert one.held_out is not None
    assert other.held_out is not None
    assert other.held_out.accuracy == pytest.approx(1.0 - one.held_out.accuracy)


def test_a_group_is_held_out_whole() -> None:
    marked = np.zeros(6, bool)
    marked[0] = True
    examples = Examples(np.eye(6), np.arange(6) % 2, group_numbers(["a", "b", "a", "c", "b", "a"]), held_out=marked)
    assert examples.held_out is not None
    assert examples.held_out.tolist() == [True, False, True, False, False, True]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=2, max_size=60),
    st.integers(0, 9),
    st.none() | st.integers(1, 60),
)
@settings(deadline=None)
def test_folds_never_part_a_group(rows: list[tuple[bool, int]], seed: int, most: int | None) -> None:
    has, groups = (np.array(column) for column in zip(*rows, strict=True))
    parts = folds(has, groups, seed, most)
    for fit, kept in parts:
        assert not set(groups[fit]) & set(groups[kept])
        assert 2 <= has[fit].sum() <= len(fit) - 2
    if parts and most is None:
        assert sorted(np.concatenate([kept for _, kept in parts])) == list(range(len(has)))


@pytest.mark.parametrize("method", METHODS)
def test_without_held_out_examples_it_is_cross_validated(method: str) -> None:
    examples = twins(100) if method == "pairs" else people(500)
    found = fit_direction(replace(examples, held_out=None), method, "a", "smile")
    assert found.notes == ("No examples were kept out: the accuracy is from 5-fold cross-validation.",)
    assert found.details["folds"] == 5
    assert found.held_out is not None
    assert found.held_out.examples == len(examples) / (2 if method == "pairs" else 1)
    assert sum(found.examples) == len(examples)
    assert found.held_out.low > 0.5


def test_cross_validation_is_not_fooled_by_groups() -> None:
    """Labels that hang on the person, not on the latent, cannot be told of people never seen."""
    draw = np.random.RandomState(0)
    groups = np.repeat(np.arange(40), 10)
    latents = 3.0 * draw.randn(40, SIZE)[groups] + 0.1 * draw.randn(400, SIZE)
    values = draw.permutation(np.arange(40) % 2)[groups]
    apart = fit_direction(Examples(latents, values, groups), "logistic", "a", "smile")
    fooled = fit_direction(Examples(latents, values), "logistic", "a", "smile")
    assert apart.held_out is not None
    assert fooled.held_out is not None
    assert fooled.held_out.accuracy > 0.95
    assert apart.held_out.accuracy < 0.7
    assert "The 400 examples judged on come from 40 groups, so the interval is too narrow." in apart.notes


@pytest.mark.parametrize("method", METHODS)
def test_labels_at_random_are_told_as_chance(method: str) -> None:
    draw = np.random.RandomState(5)
    examples = Examples(draw.randn(200, SIZE), draw.permutation(np.arange(200) % 2), np.arange(200) // 2 % 50)
    found = fit_direction(examples, method, "a", "smile")
    assert any(note.startswith("Too few examples (") for note in found.notes)
    assert "On examples it had not seen, it does no better than chance." in found.notes


def test_guessing_the_larger_side_is_chance_however_accurate() -> None:
    draw = np.random.RandomState(1)
    found = fit_direction(Examples(draw.randn(400, 4), np.arange(400) % 40 == 0), "mean", "a", "smile")
    assert "On examples it had not seen, it does no better than chance." in found.notes
    assert any(note.startswith("Only 2.5% of the examples are with it") for note in found.notes)


@pytest.mark.parametrize("count", [60, 200, 800, 3000])
def test_the_expected_cosine_is_about_the_true_one(count: int) -> None:
    found = [fit_direction(people(count, seed), "mean", "a", "smile") for seed in range(8)]
    expected = np.mean([one.details["expected_cosine"] for one in found])
    assert expected == pytest.approx(np.mean([one.vector @ SMILE for one in found]), abs=0.06)


def test_few_examples_are_warned_of() -> None:
    found = fit_direction(people(12), "mean", "a", "smile")
    assert any(note.startswith("Too few examples") for note in found.notes)
    tiny = fit_direction(Examples(np.eye(4), [0, 0, 1, 1]), "mean", "a", "smile")
    assert tiny.held_out is None
    assert "There are too few examples to keep some out" in tiny.notes[-1]
    clear = np.r_[np.zeros((4, 2)), np.ones((4, 2))] + 0.01 * np.random.RandomState(0).randn(8, 2)
    near = fit_direction(Examples(clear, np.repeat([0, 1], 4)), "mean", "a", "smile")
    assert "Only 4 examples on one side: 10 or more make a direction steadier." in near.notes
    assert any(note.startswith("Only 4 pairs") for note in fit_direction(twins(5), "pairs", "a", "b").notes)


def test_a_one_sided_held_out_part_is_told() -> None:
    examples = people(300)
    found = fit_direction(replace(examples, groups=None, held_out=_few(examples)), "mean", "a", "smile")
    assert "The examples kept out are all of one side, so their accuracy says little." in found.notes
    assert "balanced_accuracy" not in found.details


def _few(examples: Examples) -> np.ndarray:
    return (examples.values == 1.0) & (np.arange(len(examples)) < 40)


def test_what_cannot_be_balanced_is_told() -> None:
    examples = people(300)
    same = replace(examples, nuisances=examples.values[:, None], nuisance_names=("grin",))
    found = fit_direction(same, "mean", "a", "smile", balance=("grin",))
    assert "grin still differs between the sides: too few examples separate the two." in found.notes
    thin = fit_direction(people(4000, confounded=0.99), "mean", "a", "smile", balance=("hat",))
    assert any("count for only" in note or "still differs" in note for note in thin.notes)


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_balanced_weights_make_the_means_equal(seed: int, count: int) -> None:
    draw = np.random.RandomState(seed)
    has = draw.uniform(size=300) < 0.4
    nuisances = draw.randn(300, count) * draw.uniform(0.1, 100, count) + has[:, None] * 0.5
    nuisances[:, 0] = nuisances[:, 0] > np.median(nuisances[:, 0])
    found = balanced(has, nuisances)
    assert found.weights.min() >= 0.0
    for side in (has, ~has):
        assert found.weights[side].sum() == pytest.approx(1.0)
    means = found.weights[has] @ nuisances[has], found.weights[~has] @ nuisances[~has]
    assert np.abs((means[0] - means[1]) / nuisances.std(axis=0)).max() < 1e-3
    assert np.abs(found.left).max() < 1e-3
    assert max(found.effective) <= 300


def test_on_yes_and_no_balancing_is_what_cells_of_equal_weight_are() -> None:
    """One yes/no nuisance: the closed form has one frequency p on both sides, from the odds of the cells."""
    has = np.repeat([True, False], [100, 60])
    hats = np.r_[np.repeat([1.0, 0.0], [80, 20]), np.repeat([1.0, 0.0], [15, 45])]
    found = balanced(has, hats[:, None])
    odds = np.sqrt((80 / 20) * (15 / 45))  # λ moves the log odds of both sides by as much, to their middle
    share = odds / (1 + odds)
    assert found.weights[has] @ hats[has] == pytest.approx(share, abs=1e-3)
    assert found.weights[~has] @ hats[~has] == pytest.approx(share, abs=1e-3)


def test_nothing_to_balance_gives_equal_weights() -> None:
    has = np.array([True, False, False])
    assert balanced(has, np.zeros((3, 0))).weights.tolist() == [1.0, 0.5, 0.5]
    assert balanced(has, np.full((3, 2), 7.0)).weights.tolist() == [1.0, 0.5, 0.5]


def test_bad_examples_are_problems() -> None:
    good = people(100)
    with pytest.raises(Problem, match="alike in smile"):
        fit_direction(replace(good, values=np.ones(100)), "mean", "a", "smile")
    with pytest.raises(Problem, match="alike in smile"):
        fit_direction(replace(good, values=np.full(100, np.nan)), "mean", "a", "smile")
    lone = np.zeros(100)
    lone[5] = 1.0
    with pytest.raises(Problem, match="There is 1 example with smile to fit to; at least 2"):
        fit_direction(replace(good, values=lone), "logistic", "a", "smile")
    with pytest.raises(Problem, match="alike in smile"):
        fit_direction(replace(good, held_out=np.ones(100, bool)), "svm", "a", "smile")
    with pytest.raises(Problem, match="no method magic"):
        fit_direction(good, "magic", "a", "smile")
    with pytest.raises(Problem, match="no attribute beard to balance against"):
        fit_direction(good, "mean", "a", "smile", balance=("beard",))
    with pytest.raises(Problem, match="Nothing says which pictures belong together"):
        fit_direction(replace(good, groups=None), "pairs", "a", "smile")
    with pytest.raises(Problem, match="there are no pairs"):
        fit_direction(replace(good, groups=np.arange(100), held_out=None), "pairs", "a", "smile")
    same = replace(good, latents=np.ones((100, 3), np.float32))
    for method in METHODS[2:]:
        with pytest.raises(Problem, match="nothing that tells the examples apart"):
            fit_direction(same, method, "a", "smile")
    with pytest.raises(Problem, match="nothing tells the examples apart"):
        fit_direction(same, "mean", "a", "smile")


def test_parts_that_do_not_belong_together_are_problems() -> None:
    rows = np.ones((5, 3), np.float32)
    with pytest.raises(Problem, match="4 values of the attribute for 5 pictures"):
        Examples(rows, np.ones(4))
    with pytest.raises(Problem, match="6 groups for 5 pictures"):
        Examples(rows, np.ones(5), np.arange(6))
    with pytest.raises(Problem, match="5 × 2 other attributes for 5 pictures, not 5 × 1"):
        Examples(rows, np.ones(5), None, np.ones((5, 2)), ("age",))
    with pytest.raises(Problem, match="4 marks of what is kept out"):
        Examples(rows, np.ones(5), held_out=np.ones(4, bool))
    with pytest.raises(Problem, match="1 latent has a value that is not finite"):
        Examples(np.where(np.eye(5, 3) * [[1], [0], [0], [0], [0]] > 0, np.nan, rows), np.ones(5))
    with pytest.raises(Problem, match="are not examples"):
        Examples(rows[0], np.ones(5))


def test_examples_are_read_only_and_leave_what_they_were_given_alone() -> None:
    rows, values = np.ones((2, 3), np.float32), np.ones(2)
    examples = Examples(rows, values)
    for part in (examples.latents, examples.values):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 2.0
    rows[0] = values[0] = 2.0


def test_groups_are_numbered_by_their_keys_and_unknown_ones_stand_alone() -> None:
    assert group_numbers(["b", "a", "b"]).tolist() == [1, 0, 1]
    assert len(set(group_numbers([1.0, np.nan, np.nan, 1.0]).tolist())) == 3
    assert group_numbers((4, 4, 2)).tolist() == [1, 1, 0]


@pytest.mark.parametrize("method", ["logistic", "svm"])
def test_a_classifier_cuts_between_the_sides_where_one_is_larger(method: str) -> None:
    has = np.arange(1000) % 5 > 0  # so that the cut is not at the mean of all
    latents = 0.3 * np.random.RandomState(0).randn(1000, 4) + np.where(has, 3.0, 1.0)[:, None] * [1, 0, 0, 0]
    found = fit_direction(Examples(latents, has), method, "a", "smile")
    assert found.details["threshold"] == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("a_group", [1, 2])
def test_folds_spread_both_sides_evenly(a_group: int) -> None:
    has = np.arange(100) // a_group % 10 == 0
    parts = folds(has, None if a_group == 1 else np.arange(100) // a_group, 3)
    assert [int(has[kept].sum()) for _, kept in parts] == [2] * 5
    assert [len(kept) for _, kept in parts] == [20] * 5


@pytest.mark.parametrize("method", METHODS)
def test_a_cut_lies_between_the_sides_wherever_they_are(method: str) -> None:
    """Two balls that are far from the origin: what is said of the place of a latent holds there, too."""
    draw = np.random.RandomState(3)
    has, groups = np.arange(80) % 2 == 0, np.arange(80) // 2
    latents = draw.normal(0, 0.05, (80, 3)) + np.where(has[:, None], (9.0, 2.0, 0.0), (7.0, 2.0, 0.0))
    weights = np.full(80, 1 / 40)
    if method == "pairs":
        cut = through_pairs(latents, has, groups, np.zeros((80, 0)))
        assert cut.remarks == {"pairs": 40}
    elif method == "mean":
        cut = through_means(latents, has, weights)
    else:
        cut = by_classifier(method, latents, has, weights, ())
        assert cut.remarks == {"C": 1.0}
        assert by_classifier(method, latents, has, weights, (), 10.0).remarks == {"C": 10.0}
    assert cut.normal == pytest.approx([1.0, 0.0, 0.0], abs=0.05)
    assert cut.threshold == pytest.approx(8.0, abs=0.15)
    assert cut.places(np.array([(9.0, 2.0, 0.0), (7.0, 2.0, 0.0)])) == pytest.approx([1.0, -1.0], abs=0.2)


@pytest.mark.parametrize("method", ["logistic", "svm"])
def test_the_regularisation_is_the_one_that_does_best_on_the_folds(method: str) -> None:
    draw = np.random.RandomState(5)
    latents, has = draw.randn(120, 40), np.arange(120) % 2 == 0
    noisy = latents + 0.3 * has[:, None] * np.eye(40)[0]
    clear = 0.1 * latents + 4.0 * has[:, None] * np.eye(40)[0]
    parts = [
        (np.flatnonzero(np.arange(120) % 3 != part), np.flatnonzero(np.arange(120) % 3 == part)) for part in range(3)
    ]
    weights = np.full(120, 1 / 60)
    weak, strong = (by_classifier(method, each, has, weights, parts, 0.7).remarks["C"] for each in (noisy, clear))
    assert weak in STRENGTHS
    assert weak < 0.1 < strong == 10.0


@pytest.mark.parametrize("unknown", ["value", "one nuisance", "both nuisances"])
def test_examples_of_which_something_is_unknown_are_left_out(unknown: str) -> None:
    examples = people(200)
    assert examples.nuisances is not None
    values, nuisances = examples.values.astype(float), examples.nuisances.astype(float)
    if unknown == "value":
        values[:7] = np.nan
    else:
        nuisances[:7, : 1 + (unknown == "both nuisances")] = np.nan
    found = fit_direction(
        replace(examples, values=values, nuisances=nuisances), "mean", "a", "smile", balance=("hat", "age")
    )
    assert sum(found.examples) == (~examples.held_out).sum() - (~examples.held_out[:7]).sum()
    assert any(note.startswith("7 ") for note in found.notes)


def test_weights_balance_both_sides_and_tell_what_they_cost() -> None:
    has = np.array([True] * 6 + [False] * 6)
    nuisance = np.array([1.0] * 5 + [0.0] + [1.0] + [0.0] * 5)[:, None]
    found = balanced(has, nuisance)
    assert found.weights[has].sum() == pytest.approx(1.0)
    assert found.weights[~has].sum() == pytest.approx(1.0)
    means = [float(found.weights[side] @ nuisance[side, 0]) for side in (has, ~has)]
    assert means[0] == pytest.approx(means[1], abs=0.02)
    assert abs(found.left[0]) < BALANCED_WITHIN
    kish = [1.0 / np.square(found.weights[side]).sum() for side in (has, ~has)]
    assert found.effective == pytest.approx(kish)
    assert max(found.effective) < 5.0
