"""What a model that paints pixel by pixel says of a picture, worked out in a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.sampling.pixel_chances import PixelChances

Picture = NDArray[np.uint8]
_ENTERING = "entering"


@dataclass(frozen=True, eq=False)
class PixelReading:
    """What was found of one picture.

    Attributes
    ----------
    scene : Scene
        That paints this very picture, as the model's levels have it.
    chances : PixelChances
    shades : (L,) int64
        The levels, 0 to 255.
    """

    scene: Scene
    chances: PixelChances
    shades: NDArray[np.int64]


class PixelReadings(JobRunner):
    """Reads the newest picture.

    Signals
    -------
    read(reading) : PixelReading
        What was asked by `look`.
    entered(reading) : PixelReading
        What was asked by `enter`.
    """

    read = Signal(object)
    entered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="pixel-readings")

    def look(self, model: OpenModel, scene: Scene, picture: Picture) -> None:
        """What the model says of a picture of its size, under the class and the settings of a scene.

        Not asked while a picture enters, which is about to take the place of this one.
        """
        if self.job is None or self.job.key is not _ENTERING:
            self.begin(lambda *_: _read(model, scene, picture), self.read.emit)

    def enter(self, model: OpenModel, scene: Scene, picture: Picture) -> None:
        """Find the latent of a picture of any size, such as a photo."""
        work = partial(_entered, model, scene, picture)
        self.begin(work, self.entered.emit, words="Finding the picture's numbers", key=_ENTERING)


def _entered(model: OpenModel, scene: Scene, picture: Picture, *_: object) -> PixelReading:
    from explorer.core.photos.resizing import fitted_picture, with_channels

    card = model.generator.card
    return _read(model, scene, with_channels(fitted_picture(picture, card.height, card.width).picture, card.channels))


def _read(model: OpenModel, scene: Scene, picture: Picture) -> PixelReading:
    from explorer.core.sampling.sampler import raster_of, sampler_of
    from explorer.core.sampling.settings import USUALLY

    sampler = sampler_of(model.generator)
    values, labels = sampler.as_values(picture[None]), sampler.classes_of([scene.label])
    chances = raster_of(sampler).chances(values, labels, scene.sampling or USUALLY)
    low, high = sampler.card.value_range
    shades = np.clip(np.rint((chances.levels - low) * 255.0 / (high - low)), 0, 255).astype(np.int64)
    found = replace(scene, z=chances.latents[0], seed=None, directions=(), truncation=1.0)
    return PixelReading(found, chances, shades)
