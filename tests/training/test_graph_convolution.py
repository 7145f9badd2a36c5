"""Labels that spread over the graph of nearest neighbours."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.core.problem import Problem
from explorer.core.traverse.layout import features
from explorer.training.sources import open_pictures
from explorer.training.traverse.graph_convolution import neighbour_graph, spread_labels


def test_a_twentieth_of_the_labels_beats_the_nearest_neighbour():
    found = open_pictures("digits:600", size=28, channels=1)
    rows, right = features(found.pictures), np.asarray(found.labels)
    rng = np.random.RandomState(0)
    labels = np.full(len(rows), -1, np.int64)
    chosen = rng.permutation(len(rows))[: len(rows) // 20]
    labels[chosen] = right[chosen]
    rest = labels < 0
    apart = np.square(rows[rest][:, None] - rows[chosen][None]).sum(axis=2)
    nearest = (right[chosen][apart.argmin(axis=1)] == right[rest]).mean()
    chances = spread_labels(rows, labels, 10)
    assert chances is not None
    ours = (chances.argmax(axis=1)[rest] == right[rest]).mean()
    assert ours > nearest + 0.05
    assert chances.sum(axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-4)


def test_the_graph_is_symmetric_and_its_largest_eigenvalue_is_one():
    rows = np.random.RandomState(0).standard_normal((40, 5)).astype(np.float32)
    graph = neighbour_graph(rows).to_dense()
    assert torch.equal(graph, graph.T)
    assert float(torch.linalg.eigvalsh(graph).max()) == pytest.approx(1.0, abs=1e-5)


def test_the_same_labels_spread_alike_and_one_kind_is_refused():
    rows = np.random.RandomState(0).standard_normal((30, 5)).astype(np.float32)
    labels = np.full(30, -1, np.int64)
    labels[:4] = [0, 1, 0, 1]
    first, again = spread_labels(rows, labels, 2), spread_labels(rows, labels, 2)
    assert first is not None
    assert again is not None
    assert first.tobytes() == again.tobytes()
    assert spread_labels(rows, labels, 2, cancelled=lambda: True) is None
    labels[:4] = 0
    with pytest.raises(Problem, match="one kind alone"):
        spread_labels(rows, labels, 2)
    with pytest.raises(Problem, match="too few"):
        spread_labels(rows[:5], np.array([0, 1, -1, -1, -1]), 2)
