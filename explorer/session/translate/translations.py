"""A translator that is open, and the pictures that are being put through it, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.explore.scene_pictures import Picture
from explorer.session.jobs.latest import LatestOnly
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator
    from explorer.core.photos.resizing import Fit


@dataclass(frozen=True, eq=False)
class TranslationRequest:
    """A picture to translate, and how.

    Attributes
    ----------
    picture : (height, width, 1 or 3) uint8
    value_range : (float, float) or None
        What black and white are to the model; None leaves that to it.
    fit : {"crop", "whole"}
        What becomes of a picture that is not of the size the model takes.
    """

    picture: Picture
    value_range: tuple[float, float] | None = None
    fit: Fit = "crop"


class Translations(QObject):
    """Opens one translator at a time, and translates one picture at a time, the newest that is asked for.

    Attributes
    ----------
    translator : Translator or None
        The one that is open.

    Signals
    -------
    opened(translator)
    shown(task, translation)
        A picture is ready.
    failed(error)
        Opening or translating failed.
    busy_changed(what) : str
        What is going on now, in words; "" when nothing is.
    """

    opened = Signal(object)
    shown = Signal(object, object)
    failed = Signal(object)
    busy_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.translator: Translator | None = None
        self._wanted: tuple[Path, Device] | None = None
        self._newest: TranslationRequest | None = None
        self._opening = LatestOnly(_opened, self, name="translators")
        self._opening.done.connect(self._on_opened)
        self._opening.failed.connect(self._on_failed_to_open)
        self._work = LatestOnly(_translated, self, name="translations")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        for work in (self._opening, self._work):
            work.idle.connect(self._report)

    @property
    def is_busy(self) -> bool:
        """Whether anything is being opened or translated that somebody waits for."""
        return self._wanted is not None or self._newest is not None

    def open(self, path: Path, device: Device) -> None:
        """Open the translator at ``path`` in the place of any other."""
        self._wanted = (path, device)
        self._opening.request(self._wanted)
        self._report()

    def request(self, task: TranslationRequest) -> None:
        """Translate a picture; what is being translated is given up for it."""
        if self.translator is None:
            return
        self.translator.stop()
        self._newest = task
        self._work.request((self.translator, task))
        self._report()

    def cancel(self) -> None:
        """Give up what is being opened or translated."""
        self._wanted = self._newest = None
        self._opening.drop_waiting()
        self._work.drop_waiting()
        if self.translator is not None:
            self.translator.stop()
        self._report()

    def let_go(self) -> None:
        """Close the model that is open."""
        if self.translator is not None:
            self.translator.stop()
            self.translator.close()
            self.translator = None

    def close(self) -> None:
        """Give everything up, wait until it has ended, and let the model go."""
        self.cancel()
        self._opening.close()
        self._work.close()
        self.let_go()

    def _report(self) -> None:
        if self._wanted is not None:
            self.busy_changed.emit(f"Opening {self._wanted[0].name}")
        else:
            self.busy_changed.emit("Translating" if self._newest is not None else "")

    def _on_opened(self, wanted: tuple[Path, Device], translator: Translator) -> None:
        if wanted is not self._wanted:  # nobody waits for it any more
            translator.close()
            return
        self._wanted = self._newest = None
        self.let_go()
        self.translator = translator
        self.opened.emit(translator)

    def _on_failed_to_open(self, wanted: tuple[Path, Device], error: Exception) -> None:
        if wanted is self._wanted:
            self._wanted = None
            self.failed.emit(error)

    def _on_done(
        self, request: tuple[Translator, TranslationRequest], translation: Translation | None
    ) -> None:
        if request[1] is self._newest and translation is not None:
            self._newest = None
            self.shown.emit(request[1], translation)

    def _on_failed(self, request: tuple[Translator, TranslationRequest], error: Exception) -> None:
        if request[1] is self._newest:
            self._newest = None
            self.failed.emit(error)


def _opened(wanted: tuple[Path, Device]) -> Translator:
    from explorer.core.inference.translator import Translator

    return Translator.open(*wanted)


def _translated(request: tuple[Translator, TranslationRequest]) -> Translation | None:
    translator, task = request
    return translator.translate(task.picture, task.value_range, task.fit)
