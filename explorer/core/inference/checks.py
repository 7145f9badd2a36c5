"""What a generator is given, checked against its card before it runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem


def checked_latents(z: NDArray[np.float32], card: ModelCard, *, styled: bool) -> NDArray[np.float32]:
    """Latents (N, latent_size), or where they may be of W+ (N, styles, style_size), in one piece of memory.

    Raises
    ------
    Problem
        They are of another size.
    """
    plain = z.ndim == 2 and z.shape[1] == card.latent_size
    if not plain and not (styled and z.shape[1:] == (card.styles, card.style_size)):
        given = " × ".join(str(size) for size in z.shape[1:])
        raise Problem(
            f"{card.name} takes latents of {card.latent_size} numbers, not {given}.",
            "Choose the model that the latent was made with.",
        )
    return np.ascontiguousarray(z)


def checked_labels(labels: Sequence[int | None], card: ModelCard, *, conditional: bool) -> NDArray[np.int64]:
    """The numbers of classes, None being class 0; whatever they are where the model is not conditional.

    Raises
    ------
    Problem
        The model has no such class.
    """
    count = len(card.classes)
    numbers = np.array([0 if label is None else label for label in labels], np.int64)
    if conditional and len(numbers) and not (numbers.min() >= 0 and numbers.max() < max(count, 1)):
        raise Problem(
            f"{card.name} has {count} classes; there is no class {numbers.max()}.",
            f"Choose a class from 0 to {count - 1}.",
        )
    return numbers
