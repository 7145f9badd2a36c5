"""Maps of samples: what they are laid out by, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from explorer.core.inference.generator import Pictures
from explorer.core.inference.threads import one_thread
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.layout import PcaMap, Points, check_count, features
from explorer.core.traverse.neighbour_maps import check_umap, tsne, umap

Method = Literal["pca", "tsne", "umap"]
Likeness = Literal["pictures", "latents"]

METHODS: tuple[Method, ...] = ("pca", "tsne", "umap")
LIKENESSES: tuple[Likeness, ...] = ("pictures", "latents")


def check_layout(count: int, method: Method) -> None:
    """Refuse, before anything is drawn, what a method cannot lay out.

    Raises
    ------
    Problem
        There are too few samples or too many, or the method is not installed.
    """
    check_count(count)
    if method == "umap":
        check_umap()


@one_thread()
def laid_out(
    scenes: Sequence[Scene],
    pictures: Pictures,
    method: Method = "pca",
    by: Likeness = "pictures",
    seed: int = 0,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Points, PcaMap | None] | None:
    """Where samples lie on a map, and the way back to a latent where there is one.

    Parameters
    ----------
    scenes : sequence of N Scene
    pictures : (N, height, width, channels) uint8
        Of these scenes; small ones do.
    method : {"pca", "tsne", "umap"}
    by : {"pictures", "latents"}
        Whose likeness counts. Latents of a prior are all about as far from each other; their pictures are not.
    seed : int
        For t-SNE and UMAP.
    progress, cancelled : callable, optional
        For t-SNE; UMAP tells nothing until it is there.

    Returns
    -------
    ((N, 2) float32, PcaMap or None) or None
        None where it was cancelled.

    Raises
    ------
    Problem
        There are too few samples or too many, or the method is not installed.
    """
    latents = np.stack([scene.z for scene in scenes])
    seen = features(pictures) if by == "pictures" else None
    if method == "pca":
        pca = PcaMap.fit(latents, seen)
        return pca.points, pca
    rows = latents if seen is None else seen
    points = umap(rows, seed) if method == "umap" else tsne(rows, seed, progress=progress, cancelled=cancelled)
    return None if points is None else (points, None)
