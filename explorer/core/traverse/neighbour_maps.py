"""Maps in two dimensions that keep neighbours together: t-SNE by openTSNE, UMAP by umap-learn where it is installed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.traverse.layout import Points

Rows = NDArray[np.float32]

_EVERY, _GATHERING, _STEPS = 10, 250, 500  # steps between two looks; with likes drawn together more strongly; after
_NEIGHBOURS = 15
_TINY = 1e-12


def tsne(
    rows: Rows,
    seed: int = 0,
    perplexity: float = 30.0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Points | None:
    """Where each row lies on a map that keeps neighbours together (van der Maaten & Hinton, 2008).

    Parameters
    ----------
    rows : (N, d) float32
        Latents, `features` of pictures, or anything else that tells what is alike.
    seed : int
        Equal seeds give equal maps.
    perplexity : float
        About how many neighbours count; at most a third of the points.
    progress : callable, optional
        Told the steps done and those there are.
    cancelled : callable, optional
        Asked now and then.

    Returns
    -------
    (N, 2) float32, or None
        None where it was cancelled.
    """
    if cancelled is not None and cancelled():
        return None
    if progress is not None:
        progress(0, _GATHERING + _STEPS)
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

    near = min(perplexity, (len(rows) - 1) / 3.0)
    alike = PerplexityBasedNN(_told_apart(rows, seed), near, method="exact", n_jobs=1, random_state=seed)
    look = _Look(progress, cancelled)
    how = {"n_jobs": 1, "negative_gradient_method": "bh", "callbacks": look, "callbacks_every_iters": _EVERY}
    found = TSNEEmbedding(_first_layout(rows, seed), alike, random_state=seed, **how)
    for steps, exaggeration, momentum in ((_GATHERING, 12.0, 0.5), (_STEPS, 1.0, 0.8)):
        found = found.optimize(steps, exaggeration=exaggeration, momentum=momentum)
        look.done += steps
        if look.is_over:
            return None
    if progress is not None:
        progress(_GATHERING + _STEPS, _GATHERING + _STEPS)
    return np.asarray(found, np.float32)


class _Look:
    """Looks up from the work now and then: tells how far it is, and ends it where nobody wants it any more."""

    def __init__(self, progress: Callable[[int, int], None] | None, cancelled: Callable[[], bool] | None) -> None:
        self._progress, self._cancelled = progress, cancelled
        self.done, self.is_over = 0, False

    def __call__(self, step: int, _error: float, _points: object) -> bool:
        if self._progress is not None:
            self._progress(self.done + step, _GATHERING + _STEPS)
        self.is_over = self._cancelled is not None and self._cancelled()
        return self.is_over


def umap(rows: Rows, seed: int = 0) -> Points:
    """Where each row lies on a UMAP (McInnes, Healy & Melville, 2018), (N, 2) float32. Equal seeds give equal maps.

    It begins with the principal components: the spectral start that is usual differs from run to run.

    Raises
    ------
    Problem
        umap-learn is not installed.
    """
    check_umap()
    import warnings

    from tqdm import tqdm

    tqdm.monitor_interval = 0  # UMAP has bars; their thread would only mend those that stand still
    from umap import UMAP

    near = max(2, min(_NEIGHBOURS, len(rows) - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it runs in one thread because of the seed, and says so
        found = UMAP(n_neighbors=near, init=_first_layout(rows, seed), random_state=seed, n_jobs=1).fit_transform(
            _told_apart(rows, seed)
        )
    return np.asarray(found, np.float32)


def check_umap() -> None:
    """Refuse where umap-learn is not installed.

    Raises
    ------
    Problem
    """
    from importlib.util import find_spec

    if find_spec("umap") is None:
        raise Problem("UMAP is not installed.", "Install it with pip install umap-learn, or use t-SNE.")


def _first_layout(rows: Rows, seed: int) -> NDArray[np.float64]:
    """The rows' principal components, small, with a little chance where these do not tell rows apart."""
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    points = centred @ _axes(centred).T
    points /= max(float(points[:, 0].std()), _TINY)
    chance = 0.01 * np.random.RandomState(seed).standard_normal(points.shape)
    first: NDArray[np.float64] = 1e-4 * (points + chance)
    return first


def _axes(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    axes = np.zeros((2, centred.shape[1]))
    found = np.linalg.svd(centred, full_matrices=False)[2][:2]
    axes[: len(found)] = found
    return axes


def _told_apart(rows: Rows, seed: int) -> NDArray[np.float64]:
    """Rows of which no two are the same, which neither library can do without: chance far below any difference."""
    spread = max(float(rows.std()), 1.0)
    return rows + 1e-6 * spread * np.random.RandomState(seed).standard_normal(rows.shape)
