"""How a GAN in the plane is looked at: always the same latents and real points, so that pictures move smoothly."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.training.toy_models.coverage import figures
from explorer.training.toy_models.objectives import game
from explorer.training.toy_models.point_sets import PointSet
from explorer.training.toy_models.snapshot import GRID, HIGH, LOW, SURFACE, Floats, Snapshot
from explorer.training.toy_models.toy_settings import PlaneConfig

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
        places = torch.linspace(LOW, HIGH, SURFACE)
        y, x = torch.meshgrid(places, places, indexing="ij")
        self._places = torch.stack([x, y], 2).reshape(-1, 2)
        self.show_data(data)

    def show_data(self, data: PointSet) -> None:
        """Look at points of ``data`` from now on."""
        self._data = data
        self._real = data.points(np.random.RandomState(self._seed), _POINTS)

    def snapshot(self, loss: str, moment: tuple[int, int, str], losses: dict[str, float]) -> Snapshot:
        """What is to be seen now; ``moment`` is round, step and turn, as in `Snapshot`."""
        with torch.no_grad():
            made = self._generator(self._z)
            grid = self._generator(self._grid.flatten(0, 1)).reshape(*self._grid.shape[:2], 2)
            real = torch.from_numpy(self._real)
            scores = self._critic(torch.cat([self._places, real, made]))
        surface, on_real, on_made = scores.split([len(self._places), len(real), len(made)])
        surface, on_real, on_made = _shaded(loss, surface, on_real, on_made)
        return Snapshot(
            *moment, self._real, made.numpy(), surface.reshape(SURFACE, SURFACE).numpy(),
            is_probability(loss), grid.numpy(), _pushes(self._critic, loss, made[:_PUSHES], real[:_PUSHES]),
            figures(self._data, self._real, made.numpy()),
            losses | {"D(x)": float((on_real.mean() + 1) / 2), "D(G(z))": float((on_made.mean() + 1) / 2)},
        )  # fmt: skip


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


def _latents(config: PlaneConfig, seed: int) -> Tensor:
    rng = torch.Generator().manual_seed(seed + 2)
    shape = (_POINTS, config.latent_size)
    return torch.rand(shape, generator=rng) * 2 - 1 if config.is_uniform else torch.randn(shape, generator=rng)


def _grid(config: PlaneConfig) -> Tensor:
    reach = 1.0 if config.is_uniform else _REACH
    if config.latent_size == 1:
        return torch.linspace(-reach, reach, _FINE).reshape(1, _FINE, 1)
    places = torch.linspace(-reach, reach, GRID)
    y, x = torch.meshgrid(places, places, indexing="ij")
    return torch.stack([x, y], 2)
