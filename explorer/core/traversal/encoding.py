"""A real picture as the beginning of a traversal."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.generator import Pictures
from explorer.core.perception import Encoder
from explorer.core.pictures import fitted
from explorer.core.problem import Problem
from explorer.core.scene import Scene


def base_from_picture(encoder: Encoder, picture: Pictures, scene: Scene) -> Scene:
    """``scene`` with the latent that the encoder gives for a real picture.

    Truncation and directions are taken off, so that the scene shows the picture as well as the model can.

    Parameters
    ----------
    encoder : Encoder
    picture : (height, width, 1 or 3) uint8
        Of any size: its middle is scaled to what the encoder takes.
    scene : Scene

    Raises
    ------
    Problem
        The encoder's latents are of another size than the scene's.
    """
    card = encoder.card
    z = encoder.latents(fitted(picture, card.height, card.width, card.channels)[None])[0]
    if z.shape != scene.z.shape:
        raise Problem(
            f"{card.name} gives latents of {z.size} numbers, but this model takes {scene.z.size}.",
            "Choose the encoder that was made for this model.",
        )
    return replace(scene, z=z, seed=None, truncation=1.0, directions=())
