"""Energy-based GAN (Zhao, Mathieu & LeCun, 2017): the critic is an autoencoder, and its error is the energy.

The energy E(x) = |Dec(Enc(x)) - x|^2 (mean over the pixels) is to be low on real pictures and at least the margin m
on made ones (eq. 1 and 2 of the paper):

    critic     E(x) + max(0, m - E(G(z))),    generator  E(G(z)) + w f_PT

The pulling-away term f_PT (eq. 6), the mean squared cosine between the codes of different pictures of a batch, keeps
them apart; w = 0.1 as in the paper, and 0 gives the plain EBGAN. Adam with 1e-3 for the generator and beta1 = 0.5;
the margin is in units of squared pixel values. The score that is exported is minus the energy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning import losses
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knob
from explorer.training.networks.autoencoder_critic import AutoencoderCritic
from explorer.training.networks.convolutional import ConvolutionalGenerator


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of an EBGAN run."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    learning_rate: float = knob(5e-4, 1e-7, 1e-2, "Step size of Adam, for both networks.")
    margin: float = knob(
        0.3, 0.0, 10.0, "Energy above which a made picture is bad enough; real ones come to about 0.03."
    )
    pull_away: float = knob(0.1, 0.0, 10.0, "How much it matters that the pictures of a batch differ.")
    code_size: int = knob(64, 1, 1024, "Length of the critic's code: shorter lets less pass for real.")


class EBGAN(Adversaries):
    """Trains a generator against an autoencoder that paints real pictures well and made ones badly."""

    config: Config
    plays = "wasserstein"  # the generator's part of it; the critic's loss is its own

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width = self.task, self.config.width
        generator = ConvolutionalGenerator(self.latent_size, task.size, task.channels, width)
        return generator, AutoencoderCritic(task.size, task.channels, width, self.config.code_size, 2)

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        return losses.energy_critic(on_real, on_made, self.config.margin)

    def generator_penalties(self, made: Tensor) -> dict[str, Tensor]:
        if self.config.pull_away == 0:
            return {}
        codes = cast(AutoencoderCritic, self.critic).encoded(made)
        return {"pull-away": self.config.pull_away * losses.pulling_away(codes)}


def _objectives(config: Config) -> tuple[Objective, ...]:
    critic = FormulaTerm(
        "critic",
        r"\mathbb{E}\,E(x) + \mathbb{E}\max(0, m-E(G(z)))",
        "Rebuilds real pictures well (E is its error), and made ones badly, up to the margin.",
        (("m", "margin"),),
    )
    generator = FormulaTerm("generator", r"\mathbb{E}\,E(G(z))", "Makes pictures that the critic can rebuild.")
    apart = FormulaTerm(
        "pull-away",
        r"+ w\,f_{\mathrm{PT}}",
        "Keeps the pictures of a batch apart: the mean squared cosine between their codes.",
        (("w", "pull_away"),),
    )
    return (
        Objective("critic", (critic,)),
        Objective("generator", (generator, apart) if config.pull_away else (generator,)),
    )


FAMILY = Family(
    "ebgan",
    "EBGAN",
    "Energy-based GAN: an autoencoder is the critic, and what it cannot reproduce counts as made.",
    Config,
    EBGAN,
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "The energy of real pictures, minus D(x), falls; that of made ones rises to the margin, then comes down.",
            "The pull-away term stays well below its weight; close to it, all pictures of a batch are alike.",
            "What the critic cannot rebuild counts as made: it learns to rebuild more sharply as samples get sharper.",
        ),
        papers=(
            Paper(
                "Zhao, Mathieu & LeCun",
                2017,
                "Energy-based Generative Adversarial Networks",
                "https://arxiv.org/abs/1609.03126",
            ),
        ),
    ),
    group="GANs",
    good_at="steady on simple pictures",
)
