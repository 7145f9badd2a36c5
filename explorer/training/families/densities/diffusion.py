"""Diffusion model (Ho, Jain & Abbeel, 2020): it learns to take noise off pictures, and paints by taking it off noise.

A picture x is mixed with noise e by an angle, t from 0 to 1 (the cosine schedule of Nichol & Dhariwal, 2021, without
its offset), and the network says v, how the mixture changes with the angle (Salimans & Ho, 2022, appendix D):

    x_t = x cos(pi t / 2) + e sin(pi t / 2)
    loss = E |v - F(x_t, t)|^2,     v = e cos(pi t / 2) - x sin(pi t / 2)

From v follow both picture and noise, x = x_t cos - v sin and e = x_t sin + v cos, and so a step of DDIM (Song, Meng &
Ermon, 2021), which paints the same picture of the same noise: the latent is the noise, a number for each of the
picture. The times of a batch are spread evenly (Kingma et al., 2021, appendix I.1), which steadies the loss.

Where pictures have classes, the network is told them, and now and then not (Ho & Salimans, 2022): what it says with
the class may then be held against what it says without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from onnx import ModelProto
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.models.ports.step_ports import CANVAS, TIME
from explorer.core.sampling.diffusion import DiffusionPainter
from explorer.core.sampling.painting import Labels, Values
from explorer.core.sampling.schedules import DiffusionSchedule
from explorer.core.sampling.settings import USUALLY
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob, switch
from explorer.training.learning.paces import late_pace
from explorer.training.networks.denoiser import Denoiser
from explorer.training.networks.half_weights import with_half_weights
from explorer.training.networks.unrolled import Unrolled, unrolled_graph

_WARM_UP, _WARM_SHARE = 200, 0.05  # steps, but no more of the run than this
_LEVELS = ("little", "some", "much")  # noise, each in a third of the times


@dataclass(frozen=True)
class Config:
    """Settings of a diffusion run."""

    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the network, as a multiple of the usual.")
    dropped: float = knob(0.15, 0.0, 0.9, "Share of pictures whose class is hidden, so that it can be guided.")
    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    ema_half_life: int = knob(10_000, 1, 1_000_000, "How slowly the averaged network follows.", " pictures")
    bfloat16: bool = switch(True, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class Diffusion(Learner):
    """Trains one network to take noise off pictures."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.latent_size = config, task.channels * task.size**2
        self.schedule: DiffusionSchedule = DiffusionSchedule.cosine()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = Denoiser(task.size, task.channels, len(task.classes), config.width, bfloat16=config.bfloat16)
        self.network = placed(network, task.device)
        self.average = frozen_copy(self.network)
        self.networks = {"network": self.network, "average": self.average}
        adam = torch.optim.Adam(self.network.parameters(), config.learning_rate, betas=(0.9, 0.99), fused=True)
        self.optimizers = {"network": adam}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self._set_pace()
        pictures = batch.pictures
        self.network.see(pictures)
        times = self._times(len(pictures))
        noise = torch.randn(pictures.shape, generator=self.rng, device=pictures.device)
        mixed, wanted = noised(pictures, noise, times)
        errors = (self.network(mixed, times, self._told(batch)) - wanted).square().mean((1, 2, 3))
        self.descend("network", errors.mean(), longest=1.0)
        self.follow(self.average, self.network, len(pictures), self.config.ema_half_life)
        return {"loss": errors.mean().detach(), **_by_level(errors.detach(), times)}

    def _set_pace(self) -> None:
        warm = max(1.0, min(_WARM_UP, _WARM_SHARE * self.task.steps))
        self.set_rate(self.config.learning_rate * late_pace(self.done_steps, self.task.steps, warm))

    def _times(self, count: int) -> Tensor:
        """One in each of as many equal parts of 0 to 1."""
        first = torch.rand((), generator=self.rng, device=self.rng.device)
        return (torch.arange(count, device=first.device) + first) / count

    def _told(self, batch: Batch) -> Tensor | None:
        """Classes with some left out, (N,); None where there are none."""
        none = len(self.task.classes)
        if not none:
            return None
        device = batch.pictures.device
        dropped = torch.rand(len(batch.pictures), generator=self.rng, device=device) < self.config.dropped
        if batch.labels is None:
            return torch.full(dropped.shape, none, device=device)
        return torch.where(dropped | (batch.labels < 0), none, batch.labels)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self._unrolled()(z, self._known(labels, len(z), z.device))
        return made

    @torch.no_grad()
    def errors(self, pictures: Tensor, times: Tensor, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        """Mean squared error of v of the averaged network for pictures (N, C, S, S) at times (N,), (N,)."""
        mixed, wanted = noised(pictures, noise, times)
        told = self._known(labels, len(pictures), pictures.device)
        errors: Tensor = (self.average(mixed, times, told) - wanted).square().mean((1, 2, 3))
        return errors

    def _known(self, labels: Tensor | None, count: int, device: torch.device) -> Tensor | None:
        none = len(self.task.classes)
        if not none:
            return None
        if labels is None:
            return torch.full((count,), none, device=device)
        return torch.where(labels < 0, none, labels)

    def _unrolled(self) -> Unrolled:
        return Unrolled(self.average, self.task.size, self.task.channels).eval()

    def codes(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """The noise that pictures are painted of in the usual number of steps: DDIM backwards."""
        told = self._known(labels, len(pictures), pictures.device)

        def run(canvas: Values, time: float | None, classes: Labels) -> Values:
            times = torch.full((len(canvas),), float(time or 0.0))
            with torch.no_grad():
                found: Values = self.average(torch.from_numpy(canvas), times, told).numpy()
            return found

        painter = DiffusionPainter(run, self.schedule, (self.task.channels, self.task.size, self.task.size), 0)
        *_, last = painter.inverted(pictures.numpy(), None, USUALLY)
        return torch.from_numpy(last.canvas).flatten(1)

    def origins(self) -> dict[str, nn.Module]:
        return {"step": self.average}

    def exports(self) -> dict[str, NetworkExport]:
        canvas = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        classes = len(self.task.classes)
        told = {"label": torch.tensor([0, classes])} if classes else {}
        drawn = {"label": torch.tensor([0, classes - 1])} if classes else {}
        step = {CANVAS: canvas, TIME: torch.tensor([0.25, 0.75]), **told}
        graphs = _Graphs(step)
        return {
            "step": NetworkExport(self.average.eval(), step, "v", graphs.step),
            "generator": NetworkExport(self._unrolled(), {"z": canvas.flatten(1), **drawn}, "picture", graphs.unrolled),
        }


class _Graphs:
    """The graphs of the step and of all steps in a row, of which the first is traced once; both in half the digits."""

    def __init__(self, inputs: dict[str, Tensor]) -> None:
        self._inputs = inputs
        self._traced: ModelProto | None = None

    def step(self, denoiser: Denoiser) -> ModelProto:
        """Of a denoiser: traced now, or before."""
        return with_half_weights(self._plain(denoiser))

    def unrolled(self, network: Unrolled) -> ModelProto:
        """Of the steps in a row."""
        return with_half_weights(unrolled_graph(self._plain(network.denoiser), network.steps))

    def _plain(self, denoiser: Denoiser) -> ModelProto:
        from explorer.training.runs.export import exported  # which knows the families

        if self._traced is None:
            self._traced = exported(denoiser, self._inputs, "v")
        return self._traced


def noised(pictures: Tensor, noise: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures with noise mixed in at times (N,) from 0 to 1, and v: (N, C, S, S) each."""
    angles = (times * (math.pi / 2))[:, None, None, None]
    signal, rest = torch.cos(angles), torch.sin(angles)
    return signal * pictures + rest * noise, signal * noise - rest * pictures


def _by_level(errors: Tensor, times: Tensor) -> dict[str, Tensor]:
    level = (times * len(_LEVELS)).long()
    shares = {name: (level == number).to(errors) for number, name in enumerate(_LEVELS)}
    return {
        f"error at {name} noise": (errors * share).sum() / share.sum().clamp(min=1.0) for name, share in shares.items()
    }


_OBJECTIVES = (
    Objective(
        "network",
        (
            FormulaTerm(
                "loss",
                r"\mathbb{E}\lVert v-F(x_t,t)\rVert^2",
                "Says which part of a noisy picture is noise and which is picture: v holds both.",
            ),
        ),
    ),
)

FAMILY = Family(
    "diffusion",
    "Diffusion model",
    "Paints in steps, by removing noise: detailed and varied, slower to draw than a GAN.",
    Config,
    Diffusion,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "The loss falls steeply at first, then ever more slowly, and never rises for long.",
            "The error is largest at little noise, where it is hard to see. It is the last to fall.",
            "Samples are smears of colour first, then shapes, then details; nothing that the pictures have is missing.",
        ),
        papers=(
            Paper(
                "Ho, Jain & Abbeel",
                2020,
                "Denoising Diffusion Probabilistic Models",
                "https://arxiv.org/abs/2006.11239",
            ),
            Paper(
                "Song, Meng & Ermon", 2021, "Denoising Diffusion Implicit Models", "https://arxiv.org/abs/2010.02502"
            ),
            Paper(
                "Salimans & Ho",
                2022,
                "Progressive Distillation for Fast Sampling of Diffusion Models",
                "https://arxiv.org/abs/2202.00512",
            ),
            Paper(
                "Karras, Aittala, Aila & Laine",
                2022,
                "Elucidating the Design Space of Diffusion-Based Generative Models",
                "https://arxiv.org/abs/2206.00364",
            ),
        ),
        size=32,
    ),
    group="Densities",
    good_at="detailed, nothing missed, slow",
)
