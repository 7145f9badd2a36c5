"""Where W and StyleSpace lie and how wide they are: measured once a model, and remembered by its content."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.files import name_by, read_file, replace_file
from explorer.core.inference.batching import told_batches
from explorer.core.inference.engine import Engine
from explorer.core.inference.mapping import OpenMapping
from explorer.core.inference.providers import open_session
from explorer.core.inference.style_space import StyleLayer, count_of, styles_alone
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.paths import user_folder

SAMPLES = 10_000
_FEW_SAMPLES = 2_000  # tell the deviations well enough where the file tells the mean
_SEED = 0
_AT_ONCE = 500

Told = Callable[[float], None] | None
Asked = Callable[[], bool] | None


@dataclass(frozen=True, eq=False)
class Spread:
    """Mean and standard deviation of each dimension of W, or channel, over samples of the prior and all classes.

    Attributes
    ----------
    mean, deviation : (style_size,) or (channels,) float32
        No deviation is 0: where W does not vary it is taken as wide as elsewhere.
    norms : (float, float)
        Mean and standard deviation of how far samples lie from the mean, in deviations. Dimensions of W depend on
        each other, so this is no chi distribution.
    """

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    norms: tuple[float, float]

    @property
    def width(self) -> float:
        """The root mean square of the deviations: what a step of 1 along a unit vector of W amounts to."""
        return float(np.sqrt(np.square(self.deviation, dtype=np.float64).mean()))

    def standard(self, w: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points of W in deviations from its mean."""
        return (w - self.mean) / self.deviation

    def point(self, standard: NDArray[np.float32]) -> NDArray[np.float32]:
        """The points of W that lie so many deviations from its mean."""
        return self.mean + standard * self.deviation


