from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QUndoCommand

from explorer.core.rendering.scene import Scene
from explorer.session.document import Document


@pytest.fixture
def document(qapp) -> Iterator[Document]:
    """A document; what was there before it is none of the collector's business, which takes long to go through it."""
    gc.freeze()
    yield Document(Scene(z=np.zeros(4, np.float32)))
    gc.unfreeze()


def test_an_edit_can_be_undone_and_done_again(document):
    seen = []
    document.changed.connect(lambda before, after: seen.append((before, after)))
    first = document.scene

    document.edit("Pull in", truncation=0.5)
    edited = document.scene
    document.history.undo()
    assert document.scene is first
    document.history.redo()

    assert document.scene is edited
    assert seen == [(first, edited), (edited, first), (first, edited)]  # scenes compare by identity


def test_of_an_edit_made_by_who_hears_of_another_all_hear_later(document):
    first, seen = document.scene, []

    def pull_further(_before, after):
        if after.truncation == 0.5:
            document.edit("Pull further", truncation=0.25)

    document.changed.connect(pull_further)
    document.changed.connect(lambda before, after: seen.append((before.truncation, after.truncation)))
    document.edit("Pull in", truncation=0.5)

    assert seen == [(first.truncation, 0.5), (0.5, 0.25)]
    assert document.scene.truncation == 0.25


def test_an_edit_shares_what_it_leaves_alone(document):
    before = document.scene
    document.edit("Pull in", truncation=0.5)
    assert document.scene.z is before.z
    assert document.scene.truncation == 0.5


def test_an_edit_of_the_class_is_not_taken_for_its_name(document):
    document.edit("Change the class", label=3)
    assert document.scene.label == 3
    assert document.history.undoText() == "Change the class"


def test_a_change_to_the_same_is_no_edit(document):
    document.edit("Nothing", z=document.scene.z)
    assert document.history.count() == 0


def test_edits_of_one_gesture_undo_together(document):
    first = document.scene
    for psi in (0.9, 0.8, 0.7):
        document.edit("Pull in", gesture=7, truncation=psi)
        gc.collect()
    document.edit("Pull in", gesture=8, truncation=0.1)

    assert document.history.count() == 2
    document.history.undo()
    assert document.scene.truncation == 0.7
    document.history.undo()
    assert document.scene is first


def test_ten_thousand_edits_of_one_gesture_leave_one_command_and_two_scenes(document):
    scenes = weakref.WeakSet([document.scene])
    for psi in np.linspace(0.9, 0.1, 10_000):
        document.edit("Random walk", gesture=7, truncation=float(psi))
        scenes.add(document.scene)
    gc.collect()

    assert document.history.count() == 1
    assert sum(type(thing).__base__ is QUndoCommand for thing in gc.get_objects()) == 1
    assert len(scenes) == 2


def test_what_a_gesture_does_beside_the_scene_is_undone_with_it_as_one(document):
    slots = [0]

    def put(value):
        return lambda: slots.append(value)

    for weight in (1, 2, 3):
        document.show("Weigh", document.scene, gesture=7, beside=(put(weight), put(weight - 1)))
    assert slots == [0, 1, 2, 3]
    document.history.undo()
    assert slots[-1] == 0
    document.history.redo()
    assert slots[-1] == 3


def test_a_gesture_that_goes_on_after_it_was_undone_is_a_step_of_its_own(document):
    document.edit("Pull in", truncation=0.9)
    document.edit("Pull in", gesture=7, truncation=0.8)
    document.history.undo()
    document.edit("Pull in", gesture=7, truncation=0.7)

    assert [scene.truncation for scene in document.scenes()] == [1.0, 0.9, 0.7]
    assert document.history.index() == 2
    document.history.undo()
    assert document.scene.truncation == 0.9


