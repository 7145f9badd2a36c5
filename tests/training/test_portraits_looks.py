from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.training.portraits import FACTORS, Factor, Factors, Portraits, draw, sampled_factors
from explorer.training.portraits.curves import curve, loop, ribbon
from explorer.training.portraits.head import OUTLINE, Head, beside, on_face

MEAN = Factors()


def ends(factor: Factor) -> tuple[Factors, Factors]:
    """The mean face with ``factor`` at one end of its range and at the other."""
    base = replace(MEAN, **({factor.shown_with: True} if factor.shown_with else {}))
    if factor.kind == "continuous":
        low, high = factor.low, factor.high
    elif factor.kind == "yes/no":
        low, high = False, True
    else:
        low, high = factor.choices[0], factor.choices[-1]
    return replace(base, **{factor.name: low}), replace(base, **{factor.name: high})


def difference(one: Factors, other: Factors, size: int = 64) -> np.ndarray:
    """Mean absolute difference over the colours, shape (size, size), in levels of 255."""
    return np.abs(draw(one, size).astype(int) - draw(other, size)).mean(2)


@pytest.mark.parametrize("factor", FACTORS, ids=lambda f: f.name)
def test_every_factor_changes_the_picture(factor: Factor) -> None:
    change = difference(*ends(factor))
    assert change.mean() > 0.15
    assert (change > 20).sum() >= 8


@pytest.mark.parametrize("factor", [f for f in FACTORS if f.kind == "category"], ids=lambda f: f.name)
def test_every_choice_looks_different(factor: Factor) -> None:
    base = replace(MEAN, **({factor.shown_with: True} if factor.shown_with else {}))
    pictures = [draw(replace(base, **{factor.name: c}), 64).astype(int) for c in factor.choices]
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            assert np.abs(one - other).mean() > 0.04


@pytest.mark.parametrize("factor", [f for f in FACTORS if f.kind == "continuous"], ids=lambda f: f.name)
def test_a_small_step_of_a_factor_is_a_small_change(factor: Factor) -> None:
    middle = 0.5 * (factor.low + factor.high)
    step = 0.02 * (factor.high - factor.low)
    near = replace(MEAN, **{factor.name: middle}), replace(MEAN, **{factor.name: middle + step})
    assert difference(*near).mean() < 1.5


def test_a_smile_moves_mouth_and_cheeks_only() -> None:
    change = difference(replace(MEAN, smile=-1.0), replace(MEAN, smile=1.0))
    outside = change.copy()
    outside[37:52, 17:47] = 0
    assert outside.max() == 0
    assert change[42:50, 24:40].mean() > 15


def test_gaze_and_eye_colour_stay_in_the_eyes() -> None:
    for change in (
        difference(replace(MEAN, gaze_x=-1.0), replace(MEAN, gaze_x=1.0)),
        difference(replace(MEAN, eye_colour="blue"), replace(MEAN, eye_colour="brown")),
    ):
        outside = change.copy()
        outside[27:44, 18:46] = 0
        assert change.max() > 30
        assert outside.max() == 0


def test_the_background_leaves_the_face_alone() -> None:
    change = difference(replace(MEAN, background=0.0), replace(MEAN, background=1.0))
    assert change[28:48, 22:42].max() == 0
    assert change[:8].min() > 5


@pytest.mark.parametrize("turned", [{"head_turn": 0.9}, {"head_tilt": 0.9}, {"gaze_x": 0.9}, {"light": 0.8}])
def test_a_mirrored_pose_is_the_mirror_image(turned: dict[str, float]) -> None:
    name, value = next(iter(turned.items()))
    base = replace(MEAN, hair_style="short", earrings=True, eyeglasses=True, smile=0.5)
    left = draw(replace(base, **{name: -value}), 128).astype(int)
    right = draw(replace(base, **{name: value}), 128).astype(int)[:, ::-1]
    assert np.abs(left - right).mean() < 1
    assert np.abs(left - right[:, ::-1]).mean() > 1.5


