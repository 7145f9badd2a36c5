"""SPADE (Park, Liu, Wang & Zhu, 2019), or GauGAN: painted segments become pictures, in a style of one's choice.

A generator G is given a map x of segments and a style z, and an encoder E finds the style of a real picture y:
z ~ q(z|y) = N(mean, variance), as in a VAE. A critic D of patches sees map and picture, by the hinge loss:

    D:     E max(0, 1 - D(x, y)) + E max(0, 1 + D(x, G(x, z)))
    G, E:  -E D(x, G(x, z)) + a E |D_k(x, y) - D_k(x, G(x, z))|_1 + b E |y - G(x, z)|_1 + c KL(q(z|y) | N(0, I))

D_k are the critic's layers. The authors compare pictures by a VGG network as well, which is a large one of somebody
else's; here the pictures themselves are compared. The KL term leaves styles spread as N(0, I), so that any draw of it
is one; what remains is put right when the model is exported, as for all VAEs here.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.drawing.legend import SEGMENTS
from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import hinge_critic, wasserstein_generator
from explorer.training.learning.paces import game_pace
from explorer.training.learning.variational import kl_to_prior
from explorer.training.learning.whitening import Moments, unwhitening, whitening
from explorer.training.networks.autoencoder import Mean, VariationalEncoder
from explorer.training.networks.translators.spade import SpadeGenerator, TwoScaleCritic
from explorer.training.pairing import check_given, takes

_BETAS = (0.0, 0.9)
_ENCODER = 0.5  # of the usual width: colours and light are not much to find
_SCALES = 2  # on which the critic looks


@dataclass(frozen=True)
class Config:
    """Settings of a SPADE run."""

    given: str = choice(
        "segments",
        (),
        "What it takes from each picture: segments (of portraits); A or B of pairs in two folders, left or right "
        "of pairs side by side; or lines, lines+dabs, grey, small:4, hole, noise.",
    )
    batch_size: int = knob(16, 2, 1024, "Pairs in one step.")
    mirror: bool = switch(False, "Flip half of the pairs left to right; doubles a set without writing in it.")
    latent_size: int = knob(16, 1, 256, "Dimensions of the style.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of all networks, as a multiple of the usual.")
    feature_weight: float = knob(
        10.0, 0.0, 1000.0, "How much likeness in the critic's layers matters beside its score."
    )
    l1_weight: float = knob(10.0, 0.0, 1000.0, "How much the distance from the real picture matters beside that.")
    kl_weight: float = knob(0.05, 0.0, 10.0, "Weight of the KL term, in nats: how near styles stay to N(0, I).")
    learning_rate: float = knob(6e-4, 1e-6, 1e-2, "Step size of Adam, for all networks; falls over the second half.")
    ema_half_life: int = knob(2_000, 1, 1_000_000, "How slowly the averaged generator follows.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class Spade(Learner):
    """Trains a generator of maps and styles, with an encoder of styles, against critics of patches."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        check_given(config.given)
        self.config = config
        colours = SEGMENTS if config.given == "segments" else None
        size, channels, width = task.size, task.channels, config.width
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            pair = nn.ModuleDict(
                {
                    "generator": SpadeGenerator(config.latent_size, size, channels, width, colours),
                    "encoder": VariationalEncoder(config.latent_size, size, channels, _ENCODER * width),
                }
            )
            critic = TwoScaleCritic(channels, width)
        self.pair, self.critic = placed(pair, task.device), placed(critic, task.device)
        self.average = frozen_copy(self.pair)
        self.moments = Moments(config.latent_size).to(task.device)
        self.networks = {
            "pair": self.pair,
            "critic": self.critic,
            "average": self.average,
            "moments": self.moments,
        }
        self.optimizers = {
            name: torch.optim.Adam(self.networks[name].parameters(), config.learning_rate, _BETAS, fused=True)
            for name in ("pair", "critic")
        }

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.given is None:
            raise Problem("There is no map to paint from in this batch.", "Please report this.")
        self.set_rate(self.config.learning_rate * game_pace(self.done_steps, self.task.steps))
        given, real = batch.given, batch.pictures
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            mean, log_variance = (found.float() for found in self.pair["encoder"](real))
            noise = torch.randn(mean.shape, generator=self.rng, device=self.rng.device)
            z = mean + (0.5 * log_variance).exp() * noise
            made = self.pair["generator"](given, z).to(real.dtype)
        self.moments.see(z.detach())
        critic = self._teach_critic(given, real, made.detach())
        losses = self._of_generator(given, real, made)
        losses["KL"] = kl_to_prior(mean, log_variance).sum(1).mean()
        weights = {"adversarial": 1.0, "features": self.config.feature_weight, "L1": self.config.l1_weight}
        weights["KL"] = self.config.kl_weight
        self.descend("pair", cast(Tensor, sum(weights[name] * loss for name, loss in losses.items())))
        self.critic.requires_grad_(True)
        self.follow(self.average, self.pair, len(real), self.config.ema_half_life)
        return {name: value.detach() for name, value in {**critic, **losses}.items()}

    def _teach_critic(self, given: Tensor, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        seen = self._seen(torch.cat([torch.cat([given, real], 1), torch.cat([given, made], 1)]))
        scores = [layers[-1].chunk(2) for layers in seen]
        loss = torch.stack([hinge_critic(on_real, on_made) for on_real, on_made in scores]).mean()
        self.descend("critic", loss)
        return {"critic": loss, "D(x)": scores[0][0].mean(), "D(G(z))": scores[0][1].mean()}

    def _of_generator(self, given: Tensor, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        """The losses of what was made; the critic takes no gradients meanwhile."""
        self.critic.requires_grad_(False)
        with torch.no_grad():
            wanted = self._seen(torch.cat([given, real], 1))
        found = self._seen(torch.cat([given, made], 1))
        pairs = [
            pair for here, there in zip(found, wanted, strict=True) for pair in zip(here[:-1], there, strict=False)
        ]
        return {
            "adversarial": torch.stack([wasserstein_generator(layers[-1]) for layers in found]).mean(),
            "features": torch.stack([(here - there).abs().mean() for here, there in pairs]).mean(),
            "L1": (made - real).abs().mean(),
        }

    def _seen(self, pairs: Tensor) -> list[list[Tensor]]:
        """What each critic sees in its layers, its scores last."""
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            flat = [layer.float() for layer in self.critic(pairs)]
        count = len(flat) // _SCALES
        return [flat[start : start + count] for start in range(0, len(flat), count)]

    def finished(self) -> nn.ModuleDict:
        """Averaged generator and encoder for whitened styles, which spread as N(0, I) does; in evaluation mode."""
        found = nn.ModuleDict({name: copy(self.average[name]) for name in ("generator", "encoder")})
        generator, encoder = cast(SpadeGenerator, found["generator"]), cast(VariationalEncoder, found["encoder"])
        generator._modules, encoder._modules = dict(generator._modules), dict(encoder._modules)
        encoder.mean = whitening(encoder.mean, self.moments)
        generator.dense = unwhitening(generator.dense, self.moments)
        return found.eval()

    @torch.no_grad()
    def styles(self, pictures: Tensor) -> Tensor:
        """The styles (N, d) of pictures, as the generator that is kept takes them."""
        found: Tensor = Mean(cast(VariationalEncoder, self.finished()["encoder"]))(pictures)
        return found

    @torch.no_grad()
    def translations(self, given: Tensor, z: Tensor | None = None) -> Tensor:
        """What it paints of maps (N, C, H, W), in these styles (N, d) or a fixed draw for each."""
        if z is None:
            shape = (len(given), self.config.latent_size)
            z = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(given.device)
        found: Tensor = self.finished()["generator"](given, z)
        return found

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        networks, z = self.finished(), torch.randn(2, self.config.latent_size)
        encoder = Mean(cast(VariationalEncoder, networks["encoder"])).eval()
        takes_both = f"{takes(self.config.given)}; and a style z"
        return {
            "translator": NetworkExport(
                networks["generator"], {"picture": pictures, "z": z}, "answer", is_halved=True, takes=takes_both
            ),
            "encoder": NetworkExport(encoder, {"picture": pictures}, "z", is_halved=True),
        }


FAMILY = Family(
    "spade",
    "SPADE",
    "Paints pictures from maps of segments, in a style that is drawn at random or taken from another picture.",
    Config,
    Spade,
    given=lambda config: str(config.given),
    explained=FamilyExplanation(
        objectives=lambda _config: (
            Objective(
                "critic",
                (
                    FormulaTerm(
                        "critic",
                        r"\mathbb{E}\max(0, 1-D(x,y)) + \mathbb{E}\max(0, 1+D(x,G(x,z)))",
                        "Sees the map, x, beside a picture, and scores each patch: above 1 where it is real, below -1 "
                        "where it is made. What it tells apart well enough teaches it nothing more.",
                    ),
                ),
            ),
            Objective(
                "generator and encoder",
                (
                    FormulaTerm(
                        "adversarial",
                        r"-\mathbb{E}D(x,G(x,z))",
                        "Raises the critic's scores of what is made, on two scales: it becomes sharp.",
                    ),
                    FormulaTerm(
                        "features",
                        r"+ a\,\mathbb{E}\sum_k\lVert D_k(x,y)-D_k(x,G(x,z))\rVert_1",
                        "The critic's layers should find in it what they find in the real picture.",
                        (("a", "feature_weight"),),
                    ),
                    FormulaTerm(
                        "L1",
                        r"+ b\,\mathbb{E}\lVert y-G(x,z)\rVert_1",
                        "Keeps it near the picture whose style it was given, so that styles mean colours and light.",
                        (("b", "l1_weight"),),
                    ),
                    FormulaTerm(
                        "KL",
                        r"+ c\,\mathrm{KL}(q(z|y)\,|\,\mathcal{N}(0,I))",
                        "Keeps styles spread as the prior is, so that a random one is as good as a picture's.",
                        (("c", "kl_weight"),),
                    ),
                ),
            ),
        ),
        healthy=(
            "L1 falls as the encoder learns to tell colours; KL rises first and settles, and is above a nat or two.",
            "The critic's loss stays between about 0.5 and 2: at 2 it cannot tell at all, at 0 it is never wrong.",
            "Different styles give one map different colours. If they do not, z is ignored: lower kl_weight.",
        ),
        papers=(
            Paper(
                "Park, Liu, Wang & Zhu",
                2019,
                "Semantic Image Synthesis with Spatially-Adaptive Normalization",
                "https://arxiv.org/abs/1903.07291",
            ),
        ),
    ),
    group="Picture to picture",
    good_at="painted segments to pictures, in any style",
)
