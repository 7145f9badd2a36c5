"""A photo of the user's own: read in the background, cut to the model's frame, and found in its latent space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latent_points import LatentPoint
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.session.photos.encoded_photo import OpenEncoder

if TYPE_CHECKING:
    from explorer.core.photos.alignment import Alignment
    from explorer.core.photos.photo_files import Photo

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class FoundPhoto:
    """A photo that was read.

    Attributes
    ----------
    photo : Photo
    name : str
        Of its file, or what else to call it.
    scene : Scene or None
        What the file carries, where it was saved by this program.
    """

    photo: Photo
    name: str
    scene: Scene | None = None


@dataclass(frozen=True)
class Placing:
    """Where the frame of the model lies on a photo.

    Attributes
    ----------
    alignment : Alignment
    mirrored : bool
        Whether left and right change places.
    """

    alignment: Alignment
    mirrored: bool = False

    def crop(self, picture: Picture, height: int, width: int, channels: int) -> Picture:
        """What the frame shows of ``picture``, (height, width, channels) uint8."""
        from explorer.core.photos.alignment import aligned
        from explorer.core.rendering.picture_files import fitted

        square = aligned(picture, self.alignment, max(height, width))
        if self.mirrored:
            square = np.ascontiguousarray(square[:, ::-1])
        return fitted(square, height, width, channels)


class Photos(JobRunner):
    """Reads one photo at a time, the newest that is asked for.

    Signals
    -------
    read(FoundPhoto, path) : FoundPhoto, Path
    """

    read = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="photos")

    def request(self, path: Path) -> None:
        """Read the photo at ``path`` instead of any other."""
        self.begin(lambda *_: _read(path), lambda found: self.read.emit(found, path))


def _read(path: Path) -> FoundPhoto:
    from explorer.core.photos.photo_files import read_photo

    return FoundPhoto(read_photo(path), path.name, _scene_in(path))


def _scene_in(path: Path) -> Scene | None:
    """What the file carries; a damaged scene does not spoil a photo."""
    from explorer.session.models.opening import scene_carried_by

    try:
        return scene_carried_by(path)
    except Problem:
        return None


@dataclass(frozen=True, eq=False)
class CropRequest:
    """What is asked for: a photo, cut for a model.

    Attributes
    ----------
    model : OpenModel
    photo : Picture
        (height, width, 3) uint8.
    placing : Placing
    encode : bool
        Whether the model's encoder is asked too, where it has one.
    label : int or None
        The class to draw with.
    under : Conditions
        The noise and the placement to draw with.
    """

    model: OpenModel
    photo: Picture
    placing: Placing
    encode: bool
    label: int | None = None
    under: Conditions = USUAL


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A picture from the model that is to look like a crop.

    Attributes
    ----------
    point : LatentPoint
    picture : (height, width, channels) uint8
    error : float
        Mean absolute difference from the crop, as a share of the range of a pixel: 0 to 1.
    method : str
        ``encoder``, ``projection`` or, while a model is tuned, ``tuning``.
    under : Conditions
        What it is drawn under.
    """

    point: LatentPoint
    picture: Picture
    error: float
    method: str
    under: Conditions = USUAL

    def scene(self, base: Scene) -> Scene:
        """The scene that draws it, of the model and the class of ``base``."""
        return self.point.scene(replace(base, noise=self.under.noise, placement=self.under.placement))


class Crops(JobRunner):
    """Cuts a photo to the frame of a model, newest first, and asks the encoder once the frame rests.

    Signals
    -------
    shown(cut, crop, reconstruction) : Cut, (height, width, channels) uint8, Reconstruction or None
        The crop has the size of the model's pictures. None where no encoder was asked.
    """

    shown = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="waiting", name="cuts")
        self._encoder = OpenEncoder()
        self._newest: CropRequest | None = None

    def request(self, cut: CropRequest) -> None:
        """Make ``cut``, which overtakes every one that waits."""
        before, self._newest = self._newest, cut
        if before is not None and (cut.model is not before.model or cut.photo is not before.photo):
            self.cancel()  # a crop of something else is of no use meanwhile
        self.begin(partial(self._cut, cut), lambda made: self.shown.emit(cut, *made), failed=self._on_not_cut)

    def close(self) -> None:
        """Wait for what is being made, then let the encoder go."""
        super().close()
        self._encoder.close()

    def _cut(self, cut: CropRequest, *_: object) -> tuple[Picture, Reconstruction | None]:
        card = cut.model.generator.card
        crop = cut.placing.crop(cut.photo, card.height, card.width, card.channels)
        if not cut.encode or cut.model.files.encoder is None:
            return crop, None
        z = self._encoder.latent(cut.model, lambda *size: cut.placing.crop(cut.photo, *size))
        picture = cut.model.generator.picture(z, cut.label, cut.under)
        return crop, Reconstruction(LatentPoint("z", z), picture, error_of(picture, crop), "encoder", cut.under)

    def _on_not_cut(self, error: Exception) -> None:
        if not self.is_wanted:  # else the next is being made already
            self.failed.emit(error)


def error_of(picture: Picture, crop: Picture) -> float:
    """Mean absolute difference of two pictures of one size, as a share of the range of a pixel."""
    return float(np.abs(picture.astype(np.int16) - crop).mean()) / 255.0
