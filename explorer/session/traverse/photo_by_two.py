"""One photo as two models see it: each one's encoder finds it, and each draws what was found."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel
from explorer.session.photos.encoded_photo import OpenEncoder
from explorer.session.photos.photo import Picture, Placing, error_of

if TYPE_CHECKING:
    from explorer.core.photos.face_frames import FaceFrames
    from explorer.core.photos.photo_files import Photo


@dataclass(frozen=True, eq=False)
class Encoded:
    """A photo as one model sees it.

    Attributes
    ----------
    crop, picture : (height, width, channels) uint8
        The photo in the model's frame, and how the model draws it.
    error : float
        Mean absolute difference of the two, as a share of the range of a pixel.
    """

    crop: Picture
    picture: Picture
    error: float


class PhotoByTwo(JobRunner):
    """Reads one photo at a time and shows it to two models.

    Signals
    -------
    shown(name, first, second) : str, Encoded, Encoded
    """

    shown = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="photo by two")

    def request(self, path: Path, first: OpenModel, second: OpenModel) -> None:
        """Show the photo at ``path`` to both, instead of any other."""
        self.begin(partial(_seen_by, path, (first, second)), lambda seen: self.shown.emit(path.name, *seen))


def _seen_by(path: Path, models: tuple[OpenModel, ...], report: Report, cancelled: Cancelled) -> tuple[Encoded, ...]:
    from explorer.core.photos.face_frames import FaceFrames
    from explorer.core.photos.photo_files import read_photo

    photo = read_photo(path)
    seen = list[Encoded]()
    with closing(FaceFrames()) as faces:
        for model in models:
            if not cancelled():
                report(len(seen) / len(models))
                seen.append(_seen(photo, model, faces))
    return tuple(seen)


def _seen(photo: Photo, model: OpenModel, faces: FaceFrames) -> Encoded:
    """With the frame around the face where the model's pictures are faces, else in the middle."""
    card = model.generator.card
    placing = Placing(faces.around(photo.pixels, card.pupils))
    crop = placing.crop(photo.pixels, card.height, card.width, card.channels)
    encoder = OpenEncoder()
    with closing(encoder):
        z = encoder.latent(model, lambda *size: placing.crop(photo.pixels, *size))
    picture = model.generator.picture(z, 0 if card.classes else None)
    return Encoded(crop, picture, error_of(picture, crop))
