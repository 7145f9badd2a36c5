"""CycleGAN (Zhu, Park, Isola & Efros, 2017): pictures of one kind become those of another, learned without pairs.

G turns given pictures x into answers, F turns answers y back; each has a critic that sees single pictures of its kind
and judges patches by least squares. What went there and back again should be as it was:

    min_{G,F}  E (D_Y(G(x)) - 1)^2 + E (D_X(F(y)) - 1)^2 + lambda (E |F(G(x)) - x|_1 + E |G(F(y)) - y|_1)

with lambda = 10, as equations 1 and 2 have it, with the squares of section 4. Without the cycle nothing keeps an answer
to its picture: any picture of the other kind would do. The critics see earlier answers, too. What is often drawn as a
U-Net is a residual network of nine blocks in the authors' own program. What one way takes off must be hidden somewhere
in its answer for the way back to put it on again, a trace too faint for the critic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.losses import least_squares
from explorer.training.learning.paces import game_pace
from explorer.training.networks.translators.residual_translation import MadeBefore, ResidualTranslator
from explorer.training.networks.translators.translation import PatchCritic, norm_of
from explorer.training.pairing import check_given, takes

_BETAS = (0.5, 0.999)


@dataclass(frozen=True)
class Config:
    """Settings of a CycleGAN run."""

    given: str = choice(
        "any:A",
        (),
        "What it takes, from pictures that do not go together: any:A or any:B of two folders; any:eyeglasses=no where "
        "the portraits are portraits:20000:0:eyeglasses=yes; any:night, any:grey and the like from other pictures.",
    )
    batch_size: int = knob(8, 2, 1024, "Pictures of each kind in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of all networks, as a multiple of the usual.")
    blocks: int = knob(9, 1, 24, "Residual blocks of both translators: 9 in the paper, 6 for small pictures.")
    cycle_weight: float = knob(
        10.0, 0.0, 1000.0, "How much it matters, beside the critics, that a picture comes back as it was."
    )
    identity_weight: float = knob(
        0.0,
        0.0,
        1000.0,
        "How much it matters to leave alone what is of the right kind already; takes half as long again.",
    )
    learning_rate: float = knob(5e-4, 1e-6, 1e-2, "Step size of Adam, for all networks; falls over the second half.")
    ema_half_life: int = knob(2_000, 1, 1_000_000, "How slowly the averaged translators follow.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class CycleGAN(Learner):
    """Trains two translators, there and back, against a critic of each kind of picture."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        check_given(config.given)
        self.config = config
        size, channels, width = task.size, task.channels, config.width
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            pair = {
                name: ResidualTranslator(size, channels, width, config.blocks) for name in ("translator", "backwards")
            }
            critics = {
                name: PatchCritic(channels, width, norm_of("picture"), pictures=1) for name in ("answers", "given")
            }
        self.pair, self.critics = placed(nn.ModuleDict(pair), task.device), placed(nn.ModuleDict(critics), task.device)
        self.average = frozen_copy(self.pair)
        self.made_before = nn.ModuleDict({name: MadeBefore(size, channels) for name in critics}).to(task.device)
        self.networks = {
            "pair": self.pair,
            "critic of answers": self.critics["answers"],
            "critic of what is given": self.critics["given"],
            "average": self.average,
            "made before": self.made_before,
        }
        self.optimizers = {
            name: torch.optim.Adam(learning.parameters(), config.learning_rate, _BETAS, fused=True)
            for name, learning in (("pair", self.pair), ("critics", self.critics))
        }

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.given is None:
            raise Problem("There is nothing to translate in this batch.", "Please report this.")
        self.set_rate(self.config.learning_rate * game_pace(self.done_steps, self.task.steps))
        real = {"answers": batch.pictures, "given": batch.given}
        made = {
            "answers": self._translated("translator", real["given"]),
            "given": self._translated("backwards", real["answers"]),
        }
        again = {
            "given": self._translated("backwards", made["answers"]),
            "answers": self._translated("translator", made["given"]),
        }
        losses = self._of_translators(real, made, again)
        weights = {"adversarial": 1.0, "cycle": self.config.cycle_weight, "identity": self.config.identity_weight}
        self.descend("pair", cast(Tensor, sum(weights[name] * loss for name, loss in losses.items())))
        critic = self._teach_critics(real, made)
        self.follow(self.average, self.pair, len(batch.pictures), self.config.ema_half_life)
        return {name: value.detach() for name, value in {**critic, **losses}.items()}

    def _of_translators(
        self, real: dict[str, Tensor], made: dict[str, Tensor], again: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        self.critics.requires_grad_(False)
        scores = [self._scores(name, made[name]) for name in made]
        self.critics.requires_grad_(True)
        losses = {
            "adversarial": cast(Tensor, sum(2.0 * least_squares(each, 1.0) for each in scores)),
            "cycle": cast(Tensor, sum((again[name] - real[name]).abs().mean() for name in real)),
        }
        if self.config.identity_weight:
            same = {"translator": real["answers"], "backwards": real["given"]}
            kept = ((self._translated(name, pictures) - pictures).abs().mean() for name, pictures in same.items())
            losses["identity"] = cast(Tensor, sum(kept))
        return losses

    def _teach_critics(self, real: dict[str, Tensor], made: dict[str, Tensor]) -> dict[str, Tensor]:
        losses, told = [], {}
        for name, pictures in real.items():
            pool = cast(MadeBefore, self.made_before[name])
            shown = torch.cat([pictures, pool.exchanged(made[name].detach(), self.rng)])
            on_real, on_made = self._scores(name, shown).chunk(2)
            losses.append(least_squares(on_real, 1.0) + least_squares(on_made, 0.0))
            if name == "answers":
                told = {"D(x)": on_real.mean(), "D(G(x))": on_made.mean()}
        loss = torch.stack(losses).sum()
        self.descend("critics", loss)
        return {"critic": loss, **told}

    def _translated(self, name: str, pictures: Tensor) -> Tensor:
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            found: Tensor = self.pair[name](pictures)
        return found.float()

    def _scores(self, name: str, pictures: Tensor) -> Tensor:
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            found: Tensor = self.critics[name](pictures)
        return found.float()

    @torch.no_grad()
    def translations(self, given: Tensor) -> Tensor:
        found: Tensor = self.average["translator"](given)
        return found

    @torch.no_grad()
    def back(self, answers: Tensor) -> Tensor:
        """What it makes of pictures (N, C, H, W) of the kind of its answers: such as it is given."""
        found: Tensor = self.average["backwards"](answers)
        return found

    def exports(self) -> dict[str, NetworkExport]:
        given = {"picture": torch.randn(2, self.task.channels, self.task.size, self.task.size)}
        there, back = takes(self.config.given), "a picture such as the translator beside it gives"
        return {
            name: NetworkExport(self.average[name].eval(), given, "answer", is_halved=True, takes=said)
            for name, said in (("translator", there), ("backwards", back))
        }


FAMILY = Family(
    "cyclegan",
    "CycleGAN",
    "Turns pictures of one kind into those of another and back, learned from both kinds without any pairs.",
    Config,
    CycleGAN,
    given=lambda config: str(config.given),
    explained=FamilyExplanation(
        objectives=lambda _config: (
            Objective(
                "critics",
                (
                    FormulaTerm(
                        "critic",
                        r"\frac{1}{2}\mathbb{E}(D_Y(y)-1)^2 + \frac{1}{2}\mathbb{E}D_Y(G(x))^2"
                        r" + \frac{1}{2}\mathbb{E}(D_X(x)-1)^2 + \frac{1}{2}\mathbb{E}D_X(F(y))^2",
                        "Each critic gives patches of real pictures of its kind 1, and of made ones, new and old, 0.",
                    ),
                ),
            ),
            Objective(
                "translators",
                (
                    FormulaTerm(
                        "adversarial",
                        r"\mathbb{E}(D_Y(G(x))-1)^2 + \mathbb{E}(D_X(F(y))-1)^2",
                        "What is made should look like pictures of the other kind.",
                    ),
                    FormulaTerm(
                        "cycle",
                        r"+ \lambda(\mathbb{E}\lVert F(G(x))-x\rVert_1"
                        r" + \mathbb{E}\lVert G(F(y))-y\rVert_1)",
                        "There and back again, a picture is as it was: so each answer keeps to its own picture.",
                        ((r"\lambda", "cycle_weight"),),
                    ),
                    FormulaTerm(
                        "identity",
                        r"+ \mu(\mathbb{E}\lVert G(y)-y\rVert_1 + \mathbb{E}\lVert F(x)-x\rVert_1)",
                        "What is of the right kind already is left alone; not asked for unless its weight is above 0.",
                        ((r"\mu", "identity_weight"),),
                    ),
                ),
            ),
        ),
        healthy=(
            "The cycle begins at 0, since nothing is changed yet, rises, and falls again to a few hundredths.",
            "Critics' scores stay apart a little: about 0.7 on real pictures, 0.3 on made ones.",
            "Answers change what tells the two kinds apart, and nothing else. If colours stray, raise identity_weight.",
        ),
        papers=(
            Paper(
                "Zhu, Park, Isola & Efros",
                2017,
                "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
                "https://arxiv.org/abs/1703.10593",
            ),
        ),
    ),
    group="Picture to picture",
    good_at="one kind of picture to another, without pairs",
)
