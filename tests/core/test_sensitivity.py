"""What changes the picture more is found to."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.core.inference.generator import Generator
from explorer.core.rendering.sensitivity import strength
from tests.models import tiny_generator


def _linear(z: np.ndarray) -> np.ndarray:
    """A 2 × 2 picture to which dimension i adds 10 i a step."""
    values = 100 + z @ (10 * np.arange(z.shape[1]))
    return np.broadcast_to(values[:, None, None, None], (len(z), 2, 2, 1)).astype(np.uint8)


def test_strength_is_the_mean_change_of_one_step() -> None:
    z = np.zeros(4, np.float32)
    assert strength(_linear, z).tolist() == [0, 10, 20, 30]


def test_a_cancelled_measurement_gives_what_is_known() -> None:
    asked = iter([False, True])
    found = strength(lambda z: _linear(z / 10), np.zeros(20, np.float32), cancelled=lambda: next(asked))
    assert np.isfinite(found[:16]).all()
    assert np.isnan(found[16:]).all()


def test_every_dimension_of_a_real_model_counts(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx", latent=20), "cpu", trusted=True)
    assert (strength(generator.pictures, np.zeros(20, np.float32)) > 5).all()


def test_a_dimension_is_moved_both_up_and_down() -> None:
    def bent(z: np.ndarray) -> np.ndarray:  # ten a step up, none a step down
        return _linear(np.maximum(z, 0))

    assert strength(bent, np.zeros(4, np.float32)).tolist() == [0, 5, 10, 15]
