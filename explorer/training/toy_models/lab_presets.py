"""Settings that show one thing each: how a GAN works, and four ways in which it fails.

What each leads to was measured on seed 0, and the tests hold it to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.training.toy_models.toy_settings import PlaneConfig


@dataclass(frozen=True)
class LabPreset:
    """Settings with a title, and words on what to look for."""

    title: str
    words: str
    config: PlaneConfig


PRESETS: Final = (
    LabPreset(
        "It works",
        "A balanced pair: the generator's cloud unfolds, finds all eight clusters, and then sharpens them.",
        PlaneConfig(critic_rate=2e-3, generator_rate=1e-3),
    ),
    LabPreset(
        "Mode collapse",
        "The generator learns five times as fast as the critic: it puts everything where the critic is pleased "
        "just now, and when the critic has learned, moves on to the next cluster.",
        PlaneConfig(loss="minimax", critic_rate=1e-3, generator_rate=5e-3),
    ),
    LabPreset(
        "Oscillation",
        "Much momentum and high rates: each overshoots what the other did, and the points swing back and forth.",
        PlaneConfig(data="two", momentum=0.9, critic_rate=2e-3, generator_rate=5e-3),
    ),
    LabPreset(
        "Critic wins",
        "The critic learns five times in every step and the generator hardly at all: the critic is always right.",
        PlaneConfig(critic_rate=5e-3, critic_steps=5, generator_rate=2e-5),
    ),
    LabPreset(
        "Vanishing slope",
        "Minimax against a critic that is sure: its surface is flat where the points are, so nothing tells them "
        "where to go. Change the loss to non-saturating and watch them leave.",
        PlaneConfig(loss="minimax", critic_rate=5e-3, critic_steps=5, generator_rate=1e-4),
    ),
)
