"""How much each dimension changes the picture, measured in the background."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.latents import truncate
from explorer.core.scene import Scene
from explorer.session.latest import LatestOnly

if TYPE_CHECKING:
    from explorer.core.generator import Generator

_DIMENSIONS_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class _Order:
    generator: Generator
    scene: Scene
    cancelled: Event = field(default_factory=Event)


class Strengths(QObject):
    """Measures, around one scene, how much each latent dimension changes the picture.

    Signals
    -------
    measured(strengths, scene) : (d,) float32, Scene
        ``scene`` is the one it was measured around; its model is the one that was measured.
    progressed(share) : float
        How much of it is done: 0 to 1; 1 also when it was cancelled.
    failed(error)
    """

    measured = Signal(object, object)
    progressed = Signal(float)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._order: _Order | None = None
        self._work = LatestOnly(self._measure, self, name="strengths")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured, or is still stopping."""
        return self._work.is_busy

    def measure(self, generator: Generator, scene: Scene) -> None:
        """Measure around ``scene``, instead of around any other."""
        self.cancel()
        self._order = _Order(generator, scene)
        self._work.request(self._order)

    def cancel(self) -> None:
        """Measure no more."""
        self._work.drop_waiting()
        if self._order is not None:
            self._order.cancelled.set()
            self._order = None
            self.progressed.emit(1.0)

    def close(self) -> None:
        """Stop measuring, and wait until that has stopped."""
        self.cancel()
        self._work.close()

    def _measure(self, order: _Order) -> NDArray[np.float32]:
        from explorer.core.sensitivity import strength

        size, scene, done = order.scene.z.size, order.scene, 0

        def draw(z: NDArray[np.float32]) -> NDArray[np.uint8]:
            return order.generator.pictures(z, [scene.label] * len(z))

        def cancelled() -> bool:  # asked before every sixteen dimensions
            nonlocal done
            if not order.cancelled.is_set():
                self.progressed.emit(done / size)
            done += _DIMENSIONS_AT_ONCE
            return order.cancelled.is_set()

        return strength(draw, truncate(scene.z, scene.truncation), cancelled=cancelled)

    def _on_done(self, order: _Order, strengths: NDArray[np.float32]) -> None:
        if order is self._order:
            self._order = None
            self.measured.emit(strengths, order.scene)
            self.progressed.emit(1.0)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self.cancel()
            self.failed.emit(error)
