"""Real pictures as points of the latent space: what an encoder makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from explorer.core.directions.fitting.encoded_examples import encoded_latents
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene


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
    encoder.latents(pictures[:0])  # refuses pictures of another size
    latents = encoded_latents(encoder, pictures, progress, cancelled)
    if latents is None:
        return None
    if not np.isfinite(latents).all():
        raise Problem("The encoder gives numbers that are not finite for these pictures.", "Export or train it again.")
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
