"""Files that become exemplars: saved pictures carry their scene, photographs go through the encoder."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.models.opening import OpenModel, holds_scene, scene_in_file
from explorer.session.photos.encoded_photo import Encodings

if TYPE_CHECKING:
    from explorer.core.arithmetic.picture_board import Exemplar


@dataclass(frozen=True, eq=False)
class _Wanted:
    model: OpenModel
    place: int
    file: Path


def exemplar_from(scene: Scene, model: OpenModel, name: str = "") -> Exemplar:
    """``scene`` as an exemplar for ``model``.

    Raises
    ------
    Problem
        It is of another model, or this one cannot draw it.
    """
    from explorer.core.arithmetic.picture_board import Exemplar, exemplar_of

    if scene.model != model.generator.hash:
        what = f"{name or 'This picture'} was made with {scene.model_name or 'another model'}."
        hint = f"A board adds up pictures of one model; {model.name} is open."
        raise Problem(what, hint)
    model.check(scene)
    renderer = model.renderer
    if renderer.styles is not None:  # boards add up latents; truncation, mixes and points of W stay behind
        return Exemplar(scene.plainly_at(renderer.latent(scene)) if _is_changed(scene) else scene, name)
    return exemplar_of(scene, model.renderer.directions, model.generator.card.distribution, name)


def _is_changed(scene: Scene) -> bool:
    return scene.truncation != 1.0 or bool(scene.directions) or scene.says_styles


class ImportedExemplars(QObject):
    """Turns files into exemplars, one after the other.

    Signals
    -------
    arrived(model, place, exemplar) : str, int, Exemplar
        ``model`` is the hash of the generator, ``place`` the slot that was asked for.
    failed(error)
        One file is of no use; the others go on.
    busy_changed(name) : str
        The file that is being encoded; "" once all are done.
    """

    arrived = Signal(str, int, object)
    failed = Signal(object)
    busy_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Wanted] = deque()
        self._now: _Wanted | None = None
        self._encodings = Encodings(self)
        self._encodings.encoded.connect(self._on_encoded)
        self._encodings.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether files are still being encoded."""
        return self._now is not None

    def bring(self, model: OpenModel, place: int, files: Iterable[Path]) -> None:
        """Turn ``files`` into exemplars for the slot at ``place``; scenes at once, photographs when encoded."""
        for file in files:
            try:
                scene = _scene_in(file)
                if scene is not None:
                    exemplar = exemplar_from(scene, model, file.name)
                    self.arrived.emit(model.generator.hash, place, exemplar)
                else:
                    _check_encoder(model, file)
                    self._waiting.append(_Wanted(model, place, file))
            except Problem as problem:
                self.failed.emit(problem)
        self._begin_next()

    def cancel(self) -> None:
        """Encode no more."""
        self._waiting.clear()
        self._encodings.cancel()
        if self._now is not None:
            self._now = None
            self.busy_changed.emit("")

    def close(self) -> None:
        """Encode no more, and wait for what is being encoded."""
        self._waiting.clear()
        self._now = None
        self._encodings.close()

    def _begin_next(self) -> None:
        if self._now is None and self._waiting:
            self._now = self._waiting.popleft()
            self._encodings.request(self._now.model, self._now.file)
            self.busy_changed.emit(self._now.file.name)

    def _on_encoded(self, model: str, picture: Path, z: Latent) -> None:
        from explorer.core.arithmetic.picture_board import Exemplar

        wanted = self._finish()
        if wanted is not None:
            label = 0 if wanted.model.generator.card.classes else None
            scene = Scene(model, wanted.model.name, z, label)
            self.arrived.emit(model, wanted.place, Exemplar(scene, picture.name))
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        self._finish()
        self.failed.emit(error)
        self._go_on()

    def _finish(self) -> _Wanted | None:
        done, self._now = self._now, None
        return done

    def _go_on(self) -> None:
        self._begin_next()
        if self._now is None:
            self.busy_changed.emit("")


def _scene_in(file: Path) -> Scene | None:
    """The scene that ``file`` carries; None where it is a picture without one."""
    if not holds_scene(file):
        return None
    if file.suffix.lower() == ".png":
        from explorer.core.rendering.picture_files import scene_in_png

        return scene_in_png(file)
    return scene_in_file(file)


def _check_encoder(model: OpenModel, file: Path) -> None:
    if model.files.encoder is None:
        what = f"{file.name} is no picture of {model.name}, and this model has no encoder to find it again."
        hint = "Bring it in with “Your picture”, which searches for its latent; then drag it here from the history."
        raise Problem(what, hint)
