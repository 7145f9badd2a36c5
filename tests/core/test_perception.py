"""Encoders and critics look at pictures as bytes, whatever form their networks have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.perception import Critic, Encoder
from explorer.core.problem import Problem
from tests.models import tiny_critic, tiny_encoder, tiny_generator

PICTURES = np.random.RandomState(0).randint(0, 256, (11, 8, 8, 3)).astype(np.uint8)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "flat"])
@pytest.mark.parametrize("batch", ["N", 4])
def test_a_critic_sees_the_values_that_its_network_expects(
    tmp_path: Path, layout: str, batch: int | str
) -> None:
    path = tiny_critic(tmp_path / "c.onnx", layout=layout, batch=batch, value_range=(-1.0, 1.0))
    scores = Critic.open(path, "cpu", trusted=True).scores(PICTURES)
    wanted = PICTURES.reshape(11, -1).mean(axis=1) / 255 * 2 - 1
    assert scores.shape == (11,)
    assert scores == pytest.approx(wanted, abs=1e-5)


def test_an_encoder_sees_channels_in_the_order_of_its_network(tmp_path: Path) -> None:
    path = tiny_encoder(tmp_path / "e.onnx", value_range=(0.0, 1.0))
    encoder = Encoder.open(path, "cpu", trusted=True)
    red, blue = np.zeros((2, 1, 8, 8, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    both, whole = red | blue, encoder.latents(red) + encoder.latents(blue)
    assert encoder.latents(both) == pytest.approx(whole, abs=1e-5)
    assert np.abs(encoder.latents(red) - encoder.latents(blue)).max() > 1e-3


@pytest.mark.parametrize("batch", ["N", 1, 5])
def test_latents_are_the_same_alone_and_among_many(tmp_path: Path, batch: int | str) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx", batch=batch), "cpu", trusted=True)
    many = encoder.latents(PICTURES)
    assert many.shape == (11, 4)
    assert many.dtype == np.float32
    alone = np.concatenate([encoder.latents(picture[None]) for picture in PICTURES])
    assert many == pytest.approx(alone, abs=1e-5)


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    with pytest.raises(Problem, match="e looks at pictures of 8 × 8 × 3, not 16 × 16 × 3"):
        encoder.latents(np.zeros((1, 16, 16, 3), np.uint8))


def test_no_pictures_give_no_latents(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    assert encoder.latents(PICTURES[:0]).shape == (0, 4)


def test_a_generator_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="not an encoder"):
        Encoder.open(tiny_generator(tmp_path / "g.onnx"), trusted=True)


def test_a_closed_encoder_says_so(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    encoder.close()
    with pytest.raises(Problem, match="has been closed"):
        encoder.latents(PICTURES)
