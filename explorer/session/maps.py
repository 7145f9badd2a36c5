"""Maps of the latent space, made in the background: many samples, drawn and laid out in two dimensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.scene import Scene
from explorer.session.latest import LatestOnly

if TYPE_CHECKING:
    from explorer.core.generator import Generator
    from explorer.core.traversal.layout import PcaMap

Method = Literal["pca", "tsne"]
Pictures = NDArray[np.uint8]
Points = NDArray[np.float32]
_DRAWING = 0.6  # share of the work that drawing is, where t-SNE follows


@dataclass(frozen=True, eq=False)
class LatentMap:
    """Samples, and where they lie.

    Attributes
    ----------
    method : {"pca", "tsne"}
    seed : int
        Of the first sample.
    scenes : tuple of N Scene
    pictures : (N, height, width, channels) uint8
    points : (N, 2) float32
    pca : PcaMap or None
        The way back from any point to a latent; None for t-SNE, which has none.
    """

    method: Method
    seed: int
    scenes: tuple[Scene, ...]
    pictures: Pictures
    points: Points
    pca: PcaMap | None


@dataclass(frozen=True, eq=False)
class _Order:
    generator: Generator
    method: Method
    count: int
    seed: int
    cancelled: Event = field(default_factory=Event)


class Maps(QObject):
    """Makes the newest map that is asked for; pictures of the same samples are drawn once.

    Signals
    -------
    made(LatentMap)
    progressed(share) : float
        0 to 1; 1 also when it was cancelled.
    failed(error)
    """

    made = Signal(object)
    progressed = Signal(float)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: _Order | None = None
        self._kept: tuple[_Order, tuple[Scene, ...], Pictures] | None = None  # the worker's
        self._work = LatestOnly(self._make, self, name="maps")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a map is being made, or is still stopping."""
        return self._work.is_busy

    @property
    def is_wanted(self) -> bool:
        """Whether a map has been asked for that is yet to come."""
        return self._order is not None

    def request(self, generator: Generator, method: Method, count: int, seed: int) -> None:
        """Make a map of ``count`` samples from ``seed`` on, instead of any other."""
        self.cancel()
        self._order = _Order(generator, method, count, seed)
        self._work.request(self._order)

    def cancel(self) -> None:
        """Make no map."""
        self._work.drop_waiting()
        if self._order is not None:
            self._order.cancelled.set()
            self._order = None
            self.progressed.emit(1.0)

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.cancel()
        self._work.close()

    def _make(self, order: _Order) -> LatentMap | None:
        def tell(share: float) -> None:
            if not order.cancelled.is_set():
                self.progressed.emit(share)

        drawing = _DRAWING if order.method == "tsne" else 1.0
        drawn = self._drawn(order, lambda share: tell(drawing * share))
        if drawn is None:
            return None
        scenes, pictures = drawn
        found = laid_out(
            order.method,
            scenes,
            pictures,
            order.seed,
            lambda done, steps: tell(drawing + (1.0 - drawing) * done / steps),
            order.cancelled.is_set,
        )
        if found is None:
            return None
        return LatentMap(order.method, order.seed, scenes, pictures, *found)

    def _drawn(
        self, order: _Order, tell: Callable[[float], None]
    ) -> tuple[tuple[Scene, ...], Pictures] | None:
        from explorer.core.traversal.layout import sample_points

        if self._kept is not None and _same_samples(self._kept[0], order):
            return self._kept[1:]
        scenes = tuple(sample_points(order.generator, order.count, order.seed))
        latents, labels = np.stack([scene.z for scene in scenes]), [scene.label for scene in scenes]
        parts: list[Pictures] = []
        for part in order.generator.stream(latents, labels):
            parts.append(part)
            tell(len(parts) * len(parts[0]) / order.count)
            if order.cancelled.is_set():
                return None
        pictures = np.concatenate(parts)
        self._kept = (order, scenes, pictures)
        return scenes, pictures

    def _on_done(self, order: _Order, made: LatentMap | None) -> None:
        if order is self._order and made is not None:
            self._order = None
            self.progressed.emit(1.0)
            self.made.emit(made)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self.cancel()
            self.failed.emit(error)


def laid_out(
    method: Method,
    scenes: tuple[Scene, ...],
    pictures: Pictures,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Points, PcaMap | None] | None:
    """Where samples lie by the likeness of their pictures, as the command line lays them out.

    None where it was cancelled.
    """
    from explorer.core.traversal.layout import PcaMap, features
    from explorer.core.traversal.tsne import tsne

    told = features(pictures)
    if method == "pca":
        pca = PcaMap.fit(np.stack([scene.z for scene in scenes]), told)
        return pca.points, pca
    points = tsne(told, seed, progress=progress, cancelled=cancelled)
    return None if points is None else (points, None)


def _same_samples(one: _Order, other: _Order) -> bool:
    return (one.generator, one.count, one.seed) == (other.generator, other.count, other.seed)
