"""Variational autoencoder (Kingma & Welling, 2014), convolutional, with a weight on its KL term.

The encoder gives a normal distribution for each picture, q(z|x) = N(mu, diag(sigma^2)); the decoder paints z.
Training raises the evidence lower bound (ELBO; eq. 3 of the paper), here as a loss per picture in nats:

    |x - G(z)|^2 / (2 s^2)  +  beta KL(q(z|x) | N(0, I)),    z = mu + sigma eps,  eps ~ N(0, I)

with the KL in closed form (appendix B), 1/2 sum(mu^2 + sigma^2 - 1 - log sigma^2), and s, the noise that the
decoder is allowed, fixed. beta = 1 is the VAE; larger values give independent factors (Higgins et al., 2017).

Squared pixels hardly notice what is small, such as a mouth. On request the pictures are compared by the features of
a finished network too (deep feature consistency; Hou et al., 2017): + w mean over its layers l of
|f_l(x) - f_l(G(z))|^2 / |f_l(x)|^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn

from explorer.training.devices import in_bf16, placed
from explorer.training.ema import follow, frozen_copy
from explorer.training.family import Batch, Export, Family, Learner, Task
from explorer.training.knobs import choice, knob, switch
from explorer.training.likeness import Likeness
from explorer.training.stages import sides, width_at


@dataclass(frozen=True)
class Config:
    """Settings of a VAE run."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(
        False, "Flip half of the pictures left to right; doubles a set without writing in it."
    )
    latent_size: int = knob(32, 1, 1024, "Dimensions of the latent.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual.")
    beta: float = knob(
        1.0, 0.0, 100.0, "Weight of the KL term: higher gives simpler, more independent latents."
    )
    warm_up: float = knob(0.05, 0.0, 1.0, "Share of the run over which the KL term grows to its weight.")
    noise: float = knob(
        0.15, 0.01, 2.0, "Standard deviation a pixel may be off, in [-1, 1]: lower is sharper."
    )
    likeness: str = choice(
        "",
        (),
        "A model whose classifier or critic compares the pictures too: its name or path; none if empty.",
    )
    likeness_weight: float = knob(
        300.0, 0.0, 1e5, "Weight of that comparison, in nats for features as far off as they are long."
    )
    learning_rate: float = knob(
        1e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to nothing at the end."
    )
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")


def _channels(side: int, width: float) -> int:
    return width_at(side, {4: 192, 8: 128, 16: 96, 32: 48, 64: 32, 128: 16}, width)


