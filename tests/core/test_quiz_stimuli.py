"""Nothing but their content tells real from made pictures."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.resampling import blurring, resampling
from explorer.core.quiz.scoring import Share
from explorer.core.quiz.stimuli import Recipe, as_stored, mask, prepared
from explorer.core.quiz.stimulus_files import picture_hash, plain_png
from explorer.core.rendering.latents import sample
from tests.models import tiny_generator


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, shape).astype(np.uint8)


def test_both_pictures_of_a_pair_have_one_form() -> None:
    real, made = noise(80, 60, 3), noise(64, 64, 1)
    recipe = Recipe(60, 96, 1, 1.0)
    one, other = prepared(real, recipe), prepared(made, recipe)
    assert one.shape == other.shape == (96, 96, 1)
    assert one.dtype == other.dtype == np.uint8


def test_a_picture_without_colour_stays_as_it_is_in_grey() -> None:
    grey = np.repeat(noise(8, 8, 1), 3, axis=2)
    assert (prepared(grey, Recipe(8, 8, 1)) == grey[:, :, :1]).all()


def test_what_needs_no_change_is_not_changed() -> None:
    picture = noise(16, 16, 3)
    assert (prepared(picture, Recipe(16, 16, 3)) == picture).all()


def test_both_lose_the_same_detail_before_they_are_enlarged() -> None:
    fine, coarse = noise(64, 64, 3), noise(32, 32, 3, seed=1)
    recipe = Recipe(len(coarse), 128, 3)
    by_hand = fine.reshape(32, 2, 32, 2, 3).mean(axis=(1, 3))
    assert np.abs(as_stored(fine, 32, 3) - by_hand).max() <= 0.5
    again = prepared(as_stored(fine, 32, 3), recipe)
    assert (prepared(fine, recipe) == again).all()


def test_a_picture_with_less_detail_than_the_other_is_refused() -> None:
    with pytest.raises(Problem, match="cannot be shown with the detail of 64"):
        as_stored(noise(32, 32, 3), 64, 3)
    with pytest.raises(Problem, match="8 bits"):
        as_stored(noise(8, 8, 3).astype(np.float32), 8, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "after"), [(64, 64), (64, 48), (64, 7), (5, 64), (64, 100), (1, 9), (2, 5)])
def test_weights_keep_what_is_even_and_straight(before: int, after: int) -> None:
    weights = resampling(before, after)
    assert weights.sum(axis=1) == pytest.approx(np.ones(after))
    places = (np.arange(after) + 0.5) / after
    inner = (places > 2 / before) & (places < 1 - 2 / before)
    ramp = weights @ ((np.arange(before) + 0.5) / before)
    assert ramp[inner] == pytest.approx(places[inner], abs=1e-9 if after >= before else 0.5 / before)


def test_blur_has_the_width_that_was_asked_for() -> None:
    bell = blurring(101, 3.0)[50]
    offsets = np.arange(101) - 50
    assert bell.sum() == pytest.approx(1.0)
    assert np.sqrt((bell * offsets**2).sum()) == pytest.approx(3.0, rel=0.01)
    assert (blurring(9, 0.0) == np.eye(9)).all()


def test_the_mask_is_as_large_as_the_pictures_and_comes_again() -> None:
    recipe = Recipe(32, 96, 3)
    first = mask(recipe, 5)
    assert first.shape == (96, 96, 3)
    assert first.std() > 30
    assert (mask(recipe, 5) == first).all()
    assert (mask(recipe, 6) != first).any()
    assert mask(Recipe(1, 1, 1), 0).shape == (1, 1, 1)


@pytest.mark.parametrize("channels", [1, 3])
def test_files_of_one_size_are_equally_long_and_hold_pixels_only(channels: int) -> None:
    flat, busy = np.zeros((40, 40, channels), np.uint8), noise(40, 40, channels)
    files = [plain_png(picture) for picture in (flat, busy)]
    assert len(files[0]) == len(files[1])
    for picture, file in zip((flat, busy), files, strict=True):
        with Image.open(io.BytesIO(file)) as image:
            assert (np.asarray(image).reshape(picture.shape) == picture).all()
            assert image.info == {}
            assert not image.getexif()


def test_a_hash_tells_pictures_apart() -> None:
    assert picture_hash(noise(8, 8, 3)) == picture_hash(noise(8, 8, 3))
    assert (
        len(
            {
                picture_hash(noise(8, 8, 3)),
                picture_hash(noise(8, 8, 3, seed=1)),
                picture_hash(noise(64, 3, 1)),
            }
        )
        == 3
    )


def blockiness(picture: np.ndarray, period: int = 8) -> float:
    """How much larger steps across the borders of blocks are than others, as JPEG leaves them."""
    steps = np.abs(np.diff(picture.astype(float), axis=1)).mean(axis=(0, 2))
    borders = np.arange(len(steps)) % period == period - 1
    return float(steps[borders].mean() - steps[~borders].mean())


def levels(picture: np.ndarray) -> list[float]:
    """How the bytes are spread: distinct values, even ones, extremes, and the mean of the lowest bits."""
    return [
        float(len(np.unique(picture))),
        float((picture % 2 == 0).mean()),
        float((picture == 0).mean()),
        float((picture == 255).mean()),
        float((picture % 8).mean()),
        float(picture.mean()),
    ]


Way = Callable[[np.ndarray, Recipe], np.ndarray]


def traces(path: Path, count: int, real_way: Way) -> tuple[np.ndarray, np.ndarray]:
    """What surrounds the content of many pictures, all of one generator: rows of traces, and which play the real
    ones, which are prepared in ``real_way``. The last column is how long the preparation took."""
    generator = Generator.open(tiny_generator(path, latent=8, size=32), "cpu")
    plan = QuizPlan("pair", count, 3, (QuizModel(generator.hash, "g"),))
    features, real = [], []
    try:
        for question in plan.questions:
            assert question.seed is not None
            seeds = {"real": question.index, "made": question.seed}
            sources = {kind: generator.picture(sample(seed, 8)) for kind, seed in seeds.items()}
            recipe = Recipe(min(map(len, sources.values())), 48, 3, 0.5)
            kinds = ("real", "made") if question.truth == "left" else ("made", "real")
            for order, kind in enumerate(kinds):  # left first, as they are drawn on the screen
                started = time.perf_counter()
                shown = (real_way if kind == "real" else prepared)(sources[kind], recipe)
                file = plain_png(shown)
                took = time.perf_counter() - started
                features.append([len(file), order, *levels(shown), blockiness(shown), np.log(took)])
                real.append(kind == "real")
    finally:
        generator.close()
    return np.asarray(features, float), np.asarray(real)


def told_apart(features: np.ndarray, real: np.ndarray) -> Share:
    """How many a logistic regression tells right, cross-validated in ten runs of questions.

    Those are whole balanced blocks: folds drawn at random would be out of balance opposite to the rest, and a
    classifier of nothing would fall below chance.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression())
    said = cross_val_predict(model, features, real, cv=KFold(10))
    return Share(int((said == real).sum()), len(real))


