"""A drive is the same each time it is gone, the dream wakes and sleeps as it is told, and what might come is shown."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.worlds.dream import Dream
from explorer.core.worlds.drive import LOST
from explorer.core.worlds.drive_film import moments, save_drive, side_by_side
from explorer.core.worlds.ghosts import ghosts, ranked
from explorer.core.worlds.journey import Journey, Move, journey_from_json, read_journey
from explorer.core.worlds.ride import DriveScore, Ride
from tests.worlds import FACTS, tiny_world

AHEAD = Move((0.0, 0.5), temperature=0.3)
AWAKE = replace(AHEAD, awake=True)


@pytest.fixture(scope="module")
def dream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dream]:
    with Dream(tiny_world(tmp_path_factory.mktemp("world")), trusted=True) as found:
        yield found


def test_a_drive_that_is_gone_again_shows_the_same_frames(dream: Dream, tmp_path: Path) -> None:
    moves = (AWAKE, AHEAD, replace(AHEAD, held=((1, 0.5),)), replace(AHEAD, driver="each", action=()))
    journey = Journey(7, moves * 2)
    again = journey_from_json(journey.to_json(), FACTS)
    assert again == journey
    for one, other in zip(moments(dream, journey), moments(dream, again), strict=True):
        assert np.array_equal(side_by_side(one), side_by_side(other))
    for name, each in (("a", journey), ("b", again), ("c", replace(journey, seed=8))):
        save_drive(tmp_path / f"{name}.gif", dream, each)
    films = [(tmp_path / f"{name}.gif").read_bytes() for name in "abc"]
    assert films[0] == films[1] != films[2]


def test_moves_that_are_alike_are_told_once_in_a_file(tmp_path: Path) -> None:
    journey = Journey(3, (AHEAD,) * 500)
    (tmp_path / "drive.json").write_text(journey.to_json())
    assert len(journey.to_json()) < 300
    assert read_journey(tmp_path / "drive.json", FACTS) == journey


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "not a drive"),
        ("{", "not valid JSON"),
        ('{"kind": "drive through a world model", "seed": -1, "moves": []}', "seed"),
        ('{"kind": "drive through a world model", "seed": 1}', "moves"),
        ('{"kind": "drive through a world model", "seed": 1, "moves": [{"action": [1]}]}', "gives 1 of the 2 actions"),
        ('{"kind": "drive through a world model", "seed": 1, "moves": {"a": 1}}', "not a list of objects"),
        ('{"kind": "drive through a world model", "seed": 1, "moves": [{"action": [1e39, 0]}]}', "out of range"),
        ('{"kind": "drive through a world model", "seed": 1, "moves": [{"driver": "cat"}]}', "no driver called 'cat'"),
        ('{"kind": "drive through a world model", "seed": 1, "moves": [{"fly": 1}]}', "'fly'"),
        (
            '{"kind": "drive through a world model", "seed": 1, "moves": [{"driver": "each", "held": [[4, 0]]}]}',
            "beyond z3",
        ),
        (
            '{"kind": "drive through a world model", "seed": 1, "moves": [{"driver": "each", "temperature": 9}]}',
            "out of range",
        ),
        (
            '{"kind": "drive through a world model", "seed": 1, "moves": [{"driver": "each", "times": 1000000}]}',
            "100,000 frames",
        ),
    ],
)
def test_what_is_no_drive_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Problem, match=says):
        journey_from_json(text, FACTS)


def test_awake_the_dream_is_what_the_eyes_see_and_asleep_it_goes_on_alone(dream: Dream) -> None:
    ride = Ride(dream, 3)
    for _ in range(4):
        moment = ride.go(AWAKE)
        assert moment.world is not None
        assert np.allclose(moment.latent, dream.begun(moment.world[None])[0, : FACTS.latent], atol=1e-5)
        assert moment.asleep == 0
    assert ride.go(AHEAD).asleep == 1
    moment = ride.go(AHEAD)
    assert moment.asleep == 2
    assert moment.world is not None
    assert not np.allclose(moment.latent, dream.begun(moment.world[None])[0, : FACTS.latent], atol=1e-3)
    assert ride.go(AWAKE).asleep == 0


def test_a_world_that_waits_stands_still_while_the_dream_goes_on(dream: Dream) -> None:
    ride = Ride(dream, 3)
    before = ride.go(AHEAD)
    after = ride.go(replace(AHEAD, waits=True))
    assert np.array_equal(before.world, after.world)  # type: ignore[arg-type]
    assert after.earned == before.earned
    assert after.dreamt.frames == before.dreamt.frames + 1


def test_held_numbers_stay_and_the_others_go_on(dream: Dream) -> None:
    ride = Ride(dream, 3)
    held = replace(AHEAD, held=((2, 1.5),))
    latents = [ride.go(held).latent for _ in range(3)]
    assert [latent[2] for latent in latents] == [1.5] * 3
    assert latents[0][0] != latents[1][0]


def test_who_has_lost_stands_still_and_the_drive_goes_on_in_the_dream(dream: Dream) -> None:
    ride = Ride(dream, 3)
    assert ride._world is not None
    ride._world.x[:] = LOST
    lost = ride.go(Move((1.0, 1.0)))
    assert lost.earned.is_over
    assert lost.earned.off_road == 1
    after = ride.go(AHEAD)
    assert np.array_equal(lost.world, after.world)  # type: ignore[arg-type]
    assert after.earned == lost.earned
    assert not after.dreamt.is_over


@pytest.mark.parametrize("driver", ["world", "dream", "each"])
def test_the_controller_drives_by_what_it_sees(driver: str, dream: Dream) -> None:
    ride = Ride(dream, 3)
    ride.go(AHEAD)
    sees = {"world": ride._eyes.state, "dream": ride.state, "each": ride.state}[driver]
    wanted = dream.steered(sees)
    ride.go(Move((), driver))  # type: ignore[arg-type]
    assert np.array_equal(ride.done, wanted)


def test_a_stranger_s_world_is_a_dream_alone_that_begins_with_its_seed(tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path, replace(FACTS, source="")), trusted=True) as alone:
        first, same, other = (Ride(alone, seed) for seed in (1, 1, 2))
        assert first.moment().world is None
        assert np.array_equal(first.moment().latent, same.moment().latent)
        assert not np.array_equal(first.moment().latent, other.moment().latent)
        moment = first.go(AWAKE)
        assert moment.earned == DriveScore()
        assert moment.asleep == 1
        save_drive(tmp_path / "alone.gif", alone, Journey(1, (AHEAD,)))


def test_a_dream_that_runs_away_is_told_in_a_sentence_and_nothing_has_gone_on(tmp_path: Path) -> None:
    with Dream(tiny_world(tmp_path, grows=1e12), trusted=True) as wild:
        ride = Ride(wild, 1)
        ride.go(AHEAD)
        for _ in range(2):
            ride._state[:] = 1e30
            with pytest.raises(Problem, match="not numbers"):
                ride.go(AHEAD)
        assert ride.moment().number == ride.moment().earned.frames == 1


def test_actions_that_do_not_fit_are_refused(dream: Dream) -> None:
    ride = Ride(dream, 1)
    with pytest.raises(Problem, match="takes 2 numbers"):
        ride.go(Move((0.0, 0.0, 1.0)))
    assert ride.moment().number == 0


def test_ghosts_are_the_middles_of_components_with_their_weights(dream: Dream) -> None:
    drawn = np.array([[0.0, 5.0], [0.0, 5.0], [1.0, 5.0], [0.0, 5.0]], np.float32)[[0, 1, 3, 2]]
    values, weights = ranked(drawn, 5)
    assert values.tolist() == [[0.0, 5.0], [1.0, 5.0]]
    assert weights.tolist() == [0.875, 0.125]
    found = ghosts(dream, Ride(dream, 2).state, np.zeros((1, 2), np.float32), 1.0)
    assert [ghost.weight for ghost in found] == [1.0]  # its mixture has one component
    assert found[0].picture.shape == (32, 32, 3)


def test_hours_of_a_dream_take_no_more_memory(tmp_path: Path) -> None:
    alone = Dream(tiny_world(tmp_path, replace(FACTS, source="")), trusted=True)  # drawn worlds keep some sprites
    ride = Ride(alone, 5)
    move = replace(AHEAD, action=(), driver="each")

    def grown(frames: int) -> int:
        for _ in range(frames):
            ride.go(move)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = grown(300)
        assert grown(2_000) - before < 16_000
    finally:
        alone.close()
        tracemalloc.stop()
