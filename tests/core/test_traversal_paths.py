"""Paths: what they pass, when, and that loops close."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample, slerp, typical_norm
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.walks import ClosedWalk
from explorer.core.traverse.latent_paths import EASINGS, KINDS, LatentPath, ease, frames, scenes_along, uneased

KEYS = [sample(seed, 16) for seed in range(4)]


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("easing", EASINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_path_passes_its_keys(kind: str, easing: str, loop: bool) -> None:
    path = LatentPath(KEYS, kind, easing, loop=loop)  # type: ignore[arg-type]
    assert path.at(0.0).tobytes() == KEYS[0].tobytes()
    assert path.at(1.0) == pytest.approx(KEYS[0] if loop else KEYS[-1], abs=1e-6)
    for index, key in enumerate(KEYS):
        time = path.time_of_key(index)
        assert path.at(time) == pytest.approx(key, abs=1e-5)
        assert path.stretch_at(time) == index
        assert path.stretch_at(min(time + 0.01, 1.0)) == index
    assert path.stretch_at(1.0) == (0 if loop else len(KEYS) - 1)


def test_between_two_keys_a_path_is_what_its_kind_says() -> None:
    path = LatentPath(KEYS[:3])
    assert path.at(0.625) == pytest.approx(slerp(KEYS[1], KEYS[2], 0.25), abs=1e-6)


def test_easing_rests_where_it_should() -> None:
    def speed(easing: str, time: float) -> float:
        path = LatentPath(KEYS[:3], "lerp", easing)  # type: ignore[arg-type]
        return float(np.linalg.norm(path.at(time + 1e-3) - path.at(time)))

    assert speed("smooth", 0.5) < 0.1 * speed("smooth", 0.25)
    assert speed("in-out", 0.0) < 0.1 * speed("in-out", 0.25)
    assert speed("in-out", 0.5) > speed("linear", 0.5)
    assert (ease(0.0), ease(0.5), ease(1.0)) == (0.0, 0.5, 1.0)
    assert [ease(uneased(share)) for share in (0.0, 0.1, 0.5, 0.999, 1.0)] == pytest.approx([0.0, 0.1, 0.5, 0.999, 1.0])


def test_frames_go_from_end_to_end_but_a_loop_does_not_show_its_seam_twice() -> None:
    way, loop = LatentPath(KEYS), LatentPath(KEYS, loop=True)
    assert frames(way, 7)[[0, -1]] == pytest.approx(np.stack([KEYS[0], KEYS[-1]]), abs=1e-6)
    turned = frames(loop, 8)
    assert turned.shape == (8, 16)
    assert turned[::2] == pytest.approx(np.stack(KEYS), abs=1e-6)
    assert turned[-1] == pytest.approx(slerp(KEYS[3], KEYS[0], 0.5), abs=1e-6)
    assert frames(way, 1)[0].tobytes() == KEYS[0].tobytes()


def test_one_key_is_a_path_that_stays() -> None:
    for loop in (False, True):
        path = LatentPath(KEYS[:1], loop=loop)
        assert frames(path, 3) == pytest.approx(np.tile(KEYS[0], (3, 1)))
        assert path.time_of_key(0) == 0.0
        assert path.stretch_at(0.7) == 0


def test_paths_that_cannot_be_are_refused() -> None:
    with pytest.raises(Problem, match="no points yet"):
        LatentPath([])
    with pytest.raises(Problem, match="different sizes"):
        LatentPath([sample(0, 3), sample(0, 4)])
    for count in (0, 1_000_000):
        with pytest.raises(Problem, match="frames"):
            frames(LatentPath(KEYS), count)


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_a_random_loop_closes_and_stays_typical(distribution: str) -> None:
    loop = ClosedWalk(sample(5, 256, distribution), 5, distribution)
    walked = frames(loop, 40)
    steps = np.linalg.norm(np.diff(np.vstack([walked, walked[:1]]), axis=0), axis=1)
    mean, deviation = typical_norm(256, distribution)
    assert loop.at(0.0) == pytest.approx(sample(5, 256, distribution), abs=1e-5)
    assert loop.at(1.0).tobytes() == loop.at(0.0).tobytes()
    assert loop.at(0.999) == pytest.approx(loop.at(0.001), abs=0.2)
    assert steps.max() < 4 * steps.min()
    assert np.abs(np.linalg.norm(walked, axis=1) - mean).max() < 5 * deviation
    assert frames(ClosedWalk(sample(5, 256, distribution), 5, distribution), 40).tobytes() == walked.tobytes()
    assert distribution == "normal" or np.abs(walked).max() <= 1.0


def test_scenes_along_a_path_change_the_latent_alone() -> None:
    base = Scene("hash", "tiny", KEYS[0], 2, 0.5, 0, (("smile", 1.0),))
    scenes = scenes_along(base, frames(LatentPath(KEYS), 5))
    assert [scene.z.tobytes() for scene in scenes] == [z.tobytes() for z in frames(LatentPath(KEYS), 5)]
    assert {(s.label, s.truncation, s.seed, s.directions) for s in scenes} == {(2, 0.5, None, base.directions)}
