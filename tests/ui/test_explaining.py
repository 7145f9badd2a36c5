"""The sheet in the window: asked for from a model, a family and a run; painted; copied and saved as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from explorer.core.explain.explanation import (
    Explanation,
    FormulaTerm,
    LayerBlock,
    NetworkBlocks,
    Objective,
    SettingMeaning,
)
from explorer.core.problem import Problem
from explorer.ui.explain.formula_view import FormulaView
from explorer.ui.explain.network_diagram import NetworkDiagram
from explorer.ui.explain.sheet_view import SheetView
from explorer.ui.explain.sheet_window import SheetWindow
from explorer.ui.plots.plot_look import LineStyle
from explorer.ui.theme import colours_of
from explorer.ui.window.main_window import MainWindow

TERMS = (
    FormulaTerm("critic", r"\mathbb{E}\,D(x)", "Judges."),
    FormulaTerm("R1", r"+ \frac{\gamma}{2}\lVert D(x)\rVert^2_k", "Flattens.", ((r"\gamma", "r1_gamma"),)),
)


def a_sheet() -> Explanation:
    blocks = (LayerBlock(("dense", "ReLU"), (64,), 640), LayerBlock(("reshape",), (4, 4, 4)))
    return Explanation(
        "Mine",
        networks=(NetworkBlocks("generator", (("latent", (10,)),), blocks),),
        objectives=(Objective("critic", TERMS),),
        settings=(SettingMeaning("r1_gamma", "2", False, "How much."),),
    )


def colours_in(widget: FormulaView) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_terms_have_the_colours_of_the_plots_in_both_themes(qtbot: QtBot) -> None:
    view = FormulaView(TERMS)
    qtbot.addWidget(view)
    view.resize(view.sizeHint())
    c = colours_of(view.palette())
    assert {LineStyle(0).ink(c).name(), LineStyle(4).ink(c).name()} <= colours_in(view)


def test_a_formula_breaks_between_its_terms_where_it_is_narrow(qtbot: QtBot) -> None:
    view = FormulaView(TERMS)
    qtbot.addWidget(view)
    wide = view.sizeHint().width()
    assert view.heightForWidth(wide * 2 // 3) > 1.3 * view.heightForWidth(wide)
    assert view.minimumSizeHint().width() < wide


def test_a_diagram_tells_who_cannot_see_it_what_passes_through(qtbot: QtBot) -> None:
    diagram = NetworkDiagram(a_sheet().networks[0])
    qtbot.addWidget(diagram)
    assert diagram.accessibleName() == "Generator: 640 parameters"
    assert diagram.accessibleDescription() == "dense → ReLU gives 64; reshape gives 4 × 4 × 4"
    diagram.resize(400, diagram.heightForWidth(400))
    assert not diagram.grab().isNull()


def test_a_sheet_says_which_settings_are_not_the_usual_ones(qtbot: QtBot) -> None:
    view = SheetView(a_sheet())
    qtbot.addWidget(view)
    words = [label.text() for label in view.findChildren(QLabel)]
    assert "r1_gamma = 2" in words
    assert "How much. (Changed.)" in words
    assert "R1: Flattens. γ is r1_gamma = 2." in words


def test_the_open_model_is_explained_and_the_sheet_is_copied_and_saved(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened.commands["explain"].isEnabled()
    opened.commands["explain"].trigger()
    sheets = opened.findChild(SheetWindow)
    assert isinstance(sheets, SheetWindow)
    qtbot.waitUntil(lambda: sheets.sheet is not None)
    assert sheets.area.findChild(NetworkDiagram) is not None
    sheets.copy.click()
    assert QGuiApplication.clipboard().text().startswith("# ")
    out = tmp_path / "sheet.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), "Markdown (*.md)"))
    sheets.save.click()
    assert "## Networks" in out.read_text(encoding="utf-8")


def test_what_cannot_be_explained_is_said_in_the_sheet(opened: MainWindow, qtbot: QtBot) -> None:
    def source() -> Explanation:
        raise Problem("The run is gone.", "Choose another.")

    sheets = SheetWindow.over(opened, opened.studio)
    sheets.explain("a run", source)
    qtbot.waitUntil(lambda: sheets.words.text() != "")
    assert sheets.words.text() == "The run is gone. Choose another."
    assert not sheets.copy.isEnabled()
    assert SheetWindow.over(opened, opened.studio) is sheets


def test_the_rail_shows_that_something_trains_and_says_what(window: MainWindow) -> None:
    rail = window.workbench.rail
    index = [panel.title for panel in window.panels].index("Train")
    rail.show_badge(index, "faces is being trained")
    badge = rail._badges[index]
    assert badge.isVisible()
    button = badge.parentWidget()
    assert button is not None
    assert button.rect().contains(badge.geometry())
    assert button.accessibleDescription() == "faces is being trained"
    rail.show_badge(index, "")
    assert not badge.isVisible()
