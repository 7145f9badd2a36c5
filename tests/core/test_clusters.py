"""Clusters of pictures, and how pure they are."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.traverse.clusters import GROUPINGS, clusters_of, purity
from explorer.core.traverse.map_facts import Fact


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_heaps_that_lie_apart_are_clusters_the_largest_first(grouping):
    draw = np.random.RandomState(0)
    group = np.repeat([2, 0, 1], [20, 40, 30])
    rows = (9.0 * draw.standard_normal((3, 5))[group] + draw.standard_normal((90, 5))).astype(np.float32)
    found = clusters_of(rows, grouping, 3)
    assert (found.values == group).all()
    assert found.words == ("1", "2", "3")
    assert purity(found, Fact("class", group.astype(np.float32), ("a", "b", "c"))) == 1.0


def test_rings_are_told_apart_by_neighbours_and_not_by_heaps():
    turn = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rows = np.concatenate([ring, 4 * ring]).astype(np.float32)
    known = Fact("ring", np.repeat([0, 1], 80).astype(np.float32), ("inner", "outer"))
    assert purity(clusters_of(rows, "spectral", 2), known) == 1.0
    assert purity(clusters_of(rows, "k-means", 2), known) < 0.8


def test_purity_counts_what_is_known():
    clusters = Fact("cluster", np.array([0, 0, 0, 1, 1], np.float32), ("1", "2"))
    assert purity(clusters, Fact("class", np.array([0, 0, 1, 1, np.nan], np.float32), ("a", "b"))) == 0.75
    assert np.isnan(purity(clusters, Fact("class", np.full(5, np.nan, np.float32), ("a", "b"))))


def test_too_many_clusters_are_refused():
    with pytest.raises(Problem, match="4 pictures cannot be sorted into 9"):
        clusters_of(np.zeros((4, 2), np.float32), "k-means", 9)
