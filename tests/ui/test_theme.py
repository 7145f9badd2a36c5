"""The two themes: complete, readable, and switched at once."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QListWidget,
    QMessageBox,
    QPushButton,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from explorer.ui.theme import Theme, apply_theme, colours, colours_of, mixed

THEMES: tuple[Theme, ...] = ("dark", "light")


def luminance(colour: QColor) -> float:
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read_on_every_ground(theme: Theme) -> None:
    c = colours(theme)
    for ground in (c.window, c.surface, c.raised):
        for words in (c.text, c.muted, c.good, c.warning, c.error):
            assert contrast(words, ground) >= 4.5, (words.name(), ground.name())
    assert contrast(c.on_accent, c.accent) >= 4.5
    assert contrast(c.accent, c.window) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_widget_knows_its_theme_from_its_palette(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    label, button = QLabel("words"), QPushButton("press")
    for widget in (label, button):
        qtbot.addWidget(widget)
        widget.setEnabled(False)
    apply_theme(qapp, theme)
    for widget in (label, button):
        widget.ensurePolished()  # as when it is shown
    assert colours_of(label.palette()) is colours(theme)
    assert colours_of(button.palette()) is colours(theme)
    assert qapp.palette().color(QPalette.ColorRole.Highlight) == colours(theme).accent


def test_the_themes_differ_in_every_colour() -> None:
    for field in fields(colours("dark")):
        assert getattr(colours("dark"), field.name) != getattr(colours("light"), field.name)


def test_a_mixture_goes_from_the_ground_to_the_colour() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert mixed(white, black, 0.0) == black
    assert mixed(white, black, 1.0) == white
    assert mixed(white, black, 0.5).red() == 128


def test_words_are_never_taken_for_html_unless_the_program_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "dark")
    words, plain, rich = "a <b>name</b>", Qt.TextFormat.PlainText, Qt.TextFormat.RichText
    label, meant, box = QLabel(words), QLabel(words), QMessageBox()
    meant.setTextFormat(rich)
    box.setText(words)
    box.setInformativeText(words)
    for widget in (label, meant, box):
        qtbot.addWidget(widget)
        widget.show()
    assert (label.textFormat(), meant.textFormat()) == (plain, rich)
    assert all(each.textFormat() == plain for each in box.findChildren(QLabel) if each.text() == words)
    QToolTip.showText(QPoint(5, 5), words, label)
    tips = [each for each in qapp.topLevelWidgets() if isinstance(each, QLabel) and each.inherits("QTipLabel")]
    assert [(tip.text(), tip.textFormat()) for tip in tips] == [(words, plain)]
    QToolTip.hideText()
    for tip in tips:
        tip.hide()


@pytest.mark.parametrize("theme", THEMES)
def test_rows_of_lists_and_trees_look_alike(qapp: QApplication, qtbot: QtBot, theme: Theme) -> None:
    apply_theme(qapp, theme)
    rows, tree = QListWidget(), QTreeWidget()
    rows.addItem("row")
    tree.addTopLevelItem(QTreeWidgetItem(["row"]))
    rows.item(0).setCheckState(Qt.CheckState.Unchecked)
    tree.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)
    found = []
    for view in (rows, tree):
        qtbot.addWidget(view)
        view.show()
        view.setCurrentIndex(view.model().index(0, 0))
        place = view.visualRect(view.currentIndex())
        assert place.height() >= 16  # a box to tick is
        found.append(
            (place.height(), view.viewport().grab().toImage().pixelColor(place.right() - 2, place.center().y()))
        )
    assert found[0] == found[1]


def test_icons_are_as_large_as_the_letters_beside_them(qapp: QApplication, qtbot: QtBot) -> None:
    button = QPushButton("press")
    qtbot.addWidget(button)
    sizes = {}
    for size in ("presentation", "normal"):
        apply_theme(qapp, "dark", size)
        button.ensurePolished()
        sizes[size] = button.iconSize().width()
    assert sizes["presentation"] == 32
    assert sizes["normal"] < 32
