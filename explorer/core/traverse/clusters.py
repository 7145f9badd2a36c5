"""Groups of pictures that nobody named: found by likeness, shown as a fact, and held against what is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.traverse.map_facts import Fact

Grouping = Literal["k-means", "spectral"]
GROUPINGS: tuple[Grouping, ...] = ("k-means", "spectral")

FEWEST_CLUSTERS, MOST_CLUSTERS = 2, 50
_NEIGHBOURS, _STARTS = 10, 4


def clusters_of(rows: NDArray[np.float32], grouping: Grouping, count: int, seed: int = 0) -> Fact:
    """Which of ``count`` clusters each row is in, the largest cluster first; equal seeds give equal clusters.

    k-means (Lloyd, 1982) looks for round heaps; spectral clustering (Ng, Jordan & Weiss, 2001) cuts the graph of the
    ten nearest neighbours where it is thin, so that a cluster may have any form.

    Parameters
    ----------
    rows : (N, f) float32
        What tells pictures apart.

    Raises
    ------
    Problem
        There are too few rows for so many clusters.
    """
    if not FEWEST_CLUSTERS <= count <= min(MOST_CLUSTERS, len(rows) - 1):
        raise Problem(
            f"{len(rows):,} pictures cannot be sorted into {count} clusters.",
            f"Ask for {FEWEST_CLUSTERS} to {min(MOST_CLUSTERS, len(rows) - 1)}.",
        )
    found = _by_heaps(rows, count, seed) if grouping == "k-means" else _by_neighbours(rows, count, seed)
    sizes = np.bincount(found, minlength=count)
    places = np.empty(count, np.int64)
    places[np.argsort(-sizes, kind="stable")] = np.arange(count)
    return Fact(f"cluster ({grouping})", places[found].astype(np.float32), tuple(str(k + 1) for k in range(count)))


def _by_heaps(rows: NDArray[np.float32], count: int, seed: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans

    found: NDArray[np.int64] = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(rows).astype(np.int64)
    return found


def _by_neighbours(rows: NDArray[np.float32], count: int, seed: int) -> NDArray[np.int64]:
    import warnings

    from sklearn.cluster import SpectralClustering

    near = min(_NEIGHBOURS, len(rows) - 1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph is not fully connected")  # parts that hang apart are clusters, too
        found: NDArray[np.int64] = (
            SpectralClustering(count, affinity="nearest_neighbors", n_neighbors=near, random_state=seed)
            .fit_predict(rows)
            .astype(np.int64)
        )
    return found


def purity(clusters: Fact, known: Fact) -> float:
    """The share of pictures that are of the commonest kind in their cluster (Manning et al., 2008, eq. 16.1).

    Of those of which the kind is known; as many clusters as pictures would be pure. NaN where none is.
    """
    told = ~np.isnan(known.values)
    if not told.any():
        return float("nan")
    counts = np.zeros((len(clusters.words), len(known.words)))
    np.add.at(counts, (clusters.values[told].astype(int), known.values[told].astype(int)), 1)
    return float(counts.max(axis=1).sum() / told.sum())


def purity_in_words(clusters: Fact, facts: Iterable[Fact]) -> str:
    """How pure clusters are by the first of the facts that knows kinds; "" where none does."""
    for known in facts:
        share = purity(clusters, known) if known.words else float("nan")
        if not np.isnan(share):
            name = known.name.replace("_", " ")
            return f"{share:.0%} of the pictures are of the commonest {name} in their cluster (purity)"
    return ""
