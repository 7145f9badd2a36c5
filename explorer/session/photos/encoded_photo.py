"""A picture of the user's own, found again in the latent space by the model's encoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.core.photos.face_frames import FaceFrames
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.inference.perception import Encoder


class OpenEncoder:
    """The encoder of the model that was asked about last, kept open; for one worker at a time."""

    def __init__(self) -> None:
        self._encoder: Encoder | None = None
        self._file: Path | None = None
        self._faces = FaceFrames()

    def latent(self, model: OpenModel, pixels: Callable[[int, int, int], NDArray[np.uint8]]) -> Latent:
        """The latent that the encoder of ``model`` gives a picture.

        Parameters
        ----------
        model : OpenModel
        pixels : callable
            Gives the picture as (height, width, channels) uint8, asked for just these three.

        Raises
        ------
        Problem
            There is no encoder, it cannot be used, or it is not for this generator.
        """
        if model.files.encoder is None:
            raise Problem(f"{model.name} has no encoder.", "Train one with the family inversion.")
        encoder = self._opened(model, model.files.encoder)
        card = model.generator.card
        if encoder.card.latent_size != card.latent_size:
            hint = "Export the encoder again for this generator."
            raise Problem(
                f"The encoder gives {encoder.card.latent_size} numbers; {model.name} takes {card.latent_size}.",
                hint,
            )
        own = encoder.card
        picture = pixels(own.height or card.height, own.width or card.width, own.channels or 3)
        z: Latent = encoder.latents(picture[None])[0]
        return z

    def latent_of_file(self, model: OpenModel, file: Path) -> Latent:
        """`latent` of the picture in a file, around its face where the model's pictures are faces, else its middle.

        A Problem too where it cannot be read.
        """
        if model.generator.card.pupils is None:
            return self.latent(model, lambda height, _width, channels: _pixels(file, height, channels))
        from explorer.core.photos.alignment import aligned
        from explorer.core.photos.photo_files import read_photo
        from explorer.core.rendering.picture_files import fitted

        photo = read_photo(file).pixels
        place = self._faces.around(photo, model.generator.card.pupils)

        def pixels(height: int, width: int, channels: int) -> NDArray[np.uint8]:
            return fitted(aligned(photo, place, max(height, width)), height, width, channels)

        return self.latent(model, pixels)

    def close(self) -> None:
        """Let the encoder go, and what finds faces for it."""
        self._faces.close()
        if self._encoder is not None:
            self._encoder.close()
            self._encoder = self._file = None

    def _opened(self, model: OpenModel, file: Path) -> Encoder:
        from explorer.core.inference.perception import Encoder

        if self._encoder is None or self._file != file:
            self.close()
            self._encoder = Encoder.open(file, model.device, trusted=run_of(model.path) is not None)
            self._file = file
        return self._encoder


class Encodings(JobRunner):
    """Encodes one picture at a time, the newest that is asked for; keeps the encoder open meanwhile.

    Signals
    -------
    encoded(model, picture, z) : str, Path, (d,) float32
        ``model`` is the hash of the generator that the latent is for.
    """

    encoded = Signal(str, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="encodings")
        self._encoder = OpenEncoder()

    def request(self, model: OpenModel, picture: Path) -> None:
        """Encode the picture in a file with the encoder of ``model``, instead of any other."""
        self.begin(
            lambda *_: self._encoder.latent_of_file(model, picture),
            partial(self.encoded.emit, model.generator.hash, picture),
        )

    def close(self) -> None:
        """Wait for what is being encoded, then let the encoder go."""
        super().close()
        self._encoder.close()


def _pixels(file: Path, size: int, channels: int) -> NDArray[np.uint8]:
    """The centre square of the picture in ``file``, (size, size, channels)."""
    from explorer.training.sources.decoding import drawn_from_file
    from explorer.training.sources.material import UnreadablePictureError

    try:
        return drawn_from_file(file, size, channels).pixels
    except UnreadablePictureError as reason:
        hint = "Choose a photograph or drawing: PNG, JPEG, WebP and the like."
        raise Problem(f"{file.name} cannot be used: {reason}.", hint) from None
