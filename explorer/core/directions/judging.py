"""What else a direction changes: every attribute read off the pictures along it (the side-effect meter)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import Direction, S, W, Z, fits, vectors
from explorer.core.directions.measured import SideEffects, figures
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.inference.style_space import channel_step
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents, Prior, prior_deviation, step_along

ALPHAS = (-3.0, -1.5, 0.0, 1.5, 3.0)
_AT_ONCE = 64  # pictures between two looks at whether to stop

Reader = Callable[[Pictures], NDArray[np.floating]]
"""From pictures (N, H, W, C) to attributes (N, A): a probability for each yes or no, a value for each number."""

_Doubles = NDArray[np.float64]


def side_effects(
    directions: Sequence[Direction],
    latents: Latents,
    generator: Generator,
    reader: Reader,
    attributes: Sequence[str],
    *,
    yes_no: Sequence[bool] | bool = True,
    alphas: Sequence[float] = ALPHAS,
    labels: Sequence[int | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SideEffects | None:
    """Move every latent along every direction, and read what changes.

    Parameters
    ----------
    directions : sequence of k Direction
    latents : (N, d) float32
        Where to start from.
    generator : Generator
    reader : callable
        Such as a classifier of attributes, or `encoder_reader`.
    attributes : sequence of A str
        What the reader's columns are.
    yes_no : bool or sequence of A bool
        Which columns are probabilities.
    alphas : sequence of float
        Strengths, in standard deviations of the prior; 0 is always added.
    labels : sequence of N int or None, optional
        Classes of the latents, for models that have some.
    progress, cancelled : callable, optional
        Told (done, total) pictures; asked every 64 of them.

    Returns
    -------
    SideEffects, or None
        None where it was cancelled.

    Raises
    ------
    Problem
        There is nothing to judge, sizes differ, or the reader gives something else than was said.
    """
    steps = tuple(sorted({0.0, *(float(alpha) for alpha in alphas)}))
    kinds = (yes_no,) * len(attributes) if isinstance(yes_no, bool) else tuple(yes_no)
    _check(directions, latents, generator, steps, attributes, kinds)
    total, count = len(latents) * (1 + len(directions) * (len(steps) - 1)), len(attributes)
    classes = [None] * len(latents) if labels is None else labels
    reading = _Reading(generator, reader, latents, classes, count, total, progress, cancelled)
    start = reading.moved(np.zeros(latents.shape[1], np.float32))
    if start is None:
        return None
    judged, prior = [], generator.card.prior
    for direction in directions:
        along = [start if step == 0.0 else reading.moved(*_step(direction, step, generator, prior)) for step in steps]
        values = [part for part in along if part is not None]
        if len(values) < len(along):
            return None
        judged.append(figures(np.stack(values), steps, kinds))
    together = {key: np.stack([one[key] for one in judged]) for key in judged[0]}
    names = tuple(direction.name for direction in directions)
    return SideEffects(names, tuple(attributes), kinds, steps, len(latents), **together)


def encoder_reader(
    encoder: Encoder,
    attributes: Sequence[Direction],
    prior: Prior = "normal",
) -> Reader:
    """A reader of attributes that are known as directions: how far along each the encoder sees a picture.

    Parameters
    ----------
    encoder : Encoder
    attributes : sequence of A Direction
    prior : "normal", "uniform" or NamedPrior
        As it is on the generator's card.

    Returns
    -------
    callable
        From pictures, of the size that the encoder takes, to (N, A): <E(x), v> in standard deviations of the
        prior. Numbers, not yes or no.
    """
    matrix = np.stack([direction.vector for direction in attributes], 1).astype(np.float64)
    if matrix.shape[0] != encoder.card.latent_size:
        raise Problem(
            f"{encoder.card.name} gives {encoder.card.latent_size} numbers; these directions have {matrix.shape[0]}.",
            "Choose the encoder that was made for this model.",
        )
    unit = prior_deviation(prior)

    def read(pictures: Pictures) -> _Doubles:
        values: _Doubles = encoder.latents(pictures).astype(np.float64) @ matrix / unit
        return values

    return read


@dataclass
class _Reading:
    """Attributes of moved latents, a batch at a time, counting as it goes."""

    generator: Generator
    reader: Reader
    latents: Latents
    labels: Sequence[int | None]
    attributes: int
    total: int
    progress: Callable[[int, int], None] | None
    cancelled: Callable[[], bool] | None
    done: int = 0

    def moved(self, step: NDArray[np.float32], space: str = Z) -> _Doubles | None:
        """Attributes (N, A) of all latents, or their points of W, moved by ``step``; None where it was cancelled."""
        parts = []
        for start in range(0, len(self.latents), _AT_ONCE):
            if self.cancelled is not None and self.cancelled():
                return None
            part = slice(start, start + _AT_ONCE)
            labels = self.labels[part]
            moved = self.latents[part] if space == Z else self.generator.points_of(self.latents[part], labels)
            if space != Z:  # a step of every layer, or one for all
                moved = np.repeat(moved[:, None], self.generator.card.styles, axis=1)
            if space == S:  # after the w of all layers
                moved = np.concatenate([moved.reshape(len(moved), -1), np.tile(step, (len(moved), 1))], axis=1)
            else:
                moved = (moved + step).astype(np.float32)
            parts.append(self._read(self.generator.pictures(moved, labels)))
            self.done += len(moved)
            if self.progress is not None:
                self.progress(self.done, self.total)
        return np.concatenate(parts)

    def _read(self, pictures: Pictures) -> _Doubles:
        values = np.asarray(self.reader(pictures), np.float64)
        if values.shape != (len(pictures), self.attributes):
            raise Problem(
                f"The reader gave {values.shape} for {len(pictures)} pictures and {self.attributes} attributes.",
                "Choose the classifier that these attributes belong to.",
            )
        if not np.isfinite(values).all():
            raise Problem("The reader gave attributes that are not finite.", "Train or export it again.")
        return values


def _step(direction: Direction, alpha: float, generator: Generator, prior: Prior) -> tuple[NDArray[np.float32], str]:
    """What going along a direction adds, and to what."""
    if direction.space == S:
        (rows,) = vectors([direction])[direction.name]
        width = generator.channel_spread().deviation
        return np.float32(alpha) * channel_step(rows, generator.style_layers, width, generator.card.name), S
    if direction.space == W:
        rows = direction.vector.reshape(-1, generator.card.style_size)
        rows = rows / np.linalg.norm(rows, axis=1).max()
        return np.float32(alpha * generator.spread().width) * rows, W
    return step_along(direction.vector, alpha, prior), Z


def _check(
    directions: Sequence[Direction],
    latents: Latents,
    generator: Generator,
    alphas: Sequence[float],
    attributes: Sequence[str],
    yes_no: Sequence[bool],
) -> None:
    if not directions or not attributes or not len(latents):
        raise Problem("Nothing to judge.", "Choose directions, attributes and latents.")
    if len(alphas) < 2 or not np.isfinite(alphas).all():
        raise Problem("A direction is judged by moving along it.", "Choose strengths other than 0.")
    if len(yes_no) != len(attributes):
        raise ValueError("every attribute is either yes or no, or a number")
    size = generator.card.latent_size
    for direction in directions:
        if not fits(direction, size, generator.card.style_size):
            raise Problem(
                f"{direction.name} is for a latent of {direction.vector.size} numbers; "
                f"{generator.card.name} takes {size}.",
                "Choose directions of this model.",
            )
