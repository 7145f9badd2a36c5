"""How likely: what a picture costs under each model that can say, and which of one's pictures is the strangest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.models.model import LIKELIHOOD
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.likelihood.bits_readings import BitsReading, BitsReadings, Picture
from explorer.session.likelihood.open_likelihoods import OpenLikelihoods
from explorer.session.likelihood.strange_pictures import BitsComparison, StrangePictures
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.ui.photos.photo_intake import ask_photo
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.unfold.bar_list import BarList, NamedBar
from explorer.ui.unfold.bits_histogram import BitsHistogram
from explorer.ui.unfold.likely_controls import LikelyControls
from explorer.ui.unfold.offers import bits_offer
from explorer.ui.unfold.surprise_colours import surprise_picture
from explorer.ui.unfold.unfold_view import UnfoldView
from explorer.ui.view import beside
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import STRETCH, column_of, line, named, pages_of, row_of, text_label, titled
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering

_COLUMNS = 8
_MOST_CLASSES = 5
_UNKNOWN_BITS = 8.0  # what a value costs of which nothing is known, and so the length of a full bar
_PAGES = (
    ("Strangest first", "The pictures, ordered by what they cost"),
    ("Compared", "How the two sets compare under each model"),
)
_STRANGE = "{name} learned from {data}. For other kinds of pictures its bits mean little, however few they are."
_LONGEST_DATA = 60  # characters; the tip has all of it


class LikelyView(UnfoldView):
    """Asks models about the picture at hand, and about many."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._likelihoods = OpenLikelihoods()
        self.readings = BitsReadings(self._likelihoods, self)
        self.strange = StrangePictures(self._likelihoods, self)
        self.photos = Photos(self)
        self.controls = LikelyControls()
        self.picture = named(PictureView(), "The picture that is asked about")
        self.surprise = named(PictureView(), "Bits of each pixel")
        self.meters = BarList("Bits under each model")
        self.classes = BarList("How probable each class is")
        self.tiles = TileView()
        self.histogram = BitsHistogram()
        self.table = BarList("How well each model tells the second set from the first")
        self._own: Picture | None = None  # asked about in the place of the scene's picture
        self._read: dict[Path, BitsReading] = {}
        self._chosen: Path | None = None
        self.comparison: BitsComparison | None = None
        beside(self.controls, self._stage(), self)
        self._connect()
        self._show_own()

    @property
    def is_busy(self) -> bool:
        return self.readings.is_busy or self.strange.is_busy

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the models at hand; the picture is asked about when it is drawn."""
        if before is None:
            model = self.studio.models.current
            here = None if model is None else model.files.generator.parent
            self.controls.offer(self.studio.catalog.having(LIKELIHOOD, here))
            self._places.setCurrentIndex(1 if self.controls.models.count() else 0)
            self._ask()

    def show_photo(self, path: Path) -> None:
        """Ask about a photo, until the picture of the sliders is asked about again."""
        self.photos.request(path)

    def sort(self, source: Path) -> None:
        """Sort the pictures of a source by strangeness."""
        self.controls.show_sources(str(source), "")
        self._look()

    def exports(self) -> tuple[Offer, ...]:
        return () if self.comparison is None else (bits_offer(self.comparison),)

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"bits": self._compare}

    def close_work(self) -> None:
        for work in (self.readings, self.strange, self.photos):
            work.close()
        self._likelihoods.close()

    def _stage(self) -> QStackedWidget:
        one, meters = QWidget(), QWidget()
        self._said = text_label(wraps=True)
        column_of(titled("Bits per value"), self.meters, self._said, self.classes, STRETCH, on=meters)
        row_of((self.picture, 1), (self.surprise, 1), (meters, 1), on=one, margins=UNIT, spacing=UNIT)
        many = QWidget()
        compared = QWidget()
        column_of((self.histogram, 1), self.table, on=compared, margins=UNIT)
        self._pages = pages_of(self.tiles, compared)
        self.pages = named(Segments(_PAGES), "Many pictures")
        self.pages.chosen.connect(self._pages.setCurrentIndex)
        self._summary = text_label()
        bar = row_of(self.pages, (self._summary, 1), margins=(UNIT, UNIT // 2))
        column_of(bar, (self._pages, 1), on=many, spacing=0)
        stage = QWidget()
        column_of((one, 2), line(), (many, 3), on=stage, spacing=0)
        self.tiles.set_empty("No pictures yet", "Choose pictures on the left: the strangest will come first.")
        hint = "Train or open one with a density: a mixture, a flow, a PixelCNN or a VAE."
        self._nothing = EmptyState("model", "No model here can say how likely a picture is", hint, [])
        self._places = pages_of(self._nothing, stage)
        return self._places

    def _connect(self) -> None:
        controls, notices = self.controls, self.studio.notices
        controls.models_changed.connect(self._ask)
        controls.asked.connect(self._look)
        controls.photo.clicked.connect(self._ask_photo)
        controls.back.clicked.connect(self._leave_photo)
        controls.working.cancel.clicked.connect(self.strange.cancel)
        self.studio.pictures.shown.connect(self._on_shown)
        self.readings.read.connect(self._on_read)
        self.readings.failed.connect(notices.show_error)
        self.meters.picked.connect(self._choose)
        self.photos.read.connect(self._on_photo)
        self.photos.failed.connect(notices.show_error)
        self.strange.began.connect(controls.working.show_work)
        self.strange.progressed.connect(controls.working.show_share)
        self.strange.ended.connect(controls.working.hide)
        self.strange.found.connect(self._on_found)
        self.strange.failed.connect(notices.show_error)
        self.tiles.tip = self._tip_of
        self.tiles.picked.connect(self._take)
        self.table.picked.connect(self._show_comparison)

    def _ask_photo(self) -> None:
        chosen = ask_photo(self, "A photo to ask about")
        if chosen is not None:
            self.show_photo(chosen)

    def _on_photo(self, found: FoundPhoto, _path: Path) -> None:
        self._ask_about(found.photo.pixels)

    def _leave_photo(self) -> None:
        self._ask_about(None)

    def _ask_about(self, picture: Picture | None) -> None:
        """Ask about a picture of one's own; None for that of the scene."""
        self._own = picture
        self._show_own()
        self._ask()

    def _show_own(self) -> None:
        self.controls.back.setVisible(self._own is not None)

    def _on_shown(self, rendering: Rendering) -> None:
        if self.isVisible() and self._own is None and not rendering.is_preview:
            self._ask()

    def _ask(self) -> None:
        """Ask all ticked models about the picture at hand."""
        last = self.studio.pictures.shown_last
        picture = self._own if self._own is not None else None if last is None else last.picture
        chosen = self.controls.chosen
        self._read = {path: reading for path, reading in self._read.items() if path in chosen}
        if picture is not None and chosen and self.isVisible():
            self.picture.show_picture(picture)
            self.readings.ask(picture, chosen)
        else:
            self._show_readings()

    def _on_read(self, reading: BitsReading) -> None:
        self._read[reading.path] = reading
        self._show_readings()

    def _choose(self, index: int) -> None:
        self._chosen = self._ordered()[index].path
        self._show_readings()

    def _ordered(self) -> list[BitsReading]:
        return [self._read[path] for path in self.controls.chosen if path in self._read]

    def _show_readings(self) -> None:
        read = self._ordered()
        chosen = next((each for each in read if each.path == self._chosen), read[0] if read else None)
        bars = [_meter(each) for each in read]
        self.meters.show_bars(bars, read.index(chosen) if chosen is not None else -1)
        told = [] if chosen is None else [_words_of(chosen)]
        if chosen is not None and self._is_strange_to(chosen):
            told.append(_STRANGE.format(name=chosen.name, data=_short(chosen.data)))
        self._said.setText("\n\n".join(told))
        self.classes.setVisible(chosen is not None and chosen.chances is not None)
        if chosen is not None and chosen.chances is not None:
            self.classes.show_bars(_class_bars(chosen), 0)
        self.surprise.setVisible(chosen is not None and chosen.surprise is not None)
        if chosen is not None and chosen.surprise is not None:
            self.surprise.show_picture(surprise_picture(chosen.surprise))
        if chosen is not None and chosen.picture is not None:
            self.picture.show_picture(chosen.picture)

    def _is_strange_to(self, reading: BitsReading) -> bool:
        """Whether the picture may be of another kind than those that a model is known to have learned from."""
        if reading.problem is not None or not reading.data:
            return False
        return self._own is not None or self.model is None or self.model.generator.card.data != reading.data

    def _compare(self, words: str) -> None:
        """Sort one source, or compare two that are parted by ``|``."""
        first, _, second = (part.strip() for part in words.partition("|"))
        self.controls.show_sources(first, second)
        self._look()

    def _look(self) -> None:
        source, other = self.controls.pictures.source, self.controls.others.source
        if not self.controls.chosen:
            problem = Problem("No model is ticked.", "Tick one to see what the pictures cost.")
            self.studio.notices.show_error(problem)
        elif source:
            count = int(self.controls.count.value)
            self.strange.look(self.controls.chosen, source, other or None, count, self.model)

    def _on_found(self, comparison: BitsComparison) -> None:
        self.comparison = comparison
        self._show_comparison(0)
        for problem in comparison.problems:
            self.studio.notices.show_error(problem)
        if comparison.others:
            self.pages.show_index(1)
            self._pages.setCurrentIndex(1)

    def _show_comparison(self, index: int) -> None:
        """Show what one of the models says of the sets."""
        found = self.comparison
        assert found is not None
        table = found.tables[index]
        order = table.strangest
        rows = -(-len(order) // _COLUMNS)
        mosaic = Mosaic(rows, _COLUMNS, table.pictures.shape[1:])
        mosaic.put(np.arange(len(order)), table.pictures[order])
        self.tiles.show_mosaic(mosaic)
        first = Path(str(self.controls.pictures.source)).stem
        second = Path(str(self.controls.others.source)).stem
        sets = [(first, table.bits)] + ([(second, found.others[index].bits)] if found.others else [])
        self.histogram.show_sets(*sets)
        self.table.show_bars([_row(found, each) for each in range(len(found.tables))], index)
        self._summary.setText(_summary(found, index))

    def _tip_of(self, index: int) -> str:
        found, here = self.comparison, self.table.current
        if found is None or index >= len(found.tables[here].bits):
            return ""
        table = found.tables[here]
        place = table.strangest[index]
        return f"{table.names[place]}: {table.bits[place]:.2f} bits per value ({table.model})"

    def _take(self, index: int) -> None:
        """Ask about one of many pictures."""
        found, here = self.comparison, self.table.current
        if found is not None and index < len(found.tables[here].bits):
            table = found.tables[here]
            place = int(table.strangest[index])
            self._ask_about(table.pictures[place])


def _meter(reading: BitsReading) -> NamedBar:
    if reading.problem is not None:
        return NamedBar(reading.name, "cannot say", 0.0, tip=reading.problem.what)
    few = f" of {reading.levels} levels" if reading.levels < 256 else ""
    most = np.log2(reading.levels) if reading.levels < 256 else _UNKNOWN_BITS
    measured = f" ({reading.measured})" if reading.measured else ""
    return NamedBar(
        f"{reading.name}{few}{measured}", f"{reading.bits:.2f}", float(reading.bits / most), tip=_learned(reading)
    )


def _short(data: str) -> str:
    """What comes before the details: ``Fashion-MNIST`` of ``Fashion-MNIST: 28 x 28 grey pictures ...``."""
    return shorten(data.partition(":")[0].rstrip(". "), _LONGEST_DATA, placeholder=" …")


def _learned(reading: BitsReading) -> str:
    return f"Learned from: {reading.data}" if reading.data else ""


def _words_of(reading: BitsReading) -> str:
    if reading.problem is not None:
        return f"{reading.problem.what} {reading.problem.hint}".strip()
    if reading.levels < 256:
        return (
            f"This model knows {reading.levels} shades of each value, so its bits cannot be compared with those of "
            "models that know 256, only with each other."
        )
    return "Fewer bits mean a likelier picture. A value about which nothing is known costs 8."


def _class_bars(reading: BitsReading) -> list[NamedBar]:
    assert reading.chances is not None
    order = np.argsort(-reading.chances)[:_MOST_CLASSES]
    return [NamedBar(reading.classes[k], f"{reading.chances[k]:.0%}", float(reading.chances[k])) for k in order]


def _row(found: BitsComparison, index: int) -> NamedBar:
    table = found.tables[index]
    if not found.others:
        return NamedBar(table.model, f"{table.bits.mean():.2f} bits", float(table.bits.mean() / _UNKNOWN_BITS))
    apart = found.told_apart(index)
    figure = f"{table.bits.mean():.2f} and {found.others[index].bits.mean():.2f} bits; told apart {apart:.0%}"
    tip = "How often a picture of the second set costs more than one of the first (AUC); one half is chance"
    return NamedBar(table.model, figure, apart, tip=tip)


def _summary(found: BitsComparison, index: int) -> str:
    table = found.tables[index]
    words = f"{len(table.bits)} pictures, {table.bits.mean():.2f} bits on average by {table.model}"
    if table.told is not None:
        words += f"; Bayes' rule gets the class of {table.told:.0%} right"
    return words
