"""PixelCNN (van den Oord, Kalchbrenner & Kavukcuoglu, 2016), gated and told the class: a picture value by value.

The likelihood of a picture is the product over its values, in raster order, of a distribution over a few levels (eq. 1
and 2 of the paper), so that it is exact, and minimised directly, in bits per dimension:

    - 1/D sum_i log2 p(x_i | x_1 ... x_(i-1), y)

All are learned at once, as the picture is known; samples are painted one value after the other. Pictures have few
levels here, 2 to 8 evenly spaced ones, to the nearest of which every value is rounded. The network is that of van den
Oord et al. (2016b); see `explorer.training.networks.gated_pixelcnn`. Adam; its step size falls to 0 in half a cosine.

The latent is all the chance there is: a uniform number for each value, by which it is drawn from its distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.models.ports.step_ports import CANVAS
from explorer.core.sampling.bands import BandLogits, BandShape
from explorer.core.sampling.painting import Labels
from explorer.core.sampling.raster import RasterPainter
from explorer.core.sampling.schedules import RasterSchedule
from explorer.core.sampling.settings import USUALLY
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, Measure, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob, switch
from explorer.training.learning.paces import cosine_pace
from explorer.training.networks.gated_pixelcnn import SEEN_LEFT, SEEN_ROWS, GatedPixelCNN, PixelCNNPixel, PixelCNNRow
from explorer.training.networks.raster_exports import (
    UNKNOWN,
    RasterLikelihood,
    RasterStep,
    RasterSurprise,
    nearest_levels,
    value_bits,
)
from explorer.training.networks.raster_graphs import RasterGraphs

_WIDTH = 32
_WARM_UP = 100  # steps
_MISSED = 0.1  # of the pictures, whose class the network is not told
_LONGEST = 1.0  # gradients are cut to this 2-norm


@dataclass(frozen=True)
class Config:
    """Settings of a PixelCNN run."""

    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    levels: int = knob(4, 2, 8, "How many values a pixel may take, from black to white.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of both stacks, as a multiple of the usual.")
    layers: int = knob(6, 1, 24, "Layers of each stack: how far it looks, and how well.")
    learning_rate: float = knob(2e-3, 1e-6, 1e-1, "Largest step size of Adam; a half cosine takes it to 0.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged network follows.", " pictures")
    bfloat16: bool = switch(True, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class PixelCNN(Learner):
    """Trains the network that gives each value's distribution, given those before it."""

    distribution = "uniform"
    schedule: RasterSchedule

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config = config
        self.latent_size = task.channels * task.size**2
        self.levels = torch.linspace(-1.0, 1.0, config.levels, device=task.device)
        self.schedule = RasterSchedule(tuple(self.levels.tolist()))
        width = max(4, round(_WIDTH * config.width / 4) * 4)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = GatedPixelCNN(task.size, task.channels, config.levels, len(task.classes), width, config.layers)
        self.network = placed(network, task.device)
        self.average = frozen_copy(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {"network": torch.optim.Adam(self.network.parameters(), config.learning_rate, fused=True)}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.config.learning_rate * cosine_pace(self.done_steps, self.task.steps, _WARM_UP))
        labels = self._heard(self._told(len(batch.pictures), batch.labels))
        bits = self._bits(self.network, batch.pictures, labels).mean()
        self.descend("network", bits, _LONGEST)
        self.follow(self.average, self.network, len(batch.pictures), self.config.ema_half_life)
        return {"bits per dimension": bits.detach()}

    def _heard(self, labels: Tensor) -> Tensor:
        """Classes (N,), a share of which is unknown, so that pictures of no class are learned too."""
        if not self.task.classes:
            return labels
        missed = torch.rand(len(labels), generator=self.rng, device=self.rng.device) < _MISSED
        return labels.masked_fill(missed, UNKNOWN)

    def _bits(self, network: nn.Module, pictures: Tensor, labels: Tensor | None) -> Tensor:
        """What each value costs, (N, C, H, W) bits."""
        indices = nearest_levels(pictures, self.config.levels)
        with in_bf16(self.task.device, processors=self.config.bfloat16 and network.training):
            logits = network(self.levels[indices], self._told(len(pictures), labels))
        return value_bits(logits.float(), indices)

    def _told(self, count: int, labels: Tensor | None) -> Tensor:
        return torch.full((count,), UNKNOWN, device=self.task.device) if labels is None else labels

    @torch.no_grad()
    def bits_per_dimension(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        return self._bits(self.average, pictures, labels).mean((1, 2, 3))

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        told = self._told(len(z), labels)
        shape = (self.task.channels, self.task.size, self.task.size)
        whole = _run(RasterStep(self.average, self.levels))
        painter = RasterPainter(whole, self.schedule, shape, len(self.task.classes), self._bands)
        *_, last = painter.states(z.cpu().numpy(), told.cpu().numpy(), USUALLY)
        return torch.from_numpy(last.canvas).to(z.device)

    def _bands(self, labels: Labels) -> BandLogits:
        row, pixel = PixelCNNRow(self.average), PixelCNNPixel(self.average)
        shape = BandShape(SEEN_ROWS, SEEN_LEFT, row.memory, pixel.memory)
        run_row = _run(row)
        return BandLogits(lambda *given: run_row(*given, labels), _run(pixel), shape)

    def origins(self) -> dict[str, nn.Module]:
        return {"step": RasterStep(self.average, self.levels)}

    def exports(self) -> dict[str, NetworkExport]:
        task, levels = self.task, self.levels.cpu()
        told = {"label": torch.tensor([0, len(task.classes) - 1])} if task.classes else {}
        pictures = torch.rand(2, task.channels, task.size, task.size) * 2.0 - 1.0
        measured, measure = {"picture": pictures, **told}, Measure("exact", levels=len(levels))
        graphs = RasterGraphs(measured)
        step, surprise, likelihood = (
            made(self.average, levels).eval() for made in (RasterStep, RasterSurprise, RasterLikelihood)
        )
        return {
            "step": NetworkExport(step, {CANVAS: pictures, **told}, "logits"),
            **self._band_exports(told),
            "surprise": NetworkExport(surprise, measured, "surprise", graphs.surprise, measure),
            "likelihood": NetworkExport(likelihood, measured, "bits", graphs.likelihood, measure),
        }

    def _band_exports(self, told: dict[str, Tensor]) -> dict[str, NetworkExport]:
        row, pixel = PixelCNNRow(self.average).eval(), PixelCNNPixel(self.average).eval()
        seen, size = self.task.channels + 1, self.task.size
        of_row = {
            "above": torch.randn(2, seen, SEEN_ROWS, size),
            "memory": torch.randn(2, row.memory, size),
            "row": torch.tensor([0, size - 1]),
        }
        of_pixel = {
            "left": torch.randn(2, seen, SEEN_LEFT),
            "told": torch.randn(2, row.told),
            "memory": torch.randn(2, pixel.memory),
            "pixel": torch.randn(2, self.task.channels),
        }
        return {
            "row": NetworkExport(row, of_row | told, "told"),
            "pixel": NetworkExport(pixel, of_pixel, "logits"),
        }


def _run(network: nn.Module) -> Callable[..., NDArray[np.float32]]:
    """A network of tensors as a function of arrays; None among them is left out."""
    device = next(network.parameters()).device

    def run(*given: NDArray[np.float32] | NDArray[np.int64] | None) -> NDArray[np.float32]:
        found: Tensor = network(*(torch.from_numpy(each).to(device) for each in given if each is not None))
        return found.cpu().numpy()

    return run


_OBJECTIVES = (
    Objective(
        "network",
        (
            FormulaTerm(
                "bits per dimension",
                r"-\frac{1}{D}\sum_i\log_2 p(x_i|x_{<i},y)",
                "What each value costs on average, given those above and to the left of it.",
            ),
        ),
    ),
)

FAMILY = Family(
    "pixelcnn",
    "PixelCNN",
    "Paints a picture pixel by pixel, and says exactly how likely any picture is.",
    Config,
    PixelCNN,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "The bits per dimension fall steeply within a hundred steps, then slowly for as long as one trains.",
            "At log2 of the number of levels nothing has been learned yet.",
            "Textures come first and shapes last: samples that begin well and lose the thread need longer training.",
        ),
        papers=(
            Paper(
                "van den Oord, Kalchbrenner & Kavukcuoglu",
                2016,
                "Pixel Recurrent Neural Networks",
                "https://arxiv.org/abs/1601.06759",
            ),
            Paper(
                "van den Oord et al.",
                2016,
                "Conditional Image Generation with PixelCNN Decoders",
                "https://arxiv.org/abs/1606.05328",
            ),
        ),
    ),
    group="Densities",
    good_at="exact likelihood, paints in order",
)