def test_in_a_turn_the_nose_runs_ahead_of_the_chin_and_the_ears_stay_behind() -> None:
    points, places = np.array([(0.0, 0.2), (0.0, 0.55), (0.0, -0.1)]), (on_face(0.08), OUTLINE, beside(-0.05))
    straight = Head(MEAN).placed(points, places, (1, 1, 1))
    turned = Head(replace(MEAN, head_turn=1.0)).placed(points, places, (1, 1, 1))
    nose, chin, ear = (turned - straight)[:, 0]
    assert nose > 0.15 > chin > 0.05 > 0 > ear


def test_a_tilt_keeps_distances_on_the_head() -> None:
    points, places = np.array([(-0.2, 0.0), (0.2, 0.0), (0.0, 0.4)]), (on_face(),) * 3
    straight = Head(MEAN).placed(points, places, (1, 1, 1))
    tilted = Head(replace(MEAN, head_tilt=1.0)).placed(points, places, (1, 1, 1))
    assert np.allclose(
        np.linalg.norm(np.diff(straight, axis=0), axis=1), np.linalg.norm(np.diff(tilted, axis=0), axis=1)
    )
    assert tilted[0, 1] < tilted[1, 1]


@pytest.mark.parametrize("index", range(12))
def test_small_and_large_pictures_agree(index: int) -> None:
    factors = sampled_factors(9, index)
    large = draw(factors, 256).reshape(32, 8, 32, 8, 3).mean((1, 3))
    assert np.abs(large - draw(factors, 32)).mean() < 3


@pytest.mark.parametrize("size", [32, 33, 64, 100, 255, 256])
def test_any_size_from_32_to_256_can_be_drawn(size: int) -> None:
    picture = draw(sampled_factors(0, 1), size)
    assert picture.shape == (size, size, 3)
    assert picture.std() > 20


@pytest.mark.parametrize("ends_at", ["low", "high"])
def test_the_extremes_of_everything_together_can_be_drawn(ends_at: str) -> None:
    everything = {f.name: getattr(f, ends_at) for f in FACTORS if f.kind == "continuous"}
    for style in ("bald", "long", "afro"):
        for hat in (True, False):
            picture = draw(Factors(**everything, hair_style=style, hat=hat, earrings=True), 64)
            assert picture.std() > 20


def test_curves_go_through_their_points() -> None:
    points = np.array([(0, 0), (1, 0.5), (2, 0), (1, -2)], float)
    assert np.allclose(curve(points, 6)[::6], points)
    assert np.allclose(loop(points, 6)[::6], points)


def test_a_ribbon_is_as_wide_as_asked_all_along() -> None:
    outline = ribbon(np.array([(0, 0), (1, 0), (2, 0)], float), 0.4)
    assert outline[:, 1].max() == pytest.approx(0.2)
    assert outline[:, 1].min() == pytest.approx(-0.2)
    assert 2.15 < outline[:, 0].max() < 2.21
    assert -0.21 < outline[:, 0].min() < -0.15


KEPT = Path(__file__).with_name("portraits.png")


def coarse() -> np.ndarray:
    """Forty portraits that wear every hat and every cut of hair, as coarse pictures, (40, 16, 16, 3)."""
    portraits = Portraits(40, size=32, seed=38)
    pictures = np.stack([portraits.picture(index) for index in range(40)])
    return pictures.reshape(40, 16, 2, 16, 2, 3).mean((2, 4)).round()


def test_the_pictures_of_a_seed_never_change() -> None:
    """Whoever paints otherwise on purpose keeps the new sheet: ``python -m tests.training.test_portraits_looks``.

    A machine that rounds otherwise may move a corner by a dot of the canvas: that changes few pixels, and little.
    """
    sheet = np.asarray(Image.open(KEPT)).astype(int)
    change = np.abs(coarse() - sheet.reshape(5, 16, 8, 16, 3).swapaxes(1, 2).reshape(40, 16, 16, 3)).max(3)
    assert change.max() <= 3
    assert (change > 0).mean((1, 2)).max() < 0.02


if __name__ == "__main__":
    rows = coarse().astype(np.uint8).reshape(5, 8, 16, 16, 3).swapaxes(1, 2)
    Image.fromarray(rows.reshape(80, 128, 3)).save(KEPT, optimize=True)
