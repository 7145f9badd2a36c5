"""The style of a picture: the latent that a translator's encoder reads from it (Park et al., 2019, section 3.2)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.inference.perception import Encoder
from explorer.core.photos.resizing import Pixels, fitted_picture, with_channels
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator

_ENCODER = "encoder.onnx"


class StyleReader(Encoder):
    """An open encoder of styles."""

    def style(self, picture: Pixels, translator: Translator) -> Latent:
        """The latent of a picture of any size for a translator, (style_size,) float32.

        Raises
        ------
        Problem
            It reads latents of another size.
        """
        if self.card.latent_size != translator.style_size:
            what = f"{self.path.name} reads {self.card.latent_size} numbers, not {translator.style_size}."
            raise Problem(what, "Put the encoder that belongs to the translator beside it.")
        fitted = fitted_picture(picture, self.card.height, self.card.width).fed
        found: Latent = self.latents(with_channels(fitted, self.card.channels)[None])[0]
        return found


def has_style_reader(translator: Translator) -> bool:
    """Whether the style of a picture can be taken."""
    return bool(translator.style_size) and translator.path.with_name(_ENCODER).is_file()


def style_reader_beside(translator: Translator) -> Path:
    """The encoder that lies beside a translator.

    Raises
    ------
    Problem
        There is none.
    """
    if not has_style_reader(translator):
        raise Problem(f"{translator.name} cannot take the style of a picture: it has no {_ENCODER}.", "Choose a seed.")
    return translator.path.with_name(_ENCODER)
