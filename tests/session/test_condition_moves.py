"""Noise and placement are changed by steps of the history."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.core.rendering.conditions import Noise, Placement
from explorer.core.rendering.scene import Scene
from explorer.session.document import Document
from explorer.session.explore.condition_edits import ConditionEdits


@pytest.fixture
def document(qapp) -> Document:
    return Document(Scene(z=np.zeros(4, np.float32)))


@pytest.fixture
def edits(document: Document) -> ConditionEdits:
    return ConditionEdits(document)


def test_each_choice_of_noise_is_a_step_that_is_undone(document: Document, edits: ConditionEdits) -> None:
    edits.take_no_noise()
    edits.take_no_noise()
    edits.draw_noise(5)
    edits.set_strength(0.5)
    assert document.scene.noise == Noise(5, 0.5)
    assert document.history.count() == 3
    edits.take_own_noise()
    assert document.scene.noise == Noise(None, 0.5)
    edits.set_strength(1.0)
    assert document.scene.noise is None
    for expected in (Noise(None, 0.5), Noise(5, 0.5), Noise(5, 1.0), Noise(None, 0.0), None):
        document.history.undo()
        assert document.scene.noise == expected


def test_a_drag_is_one_step(document: Document, edits: ConditionEdits) -> None:
    for strength in (0.5, 0.0, 1.5):
        edits.set_strength(strength, 7)
    for _ in range(10):
        edits.move(0.01, -0.02, 8)
    assert document.scene.placement == Placement(0.1, -0.2)
    assert document.history.count() == 2
    document.history.undo()
    assert document.scene.placement is None
    assert document.scene.noise == Noise(None, 1.5)


def test_what_cannot_be_is_ignored_or_kept_within_reach(document: Document, edits: ConditionEdits) -> None:
    edits.set_strength(math.nan)
    edits.set_strength(3.0)
    edits.place(x=math.nan)
    edits.turn(math.inf, 1)
    assert document.history.count() == 0
    edits.place(x=50.0, degrees=190.0)
    assert document.scene.placement == Placement(10.0, 0.0, -170.0)
    edits.turn(-10.0, 2)
    assert document.scene.placement.degrees == 180.0
    edits.reset_placement()
    assert document.scene.placement is None
