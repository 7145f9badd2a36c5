"""How a GAN in the plane is looked at: always the same latents and real points, so that pictures move smoothly."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.training.toy_models.coverage import figures
from explorer.training.toy_models.densities import best_critic
from explorer.training.toy_models.objectives import game
from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.snapshot import GRID, HIGH, LOW, SURFACE, Floats, Snapshot
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.verdict import Observation, Watch

_POINTS = 400
_PUSHES = 80
_REACH = 2.0  # standard deviations of normal latents that the grid spans each way
_FINE = 121  # points of the line that a one-dimensional latent makes


class Viewing:
    """Takes snapshots of two networks; draws on no chance of theirs, so looking changes nothing."""

    def __init__(self, generator: nn.Module, critic: nn.Module, config: PlaneConfig, data: PointSet, seed: int) -> None:
        self._generator, self._critic = generator, critic
        self._seed = seed
        self._z = _latents(config, seed)
        self._grid = _grid(config)
        self._flat_made, self._flat_grid = (_flat(each, config).numpy() for each in (self._z, self._grid))
        self._mass = _mass(self._grid, config)
        places = torch.linspace(LOW, HIGH, SURFACE)
        y, x = torch.meshgrid(places, places, indexing="ij")
        self._places = torch.stack([x, y], 2).reshape(-1, 2)
        self._coarse = self._places[:: SURFACE // 4]  # enough to set scores to scale by
        self.show_data(data)

    def show_data(self, data: PointSet) -> None:
        """Look at points of ``data`` from now on."""
        self._data = data
        self._real = data.points(np.random.RandomState(self._seed), _POINTS)

    def observe(self, config: PlaneConfig, step: int) -> Observation:
        """This moment in a few numbers, for the verdict: far cheaper than a snapshot."""
        return self._observed(config, step, self._made(), None)[0]

    def snapshot(
        self, config: PlaneConfig, moment: tuple[int, int, str], losses: dict[str, float], watch: Watch
    ) -> Snapshot:
        """What is to be seen now; ``moment`` is round, step and turn, as in `Snapshot`."""
        with torch.no_grad():
            grid = self._generator(self._grid.flatten(0, 1)).reshape(*self._grid.shape[:2], 2)
        made = self._made()
        now, surface, pushes = self._observed(config, moment[1], made, self._places)
        return Snapshot(
            *moment, self._real[: 0 if self._data.is_empty else None], made.numpy(),
            surface.reshape(SURFACE, SURFACE).numpy(), now.is_probability, grid.numpy(), pushes, now.figures,
            losses | {"D(x)": now.on_real, "D(G(z))": now.on_made}, watch.verdict(now),
            self._flat_made, self._flat_grid, self._mass, best_critic(self._real, made.numpy()),
        )  # fmt: skip

    def _made(self) -> Tensor:
        with torch.no_grad():
            made: Tensor = self._generator(self._z)
        return made

    def _observed(
        self, config: PlaneConfig, step: int, made: Tensor, places: Tensor | None
    ) -> tuple[Observation, Tensor, Floats]:
        """The moment, the shades of ``places``, and the pushes."""
        loss, real = config.loss, torch.from_numpy(self._real)
        looked_at = self._coarse if places is None else places
        with torch.no_grad():
            scores = self._critic(torch.cat([looked_at, real, made]))
        surface, on_real, on_made = _shaded(loss, *scores.split([len(looked_at), len(real), len(made)]))
        some = made[:_PUSHES], real[:_PUSHES]
        pushes = _pushes(self._critic, loss, *some)
        otherwise = _length(_pushes(self._critic, "non-saturating", *some)) if loss == "minimax" else float("nan")
        now = Observation(
            step, figures(self._data, self._real, made.numpy(), carried=places is not None),
            float((on_real.mean() + 1) / 2), float((on_made.mean() + 1) / 2), _length(pushes),
            made.mean(0).numpy(), is_probability(loss), bool(made.isfinite().all() and scores.isfinite().all()),
            _clipped(self._critic, config.clip) if loss == "wgan" else 0.0, otherwise,
        )  # fmt: skip
        return now, surface, pushes


def is_probability(loss: str) -> bool:
    """Whether the sigmoid of a score is what the critic takes for the probability of being real."""
    return game(loss).scores == "logistic"


def _shaded(loss: str, surface: Tensor, on_real: Tensor, on_made: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Scores as numbers from -1, generated, to 1, real.

    Probabilities for the logistic losses; least squares has 0 and 1 as its targets; the other scores mean nothing
    but by their differences, so they are set to the scale of the surface, with 0 between real and made ones.
    """
    if is_probability(loss):
        return tuple(torch.tanh(scores / 2) for scores in (surface, on_real, on_made))  # type: ignore[return-value]
    if loss == "least squares":
        return tuple((2 * scores - 1).clamp(-1, 1) for scores in (surface, on_real, on_made))  # type: ignore[return-value]
    middle = (on_real.mean() + on_made.mean()) / 2
    extent = (surface - middle).abs().max().clamp_min(1e-9)
    return tuple(((scores - middle) / extent).clamp(-1, 1) for scores in (surface, on_real, on_made))  # type: ignore[return-value]


def _pushes(critic: nn.Module, loss: str, made: Tensor, real: Tensor) -> Floats:
    """Where each of the made points would go to lower the generator's loss, (N, 2)."""
    at = made.clone().requires_grad_(True)
    with torch.no_grad():
        on_real = critic(real)
    (slope,) = torch.autograd.grad(game(loss).generator(critic(at), lambda: on_real) * len(made), at)
    pushes: Floats = (-slope).numpy()
    return pushes


def _length(pushes: Floats) -> float:
    return float(np.hypot(*pushes.T).mean())


def _clipped(critic: nn.Module, limit: float) -> float:
    """The share of weights that stand at the limit of clipping."""
    weights = torch.cat([each.detach().flatten() for each in critic.parameters()])
    return float((weights.abs() >= limit * 0.999).float().mean())


def _latents(config: PlaneConfig, seed: int) -> Tensor:
    rng = torch.Generator().manual_seed(seed + 2)
    shape = (_POINTS, config.latent_size)
    return torch.rand(shape, generator=rng) * 2 - 1 if config.is_uniform else torch.randn(shape, generator=rng)


def _flat(latents: Tensor, config: PlaneConfig) -> Tensor:
    """Latents (..., d) as points (..., 2) of the unit square; those of one dimension on a line across its middle."""
    places = 0.5 + latents / (2 * (1.0 if config.is_uniform else _REACH))
    return places if config.latent_size == 2 else torch.cat([places, torch.full_like(places, 0.5)], -1)


def _mass(grid: Tensor, config: PlaneConfig) -> Floats:
    """How dense the latents are in the cells of the grid, as in `Snapshot`."""
    middles = (grid[:-1, :-1] + grid[1:, 1:]).reshape(-1, config.latent_size) / 2
    mass: Floats = (torch.ones(len(middles)) if config.is_uniform else (-middles.square().sum(1) / 2).exp()).numpy()
    return mass


def _grid(config: PlaneConfig) -> Tensor:
    return even_grid(config.latent_size, 1.0 if config.is_uniform else _REACH)


def even_grid(latent_size: int, reach: float) -> Tensor:
    """Latents (rows, columns, d) at even distances, ``reach`` each way; one row where d is 1."""
    if latent_size == 1:
        return torch.linspace(-reach, reach, _FINE).reshape(1, _FINE, 1)
    places = torch.linspace(-reach, reach, GRID)
    y, x = torch.meshgrid(places, places, indexing="ij")
    return torch.stack([x, y], 2)
