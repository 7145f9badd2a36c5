"""The dialog that looks for channels of StyleSpace: those that change a region of the picture, or an attribute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.directions.channel_search import SAMPLES, channels_in_region, channels_of_attribute
from explorer.session.explore.scene_pictures import Picture, Thumbnails
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.ui.explore.region_view import RegionView
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import (
    STRETCH,
    choice_box,
    column_of,
    named,
    pages_of,
    push_button,
    row_of,
    text_label,
    titled,
)
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.segments import Segments
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.directions.style_channels import FoundChannel

REGION, ATTRIBUTE = 0, 1
_WAYS = (
    ("Region", "Channels that change the rectangle you draw on the picture, and little else"),
    ("Attribute", "Channels whose values tell samples with an attribute from those without"),
)
_HEADERS = {
    REGION: ("Channel", "Layer", "Inside", "Elsewhere", "Local"),
    ATTRIBUTE: ("Channel", "Layer", "Relevance", "More of it", ""),
}
_TIPS = {
    REGION: (
        "Its layer and its number there",
        "What the layer works on",
        "How far a pixel of the region changes on average, in levels of 255, for one deviation of the channel",
        "How far any other pixel does",
        "The share of the change of an average pixel that falls into the region",
    ),
    ATTRIBUTE: (
        "Its layer and its number there",
        "What the layer works on",
        "How far samples with the attribute lie from those without, over how much they differ among themselves",
        "Which way adds the attribute",
        "",
    ),
}
_AMOUNT = 5.0  # deviations that the pictures below show
_PICTURE_PX = 15 * UNIT
_WORDS = {
    REGION: "Drag a rectangle over what should change. A double click takes the whole picture.",
    ATTRIBUTE: "Samples are drawn and judged by the model's classifier; the clearest channels come first.",
}


class ChannelFinder(QDialog):
    """Looks for channels, shows what each does, and lists or keeps those that are chosen.

    Signals
    -------
    listed()
        Channels were given sliders.
    """

    listed = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Find channels")
        self._studio = studio
        self.found: tuple[FoundChannel, ...] = ()
        self._source = ""  # of what was found, in words
        self._attribute = ""
        self._scenes: tuple[Scene, ...] = ()  # whose pictures are shown below
        self.work = JobRunner(self, name="channels")
        self.drawing = Thumbnails(self)
        self._build()
        self._lay_out()
        self._connect()
        self._show_picture()
        self.show_way(REGION)

    @property
    def model(self) -> OpenModel | None:
        """The model whose picture is shown."""
        model, scene = self._studio.models.current, self._studio.document.scene
        return model if model is not None and model.generator.hash == scene.model else None

    def done(self, result: int) -> None:
        """Stop what is being looked for."""
        self.work.close()
        self.drawing.close()
        super().done(result)

    def show_way(self, way: int) -> None:
        """Look by region or by attribute."""
        self.ways.show_index(way)
        self._pages.setCurrentIndex(way)
        self.hint.setText(_WORDS[way])
        self._show_found(())
        self._enable()

    def find_channels(self) -> None:
        """Look for channels as the controls say."""
        model, scene, count = self.model, self._studio.document.scene, int(self.count.value)
        if model is None:
            return
        self._show_found(())
        if self.ways.index == REGION:
            from explorer.core.directions.region import Region

            drawn = self.picture.region
            region = Region(drawn.x(), drawn.y(), drawn.width(), drawn.height())
            self._source = f"what changes the region {region.x},{region.y},{region.width},{region.height}"
            self._attribute = ""
            self.work.begin(
                lambda report, stop: channels_in_region(model, scene, region, count, 1, report, stop),
                self._show_found,
                words="Looking for channels that change the region",
            )
        elif model.files.classifier is not None:
            classifier, attribute, samples = (
                model.files.classifier,
                self.attributes.currentText(),
                int(self.samples.value),
            )
            self._source, self._attribute = f"{samples:,} samples of {model.name}", attribute
            self.work.begin(
                lambda report, stop: channels_of_attribute(
                    model, classifier, attribute, count, samples, 0, scene.label, report, stop
                ),
                self._show_found,
                words=f"Judging samples for {attribute}",
            )

    def _build(self) -> None:
        self.ways = named(Segments(_WAYS), "What to look for channels by")
        self.picture = named(
            RegionView(),
            "Region of the picture",
            "Drag a rectangle; the arrows move it, with Shift they change its size; a double click takes all of it",
        )
        self.attributes = choice_box("Attribute", "What this model's classifier recognises")
        self.samples = number_box("Samples", "More samples give a steadier order", 100, 20_000, SAMPLES, step=100)
        self.count = number_box("How many channels", "The best ones", 1, 100, 10, width_px=7 * UNIT)
        self.search = push_button("Find", "Look for channels", image="search", primary=True)
        self.working = Working("Stop looking")
        self.hint = text_label(wraps=True)
        self.nothing = EmptyState("search", "No channels yet", "Those that are found are listed here, the best first.")
        self.table = named(QTreeWidget(), "Channels that were found")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.previews = tuple(named(PictureView(), words) for words in ("Less of the channel", "Now", "More of it"))
        for view in self.previews:
            view.setFixedSize(_PICTURE_PX, _PICTURE_PX)
            view.margin_px = 0
            view.set_empty("")
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.take = push_button("Add sliders", "Put the chosen channels on the list beside the picture", image="plus")
        self.keep = push_button(
            "Keep as directions", "Keep the chosen channels with the model, among its directions", image="bookmark"
        )

    def _lay_out(self) -> None:
        by_attribute = QWidget()
        self._no_classifier = text_label(
            "This model has no classifier. Train one with the family attributes, and put it beside the model as "
            "classifier.onnx, or drop it on the window.",
            wraps=True,
        )
        boxes = row_of(titled("Samples", self.samples, "muted"), self.samples, STRETCH)
        column_of(
            *(titled("Attribute", self.attributes), self.attributes, boxes, self._no_classifier, STRETCH),
            on=by_attribute,
        )
        self._pages = pages_of(self.picture, by_attribute)
        self._pages.setMinimumSize(30 * UNIT, 30 * UNIT)
        go = row_of(titled("Channels", self.count, "muted"), self.count, STRETCH, self.search)
        left = column_of(self.ways, self.hint, (self._pages, 1), go, self.working)
        strip = row_of(STRETCH)
        for view, words in zip(self.previews, (f"−{_AMOUNT:g}", "now", f"+{_AMOUNT:g}"), strict=True):
            label = text_label(words)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            strip.addLayout(column_of(view, label, spacing=UNIT // 2))
        strip.addStretch(1)
        foot = row_of(STRETCH, self.keep, self.take)
        self._results = pages_of(self.nothing, self.table)
        right = column_of((self._results, 1), strip, foot)
        row_of((left, 2), (right, 3), on=self, margins=2 * UNIT, spacing=2 * UNIT)
        self.resize(112 * UNIT, 70 * UNIT)

    def _connect(self) -> None:
        self.ways.chosen.connect(self.show_way)
        self.search.clicked.connect(self.find_channels)
        self.take.clicked.connect(self._take)
        self.keep.clicked.connect(self._keep)
        self.table.itemSelectionChanged.connect(self._on_chosen)
        self.table.itemActivated.connect(lambda _item, _column: self._take())
        self.work.began.connect(self._on_began)
        self.work.progressed.connect(self.working.show_share)
        self.work.ended.connect(self._on_ended)
        self.work.failed.connect(self._studio.notices.show_error)
        self.working.cancel.clicked.connect(self.work.cancel)
        self.drawing.drawn.connect(self._on_drawn)
        self.drawing.failed.connect(self._studio.notices.show_error_once)
        self._studio.pictures.shown.connect(lambda _rendering: self._show_picture())

    def _show_picture(self) -> None:
        last = self._studio.pictures.shown_last
        if last is not None and self.model is not None:
            self.picture.show_picture(last.picture)
            self.picture.show_region(QRect(self.picture.region))
        model = self.model
        told = self._attributes_of(model) if model is not None else ()
        if [self.attributes.itemText(row) for row in range(self.attributes.count())] != list(told):
            self.attributes.clear()
            self.attributes.addItems(told)
        self._no_classifier.setVisible(not told)
        self._enable()

    def _attributes_of(self, model: OpenModel) -> tuple[str, ...]:
        """What the classifier beside a model tells; asked of its file once."""
        file = model.files.classifier
        if file is None:
            return ()
        if getattr(self, "_told", (None,))[0] != file:
            from explorer.core.models.inspection import inspect

            try:
                told = tuple(attribute.name for attribute in inspect(file).card.attributes)
            except Problem:
                told = ()
            self._told = file, told
        return self._told[1]

    def _enable(self) -> None:
        by_region = self.ways.index == REGION
        self.search.setEnabled(self.model is not None and (by_region or self.attributes.count() > 0))
        for part in (self.attributes, self.samples):
            part.setEnabled(self.attributes.count() > 0)
        chosen = bool(self.table.selectedItems())
        self.take.setEnabled(chosen)
        self.keep.setEnabled(chosen)

    def _on_began(self, words: str) -> None:
        self.search.setEnabled(False)
        self.working.show_work(words)

    def _on_ended(self) -> None:
        self.working.hide()
        self._enable()

    def _show_found(self, found: tuple[FoundChannel, ...] | None) -> None:
        """List channels; the first is chosen."""
        self.found = found or ()
        way, model = self.ways.index, self.model
        layers = () if model is None else model.generator.style_layers
        self.table.clear()
        self._results.setCurrentWidget(self.table if self.found else self.nothing)
        self.table.setColumnCount(5)
        self.table.setHeaderLabels(_HEADERS[way])
        for column, tip in enumerate(_TIPS[way]):
            self.table.headerItem().setToolTip(column, tip)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for one in self.found:
            cells = [one.channel.name, layers[one.channel.layer].words, *_figures(one)]
            item = QTreeWidgetItem(cells)
            for column in range(2, len(cells)):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.addTopLevelItem(item)
        first = self.table.topLevelItem(0)
        if first is not None:
            self.table.setCurrentItem(first)
        self._on_chosen()

    def _chosen(self) -> list[FoundChannel]:
        rows = sorted(self.table.indexOfTopLevelItem(item) for item in self.table.selectedItems())
        return [self.found[row] for row in rows if row < len(self.found)]

    def _on_chosen(self) -> None:
        """Show what the first of the chosen channels does."""
        self._enable()
        self.drawing.cancel()
        chosen, renderer = self._chosen(), self._studio.pictures.renderer
        for view in self.previews:
            view.clear()
        if not chosen or renderer is None or self.model is None:
            return
        scene, one = self._studio.document.scene, chosen[0]
        strengths = dict(scene.directions)
        here = strengths.get(one.channel.name, 0.0)
        steps = [one.sign * amount for amount in (-_AMOUNT, 0.0, _AMOUNT)]
        moved = [strengths | {one.channel.name: here + step} for step in steps]
        self._scenes = tuple(replace(scene, directions=tuple(each.items())) for each in moved)
        self.drawing.request(renderer, self._scenes)

    def _on_drawn(self, scene: Scene, picture: Picture) -> None:
        for view, wanted in zip(self.previews, self._scenes, strict=False):
            if wanted is scene:
                view.show_picture(picture)

    def _take(self) -> None:
        with self._studio.notices.catching():
            self._studio.edits.styles.list_channels([one.channel for one in self._chosen()])
            self.listed.emit()

    def _keep(self) -> None:
        from explorer.core.directions.style_channels import as_direction

        chosen = self._chosen()
        names = [f"{self._attribute} {one.channel.name}".strip() for one in chosen]
        made = [as_direction(one, name, self._source, self._attribute) for one, name in zip(chosen, names, strict=True)]
        with self._studio.notices.catching():
            what = f"Keep {made[0].name}" if len(made) == 1 else f"Keep {len(made)} channels"
            kept = self._studio.directions.add(made, what)
            said = f"{kept[0]} is" if len(kept) == 1 else f"{len(kept)} channels are"
            self._studio.notices.say(f"{said} kept among the directions of this model.")


def _figures(one: FoundChannel) -> list[str]:
    if one.inside is None:
        return [f"{one.score:.2f}", "towards +" if one.sign > 0 else "towards −", ""]
    return [f"{one.inside:.2f}", f"{one.elsewhere or 0.0:.2f}", f"{one.locality:.0%}"]
