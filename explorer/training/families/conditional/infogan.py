"""InfoGAN (Chen et al., 2016), and with a contrast between pictures InfoGAN-CR (Lin et al., 2020).

Part of the latent are codes c: one of some kinds, and numbers from -1 to 1. A reader Q says of a picture which codes it
was made from, and the generator earns what Q can tell (eqs. 5 and 6 of the first paper; a lower bound on the mutual
information of codes and pictures):

    min_(G, Q) max_D  V(D, G) - lambda L_I(G, Q),    L_I = E log Q(c | G(z, c)) + H(c)

So codes come to mean what differs most between pictures, though nobody says what that is. Q is a network of its own
here. The contrast (eq. 4 of the second paper) is a game on top: of two pictures that share one code and nothing else, a
network H tells which code it is; what that changes must be seen, so each code comes to change something of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Paper
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import duel, r1_terms
from explorer.training.learning.adversarial import AdversarialSettings, Adversaries, Pair
from explorer.training.learning.devices import placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.factors import FactorReading, FactorSpace
from explorer.training.learning.family import Batch, Family, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob
from explorer.training.networks.factor_painter import FactorReader


@dataclass(frozen=True)
class Config(AdversarialSettings):
    """Settings of an InfoGAN run."""

    kinds: int = knob(10, 0, 100, "How many kinds one code chooses from; 0 leaves it out.")
    codes: int = knob(2, 0, 64, "How many codes are numbers from -1 to 1.")
    info_weight: float = knob(1.0, 0.0, 100.0, "How much it matters that the codes can be read off a picture.")
    contrast_weight: float = knob(
        0.0, 0.0, 100.0, "InfoGAN-CR: how much it matters that one can tell which code two pictures share."
    )
    learning_rate: float = knob(2e-4, 1e-7, 1e-2, "Step size of Adam, for all networks.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")


class InfoGAN(Adversaries):
    """Trains a generator against a critic, and with a reader of its codes."""

    config: Config

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(config, task, seed)
        self.dimensions = self.space.dimensions
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed + 1)
            reader = FactorReader(task.size, task.channels, self.space.size, config.width)
            teller = FactorReader(task.size, 2 * task.channels, max(2, len(self.dimensions)), config.width)
        self.reader, self.teller = placed(reader, task.device), placed(teller, task.device)
        self.average_reader = frozen_copy(self.reader)
        self.networks |= {"reader": self.reader, "teller": self.teller, "average reader": self.average_reader}
        helpers = [*self.reader.parameters(), *self.teller.parameters()]
        self.optimizers["generator"] = self.optimizer([*self.generator.parameters(), *helpers])
        self._told = torch.zeros(0)

    def build(self) -> Pair:
        self.space, self.noise = _codes_of(self.config), self.config.latent_size
        self.latent_size = self.space.size + self.noise  # the codes go before the noise
        return super().build()

    def sample(self, count: int) -> Tensor:
        codes = self.space.sample(count, self.rng)
        noise = super().sample(count)[:, self.space.size :]
        return torch.cat([codes, noise], 1)

    def fresh(self, count: int, labels: Tensor | None) -> Tensor:
        z = self.sample(count)
        self._told = z[:, : self.space.size]
        return self.made(self.generator, z, labels)

    def generator_penalties(self, made: Tensor) -> dict[str, Tensor]:
        penalties = {"codes": self._off(self.reader(_as_strong(made, self.config.info_weight)).float(), self._told)}
        if self.config.contrast_weight and len(self.dimensions) > 1:
            penalties["contrast"] = self.config.contrast_weight * self._contrast(len(made))
        return penalties

    def _off(self, read: Tensor, told: Tensor) -> Tensor:
        """-log Q(c | x) but for a constant: cross-entropy of kinds, half the squared error of numbers, in all."""
        parts = [
            functional.cross_entropy(read[:, one.place], told[:, one.place].argmax(1))
            if one.choices
            else 0.5 * (read[:, one.place] * _SPREAD - told[:, one.place]).square().mean() / _SPREAD**2
            for one in self.dimensions
        ]
        return torch.stack(parts).sum()

    def _contrast(self, count: int) -> Tensor:
        """Cross-entropy of which code two pictures share, over pairs of which each shares one."""
        first, second = self.sample(count), self.sample(count)
        shared = torch.randint(len(self.dimensions), (count,), generator=self.rng, device=self.rng.device)
        for place, one in enumerate(self.dimensions):
            here = shared == place
            second[here, one.place] = first[here, one.place]
        pairs = torch.cat([self.made(self.generator, z, None) for z in (first, second)], 1)
        return functional.cross_entropy(self.teller(pairs).float(), shared)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        losses = super().step(batch)
        self.follow(self.average_reader, self.reader, len(batch.pictures), self.config.ema_half_life)
        return losses

    @property
    def reading(self) -> FactorReading:
        """Reads latents (N, d) off pictures (N, C, H, W)."""
        return FactorReading(self.average_reader, self.space, self.noise).eval()

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        return super().exports() | {"encoder": NetworkExport(self.reading, {"picture": pictures}, "z")}

    def origins(self) -> dict[str, nn.Module]:
        return super().origins() | {"encoder": self.average_reader}

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        return self.pictures(self.reading(pictures))


_SPREAD = 3.0**-0.5  # standard deviation of a code that is uniform from -1 to 1


def _codes_of(config: Config) -> FactorSpace:
    found: list[Dimension] = []
    if config.kinds > 1:
        names = tuple(str(kind + 1) for kind in range(config.kinds))
        found.append(Dimension("kind", 0, config.kinds, "choices", 0.0, 1.0, "one-hot", names))
    start = config.kinds if found else 0
    found += [
        Dimension(f"code {place + 1}", start + place, 1, "uniform", -1.0, 1.0, "code") for place in range(config.codes)
    ]
    if not found:
        raise Problem("An InfoGAN without codes is a plain GAN.", "Give it kinds, or codes; or train a dcgan.")
    return FactorSpace(tuple(found), tuple(range(start + config.codes)))


def _as_strong(pictures: Tensor, weight: float) -> Tensor:
    """The pictures as they are, through which a slope comes back ``weight`` times as steep."""
    held = pictures.detach()
    return held + weight * (pictures - held) if weight != 1.0 else pictures


def _terms(config: Config) -> tuple[FormulaTerm, ...]:
    told = FormulaTerm(
        "codes",
        r"-\lambda\,\mathbb{E}\log Q(c|G(z,c))",
        "Lets the codes be read off the picture, so that they come to mean something that is seen.",
        ((r"\lambda", "info_weight"),),
    )
    if not config.contrast_weight:
        return (told,)
    shared = FormulaTerm(
        "contrast",
        r"+ \alpha\,\mathbb{E}\,\mathrm{CE}(H(x,x'),k)",
        "Makes it possible to tell which code two pictures share, so that each code changes something of its own.",
        ((r"\alpha", "contrast_weight"),),
    )
    return told, shared


FAMILY = Family(
    "infogan",
    "InfoGAN",
    "Finds kinds and codes by itself: part of the latent comes to mean what differs most between pictures.",
    Config,
    InfoGAN,
    scores=lambda _config: "logistic",
    explained=FamilyExplanation(
        objectives=lambda config: duel("non-saturating", r1_terms(config), _terms(config)),
        healthy=(
            "The codes' loss falls from about log(kinds) + half the number of codes towards 0.",
            "In a grid along a code one thing changes; pictures of one kind are alike.",
            "The critic's loss ends near 2 log 2 = 1.39 and does not fall to 0.",
        ),
        papers=(
            Paper(
                "Chen et al.",
                2016,
                "InfoGAN: Interpretable Representation Learning by Information Maximizing Generative Adversarial Nets",
                "https://arxiv.org/abs/1606.03657",
            ),
            Paper(
                "Lin, Thekumparampil, Fanti & Oh",
                2020,
                "InfoGAN-CR and ModelCentrality: Self-supervised Model Training and Selection for Disentangling GANs",
                "https://arxiv.org/abs/1906.06034",
            ),
        ),
    ),
    group="GANs",
    good_at="codes that nobody named",
)
