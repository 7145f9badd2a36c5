"""A translator that is open, and the pictures that are being put through it, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import Picture
from explorer.session.jobs.job import JobRunner
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translation, Translator
    from explorer.core.photos.resizing import Fit
    from explorer.core.rendering.renderer import Rendering


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
    noise : float, 0 to 1
        How much the picture is spoilt before.
    given : str
        What is made of the picture first, by a word of `explorer.core.drawing.given_words`; "" leaves it as it is.
    scene : Scene or None
        Of which the picture is the drawing: the answer is then a rendering of it, and its latent is fed.
    """

    picture: Picture
    value_range: tuple[float, float] | None = None
    fit: Fit = "crop"
    noise: float = 0.0
    given: str = ""
    scene: Scene | None = None


class Translations(QObject):
    """Opens one translator at a time, and translates one picture at a time, the newest that is asked for.

    What is drawn is shown as it grows: a drawing that is being answered is not given up for the next one, so that a pen
    that never rests is followed all the same.

    Attributes
    ----------
    translator : Translator or None
        The one that is open.

    Signals
    -------
    opened(translator)
    shown(task, translation)
        A picture is ready: a `Translation`, or of a task with a scene a `Rendering`.
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
        self._opening = JobRunner(self, name="translators")
        self._work = JobRunner(self, name="translations")
        self._answers = JobRunner(self, overtakes="waiting", name="answers")
        self._answers.failed.connect(self.failed)
        for work in (self._opening, self._work):
            work.failed.connect(self.failed)
            work.began.connect(self._report)
            work.ended.connect(self._report)

    @property
    def is_busy(self) -> bool:
        """Whether anything is being opened or translated that somebody waits for."""
        return any(work.is_wanted for work in (self._opening, self._work, self._answers))

    def open(self, path: Path, device: Device) -> None:
        """Open the translator at ``path``, a file or a model's folder, in the place of any other."""
        self._opening.begin(
            lambda *_: _opened(path, device), self._on_opened, dropped=_close, words=f"Opening {path.name}"
        )

    def request(self, task: TranslationRequest) -> None:
        """Translate a picture; what is being translated is given up for it, and what waits."""
        translator = self.translator
        if translator is None:
            return
        if task.scene is not None:
            self._answers.begin(partial(_answered, translator, task), partial(self._on_translated, task))
            return
        translator.stop()
        self._work.begin(
            lambda *_: _translated(translator, task),
            partial(self._on_translated, task),
            words="Translating",
        )

    def cancel(self) -> None:
        """Give up what is being opened or translated."""
        self._opening.cancel()
        self._work.cancel()
        self._answers.cancel()
        if self.translator is not None:
            self.translator.stop()

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
        self._answers.close()
        self.let_go()

    def _report(self) -> None:
        job = self._opening.job or self._work.job
        self.busy_changed.emit(job.words if job is not None else "")

    def _on_opened(self, translator: Translator) -> None:
        self._work.cancel()
        self._answers.cancel()
        self.let_go()
        self.translator = translator
        self.opened.emit(translator)

    def _on_translated(self, task: TranslationRequest, translation: Translation | Rendering | None) -> None:
        if translation is not None:
            self.shown.emit(task, translation)


def _opened(path: Path, device: Device) -> Translator:
    from explorer.core.inference.translator import Translator
    from explorer.core.models.model import translator_in

    return Translator.open(translator_in(path), device)


def _translated(translator: Translator, task: TranslationRequest) -> Translation | None:
    picture = task.picture
    if task.given:
        from explorer.core.drawing.given_pictures import given_picture

        picture = given_picture(picture, task.given, translator.height, translator.width, task.fit)
    return translator.translate(picture, task.value_range, task.fit, task.noise)


def _answered(translator: Translator, task: TranslationRequest, *_: object) -> Rendering | None:
    from explorer.core.rendering.drawn_scenes import answered

    assert task.scene is not None
    return answered(translator, task.scene, task.picture)


def _close(translator: Translator | None) -> None:
    if translator is not None:
        translator.close()
