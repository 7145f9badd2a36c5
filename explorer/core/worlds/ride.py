"""A drive under way: the drawn world and the dream of it go on side by side, frame by frame, each with its score.

A stranger's world model has no world beside it that could be drawn: then there is the dream alone, which begins with a
sample of its latents.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.worlds.dream import Dream, Numbers, State
from explorer.core.worlds.drive import Drive
from explorer.core.worlds.journey import Move
from explorer.core.worlds.trials import Awake

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class DriveScore:
    """What came of it so far, in the world or in the dream.

    Attributes
    ----------
    reward, total : float
        Of the last frame, and of all.
    frames : int
        That were driven.
    off_road : int
        Of those, frames off the road; only the world tells.
    is_over : bool
    """

    reward: float = 0.0
    total: float = 0.0
    frames: int = 0
    off_road: int = 0
    is_over: bool = False

    def after(self, reward: float, *, off_road: bool = False, is_over: bool) -> DriveScore:
        """The score one frame on."""
        return DriveScore(reward, self.total + reward, self.frames + 1, self.off_road + off_road, is_over)


@dataclass(frozen=True, eq=False)
class Moment:
    """What is seen in a frame.

    Attributes
    ----------
    number : int
        Frames since the beginning.
    world : (H, W, C) uint8 or None
        None where there is none to be drawn.
    dream : (H, W, C) uint8
    latent : (latent,) float32
        Of the dream: that of a scene.
    earned, dreamt : DriveScore
        In the world, and in the dream.
    asleep : int
        Frames that the dream has gone on alone; 0 while it sees the world.
    """

    number: int
    world: Picture | None
    dream: Picture
    latent: Numbers
    earned: DriveScore
    dreamt: DriveScore
    asleep: int = 0


class Ride:
    """Goes through a `Journey`, move by move.

    Parameters
    ----------
    dream : Dream
    seed : int
        The road, and what the dream leaves to chance.

    Attributes
    ----------
    done : (1, A) float32
        What was done last in the dream.
    """

    def __init__(self, dream: Dream, seed: int) -> None:
        facts = dream.facts
        self._dream, self._chance = dream, np.random.RandomState(seed % 2**32)
        self._world = Drive([seed], dream.generator.card.height) if facts.source == "drive" else None
        self._eyes = Awake(dream, dream.steered)
        self._earned, self._dreamt = DriveScore(), DriveScore()
        self._number = self._asleep = 0
        self.done: Numbers = np.zeros((1, len(facts.actions)), np.float32)
        self._state: State = np.zeros((1, facts.size), np.float32)
        if self._world is not None:
            self._state = self._eyes.look(self._world.frames())
        else:
            self._state[0, : facts.latent] = sample(seed % 2**32, facts.latent, dream.generator.card.prior)
            self._state[0, facts.size - facts.begun :] = 1.0

    @property
    def state(self) -> State:
        """Where the dream is, (1, S)."""
        return self._state

    def moment(self) -> Moment:
        """What is seen now."""
        seen = None if self._world is None else self._world.frames()[0]
        pictures, latent = self._dream.pictures(self._state), self._dream.latents(self._state)[0].copy()
        return Moment(self._number, seen, pictures[0], latent, self._earned, self._dreamt, self._asleep)

    def go(self, move: Move) -> Moment:
        """One frame on.

        Raises
        ------
        Problem
            The actions do not fit, nobody is there to drive, or the dream runs to what is no number; then nothing has
            gone on.
        """
        chance = self._chance.get_state()
        try:
            in_world, in_dream = self._actions(move)
            self.done = in_dream
            dreamt = self._dreamt_on(in_dream, move)
        except Problem:
            self._chance.set_state(chance)
            raise
        self._drive_on(in_world, move)
        if move.awake and self._world is not None:
            self._state, self._asleep = self._eyes.state.copy(), 0
            self._dreamt = replace(dreamt or self._dreamt, is_over=self._earned.is_over)
        elif dreamt is not None:
            self._dreamt, self._asleep = dreamt, self._asleep + 1
        for place, value in move.held:
            self._state[:, place] = value
        self._number += 1
        return self.moment()

    def _actions(self, move: Move) -> tuple[Numbers, Numbers]:
        """What is done in the world, and in the dream, (1, A) each."""
        if move.driver == "hand":
            by_hand = np.array([move.action], np.float32)
            return by_hand, by_hand
        seen = self._state if self._world is None else self._eyes.state
        of_world = self._dream.steered(self._state if move.driver == "dream" else seen)
        return of_world, self._dream.steered(self._state) if move.driver == "each" else of_world

    def _dreamt_on(self, action: Numbers, move: Move) -> DriveScore | None:
        """Let the dream go on; its score, or None where it stands still."""
        stands = move.waits or self._earned.is_over if move.awake else self._dreamt.is_over
        if stands:
            return None
        noise = self._dream.chance(1, self._chance)
        self._state, reward, ends = self._dream.step(self._state, action, noise, move.temperature)
        return self._dreamt.after(float(reward[0]), is_over=bool(ends[0]))

    def _drive_on(self, action: Numbers, move: Move) -> None:
        if self._world is None or move.waits or self._earned.is_over:
            return
        rewards, lost = self._world.step(action)
        off = bool(np.abs(self._world.x[0]) > 1.0)
        self._earned = self._earned.after(float(rewards[0]), off_road=off, is_over=bool(lost[0]))
        self._eyes.did(action)
        self._eyes.look(self._world.frames())
