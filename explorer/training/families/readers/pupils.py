"""A pupil finder: a small network that sees where the eyes of the face in a picture are, and whether there is one.

It learns from aligned faces, whose pupils all lie in one place, turned, scaled and pasted over other things
(`pasted_faces`). A map of cells is drawn for each pupil; the place is the mean over the map's softmax p,
an integral regression (Sun et al., 2018). It minimises, of pictures with a face,

    -sum_c t_c log p_c      t a Gaussian of one cell's width around the pupil, summing to 1
    + |x - x*|              in cells; x the mean over p

and of all pictures the cross entropy of whether there is a face.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.models.attribute import Attribute
from explorer.core.photos.pupil_finder import FINDINGS
from explorer.core.photos.pupils import Pupils
from explorer.core.problem import Problem
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import in_bf16, placed
from explorer.training.learning.distortion import Distortion
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import knob, switch
from explorer.training.learning.paces import cosine_pace
from explorer.training.learning.pasted_faces import Pasted, Pasting
from explorer.training.learning.stages import sides, width_at
from explorer.training.networks.convolutional import strided

_WARM_UP = 50  # steps
_DOWN = {4: 128, 8: 96, 16: 64, 32: 32, 64: 16, 128: 12}
_UP = {4: 128, 8: 64, 16: 48, 32: 24}
_SYMMETRIC = 0.005


@dataclass(frozen=True)
class Config:
    """Settings of a pupil finder's run."""

    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(True, "Flip half of the faces; their pupils must lie symmetrically.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of the network, as a multiple of the usual.")
    learning_rate: float = knob(3e-3, 1e-6, 1e-1, "Largest step size of AdamW; a half cosine takes it to 0.")
    weight_decay: float = knob(0.02, 0.0, 10.0, "Weight decay: how strongly weights are pulled towards 0.")
    turn: float = knob(45.0, 0.0, 180.0, "Largest turn of a face.", " degrees")
    smallest: float = knob(0.18, 0.05, 1.0, "Smallest face, as a share of the picture's side.")
    near: float = knob(0.5, 0.0, 1.0, "Share of faces that are upright and fill the picture, as at the second look.")
    empty: float = knob(0.2, 0.0, 0.9, "Share of pictures without a face.")
    colour: float = knob(1.0, 0.0, 2.0, "Change of brightness, saturation and contrast.")
    blur: float = knob(0.015, 0.0, 0.2, "Largest blur of half the pictures, as a share of the side.")
    cut: float = knob(0.25, 0.0, 1.0, "Largest side of a hidden square, as a share of the picture's.")
    grey: float = knob(0.15, 0.0, 1.0, "Share of pictures without colour.")
    noise: float = knob(0.08, 0.0, 1.0, "Largest noise; pixels span 2.")
    ema_half_life: int = knob(4_000, 1, 1_000_000, "How slowly the averaged network follows.", " pictures")
    bfloat16: bool = switch(True, "Use bfloat16 on processors that have it: fewer digits, nearly twice as fast.")


class PupilNetwork(nn.Module):
    """Picture (N, C, S, S), -1 to 1, to maps (N, 2, S/4, S/4), logits, and how likely there is a face (N,), a logit."""

    def __init__(self, config: Config, task: TrainingTask) -> None:
        super().__init__()
        layers, last = strided(task.channels, task.size, _DOWN, config.width, nn.ReLU)
        self.down = nn.ModuleList(nn.Sequential(*layers[place : place + 3]) for place in range(0, len(layers), 3))
        around = nn.Conv2d(last, last, 3, 1, 1, bias=False)
        self.around = nn.Sequential(around, nn.BatchNorm2d(last), nn.ReLU())
        steps = sides(task.size)
        self.up = nn.ModuleList()
        given = last
        for side in steps[1:-2]:
            beside, after = width_at(side, _DOWN, config.width), width_at(side, _UP, config.width)
            convolution = nn.Conv2d(given + beside, after, 3, 1, 1, bias=False)
            self.up.append(nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU()))
            given = after
        self.maps = nn.Conv2d(given, 2, 1)
        self.judge = nn.Linear(2 * last, 1)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = []
        for stage in self.down:
            pictures = stage(pictures)
            seen.append(pictures)
        found = seen[-1] + self.around(seen[-1])
        judged: Tensor = self.judge(torch.cat([found.mean((2, 3)), found.amax((2, 3))], 1))
        for stage, beside in zip(self.up, seen[-2::-1], strict=False):
            found = stage(torch.cat([functional.interpolate(found, scale_factor=2.0), beside], 1))
        return self.maps(found), judged[:, 0]


