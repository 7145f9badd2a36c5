"""What the model makes of a photo: the crop as it moves, the encoder's answer once it rests, and the search."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.conditions import USUAL
from explorer.core.rendering.latent_points import Space
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel
from explorer.session.notices import Notices
from explorer.session.photos.latent_search import Projections, Search, Task
from explorer.session.photos.likeness_words import difference_words
from explorer.session.photos.photo import CropRequest, Crops, Picture, Placing, Reconstruction, error_of
from explorer.session.photos.photo_tuning import PhotoTuning, free_folder
from explorer.ui.photos.photo_controls import PhotoControls
from explorer.ui.photos.photo_results import ENCODER, SEARCH, TUNING, PhotoResults

if TYPE_CHECKING:
    from explorer.training.projection.latent_optimisation import Projected

_NO_ENCODER = "This model has no encoder: search instead."
_BEGUN = {ENCODER: "the encoder's latent and ", SEARCH: "what was found and "}
_FIRST = {Search: "Looking at samples", PhotoTuning: "Tuning"}
_BROKEN_ENCODER = "The encoder could not be used: search instead."


class PhotoSearch(QObject):
    """Keeps `PhotoResults` true to the frame on the photo, and runs the search.

    Attributes
    ----------
    under : Conditions
        What is drawn under that is encoded or searched for next.

    Signals
    -------
    changed()
        Another reconstruction is shown, or none.
    improved(before, after) : Reconstruction or None, Reconstruction
        A search has ended, or was stopped.
    tuned(folder, scene) : Path, Scene
        A model was tuned to the crop, and written to a folder; what draws the crop there.
    """

    changed = Signal()
    improved = Signal(object, object)
    tuned = Signal(object, object)

    def __init__(self, controls: PhotoControls, results: PhotoResults, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._controls, self._results, self._notices = controls, results, notices
        self.crops = Crops(self)
        self.projections = Projections(self)
        self._writing = JobRunner(self, overtakes="nothing", name="tuned models")
        self._tuned: tuple[str, Reconstruction] | None = None  # what the model of that hash was tuned to
        self._asked: CropRequest | None = None  # the newest at rest
        self._cut: CropRequest | None = None  # what the results are of
        self._began_s = 0.0
        self._best: Reconstruction | None = None  # of a search that goes on, and what it began from
        self.under = USUAL
        self.crops.shown.connect(self._on_cut)
        self.crops.failed.connect(self._on_not_cut)
        self.projections.progressed.connect(self._on_progressed)
        self.projections.ended.connect(self._on_ended)
        self.projections.failed.connect(self._on_search_failed)
        controls.improve.clicked.connect(self.search)
        controls.space_chosen.connect(self._show_search)
        controls.stop.clicked.connect(self.projections.stop)

    @property
    def is_busy(self) -> bool:
        """Whether something is being cut, encoded, searched for or written."""
        return self.crops.is_busy or self.projections.is_busy or self._writing.is_busy

    def forget(self) -> None:
        """Show no reconstruction, and look for none."""
        self.projections.drop()
        self.crops.cancel()
        self._cut = self._asked = None
        self._results.show_crop(None)
        self._show_none("")

    def leave_model(self) -> None:
        """Say that a search ends because another model is open; a latent of one is of no use to another."""
        search = self.projections.search
        if search is not None:
            self._notices.say(
                f"The search in {search.model.name} was ended, because another model is open. "
                "Open that model and search again to go on."
            )
        self.forget()

    def preview(self, model: OpenModel, photo: Picture, placing: Placing) -> None:
        """Show the crop of a frame that moves; a search for another crop is of no use any more."""
        if self._asked is not None and self._asked.placing != placing:
            self._asked = None
            self.projections.drop()
            self._show_search()
        self.crops.request(CropRequest(model, photo, placing, encode=False))

    def find(self, model: OpenModel, photo: Picture, placing: Placing, label: int | None) -> None:
        """Find the crop of a frame that rests, unless that was done already."""
        cut = CropRequest(model, photo, placing, True, label, self.under)
        if self._asked is None or not _are_alike(self._asked, cut):
            self.projections.drop()
            self._asked = cut
            self.crops.request(cut)

    def search(self) -> None:
        """Search for the crop that is shown, from what is known of it."""
        crop, cut = self._results.crop, self._cut
        if crop is None or cut is None or cut is not self._asked:
            return
        space = self._controls.space
        start = self._start(space)
        point = None if start is None else start.point
        self._begin(Search(cut.model, crop, point, cut.label, space, self.under))

    def tune(self, photo: str) -> None:
        """Tune the model to the crop that is shown, from the chosen reconstruction; ``photo`` is what it is called."""
        crop, cut, one = self._results.crop, self._cut, self._results.chosen_one
        if crop is not None and one is not None and cut is not None and cut is self._asked:
            self._begin(PhotoTuning(cut.model, crop, one.point, photo, cut.label, one.under))

    def _begin(self, task: Task) -> None:
        self._controls.curve.clear()
        self._began_s = time.monotonic()
        self.projections.begin(task)
        self._show_search()
        self.changed.emit()

    def _start(self, space: Space) -> Reconstruction | None:
        """What a search in a space goes on from: the last one's point, unless it is of W and Z is searched."""
        known = self._results.found
        searched = known.get(SEARCH)
        of_use = searched is not None and (space != "z" or searched.point.space == "z")
        return searched if of_use else known.get(ENCODER)

    def close(self) -> None:
        """Stop everything, and wait until it has stopped."""
        self.projections.close()
        self._writing.close()
        self.crops.close()

    def _on_cut(self, cut: CropRequest, crop: Picture, one: Reconstruction | None) -> None:
        self._results.show_crop(crop)
        if cut is not self._asked:
            return
        self._cut = cut
        if one is None and self._tuned_to(cut, crop) is None:
            has_encoder = cut.model.files.encoder is not None
            self._show_none(_BROKEN_ENCODER if has_encoder else _NO_ENCODER)
            return
        self._controls.curve.clear()
        self._results.forget("")
        for found in (one, self._tuned_to(cut, crop)):
            if found is not None:
                self._results.show_result(found)
        self._show_search()
        self.changed.emit()

    def _tuned_to(self, cut: CropRequest, crop: Picture) -> Reconstruction | None:
        """What the model draws of the very crop that it was tuned to; None of others."""
        if self._tuned is None or self._tuned[0] != cut.model.generator.hash:
            return None
        one = self._tuned[1]
        return one if error_of(one.picture, crop) == one.error else None

    def _on_not_cut(self, error: Exception) -> None:
        """The crop is still to be had, without the encoder."""
        self._notices.show_error_once(error)
        if self._asked is not None and self._asked.encode:
            self._asked = replace(self._asked, encode=False)
            self.crops.request(self._asked)

    def _show_none(self, why: str) -> None:
        self._controls.curve.clear()
        self._results.forget(why)
        self._show_search()
        self.changed.emit()

    def _on_progressed(self, steps: list[Projected]) -> None:
        search, best = self.projections.search, steps[-1]
        if search is None:
            return
        for each in steps:
            if each.step:
                self._controls.curve.add(each.step, each.steps, each.loss)
        first = not self._results.is_live
        live = _reconstruction(best, search)
        if isinstance(search, PhotoTuning):
            live = replace(live, method=TUNING)
        else:
            live = self._best = _closest(None if first else self._best, self._known(), live)
        self._results.show_live(live)
        if first:
            self.changed.emit()
        self._controls.bar.setValue(round(1000 * best.step / max(best.steps, 1)))
        left = self.projections.seconds_left
        time = "" if left is None else f", about {_seconds(left)} left"
        doing = f"Step {best.step} of {best.steps}" if best.step else _FIRST[type(search)]
        self._controls.show_search(f"{doing}{time}.", running=True, offered=False)

    def _on_ended(self, search: Task, best: Projected | None) -> None:
        before = self._results.chosen_one
        self._results.show_live(None)
        if best is None or (isinstance(search, PhotoTuning) and best.step == 0):
            self._show_search()
        elif isinstance(search, PhotoTuning):
            self._write(search, best)
        else:
            one = _closest(self._known(), _reconstruction(best, search), self._best)
            how = "Done" if best.step >= best.steps else f"Stopped after {best.step} steps,"
            took = f"{how} in {_seconds(time.monotonic() - self._began_s)}"
            if one in self._results.found.values():
                self._show_search(f"{took}: nothing closer was found, and what there was stays.")
            else:
                self._results.show_result(one)
                self._show_search(f"{took}: {difference_words(one.error)}.")
                self.improved.emit(before, one)
        self._best = None
        self.changed.emit()

    def _known(self) -> Reconstruction | None:
        """The closest of what was found before."""
        return min(self._results.found.values(), key=lambda one: one.error, default=None)

    def _write(self, tuning: PhotoTuning, best: Projected) -> None:
        folder = free_folder(tuning.model.name, tuning.photo)

        def written(scene: Scene) -> None:
            self._tuned = scene.model, _reconstruction(best, tuning)
            self._show_search("Opening the tuned model …")
            self.tuned.emit(folder, scene)

        self._writing.begin(lambda *_: tuning.write(folder), written, failed=self._on_search_failed)
        self._show_search("Writing the tuned model …")

    def _on_search_failed(self, error: Exception) -> None:
        self._notices.show_error(error)
        self._results.show_live(None)
        self._show_search()
        self.changed.emit()

    def _show_search(self, words: str = "") -> None:
        running = self.projections.search is not None
        offered = self._cut is not None and self._cut is self._asked
        start = self._start(self._controls.space)
        if running:
            self._controls.bar.setValue(0)
            words = f"{_FIRST[type(self.projections.search)]} …"
        else:
            self._results.show_live(None)
            if not words and offered:
                begun = _BEGUN.get(start.method, "") if start is not None else ""
                words = f"Optimisation, from {begun}the best of many samples. It says how long it takes."
        self._controls.improve.setText("Find by search" if start is None else "Refine by search")
        self._controls.show_search(words, running, offered, offered and self._results.chosen_one is not None)


def _are_alike(one: CropRequest, other: CropRequest) -> bool:
    same_place = one.model is other.model and one.photo is other.photo
    return same_place and (one.placing, one.label) == (other.placing, other.label)


def _reconstruction(best: Projected, search: Task) -> Reconstruction:
    return Reconstruction(best.point, best.picture, error_of(best.picture, search.crop), SEARCH, search.under)


def _closest(*known: Reconstruction | None) -> Reconstruction:
    """The first of those that are most like the crop."""
    return min((one for one in known if one is not None), key=lambda one: one.error)


def _seconds(number: float) -> str:
    return f"{max(round(number), 1)} s" if number < 90 else f"{round(number / 60)} min"
