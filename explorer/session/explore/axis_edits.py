"""The moves along the axes of a latent that has too many dimensions for a slider each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.rendering.latents import Latent, axis_name
from explorer.core.rendering.scene import Scene
from explorer.session.document import Document

if TYPE_CHECKING:
    from explorer.core.rendering.latent_axes import LatentAxes

RESET_AXES = "Reset the axes"
_LARGEST_VALUE = 1e3  # standard deviations


class AxisEdits:
    """Turns intentions into edits of the document, where the open model has axes: it is the latent that moves.

    Attributes
    ----------
    axes : LatentAxes or None
        Of the open model.
    model : str
        Its hash.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.axes: LatentAxes | None = None
        self.model = ""
        self._locked: dict[str, frozenset[int]] = {}  # by the hash of the model

    @property
    def offered(self) -> LatentAxes | None:
        """The axes of the open model, while a scene of it is shown; else None."""
        return self.axes if self.document.scene.model == self.model else None

    @property
    def locked(self) -> frozenset[int]:
        """Axes along which samples, walks, neighbours and resets leave the latent where it is."""
        return self._locked.get(self.document.scene.model, frozenset())

    @locked.setter
    def locked(self, axes: frozenset[int]) -> None:
        self._locked[self.document.scene.model] = axes

    def values(self, scene: Scene) -> Latent:
        """Where the latent of a scene lies along the axes, (k,) in standard deviations."""
        assert self.axes is not None
        return self.axes.values(scene.z)

    def set_value(self, axis: int, value: float, gesture: int = -1) -> None:
        """Move the latent along one axis to where it reads ``value``; what is no number, or absurd, is ignored."""
        if abs(value) <= _LARGEST_VALUE:  # false for NaN too
            self._put({axis: value}, f"Move {axis_name(axis)}", gesture)

    def reset_one(self, axis: int) -> None:
        """Move the latent along one axis to the mean of codes."""
        self.set_value(axis, 0.0)

    def reset_all(self) -> None:
        """Move the latent along every axis that is not locked to the mean of codes."""
        if self.axes is not None:
            free = (axis for axis in range(len(self.axes)) if axis not in self.locked)
            self._put(dict.fromkeys(free, 0.0), RESET_AXES)

    def with_locks(self, z: Latent) -> Latent:
        """``z``, where it has an axis that is locked, as the latent that is shown has it."""
        axes, held = self.offered, self.locked
        if axes is None or not held or z.shape != axes.mean.shape:
            return z
        here = axes.values(self.document.scene.z)
        return axes.moved(z, {axis: float(here[axis]) for axis in held})

    def _put(self, values: dict[int, float], what: str, gesture: int = -1) -> None:
        if self.axes is not None and values:
            z = self.axes.moved(self.document.scene.z, values)
            self.document.edit(what, gesture=gesture, z=z, seed=None)
