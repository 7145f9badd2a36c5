"""A classifier: a small network that looks at a picture and says which attributes it has.

It judges what a latent direction changes, so it must see in made pictures, blurred and flawed as they are, what it
learned from real ones: it learns from pictures that are moved, tinted, blurred and partly hidden at random.

Of each picture with known values y, and the network's outputs o, it minimises the mean over the attributes of

    -(y log s(o) / 2p + (1 - y) log(1 - s(o)) / 2(1 - p))     yes/no; s the sigmoid, p the share of yes
    huber(o - (y - mean) / deviation)                         numbers (Huber, 1964; delta = 1)

so that rare attributes count as much as common ones, and a probability of 1/2 is as far from yes as from no. Where
exactly one of them is true, as of classes, it minimises the cross-entropy of their softmax instead,

    -log softmax(o)_y

and without any layers between picture and answer that is multinomial logistic regression, the softmax of lectures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.models.attribute import Attribute
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.attribute_columns import AttributeColumn
from explorer.training.learning.attribute_loss import AttributeLoss
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.distortion import Distortion
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.paces import cosine_pace
from explorer.training.networks.convolutional import strided
from explorer.training.networks.dropout import Dropout

_WARM_UP = 50  # steps


@dataclass(frozen=True)
class Config:
    """Settings of a classifier's run."""

    attributes: str = choice(
        "", (), "What to recognise, separated by commas: names, or the part before a '='. Empty: everything."
    )
    exclusive: bool = switch(
        False, "Exactly one of them is true, as with classes: a softmax instead of a yes/no for each."
    )
    layers: str = choice(
        "convolutional", ("convolutional", "none"), "What lies between picture and answer; none is logistic regression."
    )
    others: bool = switch(False, "Learn the other attributes too, for practice; only the chosen ones are exported.")
    repeats: int = knob(0, 0, 100, "How much more often pictures appear for which everything chosen is known.")
    batch_size: int = knob(64, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures. Not where left and right matter, as for a gaze.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the network, as a multiple of the usual.")
    learning_rate: float = knob(2e-3, 1e-6, 1e-1, "Largest step size of AdamW; a half cosine takes it to 0.")
    weight_decay: float = knob(0.05, 0.0, 10.0, "Weight decay: how strongly weights are pulled towards 0.")
    dropout: float = knob(0.2, 0.0, 0.9, "Share of the features that is left out at random while learning.")
    movement: float = knob(0.5, 0.0, 2.0, "Shift, turn and zoom; 1 is 12 % of the side, 10 degrees, 12 %.")
    colour: float = knob(0.5, 0.0, 2.0, "Change of brightness, saturation and contrast.")
    blur: float = knob(0.03, 0.0, 0.2, "Largest blur of half the pictures, as a share of the side.")
    cut: float = knob(0.3, 0.0, 1.0, "Largest side of a hidden square, as a share of the picture's.")
    ema_half_life: int = knob(5_000, 1, 1_000_000, "How slowly the averaged network follows.", " pictures")
    bfloat16: bool = switch(False, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class Network(nn.Module):
    """Picture (N, C, H, W), -1 to 1, to one number per column (N, A): logits and standardised values."""

    def __init__(self, config: Config, task: TrainingTask, outputs: int) -> None:
        super().__init__()
        self.is_linear = config.layers == "none"
        if self.is_linear:
            self.last = nn.Linear(task.channels * task.size**2, outputs)
            return
        usual = {4: 160, 8: 112, 16: 56, 32: 28, 64: 16, 128: 12}
        stages, last = strided(task.channels, task.size, usual, config.width, nn.ReLU)
        self.stages = nn.Sequential(*stages)
        self.last = nn.Linear(2 * last, outputs)

    def features(self, pictures: Tensor) -> Tensor:
        """The mean and the largest of each channel over the picture, (N, 2 C); without layers its values themselves."""
        if self.is_linear:
            return pictures.flatten(1)
        seen = self.stages(pictures)
        return torch.cat([seen.mean((2, 3)), seen.amax((2, 3))], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.last(self.features(pictures))
        return logits


class Judge(nn.Module):
    """The network as others use it: probabilities, and numbers in their own units, of the chosen columns."""

    chosen: Tensor
    sure: Tensor
    mean: Tensor
    deviation: Tensor

    def __init__(
        self, network: Network, columns: Sequence[AttributeColumn], chosen: Sequence[int], *, exclusive: bool = False
    ) -> None:
        super().__init__()
        self.network, self.is_exclusive = network, exclusive
        kept = [columns[index] for index in chosen]
        self.register_buffer("chosen", torch.tensor(chosen))
        self.register_buffer("sure", torch.tensor([column.kind == "yes/no" for column in kept]))
        self.register_buffer("mean", torch.tensor([column.mean for column in kept]))
        self.register_buffer("deviation", torch.tensor([column.deviation for column in kept]))

    def forward(self, pictures: Tensor) -> Tensor:
        logits = self.network(pictures).index_select(1, self.chosen)
        if self.is_exclusive:
            return torch.softmax(logits, 1)
        return torch.where(self.sure, logits.sigmoid(), logits * self.deviation + self.mean)


class AttributeClassifier(Learner):
    """Trains one network on all columns at once."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config = config
        self.chosen = _chosen(config.attributes, task.columns)
        self.learned = self.chosen if not config.others else _learnable(task.columns)
        if config.exclusive:
            self.learned = _exclusive(task.columns, self.chosen)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = Network(config, task, len(task.columns))
        self.network = placed(network, task.device)
        self.average = frozen_copy(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {"network": torch.optim.AdamW(_groups(self.network, config), fused=True)}
        self.loss = AttributeLoss([task.columns[index] for index in self.learned], task.device)
        self.dropout = Dropout(config.dropout, self.rng)
        self.distortion = Distortion(config.movement, config.colour, config.blur, config.cut)

    def shares(self, attributes: NDArray[np.float32]) -> NDArray[np.int64]:
        known = np.isfinite(attributes[:, self.chosen]).all(1)
        return np.where(known, 1 + self.config.repeats, 1).astype(np.int64)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if batch.attributes is None:
            raise ValueError("a classifier learns from attributes")
        self.set_rate(self.config.learning_rate * cosine_pace(self.done_steps, self.task.steps, _WARM_UP))
        truth = batch.attributes[:, self.learned]
        pictures = self.distortion.of(batch.pictures, self.rng)
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            logits = self.network.last(self.dropout(self.network.features(pictures)))
        logits = logits[:, self.learned].float()
        yes_no, number = _softmax_loss(logits, truth) if self.config.exclusive else self.loss(logits, truth)
        loss = yes_no + number
        self.descend("network", loss)
        self.follow(self.average, self.network, len(pictures), self.config.ema_half_life)
        losses = {"loss": loss, "yes/no": yes_no, "number": number}
        return {name: value.detach() for name, value in losses.items()}

    def told(self) -> tuple[Attribute, ...]:
        columns = (self.task.columns[index] for index in self.chosen)
        return tuple(Attribute(column.name, column.kind, column.low, column.high) for column in columns)

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        judge = Judge(self.average, self.task.columns, self.chosen, exclusive=self.config.exclusive).eval()
        return {"classifier": NetworkExport(judge, {"picture": pictures}, "attributes")}

    def origins(self) -> dict[str, nn.Module]:
        return {"classifier": self.average}


def _groups(network: nn.Module, config: Config) -> list[dict[str, object]]:
    """Weights decay; biases and what batch norms scale by do not."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    rest = [p for p in network.parameters() if p.ndim <= 1]
    pace = config.learning_rate
    return [
        {"params": matrices, "lr": pace, "weight_decay": config.weight_decay},
        {"params": rest, "lr": pace, "weight_decay": 0.0},
    ]


def _softmax_loss(logits: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """The cross-entropy of columns of which one is true, over the pictures whose columns are known; and 0."""
    known = torch.isfinite(truth).all(1) & (truth.nan_to_num().sum(1) == 1)
    each = functional.cross_entropy(logits, truth.nan_to_num().argmax(1), reduction="none") * known
    return each.sum() / known.sum().clamp(min=1), logits.new_zeros(())


def _exclusive(columns: Sequence[AttributeColumn], chosen: list[int]) -> list[int]:
    """The chosen columns, of which exactly one is true for each picture."""
    if any(columns[place].kind != "yes/no" for place in chosen) or len(chosen) < 2:
        names = ", ".join(columns[place].name for place in chosen)
        raise Problem(
            f"{names} do not exclude each other: more than one can be true.",
            "Leave exclusive out, or choose classes: attributes=...",
        )
    return chosen


def _learnable(columns: Sequence[AttributeColumn]) -> list[int]:
    return [index for index, column in enumerate(columns) if column.deviation > 0]


def _chosen(words: str, columns: Sequence[AttributeColumn]) -> list[int]:
    """The columns that a setting such as ``smiling, beard`` means, in their own order."""
    names = [word.strip() for word in words.split(",") if word.strip()]
    found = {n: [i for i, c in enumerate(columns) if n in (c.name, c.name.split("=")[0])] for n in names}
    if missing := [name for name, indices in found.items() if not indices]:
        known = ", ".join(column.name for column in columns)
        raise Problem(f"The pictures have no attribute called {missing[0]}.", f"They have: {known}.")
    able = set(_learnable(columns))
    chosen = sorted({i for indices in found.values() for i in indices} & able) if names else sorted(able)
    if not chosen:
        raise Problem(
            f"The pictures to learn from are all alike in {words or 'everything that is known about them'}.",
            "Choose other attributes, or other pictures.",
        )
    return chosen


_OBJECTIVES = (
    Objective(
        "classifier",
        (
            FormulaTerm(
                "yes/no",
                r"-\mathbb{E}(\frac{y}{2p}\log\sigma(o) + \frac{1-y}{2(1-p)}\log(1-\sigma(o)))",
                "Cross-entropy of yes/no attributes; p is the share of yes, so that rare ones count as much.",
            ),
            FormulaTerm(
                "number",
                r"+ \mathbb{E}\,\huber(o-\frac{y-\mu}{\sigma})",
                "Draws standardised numbers to their values; large errors count by their size, not their square.",
            ),
        ),
    ),
)

_SOFTMAX = (
    Objective(
        "classifier",
        (
            FormulaTerm(
                "yes/no",
                r"-\mathbb{E}\log\frac{e^{o_y}}{\sum_k e^{o_k}}",
                "Cross-entropy of the true one among those that exclude each other.",
            ),
        ),
    ),
)

FAMILY = Family(
    "attributes",
    "Attribute classifier",
    "Says which attributes a picture has, and so what a direction changes.",
    Config,
    AttributeClassifier,
    learns_attributes=True,
    explained=FamilyExplanation(
        objectives=lambda config: _SOFTMAX if config.exclusive else _OBJECTIVES,
        healthy=(
            "The loss falls quickly at first and flattens; at log 2 = 0.69 for yes/no nothing has been learned yet.",
            "On pictures that were held out it is right far more often than chance.",
            "A loss near 0 on few pictures means that they are memorised: alter them more, or add pictures.",
        ),
        papers=(
            Paper(
                "Huber", 1964, "Robust Estimation of a Location Parameter", "https://doi.org/10.1214/aoms/1177703732"
            ),
        ),
    ),
    group="Helpers",
    good_at="names what pictures show",
)
