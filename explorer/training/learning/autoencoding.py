"""What autoencoders without a prior share: codes that nothing keeps near N(0, I), and what that does to samples.

An encoder E and a decoder G are told to bring pictures back, and nothing else. Where codes come to lie is no concern of
theirs, so a latent drawn from N(0, I) falls where no picture was ever encoded, and G paints rubbish there. A Gaussian
fitted to the codes, N(m, L L'), is drawn where the codes are: m + L z. What is exported takes the codes as they are, or
whitened ones, of which N(0, I) is that Gaussian.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.paces import late_pace
from explorer.training.learning.whitening import Moments, layers_between

RAW, WHITENED = "raw", "whitened"
_SLOWNESS = 0.98  # of the running moments, a batch: without a prior codes wander as long as they are learned


@dataclass(frozen=True)
class CodeSettings:
    """The knobs of every autoencoder without a prior."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    latent_size: int = knob(32, 1, 1024, "How many numbers describe a picture: the dimensions of its code.")
    latents: str = choice(
        RAW,
        (RAW, WHITENED),
        "Latents of the exported model: codes as they are, or whitened, so that N(0, 1) is where pictures lie.",
    )


@dataclass(frozen=True)
class DescentSettings(CodeSettings):
    """The knobs of those that learn by gradients."""

    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")


class Autoencoding(Learner):
    """An encoder and a decoder, and the Gaussian that is fitted to their codes.

    Attributes
    ----------
    settings : CodeSettings
    average : nn.ModuleDict
        The ``encoder`` and ``decoder`` that are shown and exported, whose codes are raw.
    """

    average: nn.ModuleDict

    def __init__(self, settings: CodeSettings, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.settings, self.latent_size = settings, settings.latent_size

    @abstractmethod
    def spread(self) -> tuple[Tensor, Tensor]:
        """Mean (d,) of the raw codes of pictures, and the lower triangle L (d, d) of their covariance L L'."""

    def finished(self) -> nn.ModuleDict:
        """The averaged ``encoder`` and ``decoder`` for the latents that were chosen, in evaluation mode."""
        encoder, decoder = self.average["encoder"], self.average["decoder"]
        if self.settings.latents == WHITENED:
            there, back = layers_between(*self.spread())
            encoder, decoder = nn.Sequential(encoder, there), nn.Sequential(back, decoder)
        return nn.ModuleDict({"encoder": encoder, "decoder": decoder}).eval().requires_grad_(False)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        found: Tensor = self.finished()["decoder"](z)
        return found

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor:
        found: Tensor = self.average["decoder"](self.average["encoder"](pictures))
        return found

    @torch.no_grad()
    def raw_and_fitted(self, z: Tensor) -> tuple[Tensor, Tensor]:
        mean, factor = self.spread()
        decoder = self.average["decoder"]
        return decoder(z), decoder(mean + z @ factor.T)

    def origins(self) -> dict[str, nn.Module]:
        return {"generator": self.average["decoder"], "encoder": self.average["encoder"]}

    def exports(self) -> dict[str, NetworkExport]:
        networks = self.finished()
        z = torch.randn(2, self.latent_size)
        return {
            "generator": NetworkExport(networks["decoder"], {"z": z}, "picture"),
            "encoder": NetworkExport(networks["encoder"], {"picture": self.example()}, "z"),
        }

    def example(self) -> Tensor:
        """Two pictures of noise, for the exporter."""
        return torch.randn(2, self.task.channels, self.task.size, self.task.size)


class DescendingAutoencoder(Autoencoding):
    """An autoencoder that learns by gradients: the squared error of what comes back, and what a family adds to it.

    A family says what its networks are (`build`), and may look at the first batch (`begin`), alter what the encoder
    sees (`seen`), add losses of the codes (`guidance`), hold weights in bounds (`constrain`) and tell figures
    (`figures`).
    """

    settings: DescentSettings

    def __init__(self, settings: DescentSettings, task: TrainingTask, seed: int) -> None:
        super().__init__(settings, task, seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            encoder, decoder = self.build()
        self.pair = placed(nn.ModuleDict({"encoder": encoder, "decoder": decoder}), task.device)
        self.average = frozen_copy(self.pair)
        self.moments = Moments(self.latent_size, _SLOWNESS).to(task.device)
        self.networks = {"pair": self.pair, "average": self.average, "moments": self.moments}
        self.optimizers = {"pair": torch.optim.Adam(self.pair.parameters(), settings.learning_rate, fused=True)}

    @abstractmethod
    def build(self) -> tuple[nn.Module, nn.Module]:
        """Encoder (N, C, H, W) to (N, d), and decoder back."""

    def begin(self, pictures: Tensor) -> None:
        """Take what a fresh pair begins best with from the first batch, (B, C, H, W)."""

    def seen(self, pictures: Tensor) -> Tensor:
        """What the encoder is shown of pictures (N, C, H, W)."""
        return pictures

    def guidance(self, codes: Tensor) -> dict[str, Tensor]:
        """Further losses of the codes (N, d) of a batch, by name, as they count."""
        return {}

    def constrain(self) -> None:
        """Bring weights back within bounds after a step."""

    def figures(self, pictures: Tensor, seen: Tensor, again: Tensor, codes: Tensor) -> dict[str, Tensor]:
        """What else is told of a batch: its pictures, what was seen of them, what came back, and the codes."""
        return {}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        pictures = batch.pictures
        self.set_rate(self.settings.learning_rate * late_pace(self.done_steps, self.task.steps))
        if self.done_steps == 0:
            self.begin(pictures)
        seen = self.seen(pictures)
        with in_bf16(self.task.device):
            codes = self.pair["encoder"](seen).float()
            again = self.pair["decoder"](codes).float()
        self.moments.see(codes.detach())
        losses = {"squared error": (pictures - again).square().sum((1, 2, 3)).mean(), **self.guidance(codes)}
        loss = torch.stack(list(losses.values())).sum()
        self.descend("pair", loss, longest=1e4)
        self.constrain()
        self.follow(self.average, self.pair, len(pictures), self.settings.ema_half_life)
        if len(losses) > 1:
            losses["loss"] = loss
        losses["pixel error"] = (losses["squared error"] / pictures[0].numel()).sqrt()
        with torch.no_grad():
            losses |= self.figures(pictures, seen, again, codes)
        return {name: value.detach() for name, value in losses.items()}

    def spread(self) -> tuple[Tensor, Tensor]:
        variance = self.moments.covariance.diagonal().mean()
        return self.moments.mean, self.moments.factor(variance.clamp(min=1e-12))
