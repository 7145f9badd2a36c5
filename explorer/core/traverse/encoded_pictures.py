"""Real pictures as points of the latent space: what an encoder makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import fitted
from explorer.core.rendering.scene import Scene

_AT_ONCE = 32  # pictures between two looks at whether to stop


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
    return scene.plainly_at(z)


def encoded(
    encoder: Encoder,
    generator: Generator,
    pictures: Pictures,
    labels: Sequence[int] = (),
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Scene, ...] | None:
    """Scenes that draw many pictures again, as well as encoder and generator can.

    Parameters
    ----------
    encoder : Encoder
    generator : Generator
    pictures : (N, height, width, channels) uint8
        Of the size that the encoder takes.
    labels : sequence of N int
        Classes of the generator, where it has some; the first one for all where none are given.
    progress, cancelled : callable, optional

    Returns
    -------
    tuple of N Scene, or None
        None where it was cancelled.

    Raises
    ------
    Problem
        Encoder, generator and pictures do not belong together.
    """
    check_pair(encoder, generator)
    parts = []
    for start in range(0, len(pictures), _AT_ONCE):
        if cancelled is not None and cancelled():
            return None
        parts.append(encoder.latents(pictures[start : start + _AT_ONCE]))
        if progress is not None:
            progress(min(start + _AT_ONCE, len(pictures)), len(pictures))
    latents = np.concatenate(parts)
    if not np.isfinite(latents).all():
        raise Problem(
            "The encoder gives numbers that are not finite for these pictures.", "Export or train it again."
        )
    card = generator.card
    classes = labels if len(labels) else [0] * len(latents)
    return tuple(
        Scene(generator.hash, card.name, z.copy(), int(label) if card.classes else None)
        for z, label in zip(latents, classes, strict=True)
    )


def check_pair(encoder: Encoder, generator: Generator) -> None:
    """Refuse an encoder whose latents the generator does not take.

    Raises
    ------
    Problem
    """
    given, taken = encoder.card.latent_size, generator.card.latent_size
    if given != taken:
        raise Problem(
            f"The encoder gives {given} numbers; {generator.card.name} takes {taken}.",
            "Export the encoder again for this generator.",
        )