def test_every_step_of_the_history_can_be_seen_and_gone_to_at_once(document):
    for psi in (0.9, 0.8, 0.7):
        document.edit("Pull in", truncation=psi)
    assert [scene.truncation for scene in document.scenes()] == [1.0, 0.9, 0.8, 0.7]
    seen = []
    document.changed.connect(lambda before, after: seen.append((before.truncation, after.truncation)))

    document.go_to(0)
    document.go_to(2)

    assert seen == [(0.7, 1.0), (1.0, 0.8)]
    assert document.scene.truncation == 0.8


def test_going_to_where_one_is_announces_nothing(document, qtbot):
    document.edit("Pull in", truncation=0.5)
    with qtbot.assertNotEmitted(document.changed):
        document.go_to(1)


def test_beginning_leaves_nothing_to_undo(document):
    document.edit("Pull in", truncation=0.5)
    scene = Scene(truncation=0.2)
    document.begin(scene)
    assert document.scene is scene
    assert not document.history.canUndo()
    assert document.scenes() == (scene,)


def test_hundreds_of_steps_survive_the_garbage_collector(document):
    for step in range(700):
        document.edit("Pull in", truncation=step / 700)
        if step % 50 == 0:
            gc.collect()
    gc.collect()
    assert document.history.count() == 500
    while document.history.canUndo():
        document.history.undo()
    assert document.scene.truncation == 199 / 700


class Beside:
    """A number that steps change besides the scene."""

    def __init__(self) -> None:
        self.values = [0]

    def to(self, value):
        return lambda: self.values.append(value)

    @property
    def value(self):
        return self.values[-1]


@pytest.fixture
def beside() -> Beside:
    return Beside()


def test_what_a_step_does_besides_is_done_and_undone_with_it(document, beside):
    document.show("Count", Scene(truncation=0.5), beside=(beside.to(1), beside.to(0)))
    assert beside.value == 1
    document.history.undo()
    assert (beside.value, document.scene.truncation) == (0, 1.0)
    document.history.redo()
    assert (beside.value, document.scene.truncation) == (1, 0.5)


def test_what_steps_of_one_gesture_do_besides_is_undone_to_the_first_and_done_again_to_the_last(document, beside):
    for before, after in ((0, 1), (1, 2), (2, 3)):
        scene = Scene(truncation=after / 10)
        document.show("Count", scene, gesture=5, beside=(beside.to(after), beside.to(before)))
    assert (beside.values, document.history.count()) == ([0, 1, 2, 3], 1)
    document.history.undo()
    assert (beside.values[4:], document.scene.truncation) == ([0], 1.0)
    document.history.redo()
    assert (beside.values[5:], document.scene.truncation) == ([3], 0.3)


def test_the_way_through_the_history_does_and_undoes_what_steps_do_besides(document, beside):
    for value in (1, 2, 3):
        document.show("Count", Scene(truncation=value / 10), beside=(beside.to(value), beside.to(value - 1)))
    document.edit("Pull in", truncation=0.9)
    document.go_to(1)
    assert (beside.values[4:], document.scene.truncation) == ([2, 1], 0.1)
    document.go_to(4)
    assert (beside.values[6:], document.scene.truncation) == ([2, 3], 0.9)


def test_steps_that_do_more_than_show_a_scene_are_known_both_ways(document, beside):
    document.edit("Pull in", truncation=0.9)
    document.show("Count", document.scene, beside=(beside.to(1), beside.to(0)))
    document.edit("Pull in", truncation=0.8)
    document.edit("Pull in", truncation=0.7)
    assert [document.only_shows_until(step) for step in range(5)] == [False, False, True, True, True]
    document.go_to(1)
    assert [document.only_shows_until(step) for step in range(5)] == [True, True, False, False, False]


def test_a_step_that_shows_the_same_scene_announces_no_change(document, beside, qtbot):
    with qtbot.assertNotEmitted(document.changed):
        document.show("Count", document.scene, beside=(beside.to(1), beside.to(0)))
        document.begin(document.scene)
