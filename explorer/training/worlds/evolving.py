"""A driver that learns in the dream while somebody watches: what each generation earns, and how its mean drives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.worlds.dream import Dream, State
from explorer.core.worlds.drive import Drive
from explorer.core.worlds.drivers import scripted
from explorer.core.worlds.trials import Acts, Awake, dreamt, driven_awake
from explorer.training.families.worlds.controller import Config, Controller
from explorer.training.learning.family import Batch, TrainingTask

_ROADS, _FRAMES = 8, 80  # that the mean of a generation is tried on
_TRIED = 60  # frames that each driver is tried for
_DREAMS, _DRIVES = (
    8,
    3,
)  # that it is tried in: frames of the world are drawn and seen, which takes longer
_FIRST = 20_000  # seeds of roads that nobody learns on
_APART = 25  # frames between two beginnings on a road


@dataclass(frozen=True)
class EvolutionPlan:
    """What is asked for.

    Attributes
    ----------
    where : {"dream", "world"}
        Where drivers are tried.
    temperature : float
        Of the dreams.
    population, generations : int
    every : int
        After so many generations the mean drives, to be watched.
    seed : int
    """

    where: str = "dream"
    temperature: float = 1.0
    population: int = 16
    generations: int = 40
    every: int = 2
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Generation:
    """One generation of drivers.

    Attributes
    ----------
    number : int
        From 1 on.
    earned : (P,) float64
        What each earns a frame where it is tried.
    in_dream, in_world : float or None
        What the mean of the search earns a frame in either; None where it was not tried.
    drive : (T, H, 2 W, C) uint8 or None
        The mean driving: the world at the left, and at the right the dream, in each by what is seen there.
    """

    number: int
    earned: NDArray[np.float64]
    in_dream: float | None = None
    in_world: float | None = None
    drive: NDArray[np.uint8] | None = None


def evolved(folder: Path, asked: EvolutionPlan) -> Iterator[Generation]:
    """Generation after generation of drivers of the world model in a folder.

    Raises
    ------
    Problem
        It does not dream, or not of the drawn road, on which drivers are tried.
    """
    config = Config(
        world=str(folder),
        where=asked.where,
        population=asked.population,
        temperature=asked.temperature,
        batch_size=_DREAMS if asked.where == "dream" else _DRIVES,
        frames=_TRIED,
    )
    with Dream(folder) as dream:
        if dream.facts.source != "drive":
            raise Problem(
                f"{folder.name} did not learn from the drawn road.", "Choose a world that this program can draw."
            )
        learner = Controller(config, TrainingTask(dream.generator.card.height, 3, steps=asked.generations), asked.seed)
        pictures = _beginnings(asked.seed, config.batch_size, dream.generator.card.height)
        batch = Batch(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0)
        for number in range(1, asked.generations + 1):
            learner.step(batch)
            learner.done_steps = number
            earned = learner.search.earned[number - 1].double().numpy()
            is_watched = number % asked.every == 0 or number in (1, asked.generations)
            yield _watched(dream, learner, number, earned) if is_watched else Generation(number, earned)


def _beginnings(seed: int, count: int, size: int) -> NDArray[np.uint8]:
    """Frames (count, H, W, 3) of several roads, some way along them."""
    drive = Drive([seed * 1_009 + road for road in range(count)], size)
    for _ in range(_APART):
        drive.step(scripted(drive))
    return drive.frames()


def _watched(dream: Dream, learner: Controller, number: int, earned: NDArray[np.float64]) -> Generation:
    weights = learner.search.mean.detach().double().numpy()[None]

    def acts(state: State) -> NDArray[np.float32]:
        found: NDArray[np.float32] = learner.shape.actions(weights, state[None])[0]
        return found

    roads = range(_FIRST, _FIRST + _ROADS)
    begun, chance = dream.begun(Drive(list(roads), dream.generator.card.height).frames()), np.random.RandomState(0)
    in_dream = dreamt(dream, begun, acts, _FRAMES, chance, learner.config.temperature).mean() / _FRAMES
    in_world = driven_awake(dream, list(roads), _FRAMES, acts).rewards.mean() / _FRAMES
    return Generation(number, earned, float(in_dream), float(in_world), _drive(dream, acts))


def _drive(dream: Dream, acts: Acts) -> NDArray[np.uint8]:
    """A drive through world and dream, in each by what is seen there; who has lost stands still."""
    world, eyes = Drive([_FIRST], dream.generator.card.height), Awake(dream, acts)
    state, chance = dream.begun(world.frames()), np.random.RandomState(0)
    frames, is_lost = [], False
    for _ in range(_FRAMES):
        frames.append(np.concatenate([world.frames()[0], dream.pictures(state)[0]], 1))
        if not is_lost:
            is_lost = bool(world.step(eyes(world))[1][0])
        state, _, _ = dream.step(state, acts(state), dream.chance(1, chance), 0.3)
    return np.stack(frames)
