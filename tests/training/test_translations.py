"""The figures of translators tell right answers from soft, noisy, grey and foreign ones."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.drawing.lacking import without_colour, without_detail
from explorer.training.convergence.tasks import USES
from explorer.training.families import family_called
from explorer.training.learning.knobs import configured
from explorer.training.portraits import Portraits
from explorer.training.quality.translations import TranslationFigures, edge_agreement, translation_figures

SIDE, COUNT = 32, 12
Pictures = np.ndarray


@pytest.fixture(scope="module")
def real() -> Pictures:
    made = Portraits(COUNT, SIDE, 7)
    return np.stack([made.picture(index) for index in range(COUNT)])


@pytest.fixture(scope="module")
def soft(real: Pictures) -> Pictures:
    return np.stack([without_detail(each, 4) for each in real])


@pytest.fixture(scope="module")
def grey(real: Pictures) -> Pictures:
    return np.stack([without_colour(each) for each in real])


def figures(given: Pictures, made: Pictures, real: Pictures) -> TranslationFigures:
    return translation_figures(given, made, real)


def test_the_right_answers_have_the_best_figures(real: Pictures, soft: Pictures) -> None:
    found = figures(soft, real, real)
    assert found.error == 0.0
    assert found.wrong_error > 0.1
    assert (found.sharpness, found.edges, found.detail) == pytest.approx((1.0, 1.0, 1.0))
    assert found.psnr > 100.0
    assert found.colour_error == 0.0


def test_soft_answers_lack_sharpness_detail_and_edges_and_noisy_ones_have_too_much(
    real: Pictures, soft: Pictures
) -> None:
    noise = np.random.RandomState(0).normal(0.0, 25.0, real.shape)
    noisy = np.clip(real + noise, 0, 255).astype(np.uint8)
    blurred, grainy = figures(soft, soft, real), figures(soft, noisy, real)
    assert blurred.sharpness < 0.6
    assert blurred.detail < 0.6
    assert blurred.edges < 0.8
    assert blurred.psnr == blurred.given_psnr < 30.0
    assert grainy.sharpness > 1.1
    assert grainy.detail > 1.3


def test_edges_a_pixel_off_agree_and_those_of_another_picture_do_not(real: Pictures) -> None:
    assert edge_agreement(np.roll(real, 1, axis=2), real) > 0.85
    assert edge_agreement(np.roll(real, 1, axis=0), real) < 0.8
    half = real.copy()
    half[:, SIDE // 2 :] = 128
    assert 0.3 < edge_agreement(half, real) < 0.85
    assert edge_agreement(real, half) == pytest.approx(edge_agreement(half, real), abs=0.15)


def test_greys_are_as_far_off_as_greys_are(real: Pictures, grey: Pictures) -> None:
    found = figures(grey, grey, real)
    assert found.colour_error == pytest.approx(found.grey_error, rel=0.02)
    assert found.grey_error > 5.0
    half = ((real.astype(int) + grey) // 2).astype(np.uint8)
    assert figures(grey, half, real).colour_error < 0.7 * found.grey_error


def test_only_what_fills_the_hole_counts_there(real: Pictures) -> None:
    given, made = real.copy(), real.copy()
    given[:, 8:20, 8:20] = 128
    made[:, 24:] = 0
    assert figures(given, made, real).hole_error == 0.0
    mean = np.broadcast_to(np.rint(real.mean(0)).astype(np.uint8), real.shape)
    found = figures(given, mean, real)
    assert found.hole_error == pytest.approx(found.mean_error, abs=0.01)
    assert figures(real, mean, real).hole_error is None


@pytest.mark.parametrize(("family", "use"), [(family, use) for family, uses in USES.items() for use in uses])
def test_lessons_of_a_use_are_of_settings_that_the_family_has(family: str, use: str) -> None:
    assert configured(family_called(family).config, dict(USES[family][use].settings))
