"""How much each dimension changes the picture, measured in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.rendering.latents import truncate
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.latest import LatestOnly

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator

_DIMENSIONS_AT_ONCE = 16
_REST_MS = 200  # after which a scene that moved is taken to rest


@dataclass(frozen=True, eq=False)
class _Order:
    generator: Generator
    scene: Scene
    w: NDArray[np.float32] | None = None
    cancelled: Event = field(default_factory=Event)


class Sensitivities(QObject):
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

    @property
    def is_measuring(self) -> bool:
        """Whether something is being measured that is still wanted."""
        return self._order is not None

    def measure(self, generator: Generator, scene: Scene, w: NDArray[np.float32] | None = None) -> None:
        """Measure around ``scene``, instead of around any other.

        ``w``, (style_size,) in deviations from the mean, asks for the dimensions of W around that point instead.
        """
        self.cancel()
        self._order = _Order(generator, scene, w)
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
        from explorer.core.rendering.sensitivity import strength

        scene, done = order.scene, 0
        size = scene.z.size if order.w is None else order.w.size

        def draw(z: NDArray[np.float32]) -> NDArray[np.uint8]:
            if order.w is not None:
                rows = order.generator.spread().point(z)[:, None]
                z = np.repeat(rows, order.generator.card.styles, axis=1)
            return order.generator.pictures(z, [scene.label] * len(z))

        def cancelled() -> bool:  # asked before every sixteen dimensions
            nonlocal done
            if not order.cancelled.is_set():
                self.progressed.emit(done / size)
            done += _DIMENSIONS_AT_ONCE
            return order.cancelled.is_set()

        if order.w is not None:
            return strength(draw, order.w, cancelled=cancelled)
        in_w = order.generator.mapping is not None  # where it is truncated
        z = scene.z if in_w else truncate(scene.z, scene.truncation)
        return strength(draw, z, cancelled=cancelled)

    def _on_done(self, order: _Order, strengths: NDArray[np.float32]) -> None:
        if order is self._order:
            self._order = None
            self.measured.emit(strengths, order.scene)
            self.progressed.emit(1.0)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self.cancel()
            self.failed.emit(error)


class SensitivitiesAround(QObject):
    """Keeps the strengths around a scene that moves: they are measured again once it rests elsewhere.

    What is known stays until the new is. A measurement that runs is let finish, so that there is one in the end
    however often the scene moves; then the newest scene has its turn.

    Parameters
    ----------
    is_free : callable, optional
        Asked before measuring anew; while it says no, what is being drawn has the processor to itself.

    Attributes
    ----------
    values : (d,) float32 or None
        The newest that are known; None before the first.

    Signals
    -------
    changed()
        There are new values; to be answered by `follow`, as the scene may have moved since.
    failed(error)
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, is_free: Callable[[], bool] = lambda: True) -> None:
        super().__init__(parent)
        self._is_free = is_free
        self.values: NDArray[np.float32] | None = None
        self._around: Scene | None = None  # what the values belong to
        self._wanted: tuple[Generator, Scene] | None = None
        self._resting = QTimer(self, interval=_REST_MS, singleShot=True)
        self._resting.timeout.connect(self._on_rested)
        self._strengths = Sensitivities(self)
        self._strengths.measured.connect(self._on_measured)
        self._strengths.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Whether other values may still come."""
        return self._resting.isActive() or self._strengths.is_busy

    def follow(self, generator: Generator, scene: Scene) -> None:
        """Want the strengths around ``scene``, a scene of ``generator``."""
        if self._wanted is not None and self._wanted[1].model != scene.model:
            self.forget()
        self._wanted = generator, scene
        if self._around is None:
            self._measure()  # there is nothing to show meanwhile
        elif _is_same_point(self._around, scene):
            self._resting.stop()
        else:
            self._resting.start()

    def rest(self) -> None:
        """Measure no more until `follow` is called again."""
        self._resting.stop()
        self._strengths.cancel()

    def forget(self) -> None:
        """Measure no more, and forget what was measured."""
        self.rest()
        self.values = self._around = self._wanted = None

    def close(self) -> None:
        """Measure no more, and wait until that has stopped."""
        self.rest()
        self._strengths.close()

    def _on_rested(self) -> None:
        if self._is_free():
            self._measure()
        else:
            self._resting.start()

    def _measure(self) -> None:
        if self._wanted is not None and not self._strengths.is_measuring:
            self._strengths.measure(*self._wanted)

    def _on_measured(self, strengths: NDArray[np.float32], scene: Scene) -> None:
        if self._wanted is not None and scene.model == self._wanted[1].model:
            self.values, self._around = strengths, scene
            self.changed.emit()


def _is_same_point(one: Scene, other: Scene) -> bool:
    """Whether two scenes have the same strengths: directions do not count, as they are measured without."""
    return (one.model, one.label, one.truncation) == (
        other.model,
        other.label,
        other.truncation,
    ) and np.array_equal(one.z, other.z)
