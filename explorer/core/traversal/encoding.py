"""Real pictures and pairs of models as the beginning of a traversal."""

from __future__ import annotations

from dataclasses import replace

from explorer.core.generator import Generator, Pictures
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


def require_alike(first: Generator, second: Generator) -> None:
    """Refuse two models that cannot be driven by the same sliders.

    Raises
    ------
    Problem
        Their latents are of unlike size.
    """
    sizes = first.card.latent_size, second.card.latent_size
    if sizes[0] != sizes[1]:
        raise Problem(
            f"{first.card.name} has {sizes[0]} latent dimensions and {second.card.name} {sizes[1]}.",
            "Choose two models of the same latent size.",
        )