class Finder(nn.Module):
    """The network as others use it: (N, 5), the pupils' places as shares and the probability of a face."""

    def __init__(self, network: PupilNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        maps, judged = self.network(pictures)
        return torch.cat([_places(maps).flatten(1), judged.sigmoid()[:, None]], 1)


class PupilLearner(Learner):
    """Trains one network on faces that are pasted anew for each step."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config = config
        pupils = _pupils(task, config.mirror)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = PupilNetwork(config, task)
        self.network = placed(network, task.device)
        self.average = frozen_copy(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {
            "network": torch.optim.AdamW(
                self.network.parameters(), config.learning_rate, weight_decay=config.weight_decay, fused=True
            )
        }
        self.pasting = Pasting(pupils, config.turn, config.smallest, config.near, config.empty)
        self.distortion = Distortion(0.0, config.colour, config.blur, config.cut)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.config.learning_rate * cosine_pace(self.done_steps, self.task.steps, _WARM_UP))
        pasted = self.pasting.of(batch.pictures, self.rng)
        pictures = self._distorted(pasted.pictures)
        with in_bf16(self.task.device, processors=self.config.bfloat16):
            maps, judged = self.network(pictures)
        losses = _losses(maps.float(), judged.float(), pasted)
        self.descend("network", sum(losses.values(), start=torch.zeros((), device=maps.device)))
        self.follow(self.average, self.network, len(pictures), self.config.ema_half_life)
        return {name: value.detach() for name, value in losses.items()}

    def _distorted(self, pictures: Tensor) -> Tensor:
        """Lit, tinted, blurred, noisy or grey; no pupil moves."""
        count, device = len(pictures), pictures.device
        draw = torch.rand((8, count), generator=self.rng, device=device)[:, :, None, None, None]
        places = torch.linspace(-1, 1, pictures.shape[2], device=device)
        light = (draw[0] - 0.5) * places[None, None, None, :] + (draw[1] - 0.5) * places[None, None, :, None]
        pictures = (pictures + 1) * (1 + self.config.colour * 0.8 * light) - 1
        if pictures.shape[1] == 3:
            pictures = pictures + 0.15 * self.config.colour * (2 * draw[2:5, :, 0].permute(1, 0, 2, 3) - 1)
            grey = pictures.mean(1, keepdim=True).expand_as(pictures)
            pictures = torch.where(draw[5] < self.config.grey, grey, pictures)
        pictures = self.distortion.of(pictures, self.rng)
        noise = torch.randn(pictures.shape, generator=self.rng, device=device)
        noisy: Tensor = (pictures + noise * self.config.noise * draw[6].square()).clamp(-1, 1)
        return noisy.contiguous(memory_format=torch.channels_last)

    def told(self) -> tuple[Attribute, ...]:
        return FINDINGS

    def exports(self) -> dict[str, NetworkExport]:
        pictures = torch.randn(2, self.task.channels, self.task.size, self.task.size)
        return {"classifier": NetworkExport(Finder(self.average).eval(), {"picture": pictures}, "attributes")}


def _places(maps: Tensor) -> Tensor:
    """The mean place of each map's softmax, (N, 2, 2) shares."""
    weights = maps.flatten(2).softmax(2).view(maps.shape)
    height, width = maps.shape[2:]
    across = (torch.arange(width, device=maps.device, dtype=maps.dtype) + 0.5) / width
    down = (torch.arange(height, device=maps.device, dtype=maps.dtype) + 0.5) / height
    return torch.stack([(weights.sum(2) * across).sum(2), (weights.sum(3) * down).sum(2)], 2)


def _losses(maps: Tensor, judged: Tensor, pasted: Pasted) -> dict[str, Tensor]:
    height, width = maps.shape[2:]
    apart_x = torch.arange(width, device=maps.device) + 0.5 - pasted.pupils[:, :, 0, None] * width
    apart_y = torch.arange(height, device=maps.device) + 0.5 - pasted.pupils[:, :, 1, None] * height
    target = torch.exp(-0.5 * (apart_x[:, :, None, :].square() + apart_y[:, :, :, None].square())).flatten(2)
    target = target / target.sum(2, keepdim=True)
    entropy = -(target * maps.flatten(2).log_softmax(2)).sum(2).mean(1)
    distance = (_places(maps) - pasted.pupils).abs().sum(2).mean(1) * width
    share = pasted.has_face.float() / pasted.has_face.sum().clamp(min=1)
    face = functional.binary_cross_entropy_with_logits(judged, pasted.has_face.float())
    return {"map": (entropy * share).sum(), "distance": (distance * share).sum(), "face": face}


def _pupils(task: TrainingTask, mirrored: bool) -> Pupils:
    if task.pupils is None:
        raise Problem(
            "It is not known where the pupils are in these pictures.",
            'Give it with --frame "pupils at 34.4 % and 65.6 % of the width and 45 % of the height".',
        )
    (x1, y1), (x2, y2) = task.pupils
    if mirrored and (abs(x1 + x2 - 1) > _SYMMETRIC or abs(y1 - y2) > _SYMMETRIC):
        raise Problem("The pupils of these pictures do not lie symmetrically.", "Set mirror to no.")
    return task.pupils


_OBJECTIVES = (
    Objective(
        "network",
        (
            FormulaTerm(
                "map",
                r"-\mathbb{E}\sum_c t_c\log p_c",
                "Each pupil's map p should be high where the pupil is, t, and nowhere else.",
            ),
            FormulaTerm(
                "distance",
                r"+ \mathbb{E}\lVert x-x^*\rVert_1",
                "The mean of the map should lie on the pupil, also between cells.",
            ),
            FormulaTerm(
                "face",
                r"+ \mathbb{E}[-\log f]",
                "Says whether there is a face at all: the cross-entropy of its probability f.",
            ),
        ),
    ),
)


FAMILY = Family(
    "pupils",
    "Pupil finder",
    "Sees where the eyes of a face in a photo are, so that it can be brought into a frame.",
    Config,
    PupilLearner,
    needs_pupils=True,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "Map falls to what is left by the width of the target, about 2.8; distance falls below a third of a cell.",
            "Face falls quickly to a few hundredths: faces and other things are easily told apart.",
            "On faces held out it finds the eyes as exactly as on those that it has learned from.",
        ),
        papers=(
            Paper(
                "Sun, Xiao, Wei, Liang & Wei",
                2018,
                "Integral Human Pose Regression",
                "https://arxiv.org/abs/1711.08229",
            ),
        ),
    ),
    group="Helpers",
    good_at="finds the eyes in photos",
)
