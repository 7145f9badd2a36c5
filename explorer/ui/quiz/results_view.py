"""The view Results: how well people tell, which models fool them, and with which pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMessageBox, QScrollArea, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.quiz.result_tables import MODES, Doubted, Fooling, Summary
from explorer.session.quiz.review import QuizReview, ReviewRequest, ReviewResult
from explorer.ui.quiz.charts import IntervalBars, ScoreHistory
from explorer.ui.quiz.fooling_strip import FoolingStrip
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls, Meaning, View, beside
from explorer.ui.widgets.asking import ask_files, ask_where
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.growing import grow_limit
from explorer.ui.widgets.parts import (
    STRETCH,
    choice_box,
    column_of,
    fill,
    named,
    pages_of,
    pressing,
    push_button,
    text_label,
    titled,
)

if TYPE_CHECKING:
    from explorer.core.quiz.collecting import Collected

Pictures = Mapping[Fooling | Doubted, NDArray[np.uint8]]

_NOTHING = ("No results yet", "Play a quiz, or collect the answers of a class: every answer is kept here at once.")


class ResultsView(View):
    """Shows what is known from the answers of one player or of all."""

    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.review = QuizReview(studio.quiz_results, studio.catalog, studio.models.opener, self)
        self.writer = JobRunner(self)
        self.player = choice_box("Player", "Whose answers", [(None, "Everybody")], narrow=True)
        self.mode = choice_box("Mode", "Which quizzes", [("", "All"), *MODES.items()], narrow=True)
        self.export = push_button(
            "Export as CSV …", "One answer per row, with everything needed to judge it", image="export"
        )
        self.collect = push_button(
            "Collect answers …",
            "Add the CSV files that a class downloaded from a quiz’s page: many at once, and none is counted twice",
            self._ask_collect,
            image="open",
        )
        self.delete = push_button("Delete this player …", image="trash")
        self.empty = EmptyState("quiz", *_NOTHING)
        self.page = _Page()
        self._stage = pages_of(self.empty, self.page)
        self._summary: Summary | None = None
        beside(self._controls(), self._stage, self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.review.is_busy or self.writer.is_busy

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Read the results anew whenever they come into sight; the picture of the window is no part of them."""
        if before is None:
            self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def close_work(self) -> None:
        self.writer.close()
        self.review.close()

    def read(self) -> None:
        """Show what there is now."""
        self.review.ask(ReviewRequest(self.player.currentData(), self.mode.currentData()))

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"save": Meaning("Export the answers …", pressing(self.export))}

    def export_to(self, path: Path) -> None:
        """Write the answers of the chosen player, or of all, as a CSV."""
        results, player, mode = self.studio.quiz_results, self.player.currentData(), self.mode.currentData()

        def write(*_: object) -> int:
            from explorer.core.files import replace_file
            from explorer.core.quiz.answer_table import csv_bytes

            rows = results.store.rows(player=player, mode=mode)
            with replace_file(path) as file:
                file.write(csv_bytes(rows))
            return len(rows)

        self.writer.begin(write, lambda count: self.studio.notices.say(f"{count:,} answers written to {path}."))

    def collect_from(self, files: Sequence[Path]) -> None:
        """Add the answers in these tables to the results."""
        results, notices = self.studio.quiz_results, self.studio.notices

        def work(report: Report, cancelled: Cancelled) -> Collected:
            from explorer.core.quiz.collecting import collect

            return collect(results.store, files, report, cancelled)

        def collected(found: Collected) -> None:
            for problem in found.problems:
                notices.show_error(problem)
            if found.answers or found.doubles or not found.problems:
                notices.say(found.sentence())
            self.read()

        self.writer.begin(work, collected)

    def delete_player(self, player: int) -> None:
        """Delete all of a player for good."""
        results, name = self.studio.quiz_results, self.player.currentText()

        def delete(*_: object) -> str:
            results.store.delete_player(player)
            return name

        def deleted(name: str) -> None:
            self.studio.notices.say(f"Everything about {name} was removed from the file.")
            self._show_everybody()

        self.writer.begin(delete, deleted)

    def _controls(self) -> Controls:
        controls = Controls()
        controls.add_title("Player", self.player)
        controls.column.addWidget(self.player)
        controls.add_title("Mode", self.mode)
        controls.column.addWidget(self.mode)
        controls.add_title("Keep or delete")
        fill(controls.column, self.collect, self.export, self.delete)
        note = text_label("Models and pictures are ranked over everybody.", "small", wraps=True)
        fill(controls.column, note, STRETCH)
        return controls

    def _connect(self) -> None:
        self.player.activated.connect(lambda _index: self._on_chosen())
        self.mode.activated.connect(lambda _index: self._on_chosen())
        self.export.clicked.connect(self._ask_export)
        self.delete.clicked.connect(self._ask_delete)
        self.review.read.connect(self._on_read)
        self.review.drawn.connect(self._on_drawn)
        self.review.failed.connect(self._on_failed)
        self.writer.failed.connect(self._on_write_failed)
        self._show_deletable()

    def _on_chosen(self) -> None:
        self._show_deletable()
        self.read()

    def _show_deletable(self) -> None:
        one = self.player.currentData() is not None
        self.delete.setEnabled(one)
        self.delete.setToolTip(
            "Delete all answers of this player, for good" if one else "Choose one player first, to delete their data"
        )

    def _on_read(self, found: ReviewResult) -> None:
        self._show_players(found)
        self._summary = found.summary
        self.export.setEnabled(bool(found.summary.answers))
        self.empty.say(*_NOTHING)
        self._stage.setCurrentWidget(self.page if found.summary.answers else self.empty)
        self.page.show_summary(found.summary)
        if found.summary.fooling or found.summary.doubted:
            self.review.draw(found.summary, self.studio.settings.device)

    def _show_players(self, found: ReviewResult) -> None:
        chosen = self.player.currentData()
        self.player.clear()
        self.player.addItem("Everybody", None)
        for player in found.players:
            self.player.addItem(f"{player.name} ({player.answers:,})", player.id)
        self.player.setCurrentIndex(max(self.player.findData(chosen), 0))
        self._show_deletable()

    def _on_drawn(self, pictures: Pictures) -> None:
        if self._summary is not None:
            self.page.show_pictures(self._summary, pictures)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self.empty.say(error.what, error.hint)
            self._stage.setCurrentWidget(self.empty)
        else:
            self.studio.notices.show_error(error)

    def _on_write_failed(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        self.read()

    def _show_everybody(self) -> None:
        self.player.setCurrentIndex(0)
        self._on_chosen()

    def _ask_export(self) -> None:
        path = ask_where(self.studio.settings, self, "Export answers", "quiz.csv", "Table (*.csv)")
        if path is not None:
            self.export_to(path)

    def _ask_collect(self) -> None:
        files = ask_files(self, "Answers of a class", "Tables (*.csv);;All files (*)")
        if files:
            self.collect_from(files)

    def _ask_delete(self) -> None:
        player = self.player.currentData()
        box = QMessageBox(self.window())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(f"Delete {self.player.currentText()} with all sessions and answers?")
        box.setInformativeText("This cannot be undone. Export them first if they may still be needed.")
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(lambda _code: self.delete_player(player) if box.clickedButton() is yes else None)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


class _Page(QScrollArea):
    """Everything of a `Summary`, one part below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.viewport().setAutoFillBackground(False)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        grow_limit(inside, 130 * UNIT)
        self.column = column_of(on=inside, margins=(3 * UNIT, 2 * UNIT))
        self.heading = titled("", role="title")
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(4 * UNIT)
        self.facts.setVerticalSpacing(UNIT // 2)
        self.course = ScoreHistory()
        self.ranking = named(IntervalBars(chance=True), "How often each model was taken for real")
        self.fooling = FoolingStrip("Made pictures that were taken for real")
        self.thresholds = QLabel()
        self.doubted = FoolingStrip("Real pictures that were taken for made")
        self.parts: list[tuple[QLabel, IntervalBars]] = []
        self._titles: dict[str, QLabel] = {}
        self._facts: tuple[tuple[str, str], ...] = ()
        self._across = 0
        self._lay_out()
        self.setWidget(inside)

    def show_summary(self, found: Summary) -> None:
        """Show it."""
        self.heading.setText(_heading(found))
        self._facts = found.facts
        self._show_facts()
        self.course.show_course(found.course)
        for (title, bars), (words, shown) in zip(self.parts, found.parts, strict=True):
            title.setText(words)
            for part in (title, bars):
                part.setVisible(bool(shown))
            bars.setAccessibleName(words)
            bars.show_bars(shown)
        self.ranking.show_bars(found.ranking)
        self.show_pictures(found, {})
        self.thresholds.setText(
            "\n".join(
                f"{who}: {t.level:.0f} ms ({t.low:.0f} to {t.high:.0f}, one standard error"
                + ("; at the limit)" if t.at_limit else ")")
                for who, t in found.thresholds
            )
        )
        for key, has in (
            ("thresholds", bool(found.thresholds)),
            ("fooling", bool(found.fooling)),
            ("doubted", bool(found.doubted)),
        ):
            self._titles[key].setVisible(has)
            getattr(self, key).setVisible(has)

    def show_pictures(self, found: Summary, pictures: Pictures) -> None:
        """Show the pictures that misled people, as far as they could be made again."""
        self.fooling.show_fooling(found.fooling, pictures)
        self.doubted.show_fooling(found.doubted, pictures)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._show_facts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting() != self._across:
            self._show_facts()

    def _show_facts(self) -> None:
        """Two beside each other, or one where there is no room for two."""
        while (item := self.facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._across = across = self._fitting()
        for index, (what, value) in enumerate(self._facts):
            row, column = divmod(index, across)
            self.facts.addWidget(titled(what, role="muted"), row, 2 * column)
            self.facts.addWidget(QLabel(value), row, 2 * column + 1)
        self.facts.setColumnStretch(4, 1)

    def _fitting(self) -> int:
        """How many facts fit beside each other: 2 or 1."""
        measured = self.fontMetrics().horizontalAdvance
        columns = (part for first in (0, 1) for part in zip(*self._facts[first::2], strict=True))
        words = sum(max(map(measured, column)) for column in columns)
        gaps = 3 * self.facts.horizontalSpacing() + self.column.contentsMargins().left() * 2
        return 2 if words + gaps <= self.viewport().width() else 1

    def _lay_out(self) -> None:
        fill(self.column, self.heading, self.facts)
        self._part("ranking", "How often each model was taken for real", self.ranking)
        self._part("course", "Right answers over time", self.course)
        self._part("fooling", "Made pictures that fooled most", self.fooling)
        self._part("doubted", "Real pictures that were taken for made", self.doubted)
        for _ in range(4):
            bars = IntervalBars()
            title = titled("", role="heading")
            self.parts.append((title, bars))
            self.column.addSpacing(UNIT)
            fill(self.column, title, bars)
        self._part("thresholds", "Shortest exposures", self.thresholds)
        self.column.addStretch(1)

    def _part(self, key: str, words: str, widget: QWidget) -> None:
        self._titles[key] = titled(words, role="heading")
        self.column.addSpacing(UNIT)
        fill(self.column, self._titles[key], widget)


def _heading(found: Summary) -> str:
    people = "1 player" if found.people == 1 else f"{found.people} players"
    sessions = "1 quiz" if found.sessions == 1 else f"{found.sessions:,} quizzes"
    answers = "1 answer" if found.answers == 1 else f"{found.answers:,} answers"
    return f"{answers}, {sessions}, {people}"
