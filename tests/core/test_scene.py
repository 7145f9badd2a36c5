"""A scene has one serial form, from which it comes back to the bit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json

SCENE = Scene("ab" * 32, "faces", sample(7, 64), 2, 0.7, 7, (("smile", 1.5), ("age", -0.1)))


def _changed(**changes: Any) -> str:
    return json.dumps({**json.loads(scene_to_json(SCENE)), **changes})


def test_a_scene_comes_back_to_the_bit() -> None:
    back = scene_from_json(scene_to_json(SCENE))
    assert back.z.dtype == np.float32
    assert back.z.tobytes() == SCENE.z.tobytes()
    for name in ("model", "model_name", "label", "truncation", "seed", "directions"):
        assert getattr(back, name) == getattr(SCENE, name)


def test_extreme_numbers_come_back_to_the_bit() -> None:
    z = np.float32([0.0, -0.0, 1e-45, 3.4028235e38, -1.1754944e-38, 0.1, 1 / 3])
    assert scene_from_json(scene_to_json(Scene(z=z))).z.tobytes() == z.tobytes()


def test_the_empty_scene_comes_back() -> None:
    back = scene_from_json(scene_to_json(Scene()))
    assert (back.z.shape, back.label, back.seed, back.directions) == ((0,), None, None, ())


def test_a_scene_s_latent_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SCENE.z[0] = 1


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", "3", "null", "{}", '{"format": "other"}', "[" * 100_000, '{"format":']
)
def test_text_that_is_no_scene_is_called_so(text: str) -> None:
    with pytest.raises(Problem, match="not a scene of the latent explorer"):
        scene_from_json(text)


@pytest.mark.parametrize("version", [0, 7, None, "1", True])
def test_other_versions_are_refused(version: Any) -> None:
    with pytest.raises(Problem, match="this program reads versions up to 6"):
        scene_from_json(_changed(version=version))


@pytest.mark.parametrize(
    "changes",
    [
        {"latent": [1, float("nan")]},
        {"latent": [1, float("inf")]},
        {"latent": [1e300]},
        {"latent": [[1, 2], [3, 4]]},
        {"latent": [[1], [2, 3]]},
        {"latent": ["a"]},
        {"latent": {}},
        {"latent": None},
        {"latent": 3},
        {"latent": [0] * 70_000},
        {"model": None},
        {"model": "faces"},
        {"model": {"hash": "ab"}},
        {"class": "first"},
        {"class": [1]},
        {"class": float("inf")},
        {"truncation": None},
        {"truncation": float("nan")},
        {"truncation": "much"},
        {"truncation": 1e9},
        {"truncation": -11},
        {"class": -1},
        {"seed": {}},
        {"seed": -1},
        {"seed": 2**32},
        {"directions": [["smile"]]},
        {"directions": [["smile", float("inf")]]},
        {"directions": [["smile", "1.5"]]},
        {"directions": [["smile", True]]},
        {"directions": [[0, 1.5]]},
        {"directions": "ab"},
        {"class": True},
        {"class": 1.5},
        {"seed": 4.5},
        {"model": {"hash": 3.7, "name": "faces"}},
        {"model": {"hash": "ab", "name": ["faces"]}},
        {"directions": [["smile", 1e9]]},
        {"directions": 5},
        {"directions": None},
    ],
)
def test_a_damaged_scene_is_refused_in_words(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="This scene is damaged"):
        scene_from_json(_changed(**changes))


def test_what_is_out_of_range_is_named_with_its_range() -> None:
    with pytest.raises(Problem, match="its seed is 4294967296, not from 0 to 4294967295"):
        scene_from_json(_changed(seed=2**32))


@pytest.mark.parametrize("changes", [{"seed": 0}, {"seed": 2**32 - 1}, {"truncation": -10}, {"class": 0}])
def test_the_ends_of_the_ranges_are_within(changes: dict[str, Any]) -> None:
    scene_from_json(_changed(**changes))


@pytest.mark.parametrize("missing", ["latent", "model", "truncation"])
def test_a_scene_with_a_missing_part_is_refused(missing: str) -> None:
    data = json.loads(scene_to_json(SCENE))
    del data[missing]
    with pytest.raises(Problem, match=f"This scene is damaged .*{missing}"):
        scene_from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"seed": 7', '"seed": "7"'),
        ('"seed": 7', '"seed": 7, "seed": 8'),
        ('"latent": [0.0', '"latent": [true'),
        ('"latent": [0.0', '"latent": ["0.5"'),
    ],
)
def test_a_scene_that_says_something_else_than_numbers_is_refused(was: str, becomes: str) -> None:
    text = scene_to_json(Scene(z=np.zeros(3, np.float32), model="a" * 64, model_name="m", seed=7))
    assert was in text
    with pytest.raises(Problem):
        scene_from_json(text.replace(was, becomes, 1))
