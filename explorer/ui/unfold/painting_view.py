"""What *Denoise* and *Pixel by pixel* have in common: the scene in sight is painted, and any step of it can be seen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QComboBox, QPushButton, QStackedWidget, QWidget

from explorer.core.rendering.scene import Scene
from explorer.core.sampling.settings import Sampling
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.session.unfold.paintings import Paintings
from explorer.ui.photos.photo_intake import ask_photo
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.unfold.offers import painting_offers
from explorer.ui.unfold.painting_controls import PaintingControls
from explorer.ui.unfold.timeline import Timeline
from explorer.ui.unfold.unfold_view import UnfoldView
from explorer.ui.view import Meaning
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import pages_of, pressing, push_button
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.sampling.records import RecordedState

_DRAWN = ("label", "sampling", "model", "directions", "truncation")  # with z: what a picture is painted of


class PaintingView(UnfoldView):
    """Keeps the painting of the scene in sight, where the open model paints in the order that the view is about.

    Attributes
    ----------
    order : str
        The kind of schedule: ``diffusion`` or ``raster``.
    saved : str
        What files of it are called.
    fitting : str
        A bundled model that paints so, which is offered where the open one does not.
    """

    order: ClassVar[str]
    saved: ClassVar[str]
    fitting: ClassVar[str]
    controls: PaintingControls

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.paintings, self.photos = Paintings(self), Photos(self)
        self.timeline: Timeline[RecordedState] = Timeline()
        self._painted: Scene | None = None  # whose painting is, or was, in sight
        self._is_scene = True  # whether the states are of that, not of what was made of it
        self._places: QStackedWidget

    @property
    def is_busy(self) -> bool:
        return self.paintings.is_busy

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("Play or pause", pressing(self.timeline.play))}

    def exports(self) -> tuple[Offer, ...]:
        states = self.told_states()
        return painting_offers(states, self.saved, self._painted if self._is_scene else None) if states else ()

    def told_states(self) -> Sequence[RecordedState]:
        """The states that are worth a frame or a line."""
        return self.timeline.states

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Paint the scene anew where what it is painted of is other."""
        model, last = self.model if self.paints else None, self._painted
        self._places.setCurrentIndex(0 if model is None else 1)
        self.controls.offer("" if model is not None else f"{self.nothing.title.text()}: open one that does")
        if model is None:
            self.timeline.clear()
            self._painted = None
            return
        if last is None or last.model != after.model:
            self.timeline.clear()
            self.show_model(model)
        self.show_settings(after)
        if last is None or last.z is not after.z or any(getattr(last, f) != getattr(after, f) for f in _DRAWN):
            self._painted, self._is_scene = after, True
            self.timeline.begin()
            self.paintings.paint(model, after)

    @property
    def paints(self) -> bool:
        """Whether the open model paints in this order."""
        from explorer.core.sampling.sampler import unfolding_of

        model = self.model
        return model is not None and unfolding_of(model.generator) == self.order

    @abstractmethod
    def show_model(self, model: OpenModel) -> None:
        """Another model is open: show its classes, and forget what belongs to the last one."""

    @abstractmethod
    def show_settings(self, scene: Scene) -> None:
        """Show how a scene is painted."""

    @abstractmethod
    def take_photo(self, model: OpenModel, found: FoundPhoto) -> None:
        """Go on with a photo."""

    def rest(self) -> None:
        self.timeline.rest()

    def close_work(self) -> None:
        self.timeline.rest()
        self.paintings.close()
        self.photos.close()

    def show_photo(self, path: Path) -> None:
        """Go on with a photo in a file."""
        self.photos.request(path)

    def set_sampling(self, sampling: Sampling, gesture: int) -> None:
        """Paint the scene otherwise."""
        self.studio.document.edit("Change how it is painted", gesture=gesture, sampling=sampling)

    def _pages(self, stage: QWidget, without: str, hint: str) -> QStackedWidget:
        """The stage, and in its place what is said of models that have none."""
        self.open_fitting = push_button(f"Open {self.fitting}", clicked=self._open_fitting, image="open", primary=True)
        self.nothing = EmptyState("unfold", without, hint, [self.open_fitting])
        self.open_fitting.setVisible(self._fitting_path() is not None)
        self._places = pages_of(self.nothing, stage)
        return self._places

    def _fitting_path(self) -> Path | None:
        paths = {entry.name: entry.path for entry in self.studio.catalog.bundled()}
        return paths.get(self.fitting)

    def _open_fitting(self) -> None:
        path = self._fitting_path()
        if path is not None:
            self.studio.controller.open(path)

    def _connect_painting(
        self, sample: QPushButton, classes: QComboBox, photo: QPushButton, working: Working, title: str
    ) -> None:
        """``title`` is of the dialog that asks for a photo."""
        edits, notices, paintings = self.studio.edits, self.studio.notices, self.paintings
        sample.clicked.connect(edits.new_sample)
        classes.activated.connect(edits.set_label)
        photo.clicked.connect(lambda: self._ask_photo(title))
        working.cancel.clicked.connect(paintings.cancel)
        paintings.began.connect(working.show_work)
        paintings.progressed.connect(working.show_share)
        paintings.ended.connect(working.hide)
        for work in (paintings, self.photos):
            work.failed.connect(notices.show_error)
        self.photos.read.connect(self._on_photo)

    def _ask_photo(self, title: str) -> None:
        chosen = ask_photo(self, title)
        if chosen is not None:
            self.show_photo(chosen)

    def _on_photo(self, found: FoundPhoto, _path: Path) -> None:
        model = self.model if self.paints else None
        if model is not None:
            self.take_photo(model, found)
