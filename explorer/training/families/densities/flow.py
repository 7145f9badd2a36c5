"""Normalising flow: Glow (Kingma & Dhariwal, 2018), small, on the plan of RealNVP (Dinh et al., 2017).

A flow f is a network that can be run backwards: every picture x has exactly one latent z = f(x), of as many numbers,
and x = f^-1(z). If z is normally distributed then the density of pictures is known, by the change of variables (eq. 2
of the first paper), and training lowers what it makes the data cost, in bits per dimension:

    -[log N(f(x + u); 0, I) + log |det df/dx|] / (d log 2) + log2 256

with d numbers in a picture of 256 levels, and u uniform noise of one level, without which a density could grow for
ever on whole numbers (Theis et al., 2016). The determinant is that of a product of layers, each of which tells its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, Measure, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob, switch
from explorer.training.learning.paces import late_pace
from explorer.training.networks.flow import FlowEncoder, FlowLikelihood, FlowPainter, GlowNetwork, bits, values_of

_LONGEST = 1.0  # of the gradient, in bits per dimension
_WARM_UP = 100  # steps


@dataclass(frozen=True)
class Config:
    """Settings of a run of a flow."""

    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    steps: int = knob(5, 1, 64, "Steps of mixing and coupling at each level.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the couplings, as a multiple of the usual.")
    learning_rate: float = knob(2e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged network follows.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, a third faster.")


class FlowLearner(Learner):
    """Trains one flow, and keeps its average."""

    def __init__(self, settings: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.settings, self.latent_size = settings, task.channels * task.size**2
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            flow = GlowNetwork(task.size, task.channels, settings.steps, settings.width, settings.bfloat16)
        self.flow = placed(flow, task.device)
        self.average = frozen_copy(self.flow)
        self.networks = {"flow": self.flow, "average": self.average}
        self.optimizers = {"flow": torch.optim.Adam(self.flow.parameters(), settings.learning_rate, fused=True)}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.settings.learning_rate * late_pace(self.done_steps, self.task.steps, _WARM_UP))
        shares = torch.rand(batch.pictures.shape, generator=self.rng, device=self.rng.device)
        values = values_of(batch.pictures, shares)
        if self.done_steps == 0:
            self.flow.settle(values)
            self.average.load_state_dict(self.flow.state_dict())
        z, volume = self.flow(values)
        spent = bits(z, volume).mean()
        self.descend("flow", spent, longest=_LONGEST)
        self.follow(self.average, self.flow, len(values), self.settings.ema_half_life)
        told = {
            "bits per dimension": spent,
            "log-determinant": volume.mean() / (self.latent_size * math.log(2.0)),
            "latent variance": z.square().mean(),
        }
        return {name: value.detach() for name, value in told.items()}

    def finished(self) -> GlowNetwork:
        """The averaged flow, with its way back."""
        return self.average.fixed()

    def noise(self) -> Tensor:
        """Noise of one level for each value of a picture, (C, H, W) from 0 to 1, always the same."""
        shape = (self.task.channels, self.task.size, self.task.size)
        drawn = np.random.RandomState(0).random_sample(shape)
        return torch.tensor(drawn, dtype=torch.float32, device=self.task.device)

    def likelihood(self) -> FlowLikelihood:
        """What pictures cost by the averaged flow."""
        return FlowLikelihood(self.finished(), self.noise()).eval()

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = FlowPainter(self.finished())(z)
        return made

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        flow = self.finished()
        again: Tensor = FlowPainter(flow)(FlowEncoder(flow, self.noise())(pictures))
        return again

    @torch.no_grad()
    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        spent: Tensor = self.likelihood()(pictures)
        return spent

    def origins(self) -> dict[str, torch.nn.Module]:
        return {}

    def exports(self) -> dict[str, NetworkExport]:
        flow = self.finished()
        z = torch.randn(2, self.latent_size)
        shown = {"picture": torch.randn(2, self.task.channels, self.task.size, self.task.size)}
        encoder, likelihood = FlowEncoder(flow, self.noise()).eval(), self.likelihood()
        examples = {"picture": self._typical()}
        return {
            "generator": NetworkExport(FlowPainter(flow).eval(), {"z": z}, "picture"),
            "encoder": NetworkExport(encoder, shown, "z", examples=examples),
            "likelihood": NetworkExport(likelihood, shown, "bits", examples=examples, measure=Measure("bound", 1)),
        }

    def _typical(self) -> Tensor:
        """Five pictures of bytes: its own samples. Where no picture lies, as at noise, a flow stretches too far."""
        z = torch.tensor(np.random.RandomState(1).standard_normal((5, self.latent_size)), dtype=torch.float32)
        made = self.pictures(z.to(self.task.device)).cpu()
        return ((made.clamp(-1.0, 1.0) + 1.0) * 127.5).round() / 127.5 - 1.0


REAL_NVP = Paper(
    "Dinh, Sohl-Dickstein & Bengio", 2017, "Density Estimation Using Real NVP", "https://arxiv.org/abs/1605.08803"
)
GLOW = Paper(
    "Kingma & Dhariwal",
    2018,
    "Glow: Generative Flow with Invertible 1x1 Convolutions",
    "https://arxiv.org/abs/1807.03039",
)
UNIFORM_NOISE = Paper(
    "Theis, van den Oord & Bethge",
    2016,
    "A Note on the Evaluation of Generative Models",
    "https://arxiv.org/abs/1511.01844",
)

_PAPERS = (GLOW, REAL_NVP, UNIFORM_NOISE)

_HEALTHY = (
    "Bits per dimension fall steeply at first and slowly for long; held-out pictures should cost about as many.",
    "The latent variance goes to 1: the latents of the pictures spread as the prior does.",
    "Samples come late. At first they are coloured clouds, though the likelihood is good already.",
)


def _objectives(_config: object) -> tuple[Objective, ...]:
    return (
        Objective(
            "flow",
            (
                FormulaTerm(
                    "latent variance",
                    r"\frac{1}{2}\mathbb{E}\lVert f(x+u)\rVert^2",
                    "Brings each picture, with noise u of one level, to a latent near 0, where the prior is dense.",
                ),
                FormulaTerm(
                    "log-determinant",
                    r"- \mathbb{E}\log\vert\mathrm{det}\,J_f(x+u)\vert",
                    "Keeps them from all being brought there: squeezing them together costs as much again.",
                ),
            ),
            "minimise",
        ),
    )


FAMILY = Family(
    "flow",
    "Normalising flow",
    "A network that runs both ways: every picture has one exact latent, and its likelihood is known.",
    Config,
    FlowLearner,
    explained=FamilyExplanation(objectives=_objectives, healthy=_HEALTHY, papers=_PAPERS, size=32),
    group="Densities",
    good_at="exact latents, likelihood",
)
