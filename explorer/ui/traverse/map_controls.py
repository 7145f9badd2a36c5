"""The controls of the map: what is laid out, how, and what its colours show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QToolButton

from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.traverse.map_layouts import MapRequest
from explorer.session.traverse.map_pictures import Source
from explorer.ui.theme import UNIT
from explorer.ui.traverse.colour_legend import Legend
from explorer.ui.traverse.plan_controls import PlanControls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, choice_box, fill, named, push_button, text_label, titled, tool_button
from explorer.ui.widgets.source_button import SourceButton

if TYPE_CHECKING:
    from explorer.core.traverse.clusters import Grouping
    from explorer.core.traverse.map_facts import Colouring, Fact

_METHODS = (("pca", "Principal components"), ("tsne", "Neighbours (t-SNE)"), ("umap", "Neighbours (UMAP)"))
_CLUSTERS = (("k-means", "Clusters (k-means)"), ("spectral", "Clusters (spectral)"))
MY_LABELS = "my labels"
_SHOWS = ("Samples", "My pictures …")
_FIRST_COUNT, _MOST = 400, 2000
_FIRST_CLUSTERS, _MOST_CLUSTERS = 8, 50
_SMALLEST_PX, _LARGEST_PX = 12, 96
_SHOW_TIP = "Samples that the model draws, or pictures of your own where its encoder sees them"
_METHOD_TIP = "By likeness: on principal components every point can be drawn"
_COLOUR_TIP = "What the colours of the frames show"


class MapControls(PlanControls):
    """Edits a `MapRequest`, and says how the map is shown.

    Signals
    -------
    coloured()
        The user wants other colours.
    """

    coloured = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source: Source | None = None
        self.show_box = choice_box("What is shown", _SHOW_TIP, enumerate(_SHOWS), self._on_show, narrow=True)
        self.pictures = SourceButton("Which pictures", "Choose other pictures")
        self.pictures.chosen.connect(self.choose)
        self.method = choice_box("Layout", _METHOD_TIP, _METHODS, self._on_changed, narrow=True)
        self.count = self._number(
            "How many",
            "How many samples, or at most how many pictures",
            3,
            _MOST,
            _FIRST_COUNT,
            width_px=9 * UNIT,
        )
        self.seed = self._number(
            "First seed",
            "Seed of the first sample; the next ones count up",
            0,
            LARGEST_SEED - _MOST,
            0,
            width_px=9 * UNIT,
        )
        self.colour = choice_box("Colour by", _COLOUR_TIP, chosen=lambda _index: self.coloured.emit(), narrow=True)
        self.clusters = number_box(
            "Clusters",
            "How many clusters to sort the pictures into",
            2,
            _MOST_CLUSTERS,
            _FIRST_CLUSTERS,
            width_px=9 * UNIT,
        )
        self.clusters.edited.connect(lambda *_: self.coloured.emit())
        self._clusters_title = titled("Clusters", self.clusters, "muted")
        self._words = text_label(wraps=True, role="muted")
        self.legend = Legend()
        self.bar, self.stop = self._progress()
        self.side, self.fit = self._thumbnails()
        self.draw = push_button(
            "Draw a path",
            "Draw a line on the map: it becomes a path in Interpolate",
            image="edit",
            checkable=True,
        )
        self._lay_out()
        self._show_parts()
        self.show_progress(1.0)
        self.offer_facts((), None)

    @property
    def request(self) -> MapRequest:
        """The map that the controls ask for."""
        method, count = self.method.currentData(), int(self.count.value)
        if self.shows_own:
            return MapRequest(method, count, source=self._source)
        return MapRequest(method, count, int(self.seed.value))

    @property
    def shows_own(self) -> bool:
        """Whether the user's own pictures are wanted."""
        return self.show_box.currentIndex() == 1 and self._source is not None

    @property
    def grouping(self) -> Grouping | None:
        """How the clusters to colour by are to be found; None where the colours show something else."""
        chosen = self.colour.currentData()
        return chosen if chosen in dict(_CLUSTERS) else None

    @property
    def fact_name(self) -> str | None:
        """The fact to colour by; None for no colours."""
        name = self.colour.currentData()
        return None if name is None else str(name)

    def offer_own(self, why_not: str) -> None:
        """Offer the user's own pictures, or say why not."""
        item = self.show_box.model().item(1)  # type: ignore[attr-defined]
        item.setEnabled(not why_not)
        item.setToolTip(why_not)
        self.show_box.setToolTip(f"{_SHOW_TIP}. {why_not}" if why_not else _SHOW_TIP)

    def fit_model(self, source: Source | None, portraits_fit: bool) -> None:
        """Begin with pictures that are like what the open model draws, where some are known."""
        self._source = source
        self.pictures.say_fitting(portraits_fit)
        self._show_parts()

    def show_wish(self, request: MapRequest | None) -> None:
        """Show what the map in sight was asked to be; samples where there is none."""
        self.show_box.setCurrentIndex(0 if request is None or request.source is None else 1)
        if request is not None:
            self._source = request.source or self._source
            self.method.setCurrentIndex(self.method.findData(request.method))
            self.count.show_value(request.count)
            if request.source is None:
                self.seed.show_value(request.seed)
        self._show_parts()

    def offer_facts(self, facts: Sequence[Fact], chosen: str | None) -> None:
        """Offer to colour by any of these."""
        self.colour.clear()
        self.colour.addItem("Nothing", None)
        for fact in facts:
            self.colour.addItem(fact.name.replace("_", " ").capitalize(), fact.name)
        for grouping, title in _CLUSTERS:
            self.colour.addItem(title, grouping)
        self.colour.addItem("My labels, spread", MY_LABELS)
        self.colour.setCurrentIndex(max(self.colour.findData(chosen), 0))

    def choose_colour(self, name: str) -> None:
        """Colour by something that is offered."""
        self.colour.setCurrentIndex(self.colour.findData(name))
        self.coloured.emit()

    def show_colouring(self, colouring: Colouring | None, words: str = "") -> None:
        """Show what the colours mean, and what is to be said of them."""
        self.legend.show_colouring(colouring)
        self._words.setText(words)
        for part in (self.clusters, self._clusters_title):
            part.setVisible(self.grouping is not None)
        self._words.setVisible(bool(words))

    def show_progress(self, share: float) -> None:
        """Show how far the map is; nothing once it is there."""
        self.bar.setValue(round(1000 * share))
        self.bar.setVisible(share < 1.0)
        self.stop.setVisible(share < 1.0)

    def choose(self, source: Source) -> None:
        """Ask for a map of the user's own pictures."""
        self._source = source
        self.show_box.setCurrentIndex(1)
        self._show_parts()
        self.changed.emit()

    def _progress(self) -> tuple[QProgressBar, QToolButton]:
        bar = named(QProgressBar(maximum=1000, textVisible=False), "Progress of the map")
        stop = tool_button("close", "Cancel the map", "Cancel; the present map stays")
        return bar, stop

    def _thumbnails(self) -> tuple[Slider, QToolButton]:
        side = named(
            Slider(_SMALLEST_PX, _LARGEST_PX, home=4 * UNIT, step=4),
            "Size of the thumbnails",
            "How large the thumbnails are",
        )
        fit = tool_button(
            "fit", "Show all of the map", "Show all of the map (0); the wheel zooms, the middle button pans"
        )
        return side, fit

    def _lay_out(self) -> None:
        self.add_title("Show", self.show_box)
        fill(self.column, self.show_box, self.pictures)
        self._count_title = titled("Samples", self.count, "muted")
        self._seed_title = titled("First seed", self.seed, "muted")
        self.add(self._count_title, self.count)
        self.add(self._seed_title, self.seed)
        self.add(self.bar, self.stop)
        self.add_title("Layout", self.method)
        self.column.addWidget(self.method)
        self.add_title("Colour by", self.colour)
        self.column.addWidget(self.colour)
        self.add(self._clusters_title, self.clusters)
        fill(self.column, self.legend, self._words)
        self.add_title("Thumbnails", self.side)
        self.add(self.side, self.fit)
        fill(self.column, self.draw, STRETCH)

    def _on_show(self, index: int) -> None:
        self._show_parts()
        if index == 0 or self._source is not None:
            self.changed.emit()
        else:
            self.pictures.menu().popup(self.pictures.mapToGlobal(self.pictures.rect().bottomLeft()))

    def _show_parts(self) -> None:
        own = self.show_box.currentIndex() == 1
        self.pictures.setVisible(own)
        self.seed.setVisible(not own)
        self._seed_title.setVisible(not own)
        self._count_title.setText("At most" if own else "Samples")
        self.pictures.show_source(self._source or "")
