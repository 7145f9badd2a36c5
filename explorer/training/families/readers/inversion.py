"""An encoder for a finished generator: in-domain inversion (Zhu et al., 2020).

It lets real pictures enter the latent space of a GAN.

The generator G stays as it is; the encoder E learns from its samples and from real pictures at once, minimising

    1/2 |E(G(z)) - z|^2 / d                         latents of samples are found again
    + 6 |G(E(x)) - x|                               real pictures are painted again (mean absolute error)
    + 3 mean_l |f_l(G(E(x))) - f_l(x)|^2 / |f_l(x)|^2   as the critic's layers f_l see them, where there is a critic
    + 0.3 max(0, |E(x)|^2 / d - 1)                  and their latents stay where the prior is

Any generator that can be run by torch will do (see `OnnxNetwork`), not only ones trained here. Of a style-based one it
is the latent before the mapping that is found.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.inference.synthesis import StylePair, examine_pair
from explorer.core.models.inspection import inspect
from explorer.core.models.model import ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.paths import model_path
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.perceptual_loss import PerceptualLoss
from explorer.training.networks.convolutional import ConvolutionalEncoder
from explorer.training.projection.onnx_network import OnnxNetwork


@dataclass(frozen=True)
class Config:
    """Settings of an inversion run."""

    generator: str = choice("", (), "The generator to invert: the name of a bundled model, a model folder or a file.")
    batch_size: int = knob(32, 2, 1024, "Real pictures in one step, and as many samples.")
    mirror: bool = switch(False, "Flip half of the pictures left to right.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the encoder, as a multiple of the usual.")
    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    latent_weight: float = knob(0.5, 0.0, 100.0, "How much it matters to find a sample's latent.")
    picture_weight: float = knob(6.0, 0.0, 100.0, "How much it matters to reproduce a real picture.")
    feature_weight: float = knob(3.0, 0.0, 100.0, "How much it matters that the critic sees the same in both.")
    prior_weight: float = knob(0.3, 0.0, 100.0, "How much it matters that latents stay within the prior.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged encoder follows.", " pictures")


class StyledGenerator(nn.Module):
    """Latent (N, d) to picture, through the two networks of a style-based model, all layers taking the same w."""

    def __init__(self, pair: StylePair) -> None:
        super().__init__()
        self.mapping, self.synthesis = OnnxNetwork(pair.mapping.proto), OnnxNetwork(pair.synthesis.proto)
        self.styles = pair.inspection.card.styles

    def forward(self, z: Tensor) -> Tensor:
        w: Tensor = self.mapping(z)
        picture: Tensor = self.synthesis(w.repeat(1, self.styles) if w.ndim == 2 else w.flatten(1))
        return picture


class Inversion(Learner):
    """Trains an encoder against a generator that stays as it is."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config = config
        files = _files(config.generator)
        self._open(files, task)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            encoder = ConvolutionalEncoder(self.latent_size, task.size, task.channels, config.width)
        self.encoder = placed(encoder, task.device)
        self.average = frozen_copy(self.encoder)
        self.networks = {"encoder": self.encoder, "average": self.average}
        self.optimizers = {"encoder": torch.optim.Adam(self.encoder.parameters(), config.learning_rate, fused=True)}

    def _open(self, files: ModelFiles, task: TrainingTask) -> None:
        pair = examine_pair(files.generator, files.mapping) if files.mapping else None
        card = (pair.inspection if pair else inspect(files.generator)).card
        made, wanted = (card.channels, card.height, card.width), (task.channels, task.size, task.size)
        if made != wanted or card.layout != "NCHW":
            raise Problem(
                f"{files.name} makes pictures of {card.width} x {card.height} with {card.channels} channels; "
                f"the data gives {task.size} x {task.size} with {task.channels}.",
                f"Run it with --size {card.width}, on pictures of the same kind.",
            )
        if card.classes:
            raise Problem(f"{files.name} draws classes; only generators without them can be inverted.", "")
        self.latent_size, self.distribution, self._range = (
            card.latent_size,
            card.distribution,
            card.value_range,
        )
        generator = StyledGenerator(pair) if pair else OnnxNetwork.load(files.generator)
        self.generator = generator.to(task.device).requires_grad_(False)
        self.fixed = [self.generator]
        self._likeness: PerceptualLoss | None = None
        if files.critic:
            inspect(files.critic)  # tried in a process of its own before it is used, as the generator was
            critic = OnnxNetwork.load(files.critic, eyes_only=True).to(task.device)
            self._likeness = PerceptualLoss(critic)
            self.fixed.append(self._likeness)

    def _made(self, z: Tensor) -> Tensor:
        low, high = self._range
        pictures: Tensor = self.generator(z)
        return (pictures - low) * (2.0 / (high - low)) - 1.0

    def step(self, batch: Batch) -> dict[str, Tensor]:
        left = max(0.01, 1.0 - self.done_steps / self.task.steps)
        self.set_rate(self.config.learning_rate * left)
        config, real = self.config, batch.pictures
        z = self.sample(len(real))
        with in_bf16(self.task.device):
            with torch.no_grad():
                made = self._made(z)
            found, latent = self.encoder(torch.cat([made.to(real), real])).float().chunk(2)
            again = self._made(latent).float()
            unlike = self._unlike(again, real)
        losses = {
            "latent": (found - z).square().mean(),
            "picture": (again - real).abs().mean(),
            "features": unlike,
            "prior": functional.relu(latent.square().mean(1) - 1).mean(),
        }
        loss = config.latent_weight * losses["latent"] + config.picture_weight * losses["picture"]
        loss = loss + config.feature_weight * losses["features"] + config.prior_weight * losses["prior"]
        self.descend("encoder", loss)
        self.follow(self.average, self.encoder, len(real), config.ema_half_life)
        return {name: value.detach() for name, value in {"loss": loss, **losses}.items()}

    def _unlike(self, again: Tensor, real: Tensor) -> Tensor:
        """Relative squared distance of what the critic sees, averaged over its layers."""
        if self._likeness is None:
            return torch.zeros((), device=again.device)
        return self._likeness.distance(again, real)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return self._made(z)

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor:
        return self._made(self.average(pictures))

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        return {"encoder": NetworkExport(self.average.eval(), {"picture": pictures}, "z")}


