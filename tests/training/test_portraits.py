from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.training.portraits import FACTORS, Factors, Portraits, draw, sampled_factors

NUMERIC = tuple(f.name for f in FACTORS if f.kind != "category")


def columns(portraits: Portraits) -> dict[str, np.ndarray]:
    names, values = portraits.attributes()
    return dict(zip(names, values.T, strict=True))


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def test_a_picture_is_the_same_bytes_twice_and_in_any_order() -> None:
    one, other = Portraits(10, seed=3), Portraits(500, seed=3)
    first = one.picture(7)
    other.picture(2)
    assert first.tobytes() == other.picture(7).tobytes()
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.uint8
    assert first.flags.writeable


def test_the_factors_of_a_seed_never_change() -> None:
    portraits = Portraits(200, seed=11)
    rounded = [
        {k: round(v, 9) if isinstance(v, float) else v for k, v in asdict(portraits.factors(i)).items()}
        for i in range(200)
    ]
    digest = hashlib.sha256(json.dumps(rounded).encode()).hexdigest()
    assert digest[:16] == "63b663d6d323c9ce"


def test_the_factors_do_not_depend_on_the_size() -> None:
    assert Portraits(5, size=32, seed=1).factors(4) == Portraits(5, size=256, seed=1).factors(4)


def test_another_seed_gives_other_people() -> None:
    assert sampled_factors(0, 0) != sampled_factors(1, 0) != sampled_factors(1, 1)


def test_every_factor_has_a_range_a_meaning_and_a_default_within() -> None:
    assert len(FACTORS) >= 16
    assert [f.name for f in FACTORS] == [f.name for f in fields(Factors)]
    for factor in FACTORS:
        assert factor.help.endswith(".")
        assert factor.allows(getattr(Factors(), factor.name))
        assert factor.kind != "category" or abs(sum(factor.weights) - 1) < 1e-9


def test_attributes_say_what_the_factors_say() -> None:
    portraits = Portraits(60, seed=5)
    table = columns(portraits)
    for i in range(len(portraits)):
        factors = portraits.factors(i)
        assert table["smile"][i] == pytest.approx(factors.smile)
        assert table["smiling"][i] == (factors.smile > 0)
        assert table["eyeglasses"][i] == factors.eyeglasses
        assert table[f"hair_style={factors.hair_style}"][i] == 1
    styles = [column for name, column in table.items() if name.startswith("hair_style=")]
    assert (np.sum(styles, axis=0) == 1).all()


def test_continuous_factors_fill_their_range_and_yes_no_ones_come_as_often_as_said() -> None:
    table = columns(Portraits(6000, seed=2))
    for factor in FACTORS:
        if factor.kind == "continuous":
            column = table[factor.name]
            assert factor.low <= column.min() < factor.low + 0.01 * (factor.high - factor.low)
            assert factor.high >= column.max() > factor.high - 0.01 * (factor.high - factor.low)
        elif factor.kind == "yes/no":
            assert table[factor.name].mean() == pytest.approx(factor.chance, abs=0.025)
        for name, weight in zip(factor.choices, factor.weights, strict=True):
            assert table[f"{factor.name}={name}"].mean() == pytest.approx(weight, abs=0.025)


def test_factors_are_independent_unless_asked() -> None:
    names, values = Portraits(8000, seed=4).attributes()
    table = np.corrcoef(values.T) - np.eye(len(names))
    kinds = [name.split("=")[0].replace("smiling", "smile") for name in names]
    apart = np.array([[a != b for b in kinds] for a in kinds])
    assert np.abs(table[apart]).max() < 0.06


def test_two_continuous_factors_correlate_as_asked() -> None:
    asked = {("smile", "mouth_open"): 0.6, ("age_lines", "smile"): -0.3}
    table = columns(Portraits(8000, seed=6, correlations=asked))
    assert correlation(table["smile"], table["mouth_open"]) == pytest.approx(0.6, abs=0.05)
    assert correlation(table["smile"], table["age_lines"]) == pytest.approx(-0.3, abs=0.05)
    assert correlation(table["smile"], table["skin_tone"]) == pytest.approx(0, abs=0.05)


def test_a_yes_no_factor_leans_the_way_it_was_asked_to() -> None:
    table = columns(Portraits(8000, seed=6, correlations={("smile", "eyeglasses"): 0.6}))
    assert 0.4 < correlation(table["smile"], table["eyeglasses"]) < 0.55
    assert table["eyeglasses"].mean() == pytest.approx(0.35, abs=0.02)


def test_one_picture_and_the_whole_table_agree_on_correlated_factors() -> None:
    portraits = Portraits(40, seed=8, correlations={("smile", "hat"): -0.8, ("hat", "jaw"): 0.5})
    table = columns(portraits)
    for i in range(40):
        assert table["smile"][i] == pytest.approx(portraits.factors(i).smile, abs=1e-6)
        assert table["hat"][i] == portraits.factors(i).hat


def test_a_perfect_correlation_is_allowed() -> None:
    table = columns(Portraits(500, correlations={("gaze_x", "head_turn"): 1.0}))
    assert correlation(table["gaze_x"], table["head_turn"]) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({("smile", "wings"): 0.5}, "wings is not a factor"),
        ({("smile", "hair_style"): 0.5}, "hair_style is a category"),
        ({("smile", "smile"): 0.5}, "smile and smile"),
        ({("smile", "hat"): 1.5}, "1.5"),
        ({("smile", "hat"): float("nan")}, "nan"),
        ({("smile", "hat"): 0.5, ("hat", "smile"): 0.2}, "twice"),
        ({("smile", "hat"): 0.9, ("hat", "jaw"): 0.9, ("smile", "jaw"): -0.9}, "contradict"),
    ],
)
def test_impossible_correlations_are_a_problem(asked: dict[tuple[str, str], float], said: str) -> None:
    with pytest.raises(Problem, match=said):
        Portraits(10, correlations=asked)


@pytest.mark.parametrize("size", [0, -1, 31, 257, 64.0, "64", True])
def test_a_bad_size_is_a_problem(size: object) -> None:
    with pytest.raises(Problem, match="pixels wide"):
        Portraits(10, size=size)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="pixels wide"):
        draw(Factors(), size)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, -3, 2.5, "9", 10**12])
def test_a_bad_count_is_a_problem(count: object) -> None:
    with pytest.raises(Problem, match="portraits"):
        Portraits(count)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "x"])
def test_a_bad_seed_is_a_problem(seed: object) -> None:
    with pytest.raises(Problem, match="eed"):
        Portraits(10, seed=seed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"smile": 2.0}, {"hat": 1}, {"hair_style": "mullet"}, {"smile": float("nan")}, {"jaw": None}]
)
def test_a_factor_out_of_range_is_a_problem(wrong: dict[str, object]) -> None:
    with pytest.raises(Problem, match=next(iter(wrong))):
        replace(Factors(), **wrong)


def test_an_index_beyond_the_end_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        Portraits(3).picture(3)
    with pytest.raises(IndexError):
        Portraits(3).factors(-1)


@pytest.mark.parametrize("value", [-1.0, 1.0, -1, 0])
def test_the_ends_of_correlations_are_allowed(value: float) -> None:
    table = columns(Portraits(300, seed=1, correlations={("smile", "jaw"): value}))
    assert correlation(table["smile"], table["jaw"]) == pytest.approx(value, abs=0.13)
    for beyond in (-1.001, 1.001):
        with pytest.raises(Problem):
            Portraits(300, correlations={("smile", "jaw"): beyond})
