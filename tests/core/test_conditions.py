"""Noise and placement: said in scenes, and drawn where a foreign model takes noise as an input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions, Noise, Placement
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from tests.models import port, write_model

Z = np.zeros(4, np.float32)


def noisy_model(path: Path, batch: int | str = "N", rows: int | str = "N") -> Path:
    """A picture of 8 x 8 that is a fifth of its noise, and a little of its latent."""
    nodes = [
        helper.make_node("MatMul", ["z", "waves"], ["rows"]),
        helper.make_node("Reshape", ["rows", "shape"], ["painted"]),
        helper.make_node("Mul", ["noise", "fifth"], ["soft"]),
        helper.make_node("Add", ["painted", "soft"], ["picture"]),
    ]
    weights = {"waves": np.full((4, 64), 0.01, np.float32), "shape": np.array([-1, 1, 8, 8], np.int64)}
    weights["fifth"] = np.float32(0.2)
    inputs = [port("z", [batch, 4]), port("noise", [rows, 1, 8, 8])]
    return write_model(path, nodes, inputs, [port("picture", [batch, 1, 8, 8])], weights)


def opened(path: Path) -> Generator:
    return Generator.open(path, "cpu", trusted=True)


def as_bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint((values + 1) * 127.5), 0, 255)


@pytest.mark.parametrize(("batch", "rows"), [("N", "N"), ("N", 1), (1, 1), (2, 2)])
def test_noise_that_is_an_input_is_scaled_left_out_or_drawn(tmp_path: Path, batch: int | str, rows: int | str) -> None:
    generator = opened(noisy_model(tmp_path / "n.onnx", batch, rows))
    own = np.random.RandomState(0).standard_normal((8, 8, 1)) * 0.2
    free = np.random.RandomState(7).standard_normal((8, 8, 1)) * 0.2
    wanted = {None: own, Noise(None, 0.0): 0 * own, Noise(None, 2.0): 2 * own, Noise(7, 0.5): free / 2}
    for noise, values in wanted.items():
        assert np.abs(generator.picture(Z, under=Conditions(noise)).astype(float) - as_bytes(values)).max() <= 1
        for each in generator.pictures(np.stack([Z] * 3), under=Conditions(noise)):
            assert np.abs(each.astype(float) - as_bytes(values)).max() <= 1


def test_scenes_that_say_nothing_of_it_are_the_same_text_as_ever() -> None:
    told = json.loads(scene_to_json(Scene(z=Z)))
    assert told["version"] == 1
    assert set(told) == {"format", "version", "model", "latent", "class", "truncation", "seed", "directions"}


@pytest.mark.parametrize("noise", [None, Noise(None, 0.0), Noise(3, 0.5)])
@pytest.mark.parametrize("place", [None, Placement(0.25, -0.1, 30.0)])
def test_a_scene_keeps_its_conditions(noise: Noise | None, place: Placement | None) -> None:
    scene = Scene(z=Z, noise=noise, placement=place)
    back = scene_from_json(scene_to_json(scene))
    assert (back.noise, back.placement) == (noise, place)
    assert back.conditions == scene.conditions
    assert json.loads(scene_to_json(scene))["version"] == (1 if noise is None and place is None else 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"noise": {"seed": 3, "strength": 5.0}},
        {"noise": {"seed": -3, "strength": 1.0}},
        {"noise": {"seed": 3, "strength": float("nan")}},
        {"noise": {"seed": 3}},
        {"noise": [3]},
        {"placement": {"x": 1e9, "y": 0.0, "degrees": 0.0}},
        {"placement": {"x": 0.0, "y": 0.0, "degrees": float("inf")}},
        {"placement": "left"},
    ],
    ids=str,
)
def test_conditions_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    told = json.loads(scene_to_json(Scene(z=Z, noise=Noise(3))))
    with pytest.raises(Problem, match="damaged"):
        scene_from_json(json.dumps(told | wrong))


def test_what_goes_on_from_a_scene_keeps_its_conditions() -> None:
    scene = Scene(z=Z, noise=Noise(3), placement=Placement(0.1))
    assert scene.plainly_at(Z + 1).conditions == scene.conditions
