"""What the variational autoencoders share: an encoder and a decoder that learn together."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Learner, Measure, NetworkExport, TrainingTask
from explorer.training.learning.importance_bound import SAMPLES, ImportanceBound
from explorer.training.learning.knobs import NetworkSettings, choice, knob
from explorer.training.learning.paces import late_pace
from explorer.training.learning.perceptual_loss import PerceptualLoss
from explorer.training.learning.whitening import Moments, unwhitening, whitening
from explorer.training.networks.autoencoder import Decoder, Mean, VariationalEncoder

_BOUND_AT_ONCE = 4  # pictures, each of which is painted again many times
_LIVE = 0.01  # nats of mean KL above which a dimension tells the decoder anything; one that collapsed has about none


@dataclass(frozen=True)
class VariationalSettings(NetworkSettings):
    """The knobs that every variational autoencoder has."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    latent_size: int = knob(32, 1, 1024, "Dimensions of the latent.")
    beta: float = knob(1.0, 0.0, 100.0, "Weight of the KL term: higher gives simpler, more independent latents.")
    warm_up: float = knob(0.05, 0.0, 1.0, "Share of the run over which the KL term grows to its weight.")
    noise: float = knob(0.15, 0.01, 2.0, "Standard deviation a pixel may be off, in [-1, 1]: lower is sharper.")
    likeness: str = choice(
        "",
        (),
        "A model whose classifier or critic compares the pictures too: its name or path; none if empty.",
    )
    likeness_weight: float = knob(
        300.0, 0.0, 1e5, "Weight of that comparison, in nats for features that are off by their own length."
    )
    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")


