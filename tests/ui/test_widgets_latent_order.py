"""What a search over the dimensions finds, and in which order."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.ui.explore.latent_order import matching, ordered

Z = np.array([0.1, -2.5, 0.4, 3.0, -0.2, 1.0], np.float32)
PINS, LOCKS = frozenset({4}), frozenset({1, 3})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        (" , ", [0, 1, 2, 3, 4, 5]),
        ("3", [3]),
        ("z3", [3]),
        ("2-4", [2, 3, 4]),
        ("0, 4-9", [0, 4, 5]),
        ("pinned", [4]),
        ("PIN", [4]),
        ("locked", [1, 3]),
        (">2", [1, 3]),
        ("<.3", [0, 4]),
        ("locked 0-1", [1]),
        ("pinned, >2.9", [3, 4]),
        ("smile", []),
        ("99", []),
        ("5-2", []),
        (">", []),
        ("3,", [3]),
    ],
)
def test_a_search_finds_what_it_says(text: str, found: list[int]) -> None:
    assert matching(text, Z, PINS, LOCKS).tolist() == found


def test_pinned_rows_come_first_in_every_order() -> None:
    strengths = np.array([1, 2, 3, 4, 5, 6], np.float32)
    everything = np.arange(6)
    assert ordered(everything, "number", Z, None, PINS) == (4, 0, 1, 2, 3, 5)
    assert ordered(everything, "value", Z, None, PINS) == (4, 3, 1, 5, 2, 0)
    assert ordered(everything, "strength", Z, strengths, PINS) == (4, 5, 3, 2, 1, 0)
    assert ordered(everything, "strength", Z, None, frozenset()) == (0, 1, 2, 3, 4, 5)
