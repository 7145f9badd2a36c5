"""How a VAE in the plane is looked at: always the same points and latents, so that pictures move smoothly."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.training.toy_models.coverage import figures
from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.vae_snapshot import VAESnapshot
from explorer.training.toy_models.vae_terms import drawn_code, terms
from explorer.training.toy_models.vae_verdict import VAEObservation, VAEWatch
from explorer.training.toy_models.viewing import even_grid

_POINTS = 400
_JUDGED, _SAMPLES = 100, 32  # points whose evidence is estimated, and codes for each
_REACH = 3.0  # standard deviations of the prior that are looked at, each way
_SPANNED = 2.0  # ... and that the grid spans


class VAEViewing:
    """Takes snapshots of two networks; draws on no chance of theirs, so looking changes nothing."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_size: int, data: PointSet, seed: int) -> None:
        self._encoder, self._decoder, self._seed = encoder, decoder, seed
        rng = torch.Generator().manual_seed(seed + 2)
        self._prior = torch.randn(_POINTS, latent_size, generator=rng)
        self._noise = torch.randn(_POINTS, 2, generator=rng)
        self._epsilon = torch.randn(_SAMPLES, _JUDGED, latent_size, generator=rng)
        self._grid = even_grid(latent_size, _SPANNED)
        self.show_data(data)

    def show_data(self, data: PointSet) -> None:
        """Look at points of ``data`` from now on."""
        self._data = data
        self._real = data.points(np.random.RandomState(self._seed), _POINTS)

    @torch.no_grad()
    def observe(self, noise: float, step: int) -> VAEObservation:
        """This moment in a few numbers, for the verdict."""
        return self._observed(noise, step, *self._posterior(), carried=False)[0]

    @torch.no_grad()
    def snapshot(self, noise: float, moment: tuple[int, int, str], watch: VAEWatch) -> VAESnapshot:
        """What is to be seen now; ``moment`` is round, step and turn, as in `VAESnapshot`."""
        mean, spread = self._posterior()
        now, codes, rebuilt, made = self._observed(noise, moment[1], mean, spread)
        grid = self._decoder(self._grid.flatten(0, 1)).reshape(*self._grid.shape[:2], 2)
        shown = slice(0, 0) if self._data.is_empty else slice(None)
        return VAESnapshot(
            *moment, self._real[shown], mean[shown].numpy(), spread[shown].numpy(), codes[shown].numpy(),
            rebuilt[shown].numpy(), made.numpy(), grid.numpy(), _REACH, now.figures, now.terms, watch.verdict(now),
        )  # fmt: skip

    def _posterior(self) -> tuple[Tensor, Tensor]:
        mean, spread = self._encoder(torch.from_numpy(self._real))
        return mean, spread

    def _observed(
        self, noise: float, step: int, mean: Tensor, spread: Tensor, *, carried: bool = True
    ) -> tuple[VAEObservation, Tensor, Tensor, Tensor]:
        """The moment; codes that are drawn anew in every step, what they decode to, and samples of the prior."""
        codes = drawn_code(mean, spread, torch.Generator().manual_seed(self._seed + step))
        rebuilt, made = self._decoder(codes), self._decoder(self._prior) + noise * self._noise
        real = torch.from_numpy(self._real[:_JUDGED])
        found = terms(real, (mean[:_JUDGED], spread[:_JUDGED]), self._decoder, noise, self._epsilon)
        data, points = self._data, self._real
        now = VAEObservation(
            step, figures(data, points, made.numpy(), carried=carried),
            figures(data, points, rebuilt.numpy(), carried=False), found,
            bool(made.isfinite().all() and mean.isfinite().all() and spread.isfinite().all()),
        )  # fmt: skip
        return now, codes, rebuilt, made
