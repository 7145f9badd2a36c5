"""Whether a preset of the lab goes on showing what it says it shows: the model is stepped, no clock is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.training.learning.threads import one_thread
from explorer.training.toy_models.interactive_training import LabConfig, begun
from explorer.training.toy_models.lab_presets import LabPreset
from explorer.training.toy_models.point_sets import point_set
from explorer.training.toy_models.verdict import EVERY

STEPS = 5000
"""For how long a preset has to show it."""

COMPARED = 200
"""Steps after which it is seen how far points have come with the setting that mends a preset, and without."""

FURTHER = 3.0
"""How many times as far they have to come with it."""


@dataclass(frozen=True)
class KeptPromise:
    """What came of a promise.

    Attributes
    ----------
    since : int
        The step since which it was said without a break; more than ``steps`` where it was not said at the end.
    words : str
        What was said at the end.
    last_break : str
        What was said instead, the last time that something was.
    """

    since: int
    words: str
    last_break: str


def further(preset: LabPreset, seed: int) -> float:
    """How many times as far the points of a preset's ``against`` travel from ``seed`` as its own."""
    assert preset.against is not None
    return _travelled(preset.against, seed) / max(_travelled(preset.config, seed), 1e-9)


def kept(preset: LabPreset, seed: int, steps: int = STEPS) -> KeptPromise:
    """Train a preset from ``seed``, and see from when on it says what it shows."""
    with one_thread():
        return _followed(preset, seed, steps)


def _travelled(config: LabConfig, seed: int) -> float:
    """How far the points of the same latents have come, on average, in sides of the unit square."""
    with one_thread():
        game = begun(config, point_set(config.data), seed)
        before = game.snapshot().made
        game.learn(COMPARED)
        return float(np.linalg.norm(game.snapshot().made - before, axis=1).mean())


def _followed(preset: LabPreset, seed: int, steps: int) -> KeptPromise:
    game = begun(preset.config, point_set(preset.config.data), seed)
    since, last_break = 0, ""
    while game.step < steps:
        game.learn(EVERY)
        if preset.shows not in game.verdict.kinds:
            since, last_break = game.step + EVERY, game.verdict.words
    return KeptPromise(since, game.verdict.words, last_break)
