"""pix2pix (Isola, Zhu, Zhou & Efros, 2017): pictures that become pictures, learned from pairs.

A U-Net G is given one picture x of a pair and paints the other, y. A critic sees both and judges patches:

    min_G max_D  E log s(D(x, y)) + E log(1 - s(D(x, G(x)))) + lambda E |y - G(x)|_1,    lambda = 100

as equations 1, 3 and 4 have it, with the usual non-saturating loss for G and half of the critic's. L1 says where things
are and in which colours, but of all that is possible it paints the median, which is soft; the critic makes it sharp.
What is given is made of each picture (`explorer.training.pairing`), or brought. There is no noise: the authors' own,
dropout in use, hardly changed their pictures. What is given in grey is coloured in Lab: the lightness stays.

Given small pictures it is the SRGAN of Ledig et al. (2017) in all but its networks; with no weight on the critic it is
their SRResNet, which learns by the distance alone: its values are nearer to the right ones, and its detail is less.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import logistic_critic, non_saturating_generator
from explorer.training.learning.paces import game_pace
from explorer.training.networks.translators.colouring import ColouringNetwork
from explorer.training.networks.translators.translation import PatchCritic, TranslatingNetwork, norm_of
from explorer.training.pairing import check_given, takes

_BETAS = (0.5, 0.999)
_DISTANCES = {"absolute": "L1", "squared": "MSE"}


@dataclass(frozen=True)
class Config:
    """Settings of a pix2pix run."""

    given: str = choice(
        "lines",
        (),
        "What it takes from each picture: lines, lines+dabs, grey, small:4, hole, noise or segments; of your own pairs "
        "A or B (two folders), left or right (side by side).",
    )
    batch_size: int = knob(16, 2, 1024, "Pairs in one step.")
    mirror: bool = switch(False, "Flip half of the pairs left to right; doubles a set without writing in it.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual.")
    distance: str = choice(
        "absolute",
        ("absolute", "squared"),
        "How far an answer is from the right one: by the absolute difference of values (L1), or by the squared one.",
    )
    distance_weight: float = knob(100.0, 0.0, 1000.0, "How much that distance matters beside the critic.")
    critic_weight: float = knob(
        1.0, 0.0, 10.0, "How much the critic matters; with 0 there is none, and answers are soft."
    )
    normalisation: str = choice(
        "picture",
        ("picture", "none"),
        "Bring each channel of each picture to one level and spread, which learns faster; or leave it as it is.",
    )
    learning_rate: float = knob(5e-4, 1e-6, 1e-2, "Step size of Adam, for both networks; falls over the second half.")
    ema_half_life: int = knob(2_000, 1, 1_000_000, "How slowly the averaged translator follows.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class Pix2Pix(Learner):
    """Trains a translator against a critic of pairs, and towards the right answer."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        check_given(config.given)
        self.config = config
        norm = norm_of(config.normalisation)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            translator = _translator(config, task)
            critic = PatchCritic(task.channels, config.width, norm)
        self.translator, self.critic = placed(translator, task.device), placed(critic, task.device)
        self.average = frozen_copy(self.translator)
        self.networks = {"translator": self.translator, "critic": self.critic, "average": self.average}
        if config.critic_weight == 0.0:
            del self.networks["critic"]
        self.optimizers = {
            name: torch.optim.Adam(self.networks[name].parameters(), config.learning_rate, _BETAS, fused=True)
            for name in ("translator", "critic")
            if name in self.networks
        }

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.given is None:
            raise Problem("There is nothing to translate in this batch.", "Please report this.")
        self.set_rate(self.config.learning_rate * game_pace(self.done_steps, self.task.steps))
        given, real = batch.given, batch.pictures
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            made = self.translator(given)
        off = made.float() - real
        far = off.square().mean() if self.config.distance == "squared" else off.abs().mean()
        loss, told = self.config.distance_weight * far, {_DISTANCES[self.config.distance]: far}
        if "critic" in self.networks:
            told |= self._judged(given, real, made)
            loss = loss + self.config.critic_weight * told["adversarial"]
        self.descend("translator", loss)
        self.critic.requires_grad_(True)
        self.follow(self.average, self.translator, len(real), self.config.ema_half_life)
        return {name: value.detach() for name, value in told.items()}

    def _judged(self, given: Tensor, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        """Let the critic learn, and ask it about the answers; its weights are left without gradients."""
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            pairs = torch.cat([torch.cat([given, real], 1), torch.cat([given, made.detach().to(real.dtype)], 1)])
            on_real, on_made = self.critic(pairs).float().chunk(2)
            critic = 0.5 * logistic_critic(on_real, on_made)
        self.descend("critic", critic)
        self.critic.requires_grad_(False)
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            adversarial = non_saturating_generator(self.critic(torch.cat([given, made.to(given.dtype)], 1)).float())
        told = {"critic": critic, "adversarial": adversarial}
        return told | {"D(x)": on_real.mean(), "D(G(x))": on_made.mean()}

    @torch.no_grad()
    def translations(self, given: Tensor) -> Tensor:
        found: Tensor = self.average(given)
        return found

    def exports(self) -> dict[str, NetworkExport]:
        given = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        translator = self.average.eval()
        return {
            "translator": NetworkExport(translator, {"picture": given}, "answer", is_halved=True, takes=self._takes())
        }

    def _takes(self) -> str:
        each = "each picture by itself" if self.config.normalisation == "picture" else "nothing"
        return f"{takes(self.config.given)}; the network normalises {each}"


def _translator(config: Config, task: TrainingTask) -> nn.Module:
    norm = norm_of(config.normalisation)
    if config.given == "grey" and task.channels == 3:
        return ColouringNetwork(task.size, config.width, norm)
    return TranslatingNetwork(task.size, task.channels, config.width, norm)


def _objectives(config: Config) -> tuple[Objective, ...]:
    length = "_2^2" if config.distance == "squared" else "_1"
    near = FormulaTerm(
        _DISTANCES[config.distance],
        rf"\lambda\,\mathbb{{E}}\lVert y-G(x)\rVert{length}",
        "Keeps each answer near the right one: things are where they belong, in their colours.",
        ((r"\lambda", "distance_weight"),),
    )
    if config.critic_weight == 0.0:
        return (Objective("translator", (near,)),)
    weight = "" if config.critic_weight == 1.0 else r"\mu\,"
    judged = FormulaTerm(
        "adversarial",
        rf"-{weight}\mathbb{{E}}\log\sigma(D(x,G(x)))",
        "Raises the probability that the critic takes its answers for real: they become sharp.",
        ((r"\mu", "critic_weight"),) if weight else (),
    )
    return (
        Objective(
            "critic",
            (
                FormulaTerm(
                    "critic",
                    r"-\frac{1}{2}\mathbb{E}\log\sigma(D(x,y)) - \frac{1}{2}\mathbb{E}\log(1-\sigma(D(x,G(x))))",
                    "Sees what was given, x, beside an answer, and says of each patch whether it is real, as in y.",
                ),
            ),
        ),
        Objective("translator", (judged, replace(near, tex=f"+ {near.tex}"))),
    )


FAMILY = Family(
    "pix2pix",
    "pix2pix",
    "Turns one kind of picture into another, learned from pairs: lines into portraits, grey into colour, holes filled.",
    Config,
    Pix2Pix,
    given=lambda config: str(config.given),
    explained=FamilyExplanation(
        objectives=_objectives,
        healthy=(
            "L1 falls fast at first and slowly to the end; it counts a hundredfold, so look at it before the others.",
            "The critic's loss stays between about 0.3 and log 2 = 0.69: patches are never quite right, nor hopeless.",
            "Held-out pictures are answered as well as known ones; if not, there are too few pairs.",
        ),
        papers=(
            Paper(
                "Isola, Zhu, Zhou & Efros",
                2017,
                "Image-to-Image Translation with Conditional Adversarial Networks",
                "https://arxiv.org/abs/1611.07004",
            ),
            Paper(
                "Ledig et al.",
                2017,
                "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network",
                "https://arxiv.org/abs/1609.04802",
            ),
        ),
    ),
    group="Picture to picture",
    good_at="lines to pictures, grey to colour",
)
