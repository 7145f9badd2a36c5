"""Parts that come late: nothing of them is there before, and they are as if they had always been there afterwards."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.rendering.conditions import Noise
from explorer.ui.late_part import LatePart
from explorer.ui.widgets.keys import keys_in
from explorer.ui.widgets.parts import column_of


def test_a_part_is_built_when_it_is_first_to_be_seen_and_shows_the_scene_it_missed(opened) -> None:
    studio = opened.studio
    place = LatePart("explore.conditions.noise_controls", "NoiseControls", studio.edits.conditions)
    place.show_scene(None, replace(studio.document.scene, noise=Noise(strength=0.5)))
    place.setVisible(False)
    assert not place.findChildren(QWidget)
    place.show()
    assert place.part.strength.value == 0.5
    assert place.part.isVisible()
    place.show_scene(None, replace(studio.document.scene, noise=Noise(strength=0.25)))
    assert place.part.strength.value == 0.25


def test_tab_comes_to_a_late_part_where_one_reads_it(opened, qtbot) -> None:
    window, before, after = QWidget(), QLineEdit(), QLineEdit()
    qtbot.addWidget(window)
    place = LatePart("explore.conditions.noise_controls", "NoiseControls", opened.studio.edits.conditions)
    column_of(before, place, after, on=window)
    window.show()
    place.show()
    chain, each = [], before
    while each is not after:
        each = each.nextInFocusChain()
        chain += [each] if each.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    assert [place.isAncestorOf(each) for each in chain] == [True] * (len(chain) - 1) + [False]
    assert len(chain) > 3


def test_the_list_of_keys_knows_the_parts_that_were_never_seen(opened) -> None:
    places = opened.panel.findChildren(LatePart)
    assert not any(place.findChildren(QWidget) for place in places)
    keys_in(opened.panel)
    assert all(place.findChildren(QWidget) for place in places)
