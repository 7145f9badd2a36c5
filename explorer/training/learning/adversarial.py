"""What the GAN families share: a generator and a critic that learn from each other, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from explorer.training.learning.augment import augmented
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import NetworkSettings, knob, switch
from explorer.training.learning.losses import GAMES, squared_slope
from explorer.training.networks.convolutional import ConvolutionalCritic, ConvolutionalGenerator

Pair = tuple[nn.Module, nn.Module]


@dataclass(frozen=True)
class AdversarialSettings(NetworkSettings):
    """The knobs that every GAN family has."""

    augment: bool = switch(False, "Alter what the critic sees, which keeps small sets from being memorised.")
    truncated: float = knob(
        0.5,
        0.0,
        1.0,
        "Share of latents drawn nearer to the mean, so that truncation gives sound pictures.",
    )
    ema_half_life: int = knob(10_000, 1, 1_000_000, "How slowly the averaged generator follows.", " pictures")


class Adversaries(Learner):
    """Trains a generator against a critic; a family says with which networks, losses and optimisers.

    A step teaches the critic once, and every ``turns``-th step the generator too. Samples come from a moving
    average of the generator.

    Truncation, psi z, leads to latents far shorter than any sample of the prior, where a network that never saw such
    breaks. So a share of the latents is shortened by a uniform psi while training; the critic judges their
    pictures too.

    Attributes
    ----------
    plays : str
        The `Game`, by name, where no ``config.loss`` chooses it.
    betas : (float, float)
        Of Adam, which trains both networks at ``config.learning_rate`` unless `optimizer` says otherwise; a knob
        ``config.beta1`` goes before the first.
    """

    config: AdversarialSettings
    plays = "non-saturating"
    betas = (0.5, 0.999)

    def __init__(self, config: AdversarialSettings, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.latent_size = config, config.latent_size
        self.game = GAMES[getattr(config, "loss", self.plays)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            generator, critic = self.build()
        self.generator = placed(generator, task.device)
        self.critic = placed(critic, task.device)
        self.average = frozen_copy(self.generator)
        self.networks = {"generator": self.generator, "critic": self.critic, "average": self.average}
        self.optimizers = {name: self.optimizer(self.networks[name].parameters()) for name in ("generator", "critic")}

    def build(self) -> Pair:
        """The generator and the critic, untrained."""
        task, width = self.task, self.config.width
        generator = ConvolutionalGenerator(self.latent_size, task.size, task.channels, width)
        return generator, ConvolutionalCritic(task.size, task.channels, width)

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        """What trains a network with these parameters."""
        config, (beta1, beta2) = cast(Any, self.config), self.betas
        return torch.optim.Adam(parameters, config.learning_rate, (getattr(config, "beta1", beta1), beta2), fused=True)

    @property
    def turns(self) -> int:
        """Updates of the critic for one of the generator: ``config.critic_steps``, where there is such a knob."""
        return int(getattr(self.config, "critic_steps", 1))

    @property
    def halves(self) -> bool:
        """Whether processors are to work in bfloat16, too: ``config.bfloat16``, where there is such a knob."""
        return bool(getattr(self.config, "bfloat16", False))

    def critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        """What the critic is to lower, from its scores (N,)."""
        return self.game.critic(on_real, on_made)

    def generator_loss(self, on_made: Tensor, on_real: Callable[[], Tensor]) -> Tensor:
        """What the generator is to lower; ``on_real()`` are the scores of this step's real pictures."""
        return self.game.generator(on_made, on_real)

    def penalties(self, real: Tensor, made: Tensor, score: Callable[[Tensor], Tensor]) -> dict[str, Tensor]:
        """What else the critic is to lower, by name, with its weight; ``score`` gives the scores of pictures.

        R1 every ``config.r1_every`` steps, where there is a ``config.r1_gamma``.
        """
        gamma, every = getattr(self.config, "r1_gamma", 0.0), getattr(self.config, "r1_every", 1)
        if gamma == 0 or self.done_steps % every:
            return {}
        return {"R1": squared_slope(score, self.seen(real)) * (gamma / 2 * every)}

    def generator_penalties(self, made: Tensor) -> dict[str, Tensor]:
        """What else the generator is to lower, by name, with its weight; ``made`` is what the critic sees."""
        return {}

    def after_critic(self) -> None:
        """Called after each of the critic's updates."""

    def step(self, batch: Batch) -> dict[str, Tensor]:
        real, labels = batch.pictures, self.labels(batch)
        losses = self.teach_critic(real, labels)
        if self.done_steps % self.turns == 0:
            losses |= self.teach_generator(real, labels)
            self.follow(self.average, self.generator, len(real), self.config.ema_half_life, self.turns)
        return losses

    def labels(self, batch: Batch) -> Tensor | None:
        """The classes that both networks are told; None where they are told none."""
        return None

    def made(self, network: nn.Module, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures of ``z``; a family that is told classes paints what ``labels`` say."""
        pictures: Tensor = network(z)
        return pictures

    def fresh(self, count: int, labels: Tensor | None) -> Tensor:
        """Pictures to learn from, first for the critic and then, with gradients, for the generator."""
        return self.made(self.generator, self.sample(count), labels)

    def scores(self, pictures: Tensor, labels: Tensor | None) -> Tensor:
        """The critic's scores, (N,); a family that is told classes judges by ``labels`` too."""
        found: Tensor = self.critic(pictures)
        return found

    def teach_critic(self, real: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """One update of the critic; the losses by name, detached."""
        with in_bf16(self.task.device, processors=self.halves):
            with torch.no_grad():
                made = self.fresh(len(real), labels).to(real.dtype)
            # One pass over both halves: the critic has no batch norm, so they do not mix.
            both = None if labels is None else torch.cat([labels, labels])
            scores = self.scores(self.seen(torch.cat([real, made])), both)
            on_real, on_made = scores.float().chunk(2)
            loss = self.critic_loss(on_real, on_made)
        # In full precision: squared gradients underflow in half of it.
        penalties = self.penalties(real, made, lambda pictures: self.scores(pictures, labels))
        self.descend("critic", sum(penalties.values(), loss))
        self.after_critic()
        losses = {"critic": loss, "D(x)": on_real.mean(), "D(G(z))": on_made.mean(), **penalties}
        return {name: value.detach() for name, value in losses.items()}

    def teach_generator(self, real: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """One update of the generator; the losses by name, detached."""

        def on_real() -> Tensor:
            with torch.no_grad():
                return self.scores(self.seen(real), labels).float()

        self.critic.requires_grad_(False)
        with in_bf16(self.task.device, processors=self.halves):
            made = self.seen(self.fresh(len(real), labels))
            loss = self.generator_loss(self.scores(made, labels).float(), on_real)
            penalties = self.generator_penalties(made)
        self.descend("generator", sum(penalties.values(), loss))
        self.critic.requires_grad_(True)
        return {name: value.detach() for name, value in {"generator": loss, **penalties}.items()}

    def sample(self, count: int) -> Tensor:
        z = super().sample(count)
        share = self.config.truncated
        if share == 0:
            return z
        psi, chosen = (torch.rand((count, 1), generator=self.rng, device=self.rng.device) for _ in range(2))
        return torch.where(chosen < share, psi * z, z)

    def seen(self, pictures: Tensor) -> Tensor:
        """What the critic gets to see of ``pictures``."""
        return augmented(pictures, self.rng) if self.config.augment else pictures

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.made(self.average, z, labels)

    def exports(self) -> dict[str, NetworkExport]:
        z = torch.randn(2, self.latent_size)
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        return {
            "generator": NetworkExport(self.average.eval(), {"z": z}, "picture"),
            "critic": NetworkExport(self.critic.eval(), {"picture": pictures}, "score"),
        }
