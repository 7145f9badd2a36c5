"""A reading of weights before it is taken: answers and a list of steps, changed and undone."""

from __future__ import annotations

from explorer.session.models.reading_edits import ReadingDraft, ReadingEdits
from explorer.training.weight_import import step_edits
from explorer.training.weight_import.architecture import Step

STEPS = (Step("dense", "fc"), Step("act", kind="relu", guessed=("kind",)), Step("view", size=(1, 2, 2)))


def test_answers_and_steps_are_undone_together_and_reset():
    edits = ReadingEdits(ReadingDraft.of({"last": "tanh"}))
    edits.answer("hidden", "elu")
    edits.edit(STEPS)
    edits.edit(STEPS)  # the same again is no step
    assert set(edits.draft.chosen) == {"last", "hidden", "layers"}
    assert ReadingDraft.of(edits.draft.chosen) == edits.draft
    edits.undo()
    assert edits.draft.chosen == {"last": "tanh", "hidden": "elu"}
    edits.redo()
    edits.reset()
    assert edits.draft.chosen == {}
    edits.undo()
    assert edits.draft.steps == STEPS
    assert edits.can_redo


def test_edits_of_steps():
    changed = step_edits.changed(STEPS, 1, kind="elu")
    assert changed[1] == Step("act", kind="elu")
    assert step_edits.added(STEPS, 2, "crop", (1, 2, 2))[3] == Step("crop", size=(2, 2))
    assert step_edits.moved(STEPS, 1, 1) == (STEPS[0], STEPS[2], STEPS[1])
    assert step_edits.removed(STEPS, 1) == (STEPS[0], STEPS[2])
    assert [step_edits.can_move(STEPS, place, 1) for place in range(3)] == [False, True, False]
    assert step_edits.is_free(STEPS, 2)
    assert not step_edits.is_free(STEPS, 0)