class Encoder(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to mean and log-variance, (N, d) each."""

    def __init__(self, config: Config, task: Task) -> None:
        super().__init__()
        steps = sides(task.size)[-2::-1]
        stages: list[nn.Module] = []
        before = task.channels
        for side in steps:
            after = _channels(side, config.width)
            stages += [
                nn.Conv2d(before, after, 4, 2, 1, bias=False),
                nn.BatchNorm2d(after),
                nn.LeakyReLU(0.1),
            ]
            before = after
        self.stages = nn.Sequential(*stages, nn.Flatten())
        self.mean = nn.Linear(before * steps[-1] ** 2, config.latent_size)
        self.log_variance = nn.Linear(before * steps[-1] ** 2, config.latent_size)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.stages(pictures)
        return self.mean(seen), self.log_variance(seen).clamp(-12.0, 8.0)


class Mean(nn.Module):
    """The encoder as others use it: picture to the mean of q(z|x)."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.stages, self.mean = encoder.stages, encoder.mean

    def forward(self, pictures: Tensor) -> Tensor:
        mean: Tensor = self.mean(self.stages(pictures))
        return mean


class Decoder(nn.Module):
    """Latent (N, d) to picture (N, C, H, W), -1 to 1."""

    def __init__(self, config: Config, task: Task) -> None:
        super().__init__()
        steps = sides(task.size)
        widths = [_channels(side, config.width) for side in steps]
        self.start = (widths[0], steps[0])
        self.dense = nn.Linear(config.latent_size, widths[0] * steps[0] ** 2)
        stages: list[nn.Module] = [nn.ReLU()]
        for before, after in pairwise(widths[:-1]):
            up = nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False)
            stages += [up, nn.BatchNorm2d(after), nn.ReLU()]
        last = nn.Conv2d(widths[-2], widths[-1], 3, 1, 1)
        stages += [nn.Upsample(scale_factor=2, mode="nearest"), last, nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.Conv2d(widths[-1], task.channels, 3, 1, 1)

    def forward(self, z: Tensor) -> Tensor:
        channels, side = self.start
        return torch.tanh(self.paint(self.stages(self.dense(z).view(-1, channels, side, side))))


class VAE(Learner):
    """Trains encoder and decoder together."""

    def __init__(self, config: Config, task: Task, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.latent_size = config, config.latent_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            pair = nn.ModuleDict({"encoder": Encoder(config, task), "decoder": Decoder(config, task)})
        self.pair = placed(pair, task.device)
        self.average = frozen_copy(self.pair)
        self.networks = {"pair": self.pair, "average": self.average}
        self.optimizers = {"pair": torch.optim.Adam(self.pair.parameters(), config.learning_rate, fused=True)}
        self._likeness = Likeness.of(config.likeness, task) if config.likeness else None

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self._set_pace()
        pictures = batch.pictures
        with in_bf16(self.task.device):
            mean, log_variance = self.pair["encoder"](pictures)
            mean, log_variance = mean.float(), log_variance.float()
            noise = torch.randn(mean.shape, generator=self.rng, device=mean.device)
            again = self.pair["decoder"](mean + (0.5 * log_variance).exp() * noise).float()
        error = (pictures - again).square().sum((1, 2, 3)).mean()
        kl = kl_to_prior(mean, log_variance).sum(1).mean()
        reconstruction = error / (2 * self.config.noise**2)
        loss = reconstruction + self._kl_weight() * kl
        told = {"reconstruction": reconstruction, "KL": kl}
        if self._likeness is not None:
            told["features"] = self._likeness.distance(again, pictures)
            loss = loss + self.config.likeness_weight * told["features"]
        self.optimizers["pair"].zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.pair.parameters(), 1e4, foreach=True)
        self.optimizers["pair"].step()
        seen = (self.done_steps + 1) * len(pictures)
        follow(
            self.average, self.pair, seen=seen, batch_size=len(pictures), half_life=self.config.ema_half_life
        )
        pixel = (error / pictures[0].numel()).sqrt()
        told = {"loss": loss, **told, "pixel error": pixel}
        return {name: value.detach() for name, value in told.items()}

    def _set_pace(self) -> None:
        left = max(0.0, 1.0 - self.done_steps / self.task.steps)
        for group in self.optimizers["pair"].param_groups:
            group["lr"] = self.config.learning_rate * min(1.0, 0.01 + 2.0 * left)

    def _kl_weight(self) -> float:
        if self.config.warm_up == 0:
            return self.config.beta
        return self.config.beta * min(1.0, (self.done_steps + 1) / (self.config.warm_up * self.task.steps))

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self.average["decoder"](z)
        return made

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor:
        mean, _ = self.average["encoder"](pictures)
        return self.pictures(mean)

    def exports(self) -> dict[str, Export]:
        z = torch.randn(2, self.latent_size)
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        encoder = Mean(cast(Encoder, self.average["encoder"])).eval()
        return {
            "generator": Export(self.average["decoder"].eval(), {"z": z}, "picture"),
            "encoder": Export(encoder, {"picture": pictures}, "z"),
        }


def kl_to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) | N(0, 1)) in nats, element by element (appendix B of the paper)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)


FAMILY = Family(
    "vae",
    "VAE",
    "An autoencoder with a smooth latent space: quick to train, knows your pictures, a little soft.",
    Config,
    VAE,
)
