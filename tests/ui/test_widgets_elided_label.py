from __future__ import annotations

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
