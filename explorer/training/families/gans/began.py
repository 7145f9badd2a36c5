"""Boundary equilibrium GAN (Berthelot, Schumm & Metz, 2017): an autoencoder critic, and a balance that is kept.

With L(v) = |v - D(v)|, the mean absolute error of the critic D, an autoencoder (section 3.4 of the paper):

    critic L(x) - k L(G(z)),    generator L(G(z)),    k <- k + lambda (gamma L(x) - L(G(z))),  k in [0, 1], first 0

so that L(G(z)) / L(x) comes to gamma, low for beauty and high for variety. The measure of convergence (section 3.5)
is M = L(x) + |gamma L(x) - L(G(z))|. As in the paper the latent is uniform between -1 and 1 and both halves of the
critic use ELU. Unlike there the generator is this program's usual one, with batch norm, the step size falls along
half a cosine where the paper halves it by hand, and lambda = 0.05: with the paper's 0.001 k needs tens of thousands
of steps to come to where it keeps the balance. k is a buffer of the critic, and so part of every checkpoint. The score
that is exported is -L.

Nothing in the loss drives the pictures apart: each is drawn to what the critic paints of it. Pictures that are alike at
first are drawn to one and the same grey, so the generator begins with ones that differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning import losses
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Batch, Family
from explorer.training.learning.knobs import knob
from explorer.training.learning.paces import cosine_pace
from explorer.training.networks.autoencoder_critic import AutoencoderCritic
from explorer.training.networks.convolutional import ConvolutionalGenerator


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a BEGAN run."""

    learning_rate: float = knob(
        5e-4, 1e-7, 1e-2, "Step size of Adam at the start, for both networks; falls to 0 at the end."
    )
    gamma: float = knob(
        0.7, 0.0, 1.0, "Variety over beauty: low gives good pictures that are alike, high gives varied ones."
    )
    control: float = knob(0.05, 0.0, 1.0, "How quickly the balance between the networks is corrected.")
    code_size: int = knob(64, 1, 1024, "Length of the critic's code: shorter lets less pass for real.")


class BEGAN(Adversaries):
    """Trains a generator against an autoencoder, in a kept balance."""

    distribution = "uniform"
    plays = "wasserstein"  # the generator's part of it; the critic's loss is its own
    config: Config

    def build(self) -> tuple[nn.Module, nn.Module]:
        task, width = self.task, self.config.width
        critic = AutoencoderCritic(task.size, task.channels, width, self.config.code_size, 1)
        critic.register_buffer("k", torch.zeros(()))
        generator = ConvolutionalGenerator(self.latent_size, task.size, task.channels, width)
        _start_apart(generator)
        return generator, critic

    @property
    def k(self) -> Tensor:
        """How much the critic minds made pictures that it can paint again, 0 to 1; a scalar."""
        return self.critic.get_buffer("k")

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.config.learning_rate * cosine_pace(self.done_steps, self.task.steps))
        return super().step(batch)

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        return self.k * on_made.mean() - on_real.mean()

    def teach_critic(self, real: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        values = super().teach_critic(real, labels)
        balance, convergence = losses.equilibrium(values["D(x)"], values["D(G(z))"], self.config.gamma)
        self.k.add_(self.config.control * balance).clamp_(0.0, 1.0)
        return values | {"k": self.k.clone(), "M": convergence}


def _start_apart(generator: ConvolutionalGenerator) -> None:
    """Weights of the last layer that give the first pictures the full range of values."""
    nn.init.normal_(generator.paint.weight, 0.0, 1.0 / math.sqrt(generator.paint.weight[0].numel()))


_OBJECTIVES = (
    Objective(
        "critic",
        (
            FormulaTerm(
                "critic",
                r"\mathbb{E}\,L(x) - \plot{k}{k}\,\mathbb{E}\,L(G(z))",
                "Rebuilds real pictures well (L is its mean absolute error), and made ones the worse, the larger k is.",
            ),
        ),
    ),
    Objective(
        "generator",
        (FormulaTerm("generator", r"\mathbb{E}\,L(G(z))", "Makes pictures that the critic can rebuild."),),
    ),
    Objective(
        "balance",
        (
            FormulaTerm(
                "k",
                r"\plot{k}{k} \leftarrow \clip(k + \lambda(\gamma L(x) - L(G(z))))",
                "Not a network, but a rule: k rises while the critic is ahead, and falls while it is behind.",
                ((r"\lambda", "control"), (r"\gamma", "gamma")),
            ),
        ),
        "follows",
    ),
)

FAMILY = Family(
    "began",
    "BEGAN",
    "Boundary equilibrium GAN: smooth, steady training with one dial between beauty and variety.",
    Config,
    BEGAN,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "M falls steadily: it measures how far the run has come, and falls as pictures get better.",
            "k settles between 0 and 1 and swings little; at 0 or 1 the balance cannot be kept.",
            "The error on made pictures comes to gamma times that on real ones.",
        ),
        papers=(
            Paper(
                "Berthelot, Schumm & Metz",
                2017,
                "BEGAN: Boundary Equilibrium Generative Adversarial Networks",
                "https://arxiv.org/abs/1703.10717",
            ),
        ),
    ),
    group="GANs",
    good_at="smooth pictures",
)
