"""Directions of a generator without an encoder, and examples from real pictures with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.core.directions.fitting.encoded_examples import examples_from_pictures
from explorer.core.directions.fitting.fit import fit_direction
from explorer.core.directions.fitting.sample_pages import SamplingPlan, sampled_direction, sampled_examples
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from tests.models import tiny_encoder, tiny_generator

SIZE = 4


@pytest.fixture
def generator(tmp_path: Path) -> Iterator[Generator]:
    opened = Generator.open(tiny_generator(tmp_path / "tiny.onnx", latent=SIZE, size=8, classes=2), "cpu")
    yield opened
    opened.close()


def planted() -> np.ndarray:
    vector = np.random.RandomState(1).randn(SIZE)
    return vector / np.linalg.norm(vector)


class Classifier:
    """Sees how far a picture lies along the planted direction, with some noise, from its pixels alone."""

    def __init__(self, generator: Generator) -> None:
        latents = sample(99, 400 * SIZE).reshape(400, SIZE)
        seen = generator.pictures(latents, [0] * 400).reshape(400, -1)
        shown = np.log((seen + 0.5) / (255.5 - seen))  # undoes the generator's sigmoid
        self._weights = np.linalg.lstsq(np.c_[shown, np.ones(400)], latents @ planted(), rcond=None)[0]
        self._draw = np.random.RandomState(0)

    def __call__(self, pictures: Pictures) -> np.ndarray:
        seen = pictures.reshape(len(pictures), -1)
        shown = np.log((seen + 0.5) / (255.5 - seen))
        return np.c_[shown, np.ones(len(seen))] @ self._weights + 0.2 * self._draw.randn(len(seen))


@pytest.mark.parametrize("method", ["mean", "logistic", "svm"])
@pytest.mark.parametrize("confident", [None, 0.25])
def test_what_a_classifier_sees_is_found(generator: Generator, method: str, confident: float | None) -> None:
    how = SamplingPlan(600, seed=5, label=0, confident=confident)
    found = sampled_direction(generator, Classifier(generator), method, "a", "wave", "a classifier", how)
    assert found.vector @ planted() > 0.95
    assert (found.method, found.attribute, found.source) == ("sampled", "wave", "a classifier")
    assert (found.details["fitted_by"], found.details["samples"]) == (method, 600)
    assert found.held_out is not None
    assert found.held_out.low > 0.8
    assert found.held_out.examples + sum(found.examples) == (600 if confident is None else 300)


def test_samples_are_those_of_the_seed_and_the_same_every_time(generator: Generator) -> None:
    told: list[tuple[int, int]] = []
    how = SamplingPlan(40, seed=7)
    first = sampled_examples(generator, Classifier(generator), how, progress=lambda *done: told.append(done))
    second = sampled_examples(generator, Classifier(generator), how)
    assert told == [(32, 40), (40, 40)]
    assert first.latents.tobytes() == second.latents.tobytes() == sample(7, 40 * SIZE).tobytes()
    assert first.values.tobytes() == second.values.tobytes()
    assert first.held_out is not None
    assert 0 < first.held_out.sum() < 20


def test_a_threshold_splits_the_scores(generator: Generator) -> None:
    how = SamplingPlan(200, threshold=0.5)
    found = sampled_examples(generator, Classifier(generator), how)
    plain = sampled_examples(generator, Classifier(generator), SamplingPlan(200))
    assert (found.values == (plain.values > 0.5)).all()


def test_what_a_classifier_may_not_say_is_a_problem(generator: Generator) -> None:
    def tried(scores: object, **how: float) -> None:
        sampled_direction(generator, scores, "mean", "a", "wave", "", SamplingPlan(40, **how))  # type: ignore[arg-type]

    with pytest.raises(Problem, match=r"scores of the shape \(32, 2\) for 32 pictures"):
        tried(lambda pictures: np.zeros((len(pictures), 2)))
    with pytest.raises(Problem, match="scores that are not finite"):
        tried(lambda pictures: np.full(len(pictures), np.nan))
    with pytest.raises(Problem, match="alike in wave"):
        tried(lambda pictures: np.zeros(len(pictures)))
    with pytest.raises(Problem, match="most samples the same score"):
        tried(lambda pictures: np.zeros(len(pictures)), confident=0.1)
    with pytest.raises(Problem, match="cannot be kept on each side"):
        tried(None, confident=0.6)
    with pytest.raises(Problem, match="3 samples are too few"):
        SamplingPlan(3)


@pytest.fixture
def encoder(tmp_path: Path) -> Iterator[Encoder]:
    opened = Encoder.open(tiny_encoder(tmp_path / "encoder.onnx", latent=SIZE, size=8), "cpu")
    yield opened
    opened.close()


def test_real_pictures_become_examples_and_a_direction(generator: Generator, encoder: Encoder) -> None:
    latents = sample(3, 500 * SIZE).reshape(500, SIZE)
    pictures = generator.pictures(latents, [0] * 500)
    along = encoder.latents(pictures) @ planted()
    told: list[tuple[int, int]] = []
    examples = examples_from_pictures(
        encoder,
        pictures,
        along > np.median(along),
        groups=[f"person {index // 2}" for index in range(500)],
        nuisances=latents[:, :1],
        nuisance_names=["first"],
        held_out=np.arange(500) >= 400,
        progress=lambda *done: told.append(done),
    )
    assert examples is not None
    assert examples.latents == pytest.approx(encoder.latents(pictures), abs=1e-5)
    assert examples.groups is not None
    assert len(set(examples.groups.tolist())) == 250
    assert told[-1] == (500, 500)
    found = fit_direction(examples, "logistic", "a", "wave")
    assert found.vector @ planted() > 0.95
    assert found.held_out is not None
    assert found.held_out.examples == 100


def test_pictures_of_another_size_are_scaled(encoder: Encoder) -> None:
    pictures = np.random.RandomState(0).randint(0, 256, (5, 16, 20, 1), np.uint8)
    examples = examples_from_pictures(encoder, pictures, np.zeros(5))
    assert examples is not None
    assert examples.latents.shape == (5, SIZE)


def test_labels_that_do_not_match_are_told_before_anything_is_encoded(encoder: Encoder) -> None:
    told: list[int] = []
    pictures = np.zeros((40, 8, 8, 3), np.uint8)
    with pytest.raises(Problem, match="39 values of the attribute for 40 pictures"):
        examples_from_pictures(encoder, pictures, np.zeros(39), progress=lambda done, _: told.append(done))
    assert told == []


def test_encoding_examples_can_be_stopped(encoder: Encoder) -> None:
    told: list[int] = []
    pictures = np.zeros((100, 8, 8, 3), np.uint8)
    found = examples_from_pictures(
        encoder,
        pictures,
        np.zeros(100),
        progress=lambda done, _: told.append(done),
        cancelled=lambda: bool(told),
    )
    assert found is None
    assert told == [32]
