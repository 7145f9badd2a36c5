"""Disentangled: whether the dimensions of models stand for single factors of pictures, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from explorer.core.disentanglement.table import save_scores
from explorer.core.models.model import ENCODER
from explorer.core.rendering.scene import Scene
from explorer.session.disentangle.measuring import DisentanglementMeter, DisentanglementRequest, DisentanglementTable
from explorer.session.traverse.fitting_sources import fitting_source
from explorer.session.traverse.map_pictures import PORTRAITS, Source
from explorer.ui.disentangle.score_table import ScoreTable
from explorer.ui.disentangle.ticked_models import TickedModels
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls, Meaning, View, beside
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, column_of, fill, pages_of, pressing, push_button, text_label
from explorer.ui.widgets.source_button import SourceButton
from explorer.ui.widgets.working import Working

_FEWEST, _COUNT, _MOST = 100, 1000, 20_000
_REFERENCES = 2
_LEGEND = (
    "Each measure runs from 0 to 1; ± is its standard deviation over random draws of the pictures. The measures seldom "
    "agree: compare them with the scores of the factors themselves, and of zeros."
)
_NOT_YET = ("Not measured yet", "Tick models, choose pictures whose factors are known, and press Measure.")
_NO_MODEL = (
    "No model here has an encoder",
    "Open one that does, such as a VAE, or train one with the family inversion.",
)


class DisentangleView(View):
    """Measures the ticked models on pictures of which factors are known."""

    shows_scene = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.meter = DisentanglementMeter(self)
        self.models = TickedModels("Tick the models to measure", ticks_new=False)
        self.pictures = SourceButton("Pictures", "Pictures with classes, or with a table of attributes")
        self.count = number_box(
            "How many", "Use at most this many pictures: more take longer, but vary less", _FEWEST, _MOST, _COUNT,
            width_px=9 * UNIT,
        )  # fmt: skip
        self.repeats = number_box(
            "Draws", "How often four fifths of the pictures are drawn at random; ± shows how much the figures vary",
            1, 20, 3, width_px=9 * UNIT,
        )  # fmt: skip
        self.measure = push_button("Measure", primary=True)
        self.working = Working("Stop measuring")
        self.export = push_button(
            "Export as CSV …", "Save the table, with the spreads in columns of their own", image="export"
        )
        self.table = ScoreTable()
        self.told = text_label(wraps=True)
        self.found: DisentanglementTable | None = None
        beside(self._controls(), self._stage(), self)
        self._connect()
        self._show_parts()

    @property
    def is_busy(self) -> bool:
        return self.meter.is_busy

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the models at hand that have an encoder; the scene is no part of this."""
        if before is not None:
            return
        model = self.studio.models.current
        here = None if model is None else model.files.generator.parent
        self.models.offer(self.studio.catalog.having(ENCODER, here), here)
        if model is not None and not self.pictures.source:
            self.pictures.show_source(fitting_source(model, self.studio.settings) or "")
        self._show_parts()

    def close_work(self) -> None:
        self.meter.close()

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"save": Meaning("Export the table …", pressing(self.export))}

    def measure_on(self, source: Source) -> None:
        """Measure the ticked models on the pictures of a source."""
        self.pictures.show_source(source)
        self._show_parts()
        self._measure()

    def export_to(self, path: Path) -> None:
        """Write the table as a CSV."""
        if self.found is not None:
            with self.studio.notices.catching():
                save_scores(path, self.found.rows)
                self.studio.notices.say(f"The table was written to {path}.")

    def _controls(self) -> Controls:
        controls = Controls()
        controls.add_title("Models", self.models)
        controls.column.addWidget(self.models)
        controls.add_title("Pictures", self.pictures)
        controls.column.addWidget(self.pictures)
        controls.add(text_label("At most", of=self.count), self.count)
        controls.add(text_label("Draws", of=self.repeats), self.repeats)
        fill(controls.column, self.measure, self.working, self.export, STRETCH)
        return controls

    def _stage(self) -> QWidget:
        self.nothing, self.none_fits = EmptyState("arithmetic", *_NOT_YET), EmptyState("model", *_NO_MODEL, [])
        page = QWidget()
        column_of(text_label(_LEGEND, wraps=True), (self.table, 1), self.told, on=page, margins=2 * UNIT, spacing=UNIT)
        self._pages = pages_of(self.nothing, self.none_fits, page)
        return self._pages

    def _connect(self) -> None:
        notices = self.studio.notices
        self.models.ticked.connect(self._show_parts)
        self.pictures.chosen.connect(lambda _source: self._show_parts())
        self.measure.clicked.connect(self._measure)
        self.export.clicked.connect(self._ask_export)
        self.table.currentItemChanged.connect(lambda _now, _before: self._show_told())
        self.meter.began.connect(self.working.show_work)
        self.meter.progressed.connect(self.working.show_share)
        self.meter.ended.connect(self._on_ended)
        self.meter.found.connect(self._on_found)
        self.meter.failed.connect(notices.show_error)
        self.working.cancel.clicked.connect(self.meter.cancel)

    def _measure(self) -> None:
        source, count = self.pictures.source, int(self.count.value)
        models = tuple((path.stem, path / ENCODER) for path in self.models.chosen)
        if source and models:
            data = f"{PORTRAITS}:{count}" if source == PORTRAITS else source
            self.meter.ask(DisentanglementRequest(models, data, count=count, repeats=int(self.repeats.value)))
            self.measure.setEnabled(False)

    def _on_ended(self) -> None:
        self.working.hide()
        self._show_parts()

    def _on_found(self, table: DisentanglementTable) -> None:
        self.found = table
        self.table.show_rows(table.rows, _REFERENCES)
        self._show_parts()

    def _show_parts(self) -> None:
        ready = bool(self.models.chosen) and bool(self.pictures.source)
        self.measure.setEnabled(ready and not self.meter.is_wanted)
        why_not = "Tick a model, and choose pictures, first"
        self.measure.setToolTip("Measure what the dimensions stand for" if ready else why_not)
        self.export.setVisible(self.found is not None)
        has_models = self.models.count() > 0
        self._pages.setCurrentIndex(2 if self.found is not None else 0 if has_models else 1)

    def _show_told(self) -> None:
        found, row = self.found, self.table.currentIndex().row()
        is_model = found is not None and 0 <= row < len(found.models)
        words = ""
        if found is not None and is_model:
            out = ", ".join(found.factors.left_out)
            left = f" Left out, because they do not vary or follow from another factor: {out}."
            words = f"{found.rows[row].model}: {found.rows[row].told}." + (left if found.factors.left_out else "")
        self.told.setText(words)

    def _ask_export(self) -> None:
        path = ask_where(self.studio.settings, self, "Export the table", "disentanglement.csv", "CSV (*.csv)")
        if path is not None:
            self.export_to(path)
