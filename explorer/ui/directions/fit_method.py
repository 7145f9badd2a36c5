"""Fitting: a table of attributes at the left, the direction of the one that is chosen at the right."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.directions.evidence import Evidence
from explorer.session.directions.fits import FitRequest, Fitted, all_fitted, fitted, spoken
from explorer.session.jobs.job import JobRunner, Work
from explorer.session.models.opening import OpenModel
from explorer.ui.directions.attribute_table import AttributeTable
from explorer.ui.directions.fit_controls import METHODS, FitControls
from explorer.ui.directions.method import FindMethod
from explorer.ui.directions.preview_strip import Start
from explorer.ui.directions.result_card import ResultCard, judged_terms, judged_words
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import column_of, line, pages_of, row_of, titled

_TABLE_PX = 58 * UNIT
_METHOD = "find_method"
_CHOOSE = "Click a row of the table: what the direction should add to a picture."


class FitMethod(FindMethod):
    """What is done with evidence once there is some; where it comes from is the subclasses' matter."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.finder = JobRunner(self)
        self.options = FitControls()
        self.table = AttributeTable()
        self.report = titled("", role="small")
        self.report.setWordWrap(True)
        self.card = ResultCard()
        self.keep_all = QPushButton()
        self.keep_all.setToolTip("Keep every direction that was fitted, each under its attribute's name")
        self.evidence: Evidence | None = None
        self.found: dict[str, Fitted] = {}
        self._model: OpenModel | None = None
        self.empty = self._empty()
        self._stack = pages_of(self.empty, self._stage())
        column_of(self._stack, on=self, spacing=None)
        self._fill_column()
        self._connect()
        self._show_evidence(None)

    @property
    def is_busy(self) -> bool:
        return self.finder.is_busy or self.card.strip.is_busy

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        if model is not self._model:
            self._begin(model)
        if before is None or before.z is not after.z or before.directions is not after.directions:
            self._show_strip()

    def forget(self) -> None:
        self.finder.cancel()
        self.card.strip.cancel()
        self._model = None
        self._show_evidence(None)

    def rest(self) -> None:
        self.card.strip.cancel()

    def close_work(self) -> None:
        self.finder.close()
        self.card.strip.close_work()
        self.evidence = None

    def _empty(self) -> EmptyState:
        """What is shown before there is evidence; a subclass adds the buttons that bring some."""
        return EmptyState("search", "", "")

    def _fill_column(self) -> None:
        """Put the controls into the column; a subclass puts those before them that say where evidence is from."""
        self.column.addWidget(self.options)

    def _begin(self, model: OpenModel) -> None:
        """Turn to another model."""
        self.finder.cancel()
        self._model = model
        self._show_evidence(None)

    def _stage(self) -> QWidget:
        stage, left = QWidget(), QWidget()
        left.setFixedWidth(_TABLE_PX)
        column_of(
            titled("Attributes", self.table),
            (self.table, 1),
            self.report,
            self.keep_all,
            on=left,
            margins=2 * UNIT,
        )
        row_of(left, line(upright=True), (self.card, 1), on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        options, notices = self.options, self.studio.notices
        remembered = [method[0] for method in METHODS]
        last = self.studio.settings.choice(_METHOD)
        options.method.setCurrentIndex(remembered.index(last) if last in remembered else 0)
        options.method.currentIndexChanged.connect(
            lambda index: self.studio.settings.remember_choice(_METHOD, METHODS[index][0])
        )
        options.fit.clicked.connect(self._fit)
        options.fit_all.clicked.connect(self._fit_all)
        options.working.cancel.clicked.connect(self.finder.cancel)
        self.finder.began.connect(options.working.show_work)
        self.finder.progressed.connect(options.working.show_share)
        self.finder.ended.connect(options.working.hide)
        self.finder.began.connect(lambda _words: self._show_offers())
        self.finder.ended.connect(self._show_offers)
        self.finder.failed.connect(self._on_failed)
        self.table.chosen.connect(self._show_found)
        self.table.itemActivated.connect(lambda _item, _column: self._fit())
        self.card.strip.picked.connect(self.adopt)
        self.card.strip.failed.connect(notices.show_error_once)
        self.card.kept.connect(self._keep)
        self.keep_all.clicked.connect(lambda: self.keep([each.direction for each in self.found.values()]))

    def _seek(self, words: str, work: Work) -> None:
        """Look for evidence."""
        self.finder.begin(work, self._show_evidence, words=words)

    def _show_evidence(self, evidence: Evidence | None) -> None:
        self.evidence, self.found = evidence, {}
        self._stack.setCurrentIndex(0 if evidence is None else 1)
        names = evidence.names if evidence is not None else ()
        self.table.show_counts({name: evidence.counts(name) for name in names} if evidence else {})
        self.report.setText(evidence.report if evidence is not None else "")
        paired = evidence is not None and evidence.groups is not None
        self.options.offer_pairs("" if paired else "Nothing says which pictures belong together")
        self._show_found()
        if self.table.attribute is not None and self.isVisible():  # else the focus would choose one
            self.table.setFocus()

    def _on_failed(self, error: Exception) -> None:
        """Tell it in place where the place is empty."""
        if isinstance(error, Problem) and self.evidence is None:
            self.empty.say(error.what, error.hint)
        elif isinstance(error, Problem):
            self.card.show_words(error.what, error.hint)
            self.card.strip.clear("No direction", "")
            self.card.offer(False)
        else:
            self.studio.notices.show_error(error)

    def _request(self, attribute: str) -> FitRequest:
        return self.options.request(attribute, self.table.balance)

    def _fit(self) -> None:
        evidence, attribute = self.evidence, self.table.attribute
        if evidence is None or attribute is None:
            return
        request = self._request(attribute)
        words = "Encoding the pictures" if evidence.latents is None else f"Fitting {spoken(attribute)}"
        self.finder.begin(partial(fitted, evidence, request), self._on_fitted, words=words)

    def _fit_all(self) -> None:
        evidence = self.evidence
        if evidence is not None:
            requests = tuple(self._request(attribute) for attribute in self.table.attributes)
            words = f"Fitting {len(requests)} attributes"
            self.finder.begin(partial(all_fitted, evidence, requests), self._on_all_fitted, words=words)

    def _on_fitted(self, found: Fitted) -> None:
        self.found[found.request.attribute] = found
        self._show_found()

    def _on_all_fitted(self, result: Any) -> None:
        found, missed = result
        self.found |= {each.request.attribute: each for each in found}
        self._show_found()
        if missed:
            what = f"{len(missed)} of {len(missed) + len(found)} attributes give no direction."
            self.studio.notices.show_error(Problem(what, missed[0]))

    def _show_offers(self) -> None:
        """Offer what can be done now."""
        idle, count = self.finder.job is None, len(self.found)
        for button in self.empty.findChildren(QPushButton):
            button.setEnabled(idle)
        self.options.enable(
            idle and self.evidence is not None and self.table.attribute is not None,
            idle and bool(self.table.attributes),
        )
        self.keep_all.setText(f"Keep all {count} directions")
        self.keep_all.setVisible(count > 1)

    def _show_found(self) -> None:
        """Show the direction of the attribute that is chosen, or that there is none yet."""
        self._show_offers()
        self.table.show_directions({name: each.direction for name, each in self.found.items()})
        found = self.found.get(self.table.attribute or "")
        if found is None:
            attribute = self.table.attribute
            title = "Choose an attribute" if attribute is None else f"No direction for {spoken(attribute)} yet"
            hint = _CHOOSE if attribute is None else "Fit finds one (Enter in the table)."
            self.card.show_words("")
            self.card.strip.clear(title, hint)
            self.card.offer(False, "")
            return
        direction = found.direction
        self.card.show_words(_title(found), judged_words(direction), direction.notes, judged_terms(direction))
        self.card.offer(True, direction.name)
        self._show_strip()

    def _show_strip(self) -> None:
        model, found = self._model, self.found.get(self.table.attribute or "")
        if model is None or found is None or not self.isVisible():
            return
        here = self.here(model)
        starts = [] if here is None else [Start("Current", here)]
        starts += [Start(f"Kept out {place + 1}", z) for place, z in enumerate(found.kept)]
        if starts:
            scene = self.studio.document.scene
            self.card.strip.show_direction(model, scene, starts, found.direction)

    def _keep(self, name: str) -> None:
        found = self.found.get(self.table.attribute or "")
        if found is not None:
            self.keep([found.direction], name)


def _title(found: Fitted) -> str:
    """What was fitted, and how."""
    request, direction = found.request, found.direction
    how = next(words for key, words, _help in METHODS if key == request.method)
    how = how if how.isupper() else how.lower()
    balanced = f", balanced by {', '.join(spoken(name) for name in request.balance)}" if request.balance else ""
    with_it, without = direction.examples
    return f"{spoken(request.attribute).capitalize()} — {how}, {with_it:,} with and {without:,} without{balanced}"
