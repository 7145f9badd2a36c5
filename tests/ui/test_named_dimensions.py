"""Rows of named dimensions: sliders over their own range, switches and choices, above the rest."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.core.models.card import ModelCard
from explorer.core.rendering.dimensions import Dimension
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits
from explorer.ui.explore.latent_list import LatentList
from explorer.ui.explore.latent_row import LatentRow
from explorer.ui.explore.row_naming import Naming

AGE = Dimension("age", 2, 1, "uniform", 20.0, 70.0, "factor")
HAT = Dimension("hat", 3, 1, "choices", 0.0, 1.0, "factor", ("no", "yes"), (0.75, 0.25))
STYLE = Dimension("style", 4, 3, "choices", 0.0, 1.0, "one-hot", ("cap", "beret", "fez"))
CARD = ModelCard(kind="generator", latent_size=7, dimensions=(AGE, HAT, STYLE))
Z = np.array([0.5, -0.5, 30.0, 1.0, 0.0, 1.0, 0.0], np.float32)


@pytest.fixture
def rows(qtbot: QtBot) -> LatentList:
    widget = LatentList()
    qtbot.addWidget(widget)
    widget.resize(360, 480)
    known = {one.start: one for one in CARD.dimensions}
    widget.show_naming(Naming(lambda at: known[at].label if at in known else f"z{at}", known=known))
    widget.show_latent(Z.copy(), distribution="named")
    widget.show()
    return widget


def row(rows: LatentList, dimension: int) -> LatentRow:
    found = rows.rows.row_of(dimension)
    assert found is not None
    return found


def test_named_dimensions_come_first_and_a_choice_has_one_row(rows: LatentList) -> None:
    assert rows.rows.shown == (2, 3, 4, 0, 1)


def test_the_search_counts_the_rows_that_are_listed(rows: LatentList) -> None:
    known = {one.start: one for one in CARD.dimensions}

    assert rows.search.placeholderText().startswith(f"Find in {len(rows.rows.shown)}:")
    rows.show_naming(Naming(known=known, unlisted=frozenset({0, 1})))
    assert rows.search.placeholderText().startswith("Find in 3:")
    rows.show_latent(Z[:3].copy(), distribution="named")
    assert rows.search.placeholderText().startswith("Find in 1:")


def test_a_number_runs_over_its_own_range_and_goes_back_to_the_middle(rows: LatentList) -> None:
    slider = row(rows, 2).slider

    assert slider.shown_range == (20.0, 70.0)
    slider.go_home()
    assert slider.value == 45.0
    row(rows, 2).box.selectAll()
    QTest.keyClicks(row(rows, 2).box, "66")
    QTest.keyClick(row(rows, 2).box, Qt.Key.Key_Return)
    assert slider.value == 66.0
    assert row(rows, 0).slider.shown_range == (-3.0, 3.0)


def test_a_yes_or_no_is_a_switch_and_several_choices_a_list(rows: LatentList) -> None:
    hat, style = row(rows, 3), row(rows, 4)

    assert hat.choice.switch.isVisible()
    assert (hat.choice.switch.text(), hat.choice.index) == ("yes", 1)
    assert style.choice.box.isVisible()
    assert style.choice.box.currentText() == "beret"
    assert not style.slider.isVisible()
    assert not row(rows, 0).choice.isVisible()


def test_choosing_names_the_dimension_and_the_choice(qtbot: QtBot, rows: LatentList) -> None:
    with qtbot.waitSignal(rows.rows.chosen) as heard:
        row(rows, 3).choice.switch.click()
    assert heard.args == [3, 0]

    rows.rows.setFocus()
    QTest.keyClick(rows.rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(rows.rows.chosen) as heard:
        QTest.keyClick(rows.rows, Qt.Key.Key_Right)
    assert heard.args == [4, 2]


def test_another_choice_in_the_latent_is_shown_silently(qtbot: QtBot, rows: LatentList) -> None:
    z = Z.copy()
    z[4:] = 0.0, 0.0, 1.0

    with qtbot.assertNotEmitted(rows.rows.chosen):
        rows.show_latent(z, distribution="named")

    assert row(rows, 4).choice.box.currentText() == "fez"


@pytest.fixture
def edits() -> SceneEdits:
    found = SceneEdits(Document())
    found.card = CARD
    found.document.edit("Open", z=Z.copy(), model="m")
    return found


def test_a_choice_is_one_step_that_can_be_undone(edits: SceneEdits) -> None:
    edits.set_numbers(STYLE, STYLE.at_choice(0))
    assert edits.document.scene.z[4:].tolist() == [1.0, 0.0, 0.0]

    edits.document.history.undo()
    assert edits.document.scene.z[4:].tolist() == [0.0, 1.0, 0.0]


def test_resets_lead_to_the_middle_and_to_the_most_common_choice(edits: SceneEdits) -> None:
    edits.reset_one(4)
    assert edits.document.scene.z[4:].tolist() == [1.0, 0.0, 0.0]

    edits.reset_all()
    assert edits.document.scene.z.tolist() == [0.0, 0.0, 45.0, 0.0, 1.0, 0.0, 0.0]


def test_a_locked_choice_keeps_all_of_its_numbers(edits: SceneEdits) -> None:
    edits.locked = frozenset({4})

    for seed in range(5):
        edits.sample(seed)
        assert edits.document.scene.z[4:].tolist() == [0.0, 1.0, 0.0]
    assert edits.document.scene.z[2] != 30.0

    edits.locked = edits.locked - {4}
    assert edits.locked == frozenset()