def test_nothing_tells_which_is_real_where_both_come_from_one_source(tmp_path: Path) -> None:
    features, real = traces(tmp_path / "g.onnx", 400, prepared)
    assert told_apart(features[:, :-1], real).interval[0] <= 0.5  # not above chance
    timed = told_apart(features, real)  # times differ from run to run: four standard deviations of chance
    assert timed.value - 0.5 <= 4 * np.sqrt(0.25 / timed.trials)


@pytest.mark.parametrize("leak", ["jpeg", "coarser", "odd"])
def test_a_leak_would_be_found(tmp_path: Path, leak: str) -> None:
    def compressed(picture: np.ndarray, recipe: Recipe) -> np.ndarray:
        file = io.BytesIO()
        Image.fromarray(prepared(picture, recipe)).save(file, "JPEG", quality=40)
        return np.asarray(Image.open(file))

    ways: dict[str, Way] = {
        "jpeg": compressed,
        "coarser": lambda picture, recipe: (prepared(picture, recipe) // 2 * 2).astype(np.uint8),
        "odd": lambda picture, recipe: (prepared(picture, recipe) | 1).astype(np.uint8),
    }
    features, real = traces(tmp_path / "g.onnx", 100, ways[leak])
    assert told_apart(features[:, :-1], real).interval[0] > 0.6
