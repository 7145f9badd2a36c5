"""Settings that show one thing each: how a GAN and a VAE work, and ways in which they fail.

What each shows was measured from ten seeds for 5,000 steps (``bench lab``); a shorter test holds them to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.vae_settings import PlaneVAEConfig


@dataclass(frozen=True)
class LabPreset:
    """Settings with a title, and words on what to look for.

    Attributes
    ----------
    shows : str
        What the verdict says of it, as in `LabVerdict.kinds`, ...
    by : int
        ... from this step on, whatever the seed.
    against : PlaneConfig or None
        The same with the one setting that mends it: its points travel several times as far in as many steps.
    """

    title: str
    words: str
    config: PlaneConfig | PlaneVAEConfig
    shows: str
    by: int
    against: PlaneConfig | None = None

    @property
    def kind(self) -> str:
        """GAN or VAE."""
        return "VAE" if isinstance(self.config, PlaneVAEConfig) else "GAN"


_MINIMAX: Final = PlaneConfig(
    loss="minimax", optimiser="adam, sgd", critic_rate=2e-3, critic_steps=3, generator_rate=1e-4,
    batch_size=64, critic_width=32, generator_width=32,
)  # fmt: skip
_CLIPPED: Final = PlaneConfig(
    loss="wgan", clip=0.03, optimiser="adam, sgd", critic_rate=2e-3, critic_steps=3, generator_rate=1e-2,
    batch_size=64, critic_width=32, generator_width=32,
)  # fmt: skip
GAN_PRESETS: Final = (
    LabPreset(
        "It works",
        "A balanced pair: the generator's cloud unfolds, finds all eight clusters, and then sharpens them.",
        PlaneConfig(critic_rate=2e-3, generator_rate=1e-3),
        "found",
        1000,
    ),
    LabPreset(
        "Mode collapse",
        "The generator is small and learns far faster than the critic: it puts everything where the critic is pleased "
        "just now, and when the critic has learned, moves on to the next cluster.",
        PlaneConfig(
            loss="minimax", critic_rate=2e-4, generator_rate=5e-3,
            batch_size=64, critic_width=32, generator_width=12,
        ),
        "collapsed",
        600,
    ),
    LabPreset(
        "Generator too strong",
        "The generator learns forty times as fast as the critic: it finds the place that pleases the critic most and "
        "puts everything there. The critic cannot tell the difference, and objects too late: D is ½ for both, and yet "
        "next to nothing is learned.",
        PlaneConfig(
            critic_rate=5e-5, generator_rate=2e-3, batch_size=64, critic_width=32, generator_width=32,
        ),
        "fooled",
        600,
    ),
    LabPreset(
        "Oscillation",
        "High rates and a critic whose weights are clipped: each overshoots what the other did, and the points swing "
        "back and forth for ever.",
        PlaneConfig(
            data="two", loss="wgan", critic_rate=5e-3, generator_rate=5e-3,
            batch_size=64, critic_width=32, generator_width=32,
        ),
        "swings",
        700,
    ),
    LabPreset(
        "Critic wins",
        "The critic learns a thousand times as fast as the generator: it tells all points apart, and is always right.",
        PlaneConfig(
            critic_rate=2e-3, critic_steps=2, generator_rate=2e-6,
            batch_size=64, critic_width=32, generator_width=32,
        ),
        "critic wins",
        400,
    ),
    LabPreset(
        "Vanishing slope",
        "Minimax against a critic that is trained too well: its surface is flat where the points are, so nothing tells "
        "them where to go, and plain descent takes no step. Change the loss to non-saturating and watch them leave.",
        PlaneConfig(
            loss="minimax", optimiser="adam, sgd", critic_rate=2e-3, critic_steps=2, generator_rate=1e-4,
            batch_size=64, critic_width=32, generator_width=32,
        ),
        "vanished",
        400,
    ),
    LabPreset(
        "Minimax or non-saturating",
        "The critic is ahead from the first steps, and under minimax the points stand still. Set the loss to "
        "non-saturating and start again: under the same critic they get hundreds of times as far in 200 steps.",
        _MINIMAX,
        "saturates",
        400,
        replace(_MINIMAX, loss="non-saturating"),
    ),
    LabPreset(
        "Clipping slows down",
        "A WGAN keeps its critic from being steep. Clipping its weights makes it far too even: the points creep. Set "
        "the loss to wgan-gp, whose penalty holds the slope near 1, and start again: they get many times as far.",
        _CLIPPED,
        "slow",
        200,
        replace(_CLIPPED, loss="wgan-gp"),
    ),
)  # fmt: skip
VAE_PRESETS: Final = (
    LabPreset(
        "It works",
        "The ellipses share the prior out among themselves, side by side, and the decoded grid lies along the data: "
        "samples of the prior look like the real points.",
        PlaneVAEConfig(data="moons", noise=0.04, batch_size=64, width=32),
        "works",
        500,
    ),
    LabPreset(
        "Posterior collapse",
        "Beta is so large that telling points apart costs more than it brings: every ellipse becomes the prior, and "
        "every code is decoded to the mean. Turn beta down to 1 and watch the codes wake up.",
        PlaneVAEConfig(beta=10.0, noise=0.1, batch_size=64, width=32),
        "collapsed",
        300,
    ),
    LabPreset(
        "Too little beta",
        "Beta is 0: a plain autoencoder. The ellipses shrink to dots and lie anywhere; what lies between them was "
        "never decoded, and samples of the prior are rubbish.",
        PlaneVAEConfig(beta=0.0, noise=0.04, batch_size=64, width=32),
        "autoencoder",
        900,
    ),
    LabPreset(
        "Blur",
        "The noise is wider than half the distance of two clusters: no code is spent on telling them apart, and the "
        "decoder draws the mean of the two, where no real point is.",
        PlaneVAEConfig(data="pairs", noise=0.15, batch_size=64, width=32),
        "blur",
        400,
    ),
)
PRESETS: Final = (*GAN_PRESETS, *VAE_PRESETS)