def measured(
    mapping: OpenMapping,
    card: ModelCard,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Spread | None:
    """The spread of W; None where it was cancelled.

    The mean is the file's own where it carries one. Samples have the seed 0, and classes take turns.

    Parameters
    ----------
    mapping : OpenMapping
    card : ModelCard
    progress : callable, optional
        Told the share that is done, 0 to 1.
    cancelled : callable, optional
    """
    count = SAMPLES if mapping.told_mean is None else _FEW_SAMPLES
    w = _points(mapping, card, count, progress, cancelled)
    return None if w is None else spread_of(w, mapping.name, mapping.told_mean)


def measured_channels(
    mapping: OpenMapping,
    card: ModelCard,
    generator: Path,
    layers: Sequence[StyleLayer],
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Spread | None:
    """The spread of all channels of StyleSpace, as `measured`, over fewer samples.

    ``generator`` is the file of the synthesis, and ``layers`` are those of it.
    """
    w = _points(mapping, card, _FEW_SAMPLES, progress, cancelled)
    return None if w is None else spread_of(channels_of(generator, layers, w, card.styles), generator.name)


def channels_of(
    generator: Path, layers: Sequence[StyleLayer], w: NDArray[np.float32], styles: int
) -> NDArray[np.float32]:
    """What a synthesis makes of points of W (N, style_size), alike for all layers: all channels (N, channels)."""
    engine = Engine(open_session(styles_alone(read_model(generator), layers), "cpu"), generator.name)
    try:
        (row,) = engine.inputs
        rows = (np.tile(w[at : at + _AT_ONCE], (1, styles)) for at in range(0, len(w), _AT_ONCE))
        return np.concatenate([engine.run({row: part}) for part in rows]).astype(np.float32)
    finally:
        engine.close()


def _points(
    mapping: OpenMapping,
    card: ModelCard,
    count: int,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> NDArray[np.float32] | None:
    """Points of W of so many samples; None where it was cancelled."""
    z = sample(_SEED, count * card.latent_size, card.prior).reshape(count, -1)
    labels = np.arange(count, dtype=np.int64) % max(len(card.classes), 1)
    report = None if progress is None else (lambda done, total: progress(done / total))
    batches = told_batches(count, _AT_ONCE, report, cancelled)
    parts = [mapping.points(z[part], labels[part]) for part in batches]
    return np.concatenate(parts) if sum(map(len, parts)) == count else None


def spread_of(w: NDArray[np.float32], name: str, told: NDArray[np.float32] | None = None) -> Spread:
    """The spread of points (N, d), or around a mean that is told; ``name`` is of the file that gave them."""
    mean, deviation = w.mean(axis=0, dtype=np.float64), w.std(axis=0, dtype=np.float64)
    if not (np.isfinite(mean).all() and np.isfinite(deviation).all()):
        raise Problem(f"{name} gives numbers that are not finite.", "Export or train it again.")
    usual = float(np.sqrt(np.square(deviation).mean())) or 1.0
    wide = np.where(deviation > 1e-6 * usual, deviation, usual).astype(np.float32)
    middle = mean.astype(np.float32) if told is None else told
    norms = np.linalg.norm((w - middle) / wide, axis=1)
    return Spread(middle, wide, (float(norms.mean()), float(norms.std())))


Measure = Callable[[Told, Asked], Spread | None]


class Spreads:
    """The spread of one model, measured when it is first wanted unless it was before. Any thread may ask.

    Parameters
    ----------
    kind : str
        Of the spread: the folder in which it is remembered.
    hash : str
        Of what it is measured from, 64 hexadecimal digits.
    size : int
        How many numbers a point has.
    measure : callable
        Given what to tell the share that is done, and what to ask whether to stop, gives the spread, or None.
    folder : Path, optional
        Where spreads are remembered; by default the user's cache.
    """

    def __init__(self, kind: str, hash: str, size: int, measure: Measure, folder: Path | None = None) -> None:
        self._measure, self._size = measure, size
        self._file = (folder or user_folder("cache") / kind) / f"{name_by(hash)}.npy"
        self._known: Spread | None = None
        self._lock = threading.Lock()

    def spread(
        self,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Spread:
        """The spread; see `measured`.

        Raises
        ------
        Problem
            It was cancelled, or the mapping fails.
        """
        with self._lock:
            if self._known is None:
                self._known = self._remembered() or self._measured(progress, cancelled)
            return self._known

    def _measured(self, progress: Callable[[float], None] | None, cancelled: Callable[[], bool] | None) -> Spread:
        found = self._measure(progress, cancelled)
        if found is None:
            raise Problem("The mean of W was not measured to the end.", "Open the model again.")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with replace_file(self._file) as file:
                row = np.concatenate([found.mean, found.deviation, np.array(found.norms, np.float32)])
                np.save(file, row, allow_pickle=False)
        except (Problem, OSError):
            pass  # measured again next time
        return found

    def _remembered(self) -> Spread | None:
        size = self._size
        try:
            held = BytesIO(read_file(self._file, 16 * size + 1024))
            row = np.load(held, allow_pickle=False)
        except (Problem, ValueError, EOFError, OSError, TypeError, SyntaxError):
            return None
        if row.shape != (2 * size + 2,) or row.dtype != np.float32 or not np.isfinite(row).all():
            return None
        mean, deviation, norms = row[:size], row[size:-2], (float(row[-2]), float(row[-1]))
        return Spread(mean, deviation, norms) if (deviation > 0.0).all() else None


def w_spreads(mapping: OpenMapping, card: ModelCard) -> Spreads:
    """The spread of W of a model, measured when it is first asked for."""
    return Spreads("w-spread", mapping.hash, card.style_size, partial(measured, mapping, card))


def channel_spreads(mapping: OpenMapping, card: ModelCard, file: ModelFile, layers: Sequence[StyleLayer]) -> Spreads:
    """The spread of all channels of a model, measured when it is first asked for."""
    measure = partial(measured_channels, mapping, card, file.path, layers)
    return Spreads("channel-spread", f"{mapping.hash[:32]}{file.hash[:32]}", count_of(layers), measure)
