from __future__ import annotations

from explorer.ui.arithmetic.elided_edit import ElidedEdit
from explorer.ui.widgets.elided_label import ElidedLabel


def test_a_label_shows_what_fits_and_the_rest_as_a_tool_tip(qtbot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_words("A very long name of a run that nobody can read at a glance")
    label.show()
    label.resize(80, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.words
    assert label.minimumSizeHint().width() < 40
    label.resize(label.sizeHint().width(), 20)
    assert label.text() == label.words
    assert label.toolTip() == ""
    label.show_words(label.words, short="A long name")
    assert label.text() == label.words
    label.resize(label.width() - 10, 20)
    assert (label.text(), label.toolTip()) == ("A long name", label.words)


def test_a_line_to_type_in_is_shortened_only_while_nobody_types(qtbot) -> None:
    edit = ElidedEdit("A very long name of a slot that nobody can read at a glance")
    qtbot.addWidget(edit)
    edit.resize(80, 24)
    edit.show()
    assert edit.shown_text.endswith("…")
    resting = edit.grab().toImage()
    edit.setText(edit.shown_text)
    edit.setCursorPosition(0)  # Qt scrolls to the end otherwise
    assert edit.grab().toImage() == resting
    edit.setText("A very long name of a slot that nobody can read at a glance")
    edit.resize(edit.whole_px, 24)
    assert edit.shown_text == edit.text()
    edit.resize(edit.whole_px - 1, 24)
    assert edit.shown_text != edit.text()
