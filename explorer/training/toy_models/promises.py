"""Whether a preset of the lab goes on showing what it says it shows: the model is stepped, no clock is asked."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.training.toy_models.interactive_training import begun
from explorer.training.toy_models.lab_presets import LabPreset
from explorer.training.toy_models.point_sets import point_set
from explorer.training.toy_models.verdict import EVERY

STEPS = 5000
"""For how long a preset has to show it."""


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


def kept(preset: LabPreset, seed: int, steps: int = STEPS) -> KeptPromise:
    """Train a preset from ``seed``, and see from when on it says what it shows."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # networks as small as these only wait for more
    try:
        return _followed(preset, seed, steps)
    finally:
        torch.set_num_threads(threads)


def _followed(preset: LabPreset, seed: int, steps: int) -> KeptPromise:
    game = begun(preset.config, point_set(preset.config.data), seed)
    since, last_break = 0, ""
    while game.step < steps:
        game.learn(EVERY)
        if preset.shows not in game.verdict.kinds:
            since, last_break = game.step + EVERY, game.verdict.words
    return KeptPromise(since, game.verdict.words, last_break)
