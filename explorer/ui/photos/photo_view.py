"""Your picture: a photo brought onto the model's frame, found in its latent space, and edited there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel
from explorer.session.photos.photo import FoundPhoto, Placing, Reconstruction
from explorer.ui.photos.align_view import AlignView
from explorer.ui.photos.eye_finding import EyeFinding
from explorer.ui.photos.photo_controls import PhotoControls
from explorer.ui.photos.photo_finding import PhotoSearch
from explorer.ui.photos.photo_intake import holds_photo
from explorer.ui.photos.photo_offers import Triple, photo_offers
from explorer.ui.photos.photo_pages import PhotoPages
from explorer.ui.photos.photo_results import PhotoResults
from explorer.ui.photos.photo_source import PhotoSource
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip, Offer
from explorer.ui.view import Meaning, View, beside
from explorer.ui.window.file_dialogs import save_picture

ADOPT, IMPROVE = "Your picture", "Improve your picture"


class PhotoView(View):
    """Shows a photo with the frame upon it, and what the model makes of it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.stage = AlignView()
        self.controls = PhotoControls(self.stage)
        self.results = PhotoResults()
        self.strip = ExportStrip(studio)
        self.pages = PhotoPages(self.stage, self.results, self.strip)
        self.source = PhotoSource(studio.notices, self)
        self.finding = PhotoSearch(self.controls, self.results, studio.notices, self)
        self.eyes = EyeFinding(self.stage, studio.notices, self)
        self.found: FoundPhoto | None = None
        self._placings: dict[Path, Placing] = {}
        self._path: Path | None = None  # of what is shown, where it has one
        self._model = ""
        self._frame: tuple[object, ...] = ()  # of the model: where pupils lie, and its size
        beside(self.controls, self.pages, self)
        self._menu = ExportMenu(studio, self.offers, self.strip, self.results.save)
        self.results.save.setMenu(self._menu)
        self.setAcceptDrops(True)
        self._connect()
        self._show_photo()

    @property
    def is_busy(self) -> bool:
        return any(part.is_busy for part in (self.source, self.finding, self.eyes.search)) or self.stage.is_moving

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        self.finding.under = after.conditions
        if self._model != after.model:
            self._begin(model)
        elif before is None or before.label != after.label:
            self._find()
        self._show_directions()
        self._show_edited()

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": None, "save": Meaning("Save what was found …", self._menu.save_first)}

    def paste(self) -> bool:
        return self.source.paste()

    def rest(self) -> None:
        self.stage.stop()

    def close_work(self) -> None:
        self.stage.stop()
        self.eyes.close()
        self.finding.close()
        self.source.close()
        self.strip.exporter.close()

    def take(self, found: FoundPhoto, path: Path | None = None) -> None:
        """Show a photo, with the frame where it lay on it before."""
        self.found, self._path = found, path
        before = None if path is None else self._placings.get(path)
        model = self.model
        self.finding.forget()
        self.stage.show_photo(found.photo.pixels, None if model is None else model.generator.card.pupils)
        if before is not None:
            self.eyes.forget()
            self.stage.resume(before)
        elif model is not None:
            self.eyes.look(found.photo.pixels)
        self._show_photo()
        if not self.controls.tray.hasFocus():  # else the keys go on through the list
            self.stage.setFocus()

    def offers(self) -> tuple[Offer, ...]:
        """What can be saved."""
        model, one, crop = self.model, self.results.chosen_one, self.results.crop
        if model is None or one is None or crop is None or self.found is None:
            return ()
        here = self.studio.document.scene
        scene = here if self.results.is_of(here) else self._scene_of(one)
        ask = partial(save_picture, self.studio, self.window(), scene)
        return photo_offers(model.renderer, Triple(self.found.name, crop, one.picture, scene), ask)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome photos; models and scenes are the window's."""
        if holds_photo(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show the photos that were dropped."""
        event.acceptProposedAction()
        self.source.drop(event.mimeData())

    def _begin(self, model: OpenModel) -> None:
        """Turn to another model: the photo stays, and where the frame is alike it lies as it lay."""
        self.finding.leave_model()
        self._model = model.generator.hash
        card, laid, before = model.generator.card, self.stage.placing, self._frame
        self._frame = (card.pupils, card.height, card.width)
        self._placings.clear()
        self.controls.show_card(card)
        if self.found is not None:
            self.take(self.found, self._path)
            if before == self._frame:
                self.stage.resume(laid)

    def _preview(self) -> None:
        self._say_hint()
        model = self.model
        if model is not None and self.found is not None:
            if self._path is not None:
                self._placings[self._path] = self.stage.placing
            self.finding.preview(model, self.found.photo.pixels, self.stage.placing)

    def _find(self) -> None:
        self._say_hint()
        model = self.model
        if model is not None and self.found is not None:
            label = self.studio.document.scene.label
            self.finding.find(model, self.found.photo.pixels, self.stage.placing, label)

    def _scene_of(self, one: Reconstruction) -> Scene:
        return one.scene(self.studio.document.scene)

    def _adopt(self) -> None:
        one = self.results.chosen_one
        if one is not None and not self.results.is_of(self.studio.document.scene):
            self.studio.document.show(ADOPT, self._scene_of(one))

    def _move(self, name: str, value: float, gesture: int) -> None:
        """Edit with a direction; the reconstruction is adopted with it where it was not before."""
        one, document = self.results.chosen_one, self.studio.document
        if one is None:
            return
        if self.results.is_of(document.scene):
            self.studio.edits.set_strength(name, value, gesture)
        else:
            moved = replace(self._scene_of(one), directions=((name, value),))
            document.show(ADOPT, moved, gesture=gesture)

    def _on_improved(self, before: Reconstruction | None, after: Reconstruction) -> None:
        """Where the worse reconstruction is the current picture, go on with the better one."""
        document = self.studio.document
        better = before is not None and after.error <= before.error
        if before is not None and better and self.results.are_one(document.scene, before):
            found = after.scene(document.scene)
            document.edit(IMPROVE, z=found.z, seed=None, styled=found.styled)

    def _on_tuned(self, folder: Path, scene: Scene) -> None:
        """Go on with the model that was made, at the photo; undo goes back to the other one."""
        self.studio.settings.remember_recent(folder)
        self.studio.controller.paste(scene)
        self.studio.notices.say(f"{scene.model_name} is a model of its own, in {folder}.")

    def _show_directions(self) -> None:
        scene = self.studio.document.scene
        self.results.sliders.show_directions(self.studio.directions.all)
        self.results.sliders.show_strengths(dict(scene.directions) if self.results.is_of(scene) else {})

    def _show_edited(self) -> None:
        """The current picture, where it comes from the reconstruction."""
        scene, last = self.studio.document.scene, self.studio.pictures.shown_last
        ours = self.results.is_of(scene)
        self.results.show_adopted(ours)
        if not ours:
            self.results.show_edited(None, scene)
        elif last is not None and self.results.is_of(last.scene):
            self.results.show_edited(last.picture, last.scene)

    def _show_photo(self) -> None:
        there = self.found is not None
        self.controls.show_photo(there)
        self.pages.show_photo(there, self.found is not None and self.found.scene is not None)
        self._say_hint()

    def _say_hint(self) -> None:
        self.pages.say_hint(self.eyes.words)

    def _find_eyes(self) -> None:
        if self.found is not None:
            self.eyes.look(self.found.photo.pixels)

    def _connect(self) -> None:
        controls, source, results, studio = self.controls, self.source, self.results, self.studio
        self.pages.open.clicked.connect(source.ask)
        self.pages.scene.clicked.connect(self._open_scene)
        controls.open.clicked.connect(source.ask)
        controls.eyes.clicked.connect(self._find_eyes)
        self.eyes.changed.connect(self._say_hint)
        controls.paste.clicked.connect(source.paste_any)
        controls.tray.currentRowChanged.connect(source.choose)
        source.listed.connect(lambda: controls.show_files(source.files))
        source.listed.connect(self._placings.clear)
        source.reading.connect(self.pages.say_reading)
        source.taken.connect(self.take)
        source.unread.connect(self._show_photo)
        self.stage.moved.connect(lambda _placing: self._preview())
        self.stage.rested.connect(lambda _placing: self._find())
        self.finding.changed.connect(self._on_found)
        self.finding.improved.connect(self._on_improved)
        self.finding.tuned.connect(self._on_tuned)
        controls.tune.clicked.connect(lambda: self.finding.tune(self.found.name if self.found else ""))
        results.adopt.clicked.connect(self._adopt)
        results.strength_moved.connect(self._move)
        results.chosen.connect(self._on_found)
        studio.pictures.shown.connect(lambda _rendering: self._show_edited())
        studio.directions.changed.connect(self._show_directions)
        studio.models.opened.connect(lambda model, _request: self._on_opened(model))

    def _on_found(self) -> None:
        self._show_directions()
        self._show_edited()

    def _on_opened(self, model: OpenModel) -> None:
        """Also while the view is out of sight: what is searched for another model is of no use."""
        if model.generator.hash != self._model:
            self.finding.leave_model()

    def _open_scene(self) -> None:
        if self._path is not None:
            self.studio.controller.open(self._path)
