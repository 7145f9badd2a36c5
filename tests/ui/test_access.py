"""What screen readers and keyboards find: every part has a name, sliders a value, and Tab goes as one reads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from explorer.ui.arithmetic.slot_card import SlotCard
from explorer.ui.widgets.accessible import announce
from tests.ui.conftest import pages

NAMELESS = {"", "Slider", "Number", "Thumbnails"}  # what a part is called before somebody says what it is for


def name_of(part: QWidget) -> str:
    """The name that is read out; Qt says of a box to choose from what is chosen, where it has no other."""
    if isinstance(part, QComboBox):
        return part.accessibleName()
    face = QAccessible.queryAccessibleInterface(part)
    return face.text(QAccessible.Text.Name) if face is not None else ""


def test_no_page_makes_the_smallest_window_grow_lacks_a_name_or_cuts_words_without_a_tool_tip(opened):
    opened.resize(960, 600)
    nameless, cut = set(), set()
    for page in pages(opened):
        smallest = opened.minimumSizeHint()
        assert smallest.width() <= 960, page
        assert smallest.height() <= 600, page
        cut |= {(page, words) for words in cut_words(opened)}
        parts = [each for each in opened.findChildren(QWidget) if each.isVisible()]
        focusable = [each for each in parts if each.focusPolicy() != Qt.FocusPolicy.NoFocus]
        nameless |= {(page, type(each).__name__) for each in focusable if name_of(each) in NAMELESS}
    assert (nameless, cut) == (set(), set())
    assert opened.size() == QSize(960, 600)


def test_a_slider_tells_its_role_name_and_value_and_can_be_set(opened):
    slider = opened.panel.controls.psi
    face = QAccessible.queryAccessibleInterface(slider)
    assert face.role() == QAccessible.Role.Slider
    assert face.text(QAccessible.Text.Name) == "Truncation"
    value = face.valueInterface()
    assert value.currentValue() == slider.value
    assert (value.minimumValue(), value.maximumValue()) == slider.shown_range
    value.setCurrentValue(0.5)
    assert opened.studio.document.scene.truncation == 0.5
    assert opened.studio.document.history.count() == 1
    assert face.textInterface() is None  # a face that gives something else here ends the program
    assert face.actionInterface() is not None


def test_faces_outlive_what_they_are_of(qtbot, opened):
    QAccessible.setActive(True)
    try:
        opened.studio.edits.sample(3)
        opened.panel.latent.list.set_sort("number")
        opened.panel.latent.list.rows.setFocus()
        opened.panel.latent.list.rows._go(1)
        described = opened.panel.latent.list.rows.accessibleDescription()
        announce(opened.panel.canvas, "here")
    finally:
        QAccessible.setActive(False)
    assert described.startswith("z1, ")


def cut_words(window: QWidget) -> set[str]:
    """What is written on labels and buttons in sight, has not the room it needs, and no tool tip says in full."""
    found = set()
    for part in [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]:
        if not part.isVisible() or part.visibleRegion().isEmpty() or not part.text() or part.toolTip():
            continue
        if isinstance(part, QLabel) and part.wordWrap():
            is_cut = part.heightForWidth(part.width()) > part.height() + 1
        else:
            is_cut = part.sizeHint().width() > part.width() or part.sizeHint().height() > part.height() + 1
        if is_cut or "…" in part.text().removesuffix(" …"):
            found.add(part.text())
    for part in window.findChildren(QLineEdit):
        words = part.text() or part.placeholderText()
        is_seen = part.isVisible() and not part.visibleRegion().isEmpty()
        if is_seen and words not in part.toolTip() and part.fontMetrics().horizontalAdvance(words) > room_of(part):
            found.add(words)
    return found


def room_of(line: QLineEdit) -> int:
    """How wide words can be in a line to type in."""
    option = QStyleOptionFrame()
    line.initStyleOption(option)
    inside = line.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, line)
    return inside.marginsRemoved(line.textMargins()).width() - 4  # two pixels on either side, as Qt draws it


@pytest.mark.parametrize("place", ["latent", "directions"])
def test_tab_goes_from_top_to_bottom(opened, place):
    side = opened.panel.latent
    root = side.list if place == "latent" else side.directions
    tops = [part.mapTo(root, part.rect().topLeft()).y() for part in tabbed(root)]
    assert tops == sorted(tops)


def test_tab_goes_from_slot_to_slot_of_the_board(opened):
    opened.show_panel(2)
    opened.panel.show_view(opened.panel.views.index("Board"))
    QApplication.processEvents()
    slots = opened.panel.view.slots
    order = [part for part in tabbed(opened.panel.view) if slots.isAncestorOf(part)]
    cards = [next((card for card in slots.cards if card is part or card.isAncestorOf(part)), None) for part in order]
    assert [card for card in dict.fromkeys(cards) if isinstance(card, SlotCard)] == slots.cards
    assert order[-1] is slots.add


def test_the_keyboard_is_not_thrown_at_a_button_when_another_page_is_shown(opened):
    opened.panel.canvas.setFocus()
    opened.show_panel(1)
    assert QApplication.focusWidget() is opened.panel
    opened.panel.view.grid.setFocus()
    opened.panel.show_view(1)
    assert QApplication.focusWidget() is opened.panel
    opened.show_panel(0)
    assert QApplication.focusWidget() is opened.panel.canvas


def tabbed(root: QWidget) -> list[QWidget]:
    """What Tab goes through in ``root``, from where it comes in."""
    found, part = [], root.nextInFocusChain()
    while part is not root:
        stops = part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        if stops and root.isAncestorOf(part):
            found.append(part)
        part = part.nextInFocusChain()
    return found
