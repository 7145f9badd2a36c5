"""Tiles come in the order asked for, the first of them soon, and stop when they are told to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.traverse.tile_stream import draw_tiles
from tests.models import tiny_generator


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    path = tiny_generator(tmp_path_factory.mktemp("model") / "tiny.onnx", classes=3)
    opened = Generator.open(path, "cpu")
    yield opened
    opened.close()


def latents(count: int) -> np.ndarray:
    return sample(0, count * 4).reshape(count, 4)


def test_every_tile_comes_once_and_is_its_picture(generator: Generator) -> None:
    z, labels = latents(50), [index % 3 for index in range(50)]
    order = np.random.RandomState(1).permutation(50)
    parts = list(draw_tiles(generator, z, labels, order=order))
    indices = np.concatenate([part for part, _ in parts])
    pictures = np.concatenate([drawn for _, drawn in parts])
    assert indices.tolist() == order.tolist()
    assert np.abs(pictures.astype(int) - generator.pictures(z, labels)[order]).max() <= 1


@pytest.mark.parametrize("count", [16, 81, 256, 1000])
def test_the_first_tiles_are_few(generator: Generator, count: int) -> None:
    first, _ = next(iter(draw_tiles(generator, latents(count))))
    assert 1 <= len(first) <= count / 10


def test_only_the_tiles_asked_for_are_drawn(generator: Generator) -> None:
    drawn = np.concatenate([part for part, _ in draw_tiles(generator, latents(30), order=[29, 3])])
    assert drawn.tolist() == [29, 3]
    assert list(draw_tiles(generator, latents(30), order=[])) == []
    assert list(draw_tiles(generator, latents(0))) == []


def test_thousands_of_tiles_come_in_small_parts(generator: Generator) -> None:
    sizes = [len(part) for part, _ in draw_tiles(generator, latents(4096))]
    assert sum(sizes) == 4096
    assert max(sizes) <= 64


def test_latents_of_another_model_are_refused(generator: Generator) -> None:
    with pytest.raises(Problem, match="latents of 4 numbers, not 5"):
        list(draw_tiles(generator, np.zeros((3, 5), np.float32)))
