"""Before and after: what a translator makes of pictures of one's own, one at a time or a folder of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication

from explorer.core.models.model import BACKWARDS, translator_in
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import Picture
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.photos.photo import FoundPhoto
from explorer.session.translate.folder_translations import FolderTranslations
from explorer.session.translate.translations import TranslationRequest, Translations
from explorer.ui.photos.photo_intake import holds_photo
from explorer.ui.photos.photo_source import PhotoSource
from explorer.ui.studio import Studio
from explorer.ui.translate.controls import TranslateControls
from explorer.ui.translate.translate_stage import TranslateStage
from explorer.ui.translate.translator_view import TranslatorView
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.asking import ask_folder, ask_where
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.qimages import image_of
from explorer.ui.window.clipboard import files_of

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator


class TranslateView(TranslatorView):
    """Shows a picture, and what the translator of the panel makes of it, at each side of a line.

    It begins with the picture of the other panels, where there is one.
    """

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._picture: Picture | None = None
        self.translation: Translation | None = None
        self.work = Translations(self)
        self.folders = FolderTranslations(self)
        self.source = PhotoSource(studio.notices, self)
        self.stage = TranslateStage(studio.settings.smooth)
        self.controls = TranslateControls()
        self.setAcceptDrops(True)
        beside(self.controls, self.stage, self)
        self._connect()

    def canvas_in_view(self) -> PictureView:
        return self.stage.view

    @property
    def is_busy(self) -> bool:
        return self.work.is_busy or self.source.is_busy

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {
            "copy_picture": Meaning("Copy the result", self._copy),
            "sample": Meaning("Swap the sides", self.stage.view.flip),
        }

    def exports(self) -> tuple[Offer, ...]:
        """The result as a file."""
        if self.translation is None or self.work.translator is None:
            return ()
        after = np.ascontiguousarray(self.translation.after)
        stem = _stem(self.work.translator.name)

        def write(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
            from explorer.core.rendering.picture_files import save_png

            save_png(path, after)

        return (Offer("Result (PNG) …", f"{stem}.png", write),)

    def open_own(self, path: Path) -> None:
        """Show what the translator at ``path`` makes of the picture that is here."""
        self.own_path = path
        self._turn(is_turned=path.name == BACKWARDS)

    def open_again(self) -> None:
        self._turn(is_turned=self.controls.turned.isChecked())

    def translate_folder(self, source: Path) -> None:
        """Ask where to, and translate all pictures of a folder, as the one in sight is."""
        from explorer.core.exports.translated_files import TranslationSettings

        translator, controls = self.work.translator, self.controls
        if translator is None:
            self.studio.notices.show_error(Problem("No translator is open.", "Choose one above, then try again."))
            return
        name = f"{source.name}-{_stem(translator.name)}"
        folder = ask_where(self.studio.settings, self, "Save the pictures in a new folder", name, "Folder (*)")
        if folder is not None:
            how = TranslationSettings(controls.value_range, controls.fit, controls.noise.value, controls.given)
            self.folders.translate(translator, source, folder, how)

    def show_source(self, picture: Picture, name: str) -> None:
        """Translate another picture, (height, width, 1 or 3) uint8."""
        self._picture = picture
        self.controls.show_source(name)
        self._translate()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the picture of the other panels, where there is one."""
        self._offer_current()

    def paste(self) -> bool:
        return self.source.paste()

    def rest(self) -> None:
        self.work.cancel()

    def close_work(self) -> None:
        for work in (self.source, self.folders, self.work):
            work.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome pictures, and whatever else can be opened."""
        if holds_photo(event.mimeData()) or files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a picture; anything else is opened as elsewhere in the window."""
        event.acceptProposedAction()
        if holds_photo(event.mimeData()):
            self.source.drop(event.mimeData())
        else:
            self.studio.intake.take(files_of(event.mimeData()))

    def _translate(self) -> None:
        if self._picture is not None and self.work.translator is not None:
            controls = self.controls
            how = controls.value_range, controls.fit, controls.noise.value, controls.given
            self.work.request(TranslationRequest(self._picture, *how))

    def _on_opened(self, translator: Translator) -> None:
        assert self.own_path is not None
        self.controls.show_translator(translator)
        self._forget()
        self.own_opened.emit(self.own_path)
        if self._picture is None:
            self._take_current()
        else:
            self._translate()

    def _on_shown(self, _task: TranslationRequest, translation: Translation) -> None:
        self.translation = translation
        self.stage.show_pair(translation.before, translation.after)
        translator = self.work.translator
        self.controls.show_translation(translation, translator.provider if translator else "")

    def _show_busy(self, what: str) -> None:
        self.controls.show_busy(what)
        if self.work.translator is None:
            self.stage.say_work(what)

    def _forget(self) -> None:
        """What was shown is of another model."""
        self.translation = None
        self.stage.ask()
        self.controls.show_translation(None)

    def _take_current(self) -> None:
        last, model = self.studio.pictures.shown_last, self.studio.models.current
        if last is not None and model is not None:
            self.show_source(last.picture, f"The picture of {model.name}")

    def _offer_current(self) -> None:
        there = self.studio.pictures.shown_last is not None and self.studio.models.current is not None
        self.controls.offer_current(there)
        self.stage.current.setEnabled(there)

    def _on_taken(self, found: FoundPhoto, _path: Path | None) -> None:
        photo = found.photo
        height, width = photo.pixels.shape[:2]
        read = "" if photo.reduction == 1 else f", read at {width} × {height}"
        self.show_source(photo.pixels, f"{found.name}, {photo.width} × {photo.height}{read}")

    def _turn(self, *, is_turned: bool) -> None:
        """Open the translator that was chosen, or the one of the other way round beside it."""
        with self.studio.notices.catching():
            assert self.own_path is not None
            file = translator_in(self.own_path)
            trusted = self.studio.catalog.is_bundled(file)
            chosen = file.with_name(BACKWARDS) if is_turned else file
            self.work.open(chosen, self.studio.settings.device, trusted=trusted)

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, "A folder of pictures")
        if chosen is not None:
            self.translate_folder(chosen)

    def _on_folder(self, folder: Path, done: int, failed: list[tuple[Path, Problem]]) -> None:
        self.studio.notices.say_saved(folder)
        if failed:
            path, problem = failed[0]
            what = f"{len(failed)} of {done + len(failed)} pictures could not be translated, such as {path.name}."
            self.studio.notices.show_error(Problem(what, problem.what))

    def _copy(self) -> None:
        if self.translation is not None:
            QGuiApplication.clipboard().setImage(image_of(self.translation.after))
            self.studio.notices.say("The result is on the clipboard.")

    def _connect(self) -> None:
        controls, source, work = self.controls, self.source, self.work
        work.opened.connect(self._on_opened)
        work.shown.connect(self._on_shown)
        work.failed.connect(self.studio.notices.show_error)
        work.busy_changed.connect(self._show_busy)
        source.taken.connect(self._on_taken)
        controls.open.clicked.connect(source.ask)
        controls.paste.clicked.connect(source.paste_any)
        controls.current.clicked.connect(self._take_current)
        controls.cancel.clicked.connect(work.cancel)
        controls.changed.connect(self._translate)
        controls.otherwise.said.connect(lambda given: self.keep_given(work.translator, given))
        controls.turned.clicked.connect(lambda turned: self._turn(is_turned=turned))
        controls.folder.clicked.connect(self._ask_folder)
        controls.working.cancel.clicked.connect(self.folders.cancel)
        self.folders.began.connect(controls.show_folder_work)
        self.folders.progressed.connect(controls.working.show_share)
        self.folders.ended.connect(controls.working.hide)
        self.folders.written.connect(self._on_folder)
        self.folders.failed.connect(self.studio.notices.show_error)
        self.studio.pictures.shown.connect(lambda _rendering: self._offer_current())
        self.stage.choose.clicked.connect(source.ask)
        self.stage.current.clicked.connect(self._take_current)


def _stem(name: str) -> str:
    """The name of a model as the beginning of a file's."""
    return re.sub(r"[^\w-]+", "-", name).strip("-") or "result"
