"""StyleGAN (Karras et al., 2019, 2020): a mapping from z to w, and a synthesis that takes a w for each of its layers.

The generator is StyleGAN2's, with its modulated convolutions and its noise; the critic is that of the other families,
which processors can train in time. What is exported is a pair, ``mapping.onnx`` and ``generator.onnx``, so that there
is a space W to walk, mix and truncate in. Losses are those of `explorer.training.families.gans.dcgan`, and

- mixing regularisation (2019, section 3.1): a share of the pictures is made of two latents, from a random layer on of
  the second;
- path length regularisation (2020, equation 4), done lazily: E (|J'y| - a)^2, J being the slope of pictures in w, y a
  random picture and a the moving average of the lengths |J'y|. A step in w is then as long in pictures everywhere.

Learning rates are equalised (Karras et al., 2018, section 4.1): a weight is moved in proportion to its first size,
and those of the mapping a hundredth as far (2019, section C).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel, r1_terms
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries
from explorer.training.learning.family import Family, Learner, NetworkExport
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import scores_of
from explorer.training.networks.convolutional import ConvolutionalCritic
from explorer.training.networks.style_generator import StyleGenerator, usual_size
from explorer.training.weight_import.stylegan.style_graph import mapping_graph, synthesis_graph

_PATH_FOLLOWS = 0.01  # how far the mean path length goes towards that of each batch, as in the paper's program


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of a StyleGAN run."""

    truncated: float = knob(
        0.2, 0.0, 1.0, "Share of pictures drawn nearer to the mean of W, so that truncation gives sound ones."
    )
    w_size: int = knob(128, 1, 1024, "Dimensions of W, the space that the mapping leads to.")
    layers: int = knob(4, 1, 16, "Layers of the mapping.")
    loss: str = choice("relativistic", ("relativistic", "non-saturating"), "How critic and generator compete.")
    learning_rate: float = knob(
        4e-3, 1e-6, 1e-1, "Step size of Adam for the generator, relative to the size of an initial weight."
    )
    mapping_rate: float = knob(0.01, 0.0, 1.0, "How fast the mapping learns, as a share of that.")
    critic_rate: float = knob(3e-4, 1e-6, 1e-2, "Step size of Adam for the critic.")
    mixing: float = knob(
        0.9, 0.0, 1.0, "Share of pictures made from two latents, coarse layers of one, fine of the other."
    )
    path_weight: float = knob(0.0, 0.0, 100.0, "How much it matters that equal steps in W change pictures equally.")
    path_every: int = knob(8, 1, 64, "Steps between path length penalties; each counts that many times.", " steps")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(16, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")
    augment: bool = switch(True, "Alter what the critic sees, which keeps small sets from being memorised.")


class StyleGAN(Adversaries):
    """Trains a style-based generator against a critic."""

    config: Config
    generator: StyleGenerator
    average: StyleGenerator
    betas = (0.0, 0.99)
    _painted: Tensor | None = None

    def build(self) -> tuple[nn.Module, nn.Module]:
        config, task = self.config, self.task
        generator = StyleGenerator(
            self.latent_size, config.w_size, config.layers, task.size, task.channels, config.width
        )
        return generator, ConvolutionalCritic(task.size, task.channels, config.width)

    def optimizer(self, parameters: Any) -> torch.optim.Optimizer:
        wanted = list(parameters)
        if wanted[0] is next(self.critic.parameters()):
            return torch.optim.Adam(wanted, self.config.critic_rate, self.betas, fused=True)
        rates: dict[float, list[nn.Parameter]] = {}
        slow = {id(parameter) for parameter in self.generator.mapping.parameters()}
        for parameter in wanted:
            rate = self.config.learning_rate * usual_size(parameter)
            rate *= self.config.mapping_rate if id(parameter) in slow else 1.0
            rates.setdefault(rate, []).append(parameter)
        groups = [{"params": equal, "lr": rate} for rate, equal in rates.items()]
        return torch.optim.Adam(groups, betas=self.betas, fused=True)

    def sample(self, count: int) -> Tensor:
        return Learner.sample(self, count)  # the mapping looks at directions of z alone: it is w that is shortened

    def made(self, network: nn.Module, z: Tensor, labels: Tensor | None) -> Tensor:
        network = cast(StyleGenerator, network)
        if not network.training:
            found: Tensor = network(z)
            return found
        return network.painted(self.styles(z), network.noise(len(z), self.rng))

    def fresh(self, count: int, labels: Tensor | None) -> Tensor:
        # Both networks learn from the same pictures, painted once: the critic's update leaves the generator as it is.
        if self._painted is None:
            with torch.enable_grad():
                self._painted = super().fresh(count, labels)
            return self._painted.detach()
        painted, self._painted = self._painted, None
        return painted

    def styles(self, z: Tensor) -> Tensor:
        """What the generator learns from: a w for each layer, (N, styles, w_size), some mixed, some truncated."""
        config, count = self.config, self.generator.synthesis.styles
        with torch.autocast(z.device.type, enabled=False):
            both = self.generator.points(torch.cat([z, self.sample(len(z))]))
            first, second = both[:, None].chunk(2)
            chance, share, psi = torch.rand((3, len(z), 1, 1), generator=self.rng, device=self.rng.device)
            starts = torch.randint(1, count, (len(z), 1, 1), generator=self.rng, device=self.rng.device)
            starts = starts.where(chance < config.mixing, count)
            layers = torch.arange(count, device=z.device)[:, None]
            mixed = torch.where(layers < starts, first, second)
            return self.generator.truncated(mixed, psi.where(share < config.truncated, 1.0))

    def generator_penalties(self, made: Tensor) -> dict[str, Tensor]:
        weight, every = self.config.path_weight, self.config.path_every
        if weight == 0 or self.done_steps % every:
            return {}
        # Of half the pictures only, as in the paper: it takes a gradient of a gradient.
        with torch.autocast(made.device.type, enabled=False):
            return {"path length": self._path_penalty(max(1, len(made) // 2)) * (weight * every)}

    def _path_penalty(self, count: int) -> Tensor:
        lengths = self.path_lengths(self.styles(self.sample(count)))
        mean = self.generator.path_mean.lerp(lengths.mean(), _PATH_FOLLOWS)
        self.generator.path_mean.copy_(mean.detach())
        return (lengths - mean).square().mean()

    def path_lengths(self, styles: Tensor) -> Tensor:
        """|J'y| of a w for each layer, (N,), y being random pictures."""
        pictures = self.generator.painted(styles, self.generator.noise(len(styles), self.rng))
        y = torch.randn(pictures.shape, generator=self.rng, device=self.rng.device)
        y = y / math.sqrt(pictures.shape[2] * pictures.shape[3])
        (slope,) = torch.autograd.grad((pictures * y).sum(), styles, create_graph=True)
        return slope.square().sum(2).mean(1).sqrt()

    def exports(self) -> dict[str, NetworkExport]:
        found = super().exports()
        mapping, synthesis = self.average.mapping.eval(), self.average.finished().eval()
        z, w = torch.randn(2, self.latent_size), torch.randn(2, synthesis.styles, synthesis.w_size)
        return {
            "mapping": NetworkExport(mapping, {"z": z}, "w", mapping_graph),
            "generator": NetworkExport(synthesis, {"w": w}, "picture", synthesis_graph),
            "critic": found["critic"],
        }


def _objectives(config: Config) -> tuple[Objective, ...]:
    paths = FormulaTerm(
        "path length",
        r"+ w\,\mathbb{E}(\lVert J^\top y\rVert-a)^2",
        "Makes equal steps in W change pictures equally; a is the mean length so far.",
        (("w", "path_weight"),),
    )
    return duel(config.loss, r1_terms(config), (paths,) if config.path_weight else ())


FAMILY = Family(
    "stylegan",
    "StyleGAN",
    "Layers of style: has a space W, where coarse and fine can be mixed. From a thousand pictures.",
    Config,
    StyleGAN,
    scores=scores_of,
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "Both losses swing about a level; R1 stays small.",
            "Samples keep differing; coarse and fine layers of two latents can be mixed without damage.",
            "It needs longer than a plain GAN: the first thousand steps show colours only.",
        ),
        papers=(
            Paper(
                "Karras, Laine & Aila",
                2019,
                "A Style-Based Generator Architecture for Generative Adversarial Networks",
                "https://arxiv.org/abs/1812.04948",
            ),
            Paper(
                "Karras et al.",
                2020,
                "Analyzing and Improving the Image Quality of StyleGAN",
                "https://arxiv.org/abs/1912.04958",
            ),
        ),
    ),
    group="GANs",
    good_at="styles to mix",
)
