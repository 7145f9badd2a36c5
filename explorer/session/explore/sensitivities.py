"""How much each dimension changes the picture, measured in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.truncation import truncate
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator
    from explorer.core.rendering.latent_axes import LatentAxes

Deviations = NDArray[np.float32] | None
"""A point of W, (style_size,) in deviations from the mean; None for Z."""

_DIMENSIONS_AT_ONCE = 16
_LONGEST_MIN = 2.0
_REST_MS = 200  # after which a scene that moved is taken to rest


class Sensitivities(JobRunner):
    """Measures, around one scene, how much each latent dimension changes the picture.

    Signals
    -------
    measured(strengths, scene) : (d,) float32, Scene
        ``scene`` is the one it was measured around; its model is the one that was measured.
    """

    measured = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="strengths")
        self.ended.connect(lambda: self.progressed.emit(1.0))

    def measure(self, generator: Generator, scene: Scene, w: Deviations = None, axes: LatentAxes | None = None) -> None:
        """Measure around ``scene``, instead of around any other.

        ``w``, (style_size,) in deviations from the mean, asks for the dimensions of W around that point instead, and
        ``axes`` for those.
        """
        self.begin(
            partial(_measured, generator, scene, w, axes),
            lambda strengths: self.measured.emit(strengths, scene),
        )


def _measured(
    generator: Generator,
    scene: Scene,
    w: Deviations,
    axes: LatentAxes | None,
    report: Report,
    cancelled: Cancelled,
) -> NDArray[np.float32]:
    from explorer.core.rendering.sensitivity import strength

    if w is not None:
        at = w
    else:
        in_w = generator.mapping is not None  # where it is truncated
        here = scene.z if in_w else truncate(scene.z, scene.truncation, generator.card.prior)
        at = here if axes is None else axes.values(here)
    done = 0

    def draw(z: NDArray[np.float32]) -> NDArray[np.uint8]:
        labels = [scene.label] * len(z)
        if axes is not None:
            z = axes.points(here, z)
        if w is not None:
            z = generator.spread().point(z)
        elif generator.previews:
            z = generator.points_of(z, labels)
        if w is not None or generator.previews:
            z = np.repeat(z[:, None], generator.card.styles, axis=1)
        return np.stack([generator.preview(row) for row in z]) if generator.previews else generator.pictures(z, labels)

    _refuse_to_take_long(draw, at)

    def stopped() -> bool:  # asked before every sixteen dimensions
        nonlocal done
        report(done, at.size)
        done += _DIMENSIONS_AT_ONCE
        return cancelled()

    return strength(draw, at, cancelled=stopped)


def _refuse_to_take_long(draw: Callable[[NDArray[np.float32]], NDArray[np.uint8]], at: NDArray[np.float32]) -> None:
    """Raises a `Problem` where drawing two pictures a dimension would take minutes."""
    draw(at[None])  # the first run sets up memory
    started = perf_counter()
    draw(at[None])
    minutes = (perf_counter() - started) * 2 * at.size / 60
    if minutes > _LONGEST_MIN:
        what = f"This model draws too slowly to measure its {at.size} dimensions: about {minutes:.0f} minutes."
        raise Problem(what, "Find directions instead: SeFa needs no pictures for them.")


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
    progressed(share) : float
        How far it is, 1 where nothing is being measured.
    failed(error)
    """

    changed = Signal()
    progressed = Signal(float)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, is_free: Callable[[], bool] = lambda: True) -> None:
        super().__init__(parent)
        self._is_free = is_free
        self.values: NDArray[np.float32] | None = None
        self._around: tuple[Scene, Deviations] | None = None  # what the values belong to
        self._wanted: tuple[Generator, Scene, Deviations] | None = None
        self._axes: LatentAxes | None = None  # of the wanted generator
        self._measuring: tuple[Scene, Deviations] | None = None
        self._resting = QTimer(self, interval=_REST_MS, singleShot=True)
        self._resting.timeout.connect(self._on_rested)
        self._strengths = Sensitivities(self)
        self._strengths.measured.connect(self._on_measured)
        self._strengths.progressed.connect(self.progressed)
        self._strengths.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Whether other values may still come."""
        return self._resting.isActive() or self._strengths.is_busy

    def follow(self, generator: Generator, scene: Scene, w: Deviations = None, axes: LatentAxes | None = None) -> None:
        """Want the strengths around ``scene``, a scene of ``generator``; the rest is as for `Sensitivities.measure`."""
        if self._wanted is not None and self._wanted[1].model != scene.model:
            self.forget()
        self._wanted, self._axes = (generator, scene, w), axes
        if self._around is None:
            self._measure()  # there is nothing to show meanwhile
        elif _is_same_point(self._around, (scene, w), truncated=generator.mapping is None):
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
        if self._wanted is not None and not self._strengths.is_wanted:
            self._measuring = self._wanted[1:]
            self._strengths.measure(*self._wanted, self._axes)

    def _on_measured(self, strengths: NDArray[np.float32], scene: Scene) -> None:
        if self._wanted is not None and scene.model == self._wanted[1].model:
            self.values, self._around = strengths, self._measuring
            self.changed.emit()


def _is_same_point(one: tuple[Scene, Deviations], other: tuple[Scene, Deviations], *, truncated: bool) -> bool:
    """Whether two scenes have the same strengths: directions do not count, as they are measured without.

    ``truncated`` says whether they are measured where the latent is truncated, which is not so in a model with W.
    """
    (a, a_w), (b, b_w) = one, other
    if (a.model, a.label) != (b.model, b.label) or (a_w is None) != (b_w is None):
        return False
    if a_w is not None and b_w is not None:
        return np.array_equal(a_w, b_w)
    return (a.truncation == b.truncation or not truncated) and np.array_equal(a.z, b.z)
