"""A VAE in the plane: an encoder and a decoder that raise the ELBO together, or one of them alone.

Seeds decide everything, as in `PlaneGAN`. The decoder is the generator of the GAN, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.toy_networks import ToyEncoder, ToyGenerator, seeded
from explorer.training.toy_models.vae_settings import PlaneVAEConfig
from explorer.training.toy_models.vae_snapshot import VAESnapshot
from explorer.training.toy_models.vae_terms import drawn_code, kl_from_prior, log_likelihood
from explorer.training.toy_models.vae_verdict import VAEWatch
from explorer.training.toy_models.vae_viewing import VAEViewing
from explorer.training.toy_models.verdict import EVERY, LabVerdict

_LIVE = ("beta", "noise", "rate", "batch_size")


class PlaneVAE:
    """Two small networks that code and decode points of the plane.

    Parameters
    ----------
    config : PlaneVAEConfig
    data : PointSet
    seed : int
        0 to 2**32 - 1.
    round : int
        Is told by the snapshots, see `VAESnapshot`.
    """

    def __init__(self, config: PlaneVAEConfig, data: PointSet, seed: int = 0, round: int = 0) -> None:
        self.config, self.data, self.round = config, data, round
        self.encoder = seeded(ToyEncoder, seed + 1, config.latent_size, config.width)
        self.decoder = seeded(ToyGenerator, seed, config.latent_size, config.width)
        self.optimisers = {
            name: torch.optim.Adam(network.parameters(), config.rate, fused=True)
            for name, network in (("encoder", self.encoder), ("decoder", self.decoder))
        }
        self.rng = torch.Generator().manual_seed(seed)
        self._chance = np.random.RandomState(seed)
        self._viewing = VAEViewing(self.encoder, self.decoder, config.latent_size, data, seed)
        self.step, self._turn = 0, ""
        self._watch = VAEWatch()
        self._observe()

    def adjust(self, config: PlaneVAEConfig, data: PointSet) -> None:
        """Go on with other settings and data, as far as the networks allow; see `can_adjust`."""
        if data is not self.data:
            self.data = data
            self._viewing.show_data(data)
        self.config = config
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = config.rate

    def can_adjust(self, config: Any) -> bool:
        """Whether these settings fit the networks as they are, or ask for a new beginning."""
        known = vars(self.config).items()
        return isinstance(config, PlaneVAEConfig) and all(
            getattr(config, name) == value for name, value in known if name not in _LIVE
        )

    def steps(self, per_snapshot: int = 10) -> Iterator[VAESnapshot]:
        """Train for ever: a snapshot of the beginning, and one after every ``per_snapshot`` steps."""
        yield self.snapshot()
        while True:
            self.learn(per_snapshot)
            yield self.snapshot()

    def learn(self, steps: int = 1, turn: str = "both") -> None:
        """Take so many steps, in which "both" learn, or only the "encoder" or the "decoder"; none without data."""
        if self.data.is_empty:
            return
        self._turn = turn if steps else self._turn
        learners = [name for name in self.optimisers if turn in ("both", name)]
        for _ in range(steps):
            self._teach(learners)
            self.step += 1
            if self.step % EVERY == 0:
                self._observe()

    @property
    def verdict(self) -> LabVerdict:
        """What was said at the last moment that was judged, one of every `EVERY` steps."""
        return self._watch.verdict(self._now)

    def snapshot(self) -> VAESnapshot:
        """What is to be seen now."""
        return self._viewing.snapshot(self.config.noise, (self.round, self.step, self._turn), self._watch)

    def _observe(self) -> None:
        self._now = self._viewing.observe(self.config.noise, self.step)
        self._watch.add(self._now)

    def _teach(self, learners: list[str]) -> None:
        """One update by -E log p(x|z) + beta KL (Kingma & Welling, 2014, eq. 3; Higgins et al., 2017, eq. 4)."""
        config = self.config
        real = torch.from_numpy(self.data.points(self._chance, config.batch_size))
        mean, spread = self.encoder(real)
        z = drawn_code(mean, spread, self.rng)
        loss = (config.beta * kl_from_prior(mean, spread) - log_likelihood(real, self.decoder(z), config.noise)).mean()
        for name in self.optimisers:
            self.optimisers[name].zero_grad(set_to_none=True)
        _backward(loss)
        for name in learners:
            self.optimisers[name].step()


def _backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]
