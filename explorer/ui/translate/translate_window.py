"""The window of a model from picture to picture: what it makes of one, before and after."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from explorer.session.explore.scene_pictures import Picture
from explorer.session.jobs.export_queue import Exporter
from explorer.session.notices import DONE, Notice, Notices
from explorer.session.photos.photo import FoundPhoto
from explorer.session.reports import log_tail, report
from explorer.session.translate.translations import TranslationRequest, Translations
from explorer.ui.photos.photo_intake import holds_photo
from explorer.ui.photos.photo_source import PhotoSource
from explorer.ui.studio import Studio
from explorer.ui.translate.before_after_stage import TranslateStage
from explorer.ui.translate.controls import TranslateControls
from explorer.ui.view import beside
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.qimages import image_of
from explorer.ui.window.clipboard import files_of
from explorer.ui.window.toasts import Kind, Toasts

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator

_FIRST_SIZE_PX = (1120, 660)
_LAYOUT = "translate"
_KINDS: dict[str, Kind] = {"problem": "warning", "bug": "error", "degraded": "info", "done": "info"}


class TranslateWindow(QWidget):
    """Shows what the translator that was opened last makes of a picture.

    It begins with the picture of the main window, where there is one. Its messages are its own: those of the main
    window would be hidden behind it.
    """

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._studio = studio
        self._picture: Picture | None = None
        self.translation: Translation | None = None
        self.setWindowTitle("Before and after")
        self.setAcceptDrops(True)
        self.resize(*_FIRST_SIZE_PX)
        self.restoreGeometry(studio.settings.layout(_LAYOUT))
        self._notices = Notices(self)
        self.toasts = Toasts(self)
        self.work = Translations(self)
        self.exporter = Exporter(self)
        self.source = PhotoSource(self._notices, self)
        self.stage = TranslateStage(studio.settings.smooth)
        self.view = self.stage.view
        self.controls = TranslateControls()
        beside(self.controls, self.stage, self)
        self._connect()
        self._add_keys()
        self._notices.report(self._show_notice)

    def open_model(self, path: Path) -> None:
        """Open the translator at ``path``, and show what it makes of the picture that is here."""
        self.work.open(path, self._studio.settings.device)
        self._offer_current()
        if self.isVisible():
            self.raise_()
        else:
            self.show()
        self.activateWindow()

    def show_source(self, picture: Picture, name: str) -> None:
        """Translate another picture, (height, width, 1 or 3) uint8."""
        self._picture = picture
        self.controls.show_source(name)
        self._translate()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the size, and let the model go; the picture stays for the next one."""
        self._studio.settings.remember_layout(_LAYOUT, self.saveGeometry())
        self.work.cancel()
        self.work.let_go()
        super().closeEvent(event)

    def close_work(self) -> None:
        """Stop all work and wait for it; nothing can be done here any more."""
        self._notices.report(None)
        self.source.close()
        self.work.close()
        self.exporter.close()
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome pictures, and whatever else can be opened."""
        if holds_photo(event.mimeData()) or files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a picture; anything else is opened as in the main window."""
        event.acceptProposedAction()
        if holds_photo(event.mimeData()):
            self.source.drop(event.mimeData())
        else:
            self._studio.intake.take(files_of(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._offer_current()

    def dismiss(self) -> None:
        """Give up what is going on; where nothing is, take the newest notice away."""
        if self.work.is_busy:
            self.work.cancel()
        else:
            self.toasts.dismiss()

    def _translate(self) -> None:
        if self._picture is not None and self.work.translator is not None:
            controls = self.controls
            how = controls.value_range, controls.fit, controls.noise.value
            self.work.request(TranslationRequest(self._picture, *how))

    def _on_opened(self, translator: Translator) -> None:
        self.setWindowTitle(f"{translator.name} — before and after")
        self.controls.show_translator(translator)
        self._forget()
        if self._picture is None:
            self._take_current()
        else:
            self._translate()

    def _on_shown(self, _task: TranslationRequest, translation: Translation) -> None:
        self.translation = translation
        self.stage.show_pair(translation.before, translation.after)
        translator = self.work.translator
        self.controls.show_translation(translation, translator.provider if translator else "")
        if not self.controls.isAncestorOf(self.focusWidget() or self):
            self.view.setFocus()

    def _show_busy(self, what: str) -> None:
        self.controls.show_busy(what)
        if self.work.translator is None:
            self.stage.say_work(what)

    def _on_failed(self, error: Exception) -> None:
        self._notices.show_error(error)

    def _forget(self) -> None:
        """What was shown is of another model."""
        self.translation = None
        self.stage.ask()
        self.controls.show_translation(None)

    def _take_current(self) -> None:
        last = self._studio.pictures.shown_last
        if last is not None and self._studio.models.current is not None:
            self.show_source(last.picture, f"The picture of {self._studio.models.current.name}")

    def _offer_current(self) -> None:
        there = self._studio.pictures.shown_last is not None and self._studio.models.current is not None
        self.controls.offer_current(there)
        self.stage.current.setEnabled(there)

    def _on_taken(self, found: FoundPhoto, _path: Path | None) -> None:
        photo = found.photo
        height, width = photo.pixels.shape[:2]
        read = "" if photo.reduction == 1 else f", read at {width} × {height}"
        self.show_source(photo.pixels, f"{found.name}, {photo.width} × {photo.height}{read}")

    def _save(self) -> None:
        if self.translation is None or self.work.translator is None:
            return
        stem = re.sub(r"[^\w-]+", "-", self.work.translator.name).strip("-") or "result"
        path = ask_where(self._studio.settings, self, "Save result", f"{stem}.png", "PNG picture (*.png)")
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Save the picture after as a PNG."""
        if self.translation is None:
            return
        from explorer.core.rendering.picture_files import save_png

        after = np.ascontiguousarray(self.translation.after)
        self.exporter.write(path, lambda path, *_: save_png(path, after))

    def _copy(self) -> None:
        if self.translation is not None:
            QGuiApplication.clipboard().setImage(image_of(self.translation.after))
            self._notices.say("The result is on the clipboard.")

    def _show_notice(self, notice: Notice) -> None:
        translator = self.work.translator
        provider = translator.provider if translator is not None else "none"
        details = report(notice, provider, tuple(log_tail().lines)) if notice.details else ""
        self.toasts.show_notice(_KINDS[notice.kind], notice.what, notice.hint, details, notice.folder)

    def _add_keys(self) -> None:
        for keys, act in (
            ("Ctrl+O", self.source.ask),
            ("Ctrl+V", self.source.paste_any),
            ("Ctrl+S", self._save),
            ("Ctrl+C", self._copy),
            ("F", self.view.fit),
            ("S", self.stage.change_smoothing),
            ("Ctrl+W", self.close),
            ("Esc", self.dismiss),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _connect(self) -> None:
        controls, source, work = self.controls, self.source, self.work
        work.opened.connect(self._on_opened)
        work.shown.connect(self._on_shown)
        work.failed.connect(self._on_failed)
        work.busy_changed.connect(self._show_busy)
        source.taken.connect(self._on_taken)
        controls.open.clicked.connect(source.ask)
        controls.paste.clicked.connect(source.paste_any)
        controls.current.clicked.connect(self._take_current)
        controls.cancel.clicked.connect(work.cancel)
        controls.save.clicked.connect(self._save)
        controls.copy.clicked.connect(self._copy)
        controls.changed.connect(self._translate)
        self._studio.pictures.shown.connect(lambda _rendering: self._offer_current())
        self.stage.choose.clicked.connect(source.ask)
        self.stage.current.clicked.connect(self._take_current)
        self.exporter.written.connect(
            lambda path: self._notices.show(Notice(DONE, f"Saved {path.name}.", folder=path.parent))
        )
        self.exporter.failed.connect(self._notices.show_error)
