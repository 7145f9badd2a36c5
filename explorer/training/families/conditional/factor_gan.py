"""A generator of named factors (after Dosovitskiy, Springenberg & Brox, 2015), with a critic that is told them.

The fully supervised case: of each picture x its factors y are known, and the latent is nothing but these, and a little
noise n for what they leave open. The generator G paints from them, and is told how far it is off; a critic D of patches
sees to it that the answer is sharp, and a reader R, which learns the factors from real pictures, that they are in it:

    critic      E log(1 + exp(D(G(y, n), y) - D(x, y)))  + R1       relativistic pairs, as in `dcgan`
    reader      cross-entropy and Huber loss of R(x) against y      as `attributes` has it
    generator   E log(1 + exp(D(x, y) - D(G(y, n), y)))
                + p |G(y, n) - x|                                   the picture with these factors (eq. 1 of the paper)
                + r loss of R(G(y, n)) against y                    an auxiliary classifier (Odena et al., 2017)

Distance from the very picture is honest where factors tell nearly all of it, as of drawn faces; where they tell less,
lower p and leave more to the noise. What is unknown of a picture is told as the mean. The reader is the encoder that is
exported: from a picture to its factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.explain.game_objectives import MESCHEDER, duel, r1_terms
from explorer.training.learning.attribute_loss import AttributeLoss
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.factors import FactorReading, FactorSpace
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import relativistic, squared_slope
from explorer.training.learning.paces import game_pace
from explorer.training.networks.factor_painter import FactorCritic, FactorPainter, FactorReader

_BETAS = (0.5, 0.99)


@dataclass(frozen=True)
class Config:
    """Settings of a run."""

    told: str = choice(
        "",
        (),
        "Attributes to use, separated by commas: names, such as hair for hair=black; -NAME leaves one out. Empty: all.",
    )
    noise: int = knob(8, 0, 512, "How many numbers of noise, for what the factors leave open.")
    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures. Not where left and right matter, as for a gaze.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the networks, as a multiple of the usual.")
    picture_weight: float = knob(30.0, 0.0, 1000.0, "How much the distance from the picture itself counts.")
    reader_weight: float = knob(10.0, 0.0, 1000.0, "How much it matters that the factors can be read off the picture.")
    critic_weight: float = knob(0.3, 0.0, 100.0, "How much it matters to pass for real.")
    r1_gamma: float = knob(1.0, 0.0, 100.0, "Strength of the R1 penalty; 0 switches it off.")
    r1_every: int = knob(8, 1, 64, "Steps between R1 penalties; each counts that many times.", " steps")
    learning_rate: float = knob(1e-3, 1e-6, 1e-1, "Step size of Adam, for all networks; falls over the second half.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged networks follow.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class FactorGAN(Learner):
    """Trains a generator towards the pictures of known factors, against a critic and beside a reader."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self.space = config, FactorSpace.of(task.columns, config.told)
        self.latent_size, self.dimensions = self.space.size + config.noise, self.space.dimensions
        mean, deviation = self.space.moments()
        self.middle, self.spread = mean.to(task.device), deviation.to(task.device)
        rest = torch.zeros(config.noise), torch.ones(config.noise)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            made = {
                "generator": FactorPainter(
                    torch.cat([mean, rest[0]]), torch.cat([deviation, rest[1]]), task.size, task.channels, config.width
                ),
                "critic": FactorCritic(task.channels, self.space.size, config.width),
                "reader": FactorReader(task.size, task.channels, self.space.size, config.width),
            }
        learning = {name: placed(network, task.device) for name, network in made.items()}
        self.generator, self.critic, self.reader = learning.values()
        self.average, self.average_reader = frozen_copy(self.generator), frozen_copy(self.reader)
        self.networks = learning | {"average": self.average, "average reader": self.average_reader}
        self.optimizers = {
            name: torch.optim.Adam(network.parameters(), config.learning_rate, _BETAS, fused=True)
            for name, network in learning.items()
        }
        self.factor_loss = AttributeLoss([task.columns[place] for place in self.space.columns], task.device)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None:
            raise ValueError("factors are learned from attributes")
        self.set_rate(self.config.learning_rate * game_pace(self.done_steps, self.task.steps))
        real, truth = batch.pictures, batch.attributes[:, list(self.space.columns)]
        told = self.space.rows(batch.attributes)
        noise = torch.randn((len(real), self.config.noise), generator=self.rng, device=self.rng.device)
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            made = self.generator(torch.cat([told, noise], 1)).float()
        losses = self._teach_reader(real, truth)
        losses |= self._teach_critic(real, made.detach(), told)
        losses |= self._teach_generator(real, made, told, truth)
        for average, network in ((self.average, self.generator), (self.average_reader, self.reader)):
            self.follow(average, network, len(real), self.config.ema_half_life)
        return {name: value.detach() for name, value in losses.items()}

    def _teach_reader(self, real: Tensor, truth: Tensor) -> dict[str, Tensor]:
        if self.config.reader_weight == 0:
            return {}
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            found = self.reader(real)
        loss = sum(self.factor_loss(found.float(), truth), torch.zeros((), device=real.device))
        self.descend("reader", loss)
        return {"reader": loss}

    def _teach_critic(self, real: Tensor, made: Tensor, told: Tensor) -> dict[str, Tensor]:
        if self.config.critic_weight == 0:
            return {}
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            on_real, on_made = self._scores(torch.cat([real, made]), torch.cat([told, told])).float().chunk(2)
        loss, penalty = relativistic(on_real, on_made), {}
        if self.config.r1_gamma and self.done_steps % self.config.r1_every == 0:
            slope = squared_slope(lambda pictures: self._scores(pictures, told).mean((1, 2)), real)
            penalty = {"R1": slope * (self.config.r1_gamma / 2 * self.config.r1_every)}
        self.descend("critic", sum(penalty.values(), loss))
        return {"critic": loss, "D(x)": on_real.mean(), "D(G(z))": on_made.mean(), **penalty}

    def _teach_generator(self, real: Tensor, made: Tensor, told: Tensor, truth: Tensor) -> dict[str, Tensor]:
        config, parts = self.config, {"picture": (made - real).abs().mean()}
        loss = config.picture_weight * parts["picture"]
        if config.critic_weight:
            self.critic.requires_grad_(False)
            with in_bf16(self.task.device, processors=config.bfloat16):
                on_real, on_made = self._scores(torch.cat([real, made]), torch.cat([told, told])).float().chunk(2)
            parts["generator"] = relativistic(on_made, on_real)
            loss = loss + config.critic_weight * parts["generator"]
        if config.reader_weight:
            self.reader.requires_grad_(False).eval()
            with in_bf16(self.task.device, processors=config.bfloat16):
                found = self.reader(made)
            parts["factors"] = sum(self.factor_loss(found.float(), truth), torch.zeros((), device=real.device))
            loss = loss + config.reader_weight * parts["factors"]
        self.descend("generator", loss)
        self.critic.requires_grad_(True)
        self.reader.requires_grad_(True).train()
        return parts

    def _scores(self, pictures: Tensor, told: Tensor) -> Tensor:
        scores: Tensor = self.critic(pictures, (told - self.middle) / self.spread)
        return scores

    def sample(self, count: int) -> Tensor:
        noise = torch.randn((count, self.config.noise), generator=self.rng, device=self.rng.device)
        return torch.cat([self.space.sample(count, self.rng), noise], 1)

    @torch.no_grad()
    def pictures(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        made: Tensor = self.average(z)
        return made

    def exports(self) -> dict[str, NetworkExport]:
        known = {"z": self.sample(5).cpu()}  # far from any factors it paints what half the digits cannot repeat
        z = {"z": known["z"][:2]}
        found = {"generator": NetworkExport(self.average.eval(), z, "picture", is_halved=True, examples=known)}
        if self.config.reader_weight:
            pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
            read = FactorReading(self.average_reader, self.space, self.config.noise).eval()
            found["encoder"] = NetworkExport(read, {"picture": pictures}, "z", is_halved=True)
        return found

    def origins(self) -> dict[str, nn.Module]:
        return {"generator": self.average} | ({"encoder": self.average_reader} if self.config.reader_weight else {})

    @torch.no_grad()
    def reconstructions(self, pictures: Tensor) -> Tensor | None:
        if not self.config.reader_weight:
            return None
        return self.pictures(FactorReading(self.average_reader, self.space, self.config.noise).eval()(pictures))


def _objectives(config: Config) -> tuple[Objective, ...]:
    told = (
        FormulaTerm(
            "picture",
            r"+ p\,\mathbb{E}\lVert G(y,n)-x\rVert_1",
            "Paints the very picture that has these factors.",
            (("p", "picture_weight"),),
        ),
        FormulaTerm(
            "factors",
            r"- r\,\mathbb{E}\log R(y\mid G(y,n))",
            "The reader, which learns from real pictures, should find the factors again.",
            (("r", "reader_weight"),),
        ),
    )
    return (
        *duel("relativistic", r1_terms(config), told),
        Objective(
            "reader",
            (FormulaTerm("reader", r"-\mathbb{E}\log R(y\mid x)", "Learns to read factors off real pictures."),),
        ),
    )


FAMILY = Family(
    "factor_gan",
    "GAN of named factors",
    "A generator whose latent is what you know about the pictures: a slider, a switch or a choice for each attribute.",
    Config,
    FactorGAN,
    learns_attributes=True,
    scores=lambda _config: "relative",
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "The picture's loss falls fast at first and slowly to the end.",
            "The reader's loss falls first, the factors' loss follows: what is asked for can be seen.",
            "A factor that the reader cannot see in real pictures will not be seen in made ones either.",
        ),
        papers=(
            Paper(
                "Dosovitskiy, Springenberg & Brox",
                2015,
                "Learning to Generate Chairs with Convolutional Neural Networks",
                "https://arxiv.org/abs/1411.5928",
            ),
            Paper(
                "Odena, Olah & Shlens",
                2017,
                "Conditional Image Synthesis with Auxiliary Classifier GANs",
                "https://arxiv.org/abs/1610.09585",
            ),
            MESCHEDER,
        ),
    ),
    group="GANs",
    good_at="a slider for every known attribute",
)
