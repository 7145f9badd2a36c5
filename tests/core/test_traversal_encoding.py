"""Many real pictures as points of the latent space."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.core.traverse.encoded_pictures import encoded
from explorer.core.traverse.map_requests import laid_out
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Encoder, Generator]]:
    encoder = Encoder.open(tiny_encoder(tmp_path / "encoder.onnx"), "cpu")
    generator = Generator.open(tiny_generator(tmp_path / "generator.onnx", classes=3), "cpu")
    yield encoder, generator
    encoder.close()
    generator.close()


def pictures(count: int) -> np.ndarray:
    return np.random.RandomState(0).randint(0, 256, (count, 8, 8, 3), dtype=np.uint8)


def test_scenes_carry_what_the_encoder_gives(pair: tuple[Encoder, Generator]) -> None:
    encoder, generator = pair
    told: list[tuple[int, int]] = []
    shown = pictures(40)
    scenes = encoded(encoder, generator, shown, [index % 3 for index in range(40)], lambda *done: told.append(done))
    assert scenes is not None
    assert np.stack([scene.z for scene in scenes]) == pytest.approx(encoder.latents(shown), abs=1e-6)
    assert [scene.label for scene in scenes[:4]] == [0, 1, 2, 0]
    assert {(scene.model, scene.seed, scene.truncation) for scene in scenes} == {(generator.hash, None, 1.0)}
    assert told == [(32, 40), (40, 40)]
    plain = encoded(encoder, generator, shown[:3])
    assert plain is not None
    assert [scene.label for scene in plain] == [0, 0, 0]


def test_encodings_are_laid_out_with_a_way_back(pair: tuple[Encoder, Generator]) -> None:
    shown = pictures(20)
    scenes = encoded(*pair, shown)
    assert scenes is not None
    found = laid_out(scenes, shown, "pca", "latents")
    assert found is not None
    points, pca = found
    assert pca is not None
    assert pca.point_of(scenes[3].z) == pytest.approx(tuple(points[3]), abs=1e-5)


def test_encoding_can_be_stopped_and_refuses_what_does_not_fit(pair: tuple[Encoder, Generator], tmp_path: Path) -> None:
    assert encoded(*pair, pictures(3), cancelled=lambda: True) is None
    with pytest.raises(Problem, match="looks at pictures of 8 × 8 × 3, not 9 × 8 × 3"):
        encoded(*pair, np.zeros((3, 9, 8, 3), np.uint8))
    other = Encoder.open(tiny_encoder(tmp_path / "other.onnx", latent=5), "cpu")
    with pytest.raises(Problem, match="gives 5 numbers"):
        encoded(other, pair[1], pictures(3))
    other.close()
