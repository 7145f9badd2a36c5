"""Few labels spread to many pictures, by a network on the graph of their nearest neighbours (Kipf & Welling, 2017)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.core.problem import Problem

NEIGHBOURS = 10
_HIDDEN, _STEPS = 32, 200
_RATE, _DECAY, _DROPPED = 0.01, 5e-4, 0.5  # as in the paper, section 5.2
_AXES = 50  # of what is known of a picture: more would be learned by heart
_TINY = 1e-9


class GraphConvolution(nn.Module):
    """softmax(A relu(A X W) W'), the two layers of equation 9, given as logits; A as `neighbour_graph` makes it."""

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(features, _HIDDEN, bias=False), nn.Linear(_HIDDEN, classes, bias=False)

    def forward(self, graph: Tensor, rows: Tensor) -> Tensor:
        """Logits (N, classes) of rows (N, features); ``graph`` is (N, N), sparse."""
        hidden = torch.relu(torch.sparse.mm(graph, self.first(rows)))
        kept = nn.functional.dropout(hidden, _DROPPED, self.training)
        logits: Tensor = torch.sparse.mm(graph, self.second(kept))
        return logits


def spread_labels(
    rows: NDArray[np.float32],
    labels: NDArray[np.int64],
    classes: int,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NDArray[np.float32] | None:
    """How likely each row is of each class, (N, classes) float32, learned from the rows whose label is known.

    Parameters
    ----------
    rows : (N, f) float32
        What tells pictures apart.
    labels : (N,) int64
        Classes, 0 to ``classes - 1``; -1 where unknown.

    Returns
    -------
    None where it was cancelled.

    Raises
    ------
    Problem
        Fewer than two classes have a label, or there are too few rows for a graph.
    """
    known = np.flatnonzero(labels >= 0)
    if len(np.unique(labels[known])) < 2:
        raise Problem("Labels of one kind alone say nothing of the others.", "Label pictures of at least two kinds.")
    if len(rows) <= NEIGHBOURS:
        raise Problem(f"{len(rows)} pictures are too few.", f"Labels spread among {NEIGHBOURS + 1} or more.")
    seen, graph = torch.from_numpy(_on_axes(rows)), neighbour_graph(rows)
    right, places = torch.from_numpy(labels[known]), torch.from_numpy(known)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = GraphConvolution(seen.shape[1], classes)
        adam = torch.optim.Adam(network.parameters(), _RATE, weight_decay=_DECAY)
        for step in range(_STEPS):
            if cancelled is not None and cancelled():
                return None
            loss = nn.functional.cross_entropy(network(graph, seen)[places], right)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            if progress is not None:
                progress(step + 1, _STEPS)
    with torch.no_grad():
        found: NDArray[np.float32] = network.eval()(graph, seen).softmax(dim=1).numpy()
    return found


def neighbour_graph(rows: NDArray[np.float32], neighbours: int = NEIGHBOURS) -> Tensor:
    """D^-1/2 (A + 1) D^-1/2, (N, N) sparse, where A joins each row with its nearest ones (equation 2)."""
    from scipy.sparse import diags, eye
    from sklearn.neighbors import kneighbors_graph

    joined = kneighbors_graph(rows, min(neighbours, len(rows) - 1))
    joined = joined.maximum(joined.T) + eye(len(rows))
    scale = diags(1.0 / np.sqrt(np.asarray(joined.sum(axis=1)).ravel()))
    whole = (scale @ joined @ scale).tocoo()
    places = torch.from_numpy(np.stack([whole.row, whole.col]).astype(np.int64))
    shares = torch.from_numpy(whole.data.astype(np.float32))
    return torch.sparse_coo_tensor(places, shares, whole.shape, check_invariants=True).coalesce()


def _on_axes(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows along their first principal axes, each of deviation 1 on average."""
    centred = rows - rows.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    found = left[:, :_AXES] * sizes[:_AXES]
    scaled: NDArray[np.float32] = (found / max(float(found.std()), _TINY)).astype(np.float32)
    return scaled
