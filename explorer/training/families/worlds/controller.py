"""The controller of a world model (Ha & Schmidhuber, 2018): one layer that acts, found by evolution inside the dream.

Of the latent z and what the memory holds, h, an action is tanh(W [z, h] + b). Nothing is descended: in each
generation CMA-ES (Hansen, 2016) draws controllers around where it stands, each drives through the same dreams, and
those that earned most say where to stand next, and how widely to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.models.model import DREAM, ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.core.worlds.controllers import ControllerShape
from explorer.core.worlds.dream import Dream, State
from explorer.core.worlds.trials import dreamt, driven_awake
from explorer.core.worlds.world_facts import STATE
from explorer.paths import model_path
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.worlds.search import Evolution, SearchLog

IN_DREAM, IN_WORLD = "dream", "world"


@dataclass(frozen=True)
class Config:
    """Settings of a controller."""

    world: str = choice("", (), "The world model to drive: its name or path.")
    where: str = choice(IN_DREAM, (IN_DREAM, IN_WORLD), "Where controllers are tried: in the dream, or in the world.")
    batch_size: int = knob(16, 2, 1024, "How many dreams each controller is tried in.")
    mirror: bool = switch(False, "Has no meaning here: a mirrored frame needs a mirrored action.")
    population: int = knob(32, 4, 1024, "Controllers in a generation.")
    frames: int = knob(80, 2, 5000, "Frames of a dream.")
    temperature: float = knob(1.0, 0.01, 3.0, "How much of the dream is left to chance: more is harder to cheat.")
    spread: float = knob(0.3, 0.001, 10.0, "Standard deviation of the weights of the first generation.")
    weight_cost: float = knob(0.0, 0.0, 100.0, "What large weights cost: this times their mean square.")
    sees_cell: bool = switch(False, "Let it see the memory's cell too, as the paper's does for Doom.")
    has_bias: bool = switch(True, "Give each action a number of its own.")


class LinearController(nn.Module):
    """State (N, S) to actions (N, A), within their ranges."""

    matrix: Tensor
    bias: Tensor
    middle: Tensor
    reach: Tensor

    def __init__(self, shape: ControllerShape, weights: Tensor) -> None:
        super().__init__()
        self._shape = shape
        matrix, bias = shape.parts(weights.detach().double().numpy())
        low, high = (np.array([getattr(action, end) for action in shape.facts.actions]) for end in ("low", "high"))
        parts = {"matrix": matrix.T, "bias": bias, "middle": (low + high) / 2, "reach": (high - low) / 2}
        for name, value in parts.items():
            self.register_buffer(name, torch.from_numpy(np.ascontiguousarray(value, np.float32)))

    def forward(self, state: Tensor) -> Tensor:
        seen = state[:, : self._shape.seen]
        return self.middle + self.reach * torch.tanh(seen @ self.matrix + self.bias)


class Controller(Learner):
    """Evolves a controller; eyes and memory are finished."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config, self._seed = config, seed
        files = _world(config.world)
        self._dream = Dream(files.generator.parent)
        self.world = self._dream.facts
        if config.where == IN_WORLD and self.world.source != "drive":
            raise Problem(
                f"The world of {files.name} is not one that this program can draw.", "Let it learn in the dream."
            )
        self.shape = ControllerShape(self.world, config.sees_cell, config.has_bias)
        self.search = SearchLog(self.shape.count, config.population)
        self.networks = {"search": self.search}
        self._evolution: Evolution | None = None
        found = (files.encoder, files.generator, files.generator.with_name(DREAM), files.preview)
        self.companions = tuple(path for path in found if path is not None)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        if self._evolution is None:
            self._evolution = Evolution(self.search, self.config.spread, self._seed)
        candidates = self._evolution.candidates(self.done_steps)
        earned = self._earned(candidates, batch.pictures) - self.config.weight_cost * np.square(candidates).mean(1)
        self._evolution.tell(candidates, earned)
        return {
            "reward": torch.tensor(float(earned.mean())),
            "best reward": torch.tensor(float(earned.max())),
            "reward spread": torch.tensor(float(earned.std())),
            "weights": self.search.mean.detach().square().mean().sqrt(),
        }

    def _earned(self, candidates: NDArray[np.float64], pictures: Tensor) -> NDArray[np.float64]:
        """What each candidate (P, count) earned a frame, (P,)."""
        frames = ((pictures.permute(0, 2, 3, 1) + 1.0) * 127.5).round().to(torch.uint8).cpu().numpy()
        config, count = self.config, len(candidates)
        draw = np.random.RandomState((self._seed * 7_919 + self.done_steps) % 2**32)

        def acts(state: State) -> NDArray[np.float32]:
            each = state.reshape(count, -1, state.shape[1])
            return self.shape.actions(candidates, each).reshape(len(state), -1)

        if config.where == IN_WORLD:
            seeds = np.tile(draw.randint(0, 2**31, config.batch_size), count)
            found = driven_awake(self._dream, seeds.tolist(), config.frames, acts).rewards
        else:
            begun = np.tile(self._dream.begun(frames), (count, 1))
            found = dreamt(self._dream, begun, acts, config.frames, draw, config.temperature, same=count)
        earned: NDArray[np.float64] = found.reshape(count, -1).mean(1) / config.frames
        return earned

    def earned_by_mean(self, frames: NDArray[np.uint8]) -> float:
        """What the weights that the search stands at earn a frame, in dreams that begin with frames (N, H, W, C)."""
        weights = self.search.mean.detach().double().numpy()[None]

        def acts(state: State) -> NDArray[np.float32]:
            found: NDArray[np.float32] = self.shape.actions(weights, state[None])[0]
            return found

        found = dreamt(self._dream, self._dream.begun(frames), acts, self.config.frames, np.random.RandomState(0))
        return float(found.mean()) / self.config.frames

    def exports(self) -> dict[str, NetworkExport]:
        assert self.world is not None
        states = torch.randn(2, self.world.size)
        network = LinearController(self.shape, self.search.mean).eval()
        return {"controller": NetworkExport(network, {STATE: states}, "action")}


def _world(name: str) -> ModelFiles:
    if not name:
        raise Problem("No world model was named to drive.", "Add --set world=NAME, a model's name or path.")
    return model_files(Path(model_path(name)))


_OBJECTIVES = (
    Objective(
        "controller",
        (
            FormulaTerm(
                "reward",
                r"\mathbb{E}\sum_t r_t",
                "Earns as much as it can in a number of frames; evolution finds the weights, without gradients.",
            ),
        ),
        "maximises",
    ),
)

FAMILY = Family(
    "controller",
    "Controller of a world model",
    "Learns to act inside the dream of a world model, by evolution, and then acts in the world.",
    Config,
    Controller,
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "The reward of a generation rises for tens of generations and levels off; single ones may fall back.",
            "The best of a generation stays some way above the mean: there is still something to choose from.",
            "It earns in the world about what it earned in the dream. If far less, it cheats: raise the temperature.",
        ),
        papers=(
            Paper("Ha & Schmidhuber", 2018, "World Models", "https://arxiv.org/abs/1803.10122"),
            Paper("Hansen", 2016, "The CMA Evolution Strategy: A Tutorial", "https://arxiv.org/abs/1604.00772"),
        ),
        size=64,
        shown_with={"world": "drive-world"},
    ),
    group="Worlds",
    good_at="acts, by evolution",
)
