"""What encoders see in pictures at a board: the answer in a generator's latent space, the style in a picture."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import Picture
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.session.photos.encoded_photo import OpenEncoder
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator


class AnswerEncodings(JobRunner):
    """Encodes one picture at a time, the newest that is asked for.

    Signals
    -------
    encoded(scene) : Scene
        What the generator draws like the picture.
    styled(z) : (d,) float32
        The style of a picture.
    """

    encoded = Signal(object)
    styled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="answers")
        self._encoder = OpenEncoder()

    def encode(self, model: OpenModel, picture: Picture, base: Scene) -> None:
        """Look for a picture, (height, width, 1 or 3) uint8, with the encoder of ``model``.

        The scene is like ``base``, which is one of the model, in all but its latent.
        """
        self.begin(
            lambda *_: self._encoder.latent(model, partial(_fitted, picture)),
            lambda z: self.encoded.emit(replace(base.plainly_at(z), seed=None)),
            words="Looking for it in the latent space",
        )

    def see_style(self, translator: Translator, picture: Picture, device: Device) -> None:
        """See which style a picture, (height, width, 1 or 3) uint8, has to the encoder beside a translator."""
        self.begin(lambda *_: _style(translator, picture, device), self.styled.emit, words="Looking at its style")

    def close(self) -> None:
        """Wait for what is being encoded, then let the encoder go."""
        super().close()
        self._encoder.close()


def _style(translator: Translator, picture: Picture, device: Device) -> Latent:
    from explorer.core.inference.styles import StyleReader, style_reader_beside

    with closing(StyleReader.open(style_reader_beside(translator), device)) as reader:
        return reader.style(picture, translator)


def _fitted(picture: Picture, height: int, width: int, channels: int) -> Picture:
    from explorer.core.rendering.picture_files import fitted

    return fitted(picture, height, width, channels)