def _files(generator: str) -> ModelFiles:
    if not generator:
        raise Problem("No generator was named to invert.", "Add --set generator=NAME, a model's name or path.")
    return model_files(model_path(generator))


_OBJECTIVES = (
    Objective(
        "encoder",
        (
            FormulaTerm(
                "latent",
                r"a\,\frac{1}{d}\mathbb{E}\lVert E(G(z))-z\rVert^2",
                "Finds the latents of samples again.",
                (("a", "latent_weight"),),
            ),
            FormulaTerm(
                "picture",
                r"+ b\,\mathbb{E}\vert G(E(x))-x\vert",
                "Makes the generator reproduce real pictures.",
                (("b", "picture_weight"),),
            ),
            FormulaTerm(
                "features",
                r"+ c\,\mathbb{E}\sum_\ell\frac{\lVert f_\ell(G(E(x)))-f_\ell(x)\rVert^2}{\lVert f_\ell(x)\rVert^2}",
                "Compares both as the critic's layers see them, where there is a critic.",
                (("c", "feature_weight"),),
            ),
            FormulaTerm(
                "prior",
                r"+ e\,\mathbb{E}\max(0, \frac{1}{d}\lVert E(x)\rVert^2-1)",
                "Keeps latents of real pictures where samples come from.",
                (("e", "prior_weight"),),
            ),
        ),
    ),
)

FAMILY = Family(
    "inversion",
    "Encoder for a generator",
    "Lets your own pictures enter the latent space of a generator that has no encoder.",
    Config,
    Inversion,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "The latent term falls well below 1, where it would be if nothing were found.",
            "The reconstructions resemble the real pictures beside them more and more.",
            "The prior term stays near 0: latents stay where samples come from.",
        ),
        papers=(
            Paper(
                "Zhu et al.", 2020, "In-Domain GAN Inversion for Real Image Editing", "https://arxiv.org/abs/2004.00049"
            ),
        ),
        size=64,
        shown_with={"generator": "portraits-gan"},
    ),
    group="Helpers",
    good_at="your photos in a finished GAN",
)