class Variational(Learner):
    """Trains encoder and decoder together, by the loss that `explorer.training.families.autoencoders.vae` tells.

    A family may tell the networks more than the picture or the latent (`encoded`, `told_size`, `painted`) and add
    networks and losses (`helpers`, `guidance`).
    """

    def __init__(self, settings: VariationalSettings, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.settings, self.latent_size = settings, settings.latent_size
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            encoder, decoder = self.build()
            parts = {"encoder": encoder, "decoder": decoder}
            pair = nn.ModuleDict(parts | self.helpers())
        self.pair = placed(pair, task.device)
        self.average = frozen_copy(self.pair)
        self.moments = Moments(settings.latent_size).to(task.device)
        self.networks = {"pair": self.pair, "average": self.average, "moments": self.moments}
        adam = torch.optim.Adam(self.pair.parameters(), settings.learning_rate, fused=True)
        self.optimizers = {"pair": adam}
        self._likeness = PerceptualLoss.of(settings.likeness, task) if settings.likeness else None
        self.fixed = [self._likeness] if self._likeness else []

    def build(self) -> tuple[nn.Module, nn.Module]:
        """Encoder with its ``mean`` and ``log_variance`` behind its ``stages``, and decoder that begins ``dense``."""
        settings, task = self.settings, self.task
        return (
            VariationalEncoder(settings.latent_size, task.size, task.channels, settings.width),
            Decoder(settings.latent_size + self.told_size(), task.size, task.channels, settings.width),
        )

    def told_size(self) -> int:
        """How many numbers the decoder is told besides the latent."""
        return 0

    def helpers(self) -> dict[str, nn.Module]:
        """Further networks that learn along, by name."""
        return {}

    def encoded(self, networks: nn.ModuleDict, pictures: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the latents of pictures, (N, d) each."""
        found: tuple[Tensor, Tensor] = networks["encoder"](pictures)
        return found

    def painted(self, networks: nn.ModuleDict, z: Tensor, labels: Tensor | None) -> Tensor:
        """Pictures of latents (N, d)."""
        pictures: Tensor = networks["decoder"](z)
        return pictures

    def guidance(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Further losses of the latents of a batch, in nats, by name."""
        return {}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        pictures = batch.pictures
        self.set_rate(self.settings.learning_rate * late_pace(self.done_steps, self.task.steps))
        with in_bf16(self.task.device):
            mean, log_variance = self.encoded(self.pair, pictures, batch.labels)
            mean, log_variance = mean.float(), log_variance.float()
            noise = torch.randn(mean.shape, generator=self.rng, device=self.rng.device)
            z = mean + (0.5 * log_variance).exp() * noise
            again = self.painted(self.pair, z, batch.labels).float()
        self.moments.see(z.detach())
        error = (pictures - again).square().sum((1, 2, 3)).mean()
        kl = kl_to_prior(mean, log_variance)
        losses = {
            "reconstruction": error / (2 * self.settings.noise**2),
            "KL": kl.sum(1).mean(),
            **self.guidance(z, batch),
        }
        loss = sum(losses.values()) + (self._kl_weight() - 1.0) * losses["KL"]
        if self._likeness is not None:
            losses["features"] = self._likeness.distance(again, pictures)
            loss = loss + self.settings.likeness_weight * losses["features"]
        self.descend("pair", loss, longest=1e4)
        self.follow(self.average, self.pair, len(pictures), self.settings.ema_half_life)
        pixel = (error / pictures[0].numel()).sqrt()
        losses |= {"pixel error": pixel, "live dimensions": (kl.mean(0) > _LIVE).sum().float()}
        return {name: value.detach() for name, value in {"loss": loss, **losses}.items()}

    def _kl_weight(self) -> float:
        if self.settings.warm_up == 0:
            return self.settings.beta
        return self.settings.beta * min(1.0, (self.done_steps + 1) / (self.settings.warm_up * self.task.steps))

    def finished(self) -> nn.ModuleDict:
        """Averaged encoder and decoder for whitened latents, which spread as the prior does; in evaluation mode.

        A prior is matched only as far as its loss insists, and samples of it look the worse for it. Mean and
        covariance, at least, can be put right afterwards: the first layer after the latent and the last before it
        are changed so that what the encoder gives has mean 0 and covariance I.
        """
        found = nn.ModuleDict({name: copy(self.average[name]) for name in ("encoder", "decoder")})
        encoder, decoder = cast(VariationalEncoder, found["encoder"]), cast(Decoder, found["decoder"])
        encoder._modules, decoder._modules = dict(encoder._modules), dict(decoder._modules)
        encoder.mean = whitening(encoder.mean, self.moments)
        decoder.dense = unwhitening(decoder.dense, self.moments)
        return found.eval()

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.painted(self.finished(), z, labels)

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        networks = self.finished()
        mean, _ = networks["encoder"](pictures)
        return self.painted(networks, mean, None)

    @torch.no_grad()
    def nats(self, pictures: Tensor, labels: Tensor | None) -> Tensor:
        """The negative evidence lower bound of pictures, (N,) nats, but for what the noise alone decides.

        By the averaged networks as they were trained, before any whitening, and always by the same draws.
        """
        rng = torch.Generator(pictures.device).manual_seed(0)
        mean, log_variance = self.encoded(self.average, pictures, labels)
        noise = torch.randn(mean.shape, generator=rng, device=pictures.device)
        again = self.painted(self.average, mean + (0.5 * log_variance).exp() * noise, labels)
        error = (again - pictures).square().sum((1, 2, 3))
        return error / (2.0 * self.settings.noise**2) + kl_to_prior(mean, log_variance).sum(1)

    @torch.no_grad()
    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor | None:
        bound, told = self._bound(), labels if self.told_size() else None
        parts = [slice(start, start + _BOUND_AT_ONCE) for start in range(0, len(pictures), _BOUND_AT_ONCE)]
        return torch.cat([bound(pictures[part], None if told is None else told[part]) for part in parts])

    def _bound(self) -> ImportanceBound:
        return ImportanceBound(self, self.average, self.moments, self.settings.noise).eval()

    def origins(self) -> dict[str, nn.Module]:
        return {  # the likelihood has these two inside
            "generator": self.average["decoder"],
            "encoder": Mean(cast(VariationalEncoder, self.average["encoder"])),
        }

    def exports(self) -> dict[str, NetworkExport]:
        z = torch.randn(2, self.latent_size)
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        networks = self.finished()
        return {
            "generator": NetworkExport(networks["decoder"], {"z": z}, "picture"),
            "encoder": NetworkExport(
                Mean(cast(VariationalEncoder, networks["encoder"])).eval(), {"picture": pictures}, "z"
            ),
            "likelihood": NetworkExport(
                self._bound(), {"picture": pictures}, "bits", measure=Measure("bound", SAMPLES)
            ),
        }


def kl_to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, exp(log_variance)) | N(0, 1)) in nats, element by element (appendix B of the paper)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)
