"""A scene becomes a picture: truncated, moved along its directions, in its class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer, effective_latent
from explorer.core.rendering.scene import Scene
from tests.models import tiny_generator

SMILE = np.float32([0, 1, 0, 0])


def test_a_plain_scene_shows_its_latent(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx", classes=3), "cpu", trusted=True)
    scene = Scene(z=sample(1, 4), label=2)
    shown = Renderer(generator).render(scene)
    assert shown.scene is scene
    assert (shown.picture == generator.picture(scene.z, 2)).all()
    assert shown.provider == "CPU"
    assert shown.took_ms > 0


def test_truncation_and_directions_move_the_latent(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True)
    scene = Scene(z=np.float32([1, 2, 3, 4]), truncation=0.5, directions=(("smile", -3.0),))
    shown = Renderer(generator, {"smile": SMILE}).render(scene)
    assert (shown.picture == generator.picture(np.float32([0.5, -2, 1.5, 2]))).all()


def test_an_untouched_latent_is_drawn_to_the_bit() -> None:
    scene = Scene(z=sample(3, 64))
    assert effective_latent(scene, {}).tobytes() == scene.z.tobytes()


def test_directions_count_in_deviations_of_the_prior() -> None:
    scene = Scene(z=np.zeros(4, np.float32), directions=(("smile", 3.0),))
    moved = effective_latent(scene, {"smile": SMILE}, "uniform")
    assert moved[1] == pytest.approx(3 / np.sqrt(3))


def test_an_unknown_direction_is_named() -> None:
    scene = Scene(z=sample(1, 4), directions=(("frown", 1.0),))
    with pytest.raises(Problem, match="no direction called frown"):
        effective_latent(scene, {"smile": SMILE})


def test_a_direction_of_another_size_is_refused() -> None:
    scene = Scene(z=sample(1, 5), directions=(("smile", 1.0),))
    with pytest.raises(Problem, match="smile is not of the latent's size"):
        effective_latent(scene, {"smile": SMILE})


def test_a_latent_of_another_model_is_refused(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True)
    with pytest.raises(Problem, match="takes latents of 4 numbers, not 64"):
        Renderer(generator).render(Scene(z=sample(1, 64)))
