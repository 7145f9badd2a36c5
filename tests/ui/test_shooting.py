"""Pictures of all pages: each dialog is in them and goes again, and a sheet has every page below its name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.cli.shooting import pages
from explorer.cli.shooting.camera import grabbed, save, show_page, wait_for_calm, windows_above
from explorer.cli.shooting.pages import _dialogs
from explorer.cli.shooting.sheets import _sheet
from explorer.ui.window.main_window import MainWindow


def test_each_dialog_lies_upon_the_window_and_goes_again(opened: MainWindow) -> None:
    plain = grabbed(opened).toImage()
    for page in _dialogs(opened):
        page.show()
        QApplication.processEvents()
        assert grabbed(opened).toImage() != plain, page.name
        page.leave()
        QApplication.processEvents()
        assert windows_above(opened) == [], page.name
        assert opened.tour.callout is None


def test_tools_lessons_sheets_and_what_a_run_can_leave_out_are_among_the_pages(opened: MainWindow) -> None:
    names = []
    for panel, view, more in (("explore", "", pages._explore), ("train", "lab", pages._lab)):
        show_page(opened, panel, view)
        QApplication.processEvents()
        plain = grabbed(opened).toImage()
        for page in more(opened):
            page.show()
            QApplication.processEvents()
            assert grabbed(opened).toImage() != plain, page.name
            page.leave()
            names.append(page.name)
    assert names == ["Explore paint", "Explore what can change here", "Train Lab VAE"]
    show_page(opened, "train", "runs")
    of_runs = pages._new_run(opened, opened.panel.view)
    next(of_runs).show()
    assert [page.name for page in of_runs] == ["Dialog How a family works", "Dialog Pictures to learn from"]
    others = {page.name for page in pages._dialogs(opened)}
    assert {"Lessons", "Lessons first", "Dialog How this model works"} <= others


def test_each_presentation_is_shot_in_the_size_that_was_asked_for_and_ends(opened: MainWindow) -> None:
    least = opened.minimumSize()
    for page in list(pages._presentations(opened))[:2]:
        page.show()
        opened.resize(1300, 750)
        wait_for_calm(opened)
        assert grabbed(opened).size() == QSize(1300, 750), page.name
        assert not opened.menuBar().isVisible(), page.name
        page.leave()
        assert opened.menuBar().isVisible(), page.name
    assert opened.minimumSize() == least


def test_a_sheet_shows_each_page_once_and_none_larger_than_can_be_looked_at(tmp_path: Path, qtbot: QtBot) -> None:
    colours = ("red", "lime", "blue", "white")
    for name in colours:
        page = QPixmap(QSize(2560, 1440))
        page.fill(QColor(name))
        save(page, tmp_path / f"{name}.png")
    sheet = _sheet([(name, tmp_path / f"{name}.png") for name in colours]).toImage()
    seen = {sheet.pixelColor(x, y).name() for x in range(0, sheet.width(), 40) for y in range(0, sheet.height(), 40)}
    assert {QColor(name).name() for name in colours} <= seen
    assert sheet.width() < 4000
