"""Where a verb takes the eyes of a photograph to be: where it is told, or else where they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from explorer.core.models.card import ModelCard
from explorer.core.photos.face_frames import FaceFrames
from explorer.core.photos.pupils import Pupils

if TYPE_CHECKING:
    from explorer.core.photos.photo_files import Photo

How = Literal["given", "found", "guessed", "none"]


class Eyes:
    """The eyes of photographs for one model.

    Parameters
    ----------
    card : ModelCard
        Of a model whose pictures are aligned by the pupils, or not.
    given : ((x, y), (x, y)) or None
        What was told, in pixels of the photograph's file.
    """

    def __init__(self, card: ModelCard, given: Pupils | None) -> None:
        self._given, self._frame = given, card.pupils
        self._faces = FaceFrames()

    def of(self, photo: Photo) -> tuple[Pupils | None, How]:
        """The pupils in pixels of the file, and how they are known; None where they are not."""
        if self._given is not None:
            return self._given, "given"
        if self._frame is None:
            return None, "none"
        found = self._faces.found(photo.pixels, self._frame)
        if found is None:
            return None, "guessed"
        first, second = (
            (min(max(x * photo.reduction, 0.0), photo.width), min(max(y * photo.reduction, 0.0), photo.height))
            for x, y in found.points
        )
        return (first, second), "found"

    def close(self) -> None:
        """Let the finder go."""
        self._faces.close()
