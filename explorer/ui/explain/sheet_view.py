"""The sheet: what a family, a run or a model is made of, section by section, for who reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QGridLayout, QLabel, QWidget

from explorer.core.explain.explanation import Explanation, FormulaTerm, NetworkBlocks, Objective, Paper, count_words
from explorer.core.words import size_words
from explorer.ui.explain.formula_view import FormulaView, term_colour
from explorer.ui.explain.network_diagram import NetworkDiagram
from explorer.ui.theme import UNIT, colours_of, grown
from explorer.ui.widgets.parts import column_of, row_of, text_label

_COLUMN_PX = 46 * UNIT


class SheetView(QWidget):
    """Shows an `Explanation`."""

    def __init__(self, sheet: Explanation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet
        parts = list(self._sections())
        column_of(*parts, 1, on=self, margins=(UNIT, UNIT, 2 * UNIT, UNIT), spacing=UNIT)

    def _sections(self) -> Iterator[QWidget]:
        sheet = self.sheet
        yield text_label(sheet.title, "title", wraps=True)
        if sheet.summary:
            yield text_label(sheet.summary, "", wraps=True)
        for what, words in sheet.facts:
            yield text_label(f"{what}: {words}", wraps=True)
        for words in sheet.remarks:
            yield text_label(words, "", wraps=True)
        if sheet.objectives:
            yield _heading("What is minimised")
            values = {setting.name: setting.value for setting in sheet.settings}
            yield from (_objective(each, values) for each in sheet.objectives)
        if sheet.healthy:
            yield _heading("A healthy run")
            yield from (_bullet(words) for words in sheet.healthy)
        if sheet.networks:
            yield _heading("Networks")
            yield _Columns([_network(network) for network in sheet.networks])
        if sheet.settings:
            yield _heading("Settings")
            yield _settings(sheet)
        if sheet.papers:
            yield _heading("Papers" if len(sheet.papers) > 1 else "Paper")
            yield from (_paper(paper) for paper in sheet.papers)


class TermSwatch(QWidget):
    """A stroke in the colour that a term has in the plots."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number
        self.setFixedSize(2 * UNIT, 2 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = term_colour(self.number, colours_of(self.palette()))
        with QPainter(self) as painter:
            painter.fillRect(QRect(0, UNIT - 2, 2 * UNIT, 4), ink)


class _Columns(QWidget):
    """Widgets side by side as far as each has room, else below each other."""

    def __init__(self, parts: list[QWidget]) -> None:
        super().__init__()
        self._parts, self._count = parts, 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3 * UNIT)
        self._place(1)

    def _place(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        for number, part in enumerate(self._parts):
            self._grid.addWidget(part, number // count, number % count, Qt.AlignmentFlag.AlignTop)
        for column in range(len(self._parts)):
            self._grid.setColumnStretch(column, int(column < count))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(min(max(self.width() // grown(_COLUMN_PX, self), 1), len(self._parts)))


def _heading(words: str) -> QWidget:
    label = text_label(words, "heading")
    label.setContentsMargins(0, UNIT, 0, 0)
    return label


def _network(network: NetworkBlocks) -> QWidget:
    box = QWidget()
    memory = []
    if network.weight_bytes:
        memory.append(f"weights {size_words(network.weight_bytes)}")
    if network.peak_bytes:
        memory.append(f"a picture takes up to {size_words(network.peak_bytes)} on its way through")
    title = text_label(network.name.capitalize(), "")
    font = title.font()
    font.setBold(True)
    title.setFont(font)
    count = text_label("; ".join([count_words(network), *memory]), wraps=True)
    column_of(title, count, NetworkDiagram(network), on=box, spacing=UNIT // 2)
    return box


def _objective(objective: Objective, values: dict[str, str]) -> QWidget:
    box = QWidget()
    rows = [_term(term, values) for term in objective.terms]
    lead = text_label(f"The {objective.who} {objective.verb}")
    column_of(lead, FormulaView(objective.terms), *rows, on=box, margins=(0, 0, 0, UNIT), spacing=UNIT // 2)
    return box


def _term(term: FormulaTerm, values: dict[str, str]) -> QWidget:
    box, words = QWidget(), term.words
    for symbol, name in term.where:
        value = f" = {values[name]}" if name in values else ""
        words += f" {_letter(symbol)} is {name}{value}."
    swatch = TermSwatch(term.metric)
    swatch.setToolTip(f"{term.metric}, as in the plots")
    told = text_label(f"{term.metric}: {words}", "", wraps=True)
    row_of((swatch, 0, Qt.AlignmentFlag.AlignTop), (told, 1), on=box)
    return box


def _letter(symbol: str) -> str:
    from explorer.core.explain.formula import SIGNS

    return SIGNS.get(symbol.removeprefix("\\"), symbol)


def _bullet(words: str) -> QWidget:
    box = QWidget()
    row_of((text_label("•"), 0, Qt.AlignmentFlag.AlignTop), (text_label(words, "", wraps=True), 1), on=box)
    return box


def _settings(sheet: Explanation) -> QWidget:
    box = QWidget()
    form = QFormLayout(box)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(2 * UNIT)
    form.setVerticalSpacing(UNIT // 2)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    for each in sheet.settings:
        name = text_label(f"{each.name} = {each.value}" if each.value else each.name, "")
        if not each.is_usual:
            name.setToolTip("Not the usual value")
        name.setAlignment(Qt.AlignmentFlag.AlignTop)
        form.addRow(name, text_label(each.meaning + ("" if each.is_usual else " (Changed.)"), wraps=True))
    return box


def _paper(paper: Paper) -> QLabel:
    label = text_label("", "", wraps=True)
    words = f"{_plain(paper.authors)} ({paper.year}). "
    title = f'<a href="{paper.link}">{_plain(paper.title)}</a>' if paper.link else _plain(paper.title)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(f"{words}{title}.")
    label.setOpenExternalLinks(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    label.setToolTip(paper.link)
    return label


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
