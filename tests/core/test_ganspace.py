"""Principal components of what latents bring about are found back in latent space."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx.helper import make_node

from explorer.core.directions.unsupervised.effects import activation_effect
from explorer.core.directions.unsupervised.ganspace import effect_components, ganspace_directions
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import cell_means
from explorer.paths import models_folder
from tests.models import port, tiny_generator, write_model

D, PIXELS = 8, 8 * 8 * 3
DRAW = np.random.RandomState(5)
# Orthogonal directions of the latent, each painting a pattern of its own, one fainter than the other.
AXES = np.linalg.qr(DRAW.standard_normal((D, D)))[0]
PATTERNS = np.linalg.qr(DRAW.standard_normal((PIXELS, D)))[0].T
STRENGTHS = 2.0 ** -np.arange(D)
MATRIX = (AXES * STRENGTHS) @ PATTERNS


def cosines(found: np.ndarray) -> np.ndarray:
    steps = found / np.linalg.norm(found, axis=1, keepdims=True)
    return np.abs((steps * AXES.T[: len(found)]).sum(1))


@pytest.fixture
def linear(tmp_path: Path) -> Iterator[Generator]:
    """A generator whose pictures are 0.5 plus a linear map of the latent, behind a layer that bends nothing."""
    wide = np.concatenate([MATRIX, -MATRIX], 1).astype(np.float32)
    back = np.concatenate([np.eye(PIXELS), -np.eye(PIXELS)]).astype(np.float32)
    nodes = [
        make_node("MatMul", ["z", "wide"], ["both"]),
        make_node("Relu", ["both"], ["halves"]),
        make_node("MatMul", ["halves", "back"], ["y"]),
        make_node("Add", ["y", "grey"], ["values"]),
        make_node("Reshape", ["values", "sides"], ["picture"]),
    ]
    weights = {
        "wide": wide,
        "back": back,
        "grey": np.float32(0.5),
        "sides": np.array([-1, 3, 8, 8], np.int64),
    }
    path = write_model(tmp_path / "g.onnx", nodes, [port("z", ["N", D])], [port("picture", ["N", 3, 8, 8])], weights)
    generator = Generator.open(path, "cpu", trusted=True)
    yield generator
    generator.close()


def test_the_components_of_a_linear_effect_are_carried_back() -> None:
    latents = sample(1, 3000 * D).reshape(-1, D)
    found = effect_components(lambda z: (z @ MATRIX + 7).astype(np.float32), latents, 5)
    assert found is not None
    steps, deviations, shares = found
    assert (cosines(steps) > 0.98).all()
    assert deviations == pytest.approx(STRENGTHS[:5], rel=0.1)
    assert shares == pytest.approx(STRENGTHS[:5] ** 2 / (STRENGTHS**2).sum(), abs=0.05)
    assert np.linalg.norm(steps, axis=1) == pytest.approx(1 / STRENGTHS[:5], rel=0.1)


def test_a_generators_own_directions_are_found(linear: Generator) -> None:
    found = ganspace_directions(linear, 4, samples=2000, watched="pictures")
    assert found is not None
    assert [d.name for d in found] == ["pca 1", "pca 2", "pca 3", "pca 4"]
    assert (cosines(np.stack([d.vector for d in found])) > 0.95).all()
    assert all(d.method == "pca" and d.source == "pictures of g" for d in found)
    assert all(d.details["linear"] > 0.8 and not d.notes for d in found)
    shares = [d.details["share"] for d in found]
    assert shares == sorted(shares, reverse=True)
    assert all(d.vector[np.abs(d.vector).argmax()] > 0 for d in found)


def test_activations_behind_the_first_layer_are_analysed_and_weak_components_told(linear: Generator) -> None:
    """Of a rectified latent, half of the components are lengths, which no step in latent space follows."""
    found = ganspace_directions(linear, 4, samples=2000)
    assert found is not None
    assert all(d.source == "activations of g" for d in found)
    straight = [d for d in found if d.details["linear"] > 0.8]
    assert (cosines(np.stack([d.vector for d in straight[:2]])) > 0.95).all()
    bent = [d for d in found if d.details["linear"] < 0.1]
    assert bent
    assert all("follows the latent in a straight line" in d.notes[0] for d in bent)


def test_the_same_seed_finds_the_same(linear: Generator) -> None:
    found = [ganspace_directions(linear, 2, samples=300, seed=4, watched="pictures") for _ in range(2)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0][1].vector.tobytes() == found[1][1].vector.tobytes()


def test_progress_is_told_and_it_can_be_stopped(linear: Generator) -> None:
    told: list[tuple[int, int]] = []
    ganspace_directions(linear, 2, samples=300, progress=lambda *done: told.append(done))
    assert told == [(150, 300), (300, 300)]
    asked = iter([False, True])
    assert ganspace_directions(linear, 2, samples=300, cancelled=lambda: next(asked)) is None


def test_what_cannot_be_analysed_is_a_problem(linear: Generator) -> None:
    with pytest.raises(Problem, match="10 samples are too few for a latent of 8"):
        ganspace_directions(linear, samples=10)
    latents = sample(1, 64 * D).reshape(-1, D)
    with pytest.raises(Problem, match="give the same"):
        effect_components(lambda z: np.ones((len(z), 5), np.float32), latents, 3)
    with pytest.raises(Problem, match="not finite"):
        effect_components(lambda z: np.full((len(z), 5), np.nan, np.float32), latents, 3)


@pytest.mark.parametrize("one_hot", [False, True])
def test_activations_of_a_class_are_those_of_its_network(tmp_path: Path, one_hot: bool) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx", classes=3, one_hot=one_hot), "cpu", trusted=True)
    z = sample(0, 12).reshape(3, 4)
    effects = [activation_effect(generator, label) for label in (0, 2)]
    assert effects[0] is not None
    assert effects[1] is not None
    pictures = generator.pictures(z, [2] * 3).transpose(0, 3, 1, 2).reshape(3, -1)
    assert effects[1](z) * 255 == pytest.approx(pictures, abs=0.6)
    assert (effects[1](z) > effects[0](z)).all()
    generator.close()


def test_pictures_are_averaged_over_cells() -> None:
    pictures = DRAW.randint(0, 256, (2, 64, 32, 3)).astype(np.uint8)
    means = cell_means(pictures, 16)
    assert means[1, 3, 5] == pytest.approx(pictures[1, 12:16, 10:12].mean((0, 1)), rel=1e-5)
    assert cell_means(pictures[:, :8, :5], 16).shape == (2, 8, 5, 3)
    assert cell_means(pictures[:, :50, :17], 16).shape == (2, 16, 16, 3)


def test_a_bundled_model_has_early_activations() -> None:
    generator = Generator.open(models_folder() / "fashion" / "generator.onnx", "cpu", trusted=True)
    found = ganspace_directions(generator, 3, samples=256)
    generator.close()
    assert found is not None
    assert found[0].source.startswith("activations")


@pytest.mark.parametrize("sign", [1, -1])
def test_steps_point_to_where_their_largest_number_is_positive(sign: int) -> None:
    latents = sample(1, 500 * D).reshape(-1, D)
    found = effect_components(lambda z: (sign * (z @ MATRIX)).astype(np.float32), latents, 4)
    assert found is not None
    assert all(step[np.abs(step).argmax()] > 0 for step in found[0])
