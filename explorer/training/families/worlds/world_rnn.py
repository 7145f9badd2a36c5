"""The memory of a world model (Ha & Schmidhuber, 2018): what comes next, given what was seen and is done now.

A finished VAE says what is seen: z_t of frame t. An LSTM with the hidden state h_t is told z_t and the action a_t, and
gives the next latent as a mixture of Gaussians for each of its numbers (MDN-RNN), the reward and the end:

    - log p(z_{t+1} | z_t, a_t, h_t)  +  w (r_t - r')^2 / s^2  +  BCE(e_t, e'),

s^2 being the variance of the rewards. What goes in is blurred by a little noise, so that a dream, which feeds
on what it dreamt itself, finds back to what it knows. What is exported is one step of that dream.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from explorer.core.explain.explanation import FormulaTerm, Objective, Paper
from explorer.core.inference.perception import Encoder
from explorer.core.models.model import ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.core.worlds.drive import FRAMES_A_SECOND
from explorer.core.worlds.world_facts import ACTION, NEXT, NOISE, STATE, TEMPERATURE, WorldFacts, named_actions
from explorer.paths import model_path
from explorer.training.explain.family_explanation import FamilyExplanation
from explorer.training.learning.devices import placed
from explorer.training.learning.ema import frozen_copy
from explorer.training.learning.family import Batch, Family, Learner, NetworkExport, TrainingTask
from explorer.training.learning.knobs import choice, knob, switch
from explorer.training.learning.paces import late_pace
from explorer.training.networks.mixture_rnn import DreamStep, MixtureRNN, RnnShape
from explorer.training.worlds.recordings import REWARD, action_names

_AT_ONCE = 512  # frames that are encoded in one go


@dataclass(frozen=True)
class Config:
    """Settings of the memory of a world model."""

    vae: str = choice("", (), "The model that sees: its name or path. It needs an encoder and a generator.")
    batch_size: int = knob(32, 2, 1024, "Sequences in one step.")
    length: int = knob(32, 2, 1000, "Frames of a sequence.")
    mirror: bool = switch(False, "Has no meaning here: a mirrored frame needs a mirrored action.")
    hidden: int = knob(128, 4, 2048, "How many numbers it remembers; the paper has 256 and 512.")
    mixtures: int = knob(5, 1, 20, "Components of the mixture for each number of the next latent.")
    foretells_rewards: bool = switch(True, "Predict what an action earns; the paper's does not.")
    foretells_ends: bool = switch(True, "Predict whether the episode is over.")
    told_begin: bool = switch(False, "Be told that an episode has just begun.")
    blur: float = knob(0.1, 0.0, 1.0, "Standard deviation of the noise on the latents that go in.")
    reward_weight: float = knob(4.0, 0.0, 100.0, "Weight of the reward.")
    learning_rate: float = knob(3e-3, 1e-6, 1e-1, "Step size of Adam at the start; falls to 0 at the end.")
    ema_half_life: int = knob(1_000, 1, 1_000_000, "How slowly the averaged network follows.", " sequences")


class WorldRNN(Learner):
    """Trains the memory; the eyes are finished."""

    def __init__(self, config: Config, task: TrainingTask, seed: int) -> None:
        super().__init__(task, seed)
        self.config = config
        self._files = _eyes(config.vae)
        assert self._files.encoder is not None
        with_card = Encoder.open(self._files.encoder, "cpu")
        self._card, latent = with_card.card, with_card.card.latent_size
        with_card.close()
        self._check_size(task)
        self._names = action_names([column.name for column in task.columns])
        if not self._names:
            raise Problem(
                "It is not known what was done at these frames.", "Learn from drive, or from a recording (.npz)."
            )
        shape = RnnShape(
            latent,
            len(self._names),
            config.hidden,
            config.mixtures,
            config.told_begin,
            config.foretells_rewards,
            config.foretells_ends,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = MixtureRNN(shape)
        self.network = placed(network, task.device)
        self.average = frozen_copy(self.network)
        self.networks = {"network": self.network, "average": self.average}
        self.optimizers = {"network": torch.optim.Adam(self.network.parameters(), config.learning_rate, fused=True)}
        self._spread = next((column.deviation for column in task.columns if column.name == REWARD), 1.0) or 1.0
        self.world = self._facts(shape)
        found = (self._files.encoder, self._files.generator, self._files.preview)
        self.companions = tuple(path for path in found if path is not None)

    def _check_size(self, task: TrainingTask) -> None:
        card = self._card
        if (card.channels, card.height, card.width) != (task.channels, task.size, task.size):
            raise Problem(
                f"{self._files.name} sees pictures of {card.width} x {card.height} with {card.channels} channels; "
                f"the data gives {task.size} x {task.size} with {task.channels}.",
                f"Run it with --size {card.width}, on pictures of the same kind.",
            )

    def _facts(self, shape: RnnShape) -> WorldFacts:
        columns = {column.name: column for column in self.task.columns}
        spans = [_span(columns[f"action {name}"].low, columns[f"action {name}"].high) for name in self._names]
        is_drive = self._names == ("steer", "gas")
        actions = named_actions(self._names, spans)
        sizes = (shape.latent, shape.hidden, shape.hidden, int(shape.told_begin))
        return WorldFacts(actions, *sizes, float(FRAMES_A_SECOND), "drive" if is_drive else "")

    def encoded_frames(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert self._files.encoder is not None
        encoder = Encoder.open(self._files.encoder, "cpu")
        parts = [encoder.latents(pictures[at : at + _AT_ONCE]) for at in range(0, len(pictures), _AT_ONCE)]
        encoder.close()
        return np.concatenate(parts)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.set_rate(self.config.learning_rate * late_pace(self.done_steps, self.task.steps, 20))
        told = batch.sequences
        assert told is not None
        noise = torch.randn(told.codes.shape, generator=self.rng, device=self.rng.device)
        seen = told.codes + self.config.blur * noise
        found = self.network.foretold(self.network(seen, told.actions, told.begins))
        nats = (found.nats(told.following - seen) * told.goes_on).sum() / told.goes_on.sum().clamp(min=1.0)
        losses = {"nats": nats}
        if self.config.foretells_rewards:
            losses["reward"] = ((found.rewards - told.rewards) / self._spread).square().mean()
        if self.config.foretells_ends:
            losses["end"] = functional.binary_cross_entropy_with_logits(found.ends, told.ends)
        loss = nats + self.config.reward_weight * losses.get("reward", 0.0) + 10.0 * losses.get("end", 0.0)
        self.descend("network", loss, longest=1.0)
        self.follow(self.average, self.network, len(told.codes), self.config.ema_half_life)
        return {name: value.detach() for name, value in {"loss": loss, **losses}.items()}

    def origins(self) -> dict[str, nn.Module]:
        return {"dream": self.average}

    def exports(self) -> dict[str, NetworkExport]:
        shape = self.average.shape
        assert self.world is not None
        rng = torch.Generator().manual_seed(0)
        uniform, normal = torch.rand(5, shape.latent, generator=rng), torch.randn(5, shape.latent, generator=rng)
        inputs = {
            STATE: torch.randn(5, self.world.size, generator=rng),
            ACTION: torch.rand(5, shape.actions, generator=rng) * 2.0 - 1.0,
            NOISE: torch.cat([uniform, normal], 1),
            TEMPERATURE: torch.ones(5, 1),
        }
        first = {name: value[:2] for name, value in inputs.items()}
        return {"dream": NetworkExport(DreamStep(self.average).eval(), first, NEXT, examples=inputs)}


def _span(low: float, high: float) -> tuple[float, float]:
    """The usual range that holds those values, else their own."""
    usual = [span for span in ((0.0, 1.0), (-1.0, 1.0)) if span[0] <= low and high <= span[1]]
    return usual[0] if usual else (low, high if high > low else low + 1.0)


def _eyes(name: str) -> ModelFiles:
    if not name:
        raise Problem("No model was named to see the frames.", "Add --set vae=NAME, a model's name or path.")
    files = model_files(Path(model_path(name)))
    if files.encoder is None:
        raise Problem(f"{files.name} has no encoder, so it sees nothing.", "Choose a VAE of these frames.")
    return files


_OBJECTIVES = (
    Objective(
        "memory",
        (
            FormulaTerm(
                "nats",
                r"-\mathbb{E}\log\sum_k \pi_k\,\mathcal{N}(z_{t+1};\mu_k,\sigma_k^2)",
                "Predicts the next latent as a mixture of K Gaussians for each of its numbers.",
                (("K", "mixtures"),),
            ),
            FormulaTerm(
                "reward",
                r"+ w\,\mathbb{E}(r_t-r')^2/s^2",
                "Predicts what the action earns.",
                (("w", "reward_weight"),),
            ),
            FormulaTerm("end", r"+ 10\,\mathrm{BCE}(e_t, e')", "Predicts whether the episode is over."),
        ),
    ),
)

HA = Paper("Ha & Schmidhuber", 2018, "World Models", "https://arxiv.org/abs/1803.10122")

FAMILY = Family(
    "world_rnn",
    "Memory of a world model",
    "Learns from a recording what comes next when something is done, so that one can act in a dream.",
    Config,
    WorldRNN,
    learns_attributes=True,
    sequence=lambda config: int(config.length),
    explained=FamilyExplanation(
        objectives=lambda _config: _OBJECTIVES,
        healthy=(
            "The nats fall steeply at first, below 0 if little is left to chance, and level off.",
            "The reward's error falls well below 1, which it would be if nothing were predicted.",
            "A dream keeps its shape for tens of frames, and steering left or right leads where it should.",
        ),
        papers=(
            HA,
            Paper(
                "Graves", 2013, "Generating Sequences With Recurrent Neural Networks", "https://arxiv.org/abs/1308.0850"
            ),
        ),
        size=64,
        shown_with={"vae": "drive-world"},
    ),
    group="Worlds",
    good_at="dreams, step by step",
)
