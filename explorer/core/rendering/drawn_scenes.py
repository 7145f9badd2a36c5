"""Drawn scenes made into pictures: what a translator makes of the drawing, and of the latent where it takes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.drawing.drawing import Drawing
from explorer.core.drawing.rasterising import Raster
from explorer.core.photos.resizing import with_channels
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Rendering
from explorer.core.rendering.scene import Scene

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator

_OPEN_SIDE = 256  # of drawings for a translator that takes any size


def raster_for(translator: Translator) -> Raster:
    """What draws for a translator: pictures of the sides it takes, hard-edged where colours stand for things."""
    return Raster(translator.height or _OPEN_SIDE, translator.width or _OPEN_SIDE, hard=translator.card.legend != ())


def answered(translator: Translator, scene: Scene, picture: NDArray[np.uint8]) -> Rendering | None:
    """The answer to a scene whose drawing is ``picture`` as `raster_for` draws it; None where it was stopped.

    Raises
    ------
    Problem
        The translator fails, is closed, or takes another latent.
    """
    found = translator.translate(with_channels(picture, translator.channels), z=scene.z)
    return None if found is None else Rendering(scene, found.after, found.took_ms, translator.provider)


def answer_of(translator: Translator, scene: Scene) -> Rendering:
    """The answer to a drawn scene, the same bytes everywhere; raises as `answered` does, and where nothing is drawn."""
    raster = raster_for(translator)
    raster.draw(drawing_in(scene))
    found = answered(translator, scene, raster.picture())
    if found is None:
        raise Problem("The translation was stopped.", "Start it again.")
    return found


def drawing_in(scene: Scene) -> Drawing:
    """The drawing of a scene.

    Raises
    ------
    Problem
        It has none.
    """
    if scene.drawing is None:
        raise Problem("This scene is from a generator: there is no drawing in it.", "Choose a picture saved from Draw.")
    return scene.drawing
