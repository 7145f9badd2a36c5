"""The drawn world, and dreams of a world: the same seed and keys give the same, and bad input is told in a sentence."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.models.card import ModelCard
from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.core.worlds.controllers import ControllerShape
from explorer.core.worlds.dream import Dream
from explorer.core.worlds.drive import LOST, Drive
from explorer.core.worlds.drivers import Wanderer, careless, scripted
from explorer.core.worlds.painting import painted
from explorer.core.worlds.track import CONE, SHARPEST, Track
from explorer.core.worlds.trials import driven, driven_awake
from explorer.core.worlds.world_facts import named_actions, world_from
from tests.worlds import FACTS, tiny_world

LEFT, AHEAD, RIGHT = (np.array([[steer, 0.3]]) for steer in (-1.0, 0.0, 1.0))


def after(steps: int, action: np.ndarray, seed: int = 3) -> Drive:
    drive = Drive([seed])
    for _ in range(steps):
        drive.step(action)
    return drive


def test_the_same_seed_and_keys_give_the_same_frames() -> None:
    one, other = after(10, LEFT), after(10, LEFT)
    assert np.array_equal(one.frames(), other.frames())
    assert not np.array_equal(one.frames(), after(10, LEFT, seed=4).frames())


def test_many_cars_drive_as_each_would_alone() -> None:
    together = Drive([3, 8])
    together.step(np.repeat(RIGHT, 2, 0))
    alone = Drive([8])
    alone.step(RIGHT)
    assert np.array_equal(together.frames()[1], alone.frames()[0])


def test_roads_bend_both_ways_alike_and_end_where_they_began() -> None:
    bends = np.concatenate([Track.drawn(seed).curvature for seed in range(40)])
    assert abs((bends > 0.006).mean() - (bends < -0.006).mean()) < 0.08
    assert (bends < -0.006).mean() > 0.1
    assert np.abs(bends).max() < 1.5 * SHARPEST
    assert abs(Track.drawn(5).heading[-1]) < 1e-3
    assert 0.2 < np.mean([Track.drawn(seed).dusk for seed in range(60)]) < 0.6


def test_left_ahead_and_right_part_as_they_should() -> None:
    places = [after(6, action).x[0] for action in (LEFT, AHEAD, RIGHT)]
    assert places[0] < places[1] - 0.1 < places[2] - 0.2
    seen = [after(6, action).frames()[0].astype(float) for action in (LEFT, RIGHT)]
    assert np.abs(seen[0] - seen[1]).mean() > 5.0


def test_who_strays_too_far_has_lost_and_pays() -> None:
    drive = Drive([1])
    drive.x[:] = LOST - 0.01
    rewards, ends = drive.step(RIGHT * 5)
    assert ends[0]
    assert rewards[0] < -5.0


def test_a_car_and_a_cone_cost_and_slow_down_once() -> None:
    for is_car, cost in ((True, 3.0), (False, 1.0)):
        drive = Drive([2])
        kinds = drive.tracks[0].kinds
        thing = int(np.flatnonzero((kinds < CONE) == is_car)[0])
        drive.x[:], drive.speed[:] = drive.tracks[0].lanes[thing], 1.0
        drive.place_m[:] = drive.tracks[0].places[thing] - 1.0
        rewards, _ = drive.step(AHEAD)
        again, _ = drive.step(AHEAD)
        assert rewards[0] == pytest.approx(2.0 * 0.985 / 2.5 - cost, abs=0.1)
        assert drive.speed[0] < 0.9
        assert again[0] > 0.0


def test_the_scripted_driver_keeps_to_the_road_and_earns_more_than_a_careless_one() -> None:
    chance = np.random.RandomState(0)
    good = driven(range(100, 108), 80, scripted)
    poor = driven(range(100, 108), 80, lambda drive: careless(len(drive.x), chance))
    assert good.off_share < 0.01
    assert good.a_frame > 1.0 > poor.a_frame


def test_the_wanderer_is_off_the_road_a_fifth_of_the_time() -> None:
    assert 0.12 < driven(range(40), 100, Wanderer(40, 0)).off_share < 0.3


@pytest.mark.parametrize("size", [32, 48, 64])
def test_frames_of_any_size_show_sky_above_and_grass_below(size: int) -> None:
    frames = Drive([3, 7, 11], size).frames()
    assert frames.shape == (3, size, size, 3)
    assert frames.dtype == np.uint8
    day = frames[[track.dusk == 0 for track in Drive([3, 7, 11]).tracks]]
    assert (day[:, 1, :, 2] > day[:, 1, :, 0]).mean() > 0.8


def test_painting_one_by_one_or_many_at_once_is_the_same() -> None:
    views = Drive(range(40)).views()
    assert np.array_equal(painted(views, 32)[35], painted(views[35:36], 32)[0])


def test_a_dream_is_the_same_for_the_same_seed_and_tells_parts_of_its_state(tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path), trusted=True) as dream:
        begun = dream.begun(Drive([1], 32).frames())
        assert begun.shape == (1, FACTS.size)
        assert not begun[:, FACTS.latent :].any()
        runs = []
        for seed in (5, 5, 6):
            chance, state = np.random.RandomState(seed), begun
            for _ in range(3):
                state, rewards, ends = dream.step(state, LEFT, dream.chance(1, chance))
            runs.append(state)
        assert np.array_equal(runs[0], runs[1])
        assert not np.array_equal(runs[0], runs[2])
        assert rewards[0] == pytest.approx(-1.0)
        assert not ends[0]
        assert dream.pictures(state).shape == (1, 32, 32, 3)


def test_who_is_awake_knows_what_is_really_seen(tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path), trusted=True) as dream:
        frames = Drive([1], 32).frames()
        state = dream.begun(frames) + 3.0
        assert np.array_equal(dream.latents(dream.seen(state, frames)), dream.latents(dream.begun(frames)))
        found = driven_awake(dream, [1, 2], 5, dream.steered)
        assert (found.frames == 5).all()


def test_a_dream_that_runs_to_no_number_and_actions_that_do_not_fit_are_told(tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path, grows=1e20), trusted=True) as dream:
        state, chance = dream.begun(Drive([1], 32).frames()), np.random.RandomState(0)
        with pytest.raises(Problem, match="takes 2 numbers for each of 1 states"):
            dream.step(state, np.zeros((1, 3)), dream.chance(1, chance))
        with pytest.raises(Problem, match="not numbers"):  # noqa: PT012
            for _ in range(4):
                state, _, _ = dream.step(state, LEFT, dream.chance(1, chance))


def test_dream_and_controller_are_known_by_their_cards(tmp_path: Path) -> None:
    folder = tiny_world(tmp_path)
    for kind in ("dream", "controller"):
        found = inspect(folder / f"{kind}.onnx", trusted=True)
        assert (found.kind, found.batch, found.problems) == (kind, "dynamic", ())
        assert found.card.world == FACTS
    (folder / "controller.onnx").unlink()
    with Dream(folder, trusted=True) as dream, pytest.raises(Problem, match="no controller"):
        dream.steered(np.zeros((1, FACTS.size), np.float32))
    (folder / "dream.onnx").unlink()
    with pytest.raises(Problem, match="does not dream"):
        Dream(folder, trusted=True)


def test_a_card_of_other_sizes_than_its_graph_is_refused(tmp_path: Path) -> None:
    folder = tiny_world(tmp_path / "one")
    other = tiny_world(tmp_path / "other", replace(FACTS, actions=named_actions(("a", "b", "c"), ((0.0, 1.0),) * 3)))
    (folder / "controller.onnx").write_bytes((other / "dream.onnx").read_bytes())
    with pytest.raises(Problem, match=r"controller\.onnx is not a controller"):
        Dream(folder, trusted=True)


@pytest.mark.parametrize(
    "wrong", [{"actions": []}, {"latent": 0}, {"begun": 2}, {"frames_a_second": 0.0}, {"hidden": -1}]
)
def test_a_world_that_cannot_be_makes_a_card_damaged(wrong: dict[str, object]) -> None:
    assert world_from(asdict(FACTS)) == FACTS
    with pytest.raises((ValueError, TypeError)):
        world_from({**asdict(FACTS), **wrong})
    assert ModelCard.from_json(ModelCard(kind="dream", world=FACTS).to_json()).world == FACTS


def test_controllers_have_the_paper_s_numbers_and_keep_to_the_ranges() -> None:
    doom = replace(FACTS, actions=FACTS.actions[:1], latent=64, hidden=512, cell=512)
    assert ControllerShape(doom, uses_cell=True, has_bias=False).count == 1_088
    pedals = ((-1.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    car = replace(FACTS, actions=named_actions(("steer", "gas", "brake"), pedals), latent=32, hidden=256, cell=256)
    shape = ControllerShape(car)
    assert shape.count == 867
    state = np.random.RandomState(0).standard_normal((5, 9, car.size)).astype(np.float32)
    actions = shape.actions(np.random.RandomState(1).standard_normal((5, 867)), state)
    assert actions.shape == (5, 9, 3)
    assert actions[..., 0].min() < 0.0 <= actions[..., 1:].min()
