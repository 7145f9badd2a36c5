"""Files that become exemplars: saved pictures carry their scene, photographs go through the encoder."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel, scene_carried_by
from explorer.session.photos.encoded_photo import OpenEncoder

if TYPE_CHECKING:
    from explorer.core.arithmetic.board import Exemplar


def exemplar_from(scene: Scene, model: OpenModel, name: str = "") -> Exemplar:
    """``scene`` as an exemplar for ``model``.

    Raises
    ------
    Problem
        It is of another model, or this one cannot draw it.
    """
    from explorer.core.arithmetic.board import Exemplar, exemplar_of

    if scene.model != model.generator.hash:
        what = f"{name or 'This picture'} was made with {scene.model_name or 'another model'}."
        hint = f"A board adds up pictures of one model; {model.name} is open."
        raise Problem(what, hint)
    model.check(scene)
    renderer = model.renderer
    if renderer.has_w:  # boards add up latents; truncation, mixes and points of W stay behind
        return Exemplar(scene.plainly_at(renderer.latent(scene)) if _is_changed(scene) else scene, name)
    return exemplar_of(scene, model.renderer.directions, model.generator.card.prior, name)


def _is_changed(scene: Scene) -> bool:
    return scene.truncation != 1.0 or bool(scene.directions) or scene.says_styles


class ImportedExemplars(JobRunner):
    """Turns files into exemplars, one after the other.

    Signals
    -------
    arrived(model, place, exemplar) : str, int, Exemplar
        ``model`` is the hash of the generator, ``place`` the slot that was asked for.
    """

    arrived = Signal(str, int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="exemplars")
        self._encoder = OpenEncoder()

    def bring(self, model: OpenModel, place: int, files: Iterable[Path]) -> None:
        """Turn ``files`` into exemplars for the slot at ``place``; scenes at once, photographs when encoded."""
        for file in files:
            try:
                scene = scene_carried_by(file)
                if scene is not None:
                    exemplar = exemplar_from(scene, model, file.name)
                    self.arrived.emit(model.generator.hash, place, exemplar)
                else:
                    _check_encoder(model, file)
                    work = partial(self._encoded, model, file)
                    self.begin(work, partial(self._on_encoded, model, place, file.name), words=file.name)
            except Problem as problem:
                self.failed.emit(problem)

    def close(self) -> None:
        """Encode no more, and wait for what is being encoded."""
        super().close()
        self._encoder.close()

    def _encoded(self, model: OpenModel, file: Path, *_: object) -> Latent:
        return self._encoder.latent_of_file(model, file)

    def _on_encoded(self, model: OpenModel, place: int, name: str, z: Latent) -> None:
        from explorer.core.arithmetic.board import Exemplar

        label = 0 if model.generator.card.classes else None
        scene = Scene(model.generator.hash, model.name, z, label)
        self.arrived.emit(model.generator.hash, place, Exemplar(scene, name))


def _check_encoder(model: OpenModel, file: Path) -> None:
    if model.files.encoder is None:
        what = f"{file.name} is not a picture of {model.name}, and this model has no encoder to find it again."
        hint = "Bring it in with “Your picture”, which searches for its latent; then drag it here from the history."
        raise Problem(what, hint)
