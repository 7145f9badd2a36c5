"""The game in the plane: a generator and a critic that learn from each other, one turn at a time.

Seeds decide everything: the same settings, data and seed give the same snapshots on the same machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.training.toy_models.objectives import PENALISED, game, penalty
from explorer.training.toy_models.point_sets import Points, PointSet
from explorer.training.toy_models.snapshot import Snapshot
from explorer.training.toy_models.toy_networks import ToyCritic, ToyGenerator, seeded
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.verdict import EVERY, LabVerdict, Watch
from explorer.training.toy_models.viewing import Viewing

_RATES = ("critic_rate", "generator_rate", "critic_steps", "generator_steps", "batch_size")
_LIVE = ("loss", *_RATES, "clip", "penalty")


class PlaneGAN:
    """Two small networks that play against each other over points of the plane.

    Parameters
    ----------
    config : PlaneConfig
    data : PointSet
    seed : int
        0 to 2**32 - 1.
    round : int
        Is told by the snapshots, see `Snapshot`.
    """

    def __init__(self, config: PlaneConfig, data: PointSet, seed: int = 0, round: int = 0) -> None:
        self.config, self.data, self.round = config, data, round
        self.generator = seeded(ToyGenerator, seed, config.latent_size, config.generator_width)
        self.critic = seeded(ToyCritic, seed + 1, config.critic_width)
        self.optimisers = {
            "critic": _optimiser(self.critic, config, config.critic_rate, config.optimiser == "sgd"),
            "generator": _optimiser(self.generator, config, config.generator_rate, config.optimiser != "adam"),
        }
        self.rng = torch.Generator().manual_seed(seed)
        self._chance = np.random.RandomState(seed)
        self._viewing = Viewing(self.generator, self.critic, config, data, seed)
        self._losses: dict[str, Tensor] = {}
        self.step, self._turn = 0, ""
        self._watch = Watch()
        self._observe()

    def adjust(self, config: PlaneConfig, data: PointSet) -> None:
        """Go on with other settings and data, as far as the networks allow; see `can_adjust`."""
        if data is not self.data:
            self.data = data
            self._viewing.show_data(data)
        self.config = config
        for name, rate in (("critic", config.critic_rate), ("generator", config.generator_rate)):
            for group in self.optimisers[name].param_groups:
                group["lr"] = rate

    def can_adjust(self, config: Any) -> bool:
        """Whether these settings fit the networks as they are, or ask for a new beginning."""
        known = vars(self.config).items()
        return isinstance(config, PlaneConfig) and all(
            getattr(config, name) == value for name, value in known if name not in _LIVE
        )

    def steps(self, per_snapshot: int = 10) -> Iterator[Snapshot]:
        """Train for ever: a snapshot of the beginning, and one after every ``per_snapshot`` steps."""
        yield self.snapshot()
        while True:
            self.learn(per_snapshot)
            yield self.snapshot()

    def learn(self, steps: int = 1, turn: str = "both") -> None:
        """Take so many steps, in which "both" learn, or only the "critic" or the "generator"; none without data."""
        if self.data.is_empty:
            return
        self._turn = turn if steps else self._turn
        for _ in range(steps):
            for _ in range(self.config.critic_steps if turn != "generator" else 0):
                self._teach_critic()
            for _ in range(self.config.generator_steps if turn != "critic" else 0):
                self._teach_generator()
            self.step += 1
            if self.step % EVERY == 0:
                self._observe()

    @property
    def verdict(self) -> LabVerdict:
        """What was said at the last moment that was judged, one of every `EVERY` steps."""
        return self._watch.verdict(self._now)

    def _observe(self) -> None:
        self._now = self._viewing.observe(self.config, self.step)
        self._watch.add(self._now)

    def snapshot(self) -> Snapshot:
        """What is to be seen now."""
        losses = {name: float(value) for name, value in self._losses.items()}
        return self._viewing.snapshot(self.config, (self.round, self.step, self._turn), losses, self._watch)

    def _teach_critic(self) -> None:
        config = self.config
        real, z = self._real(), self._latents()
        with torch.no_grad():
            made = self.generator(z)
        on_real, on_made = self.critic(torch.cat([real, made])).split(len(real))
        loss = game(config.loss).critic(on_real, on_made)
        self._losses["critic"] = loss.detach()
        if config.loss in PENALISED:
            loss = loss + penalty(config, self.critic, real, made, self.rng)
        _descend(self.optimisers["critic"], loss)
        if config.loss == "wgan":
            with torch.no_grad():
                for weights in self.critic.parameters():
                    weights.clamp_(-config.clip, config.clip)

    def _teach_generator(self) -> None:
        self.critic.requires_grad_(False)
        made = self.generator(self._latents())
        loss = game(self.config.loss).generator(self.critic(made), lambda: self.critic(self._real()))
        _descend(self.optimisers["generator"], loss)
        self.critic.requires_grad_(True)
        self._losses["generator"] = loss.detach()

    def _real(self) -> Tensor:
        points: Points = self.data.points(self._chance, self.config.batch_size)
        return torch.from_numpy(points)

    def _latents(self) -> Tensor:
        shape = (self.config.batch_size, self.config.latent_size)
        if self.config.is_uniform:
            return torch.rand(shape, generator=self.rng) * 2 - 1
        return torch.randn(shape, generator=self.rng)


def _optimiser(network: nn.Module, config: PlaneConfig, rate: float, is_plain: bool) -> torch.optim.Optimizer:
    if is_plain:
        return torch.optim.SGD(network.parameters(), rate, config.momentum, fused=True)
    return torch.optim.Adam(network.parameters(), rate, (config.momentum, 0.99), fused=True)


def _descend(optimiser: torch.optim.Optimizer, loss: Any) -> None:
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
