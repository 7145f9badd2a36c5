"""Deep convolutional GAN (Radford, Metz & Chintala, 2016), with what has since made it train well.

The generator is a dense layer and transposed convolutions with batch norm and ReLU, as in the paper; its last
stage resizes and convolves instead, which leaves no checkerboard (Odena et al., 2016). The critic is strided
convolutions with leaky ReLU and no normalisation. Losses, with D(x) the critic's score:

- relativistic pairing (Jolicoeur-Martineau, 2019; Huang et al., 2024): critic softplus(-(D(x) - D(G(z)))),
  generator softplus(-(D(G(z)) - D(x)));
- non-saturating (Goodfellow et al., 2014): critic softplus(-D(x)) + softplus(D(G(z))),
  generator softplus(-D(G(z)));
- plus R1 (Mescheder et al., 2018): gamma/2 E|grad D(x)|^2 on real pictures, done lazily every few steps.

Truncation, psi z, leads to latents far shorter than any sample of the prior, where a network that never saw such
breaks. So a share of the latents is shortened by a uniform psi while training; the critic judges their pictures too.
Small sets are helped by differentiable augmentation; samples come from a moving average of the generator.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.training.augment import augmented
from explorer.training.devices import in_bf16, placed
from explorer.training.ema import follow, frozen_copy
from explorer.training.family import Batch, Export, Family, Learner, Task
from explorer.training.knobs import choice, knob, switch
from explorer.training.stages import sides, width_at


@dataclass(frozen=True)
class Config:
    """Settings of a DCGAN run."""

    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(
        False, "Flip half of the pictures left to right; doubles a set without writing in it."
    )
    latent_size: int = knob(64, 1, 1024, "Dimensions of the latent.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual.")
    loss: str = choice(
        "relativistic", ("relativistic", "non-saturating"), "How critic and generator compete."
    )
    learning_rate: float = knob(3e-4, 1e-6, 1e-2, "Step size of Adam, for both networks.")
    beta1: float = knob(0.0, 0.0, 0.99, "Momentum of Adam.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    augment: bool = switch(
        True, "Alter what the critic sees, which saves small sets from being learned by heart."
    )
    truncated: float = knob(
        0.5,
        0.0,
        1.0,
        "Share of latents trained on nearer to the mean, so that truncation gives sound pictures.",
    )
    ema_half_life: int = knob(10_000, 1, 1_000_000, "How slowly the averaged generator follows.", " pictures")


def _channels(side: int, width: float) -> int:
    """Of the generator at this side."""
    return width_at(side, {4: 256, 8: 192, 16: 128, 32: 64, 64: 40, 128: 24, 256: 16}, width)


def _critic_channels(side: int, width: float) -> int:
    return width_at(side, {4: 256, 8: 192, 16: 96, 32: 48, 64: 32, 128: 16}, width)


class Generator(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1."""

    # The dense layer needs its bias: without it the latent 0 is the same in every place, and so is its picture.

    def __init__(self, config: Config, task: Task) -> None:
        super().__init__()
        steps = sides(task.size)
        widths = [_channels(side, config.width) for side in steps]
        self.start = (widths[0], steps[0])
        self.dense = nn.Linear(config.latent_size, widths[0] * steps[0] ** 2)
        stages: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for before, after in pairwise(widths[:-1]):
            up = nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)
            stages += [up, nn.BatchNorm2d(after), nn.ReLU()]
        last = nn.Conv2d(widths[-2], widths[-1], 3, 1, 1, bias=False)
        stages += [nn.Upsample(scale_factor=2, mode="nearest"), last, nn.BatchNorm2d(widths[-1]), nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.Conv2d(widths[-1], task.channels, 3, 1, 1)
        self.apply(_start_small)

    def forward(self, z: Tensor) -> Tensor:
        channels, side = self.start
        return torch.tanh(self.paint(self.stages(self.dense(z).view(-1, channels, side, side))))


class Critic(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to score (N,): the higher, the more real."""

    def __init__(self, config: Config, task: Task) -> None:
        super().__init__()
        steps = sides(task.size)[-2::-1]
        stages: list[nn.Module] = []
        before = task.channels
        for side in steps:
            after = _critic_channels(side, config.width)
            stages += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
            before = after
        self.stages = nn.Sequential(*stages)
        self.refine = nn.Conv2d(before, before, 3, 1, 1)
        self.judge = nn.Linear(before * steps[-1] ** 2, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.stages(pictures)
        seen = seen + F.leaky_relu(self.refine(seen), 0.2)
        score: Tensor = self.judge(seen.flatten(1)).squeeze(1)
        return score


def _start_small(module: nn.Module) -> None:
    """The paper's initial weights: normal with standard deviation 0.02."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)


class DCGAN(Learner):
    """Trains a generator against a critic."""

    def __init__(self, config: Config, task: Task, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.latent_size = config, config.latent_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            generator, critic = Generator(config, task), Critic(config, task)
        self.generator = placed(generator, task.device)
        self.critic = placed(critic, task.device)
        self.average = frozen_copy(self.generator)
        self.networks = {"generator": self.generator, "critic": self.critic, "average": self.average}
        self.optimizers = {"generator": self._adam(self.generator), "critic": self._adam(self.critic)}

    def _adam(self, network: nn.Module) -> torch.optim.Optimizer:
        betas = (self.config.beta1, 0.99)
        return torch.optim.Adam(network.parameters(), self.config.learning_rate, betas, fused=True)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        real = batch.pictures
        losses = self._teach_critic(real) | self._teach_generator(real)
        seen = (self.done_steps + 1) * len(real)
        half_life = self.config.ema_half_life
        follow(self.average, self.generator, seen=seen, batch_size=len(real), half_life=half_life)
        return losses

    def _teach_critic(self, real: Tensor) -> dict[str, Tensor]:
        with in_bf16(self.task.device):
            with torch.no_grad():
                made = self.generator(self.sample(len(real)))
            # One pass over both halves: the critic has no batch norm, so they do not mix.
            scores = self.critic(self._seen(torch.cat([real, made])))
            on_real, on_made = scores.float().chunk(2)
            loss = self._critic_loss(on_real, on_made)
        penalty = self._r1(real) if self._penalty_is_due() else None
        self.optimizers["critic"].zero_grad(set_to_none=True)
        torch.autograd.backward(loss if penalty is None else loss + penalty * self.config.r1_every)
        self.optimizers["critic"].step()
        told = {"critic": loss, "D(x)": on_real.mean(), "D(G(z))": on_made.mean()}
        if penalty is not None:
            told["R1"] = penalty
        return {name: value.detach() for name, value in told.items()}

    def _teach_generator(self, real: Tensor) -> dict[str, Tensor]:
        self.critic.requires_grad_(False)
        with in_bf16(self.task.device):
            made = self._seen(self.generator(self.sample(len(real))))
            on_made = self.critic(made).float()
            loss = self._generator_loss(on_made, real)
        self.optimizers["generator"].zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizers["generator"].step()
        self.critic.requires_grad_(True)
        return {"generator": loss.detach()}

    def _critic_loss(self, on_real: Tensor, on_made: Tensor) -> Tensor:
        if self.config.loss == "relativistic":
            return F.softplus(on_made - on_real).mean()
        return F.softplus(-on_real).mean() + F.softplus(on_made).mean()

    def _generator_loss(self, on_made: Tensor, real: Tensor) -> Tensor:
        if self.config.loss == "relativistic":
            with torch.no_grad():
                on_real = self.critic(self._seen(real)).float()
            return F.softplus(on_real - on_made).mean()
        return F.softplus(-on_made).mean()

    def _penalty_is_due(self) -> bool:
        return self.config.r1_gamma > 0 and self.done_steps % self.config.r1_every == 0

    def _r1(self, real: Tensor) -> Tensor:
        seen = self._seen(real).detach().requires_grad_(True)
        # In full precision: squared gradients underflow in half of it.
        (slope,) = torch.autograd.grad(self.critic(seen).sum(), seen, create_graph=True)
        return self.config.r1_gamma / 2 * slope.square().sum((1, 2, 3)).mean()

    def sample(self, count: int) -> Tensor:
        z = super().sample(count)
        if self.config.truncated == 0:
            return z
        psi = torch.rand(count, 1, generator=self.rng, device=z.device)
        chosen = torch.rand(count, 1, generator=self.rng, device=z.device) < self.config.truncated
        return torch.where(chosen, psi * z, z)

    def _seen(self, pictures: Tensor) -> Tensor:
        """What the critic gets to see of ``pictures``."""
        return augmented(pictures, self.rng) if self.config.augment else pictures

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self.average(z)
        return made

    def exports(self) -> dict[str, Export]:
        z = torch.randn(2, self.latent_size)
        side = self.task.size
        pictures = torch.randn(2, self.task.channels, side, side)
        return {
            "generator": Export(self.average.eval(), {"z": z}, "picture"),
            "critic": Export(self.critic.eval(), {"picture": pictures}, "score"),
        }


FAMILY = Family(
    "dcgan", "DCGAN", "A convolutional GAN: sharp pictures, from a thousand examples upwards.", Config, DCGAN
)
