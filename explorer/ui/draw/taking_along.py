"""Takes the answer to a drawing along to Explore: a generator with an encoder finds it in its latent space."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.models.card import ModelCard
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.draw.answer_encodings import AnswerEncodings
from explorer.session.explore.scene_pictures import Picture
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.fitting_sources import draws_portraits
from explorer.ui.studio import Studio

_LIKELY = "portraits"  # of the models that came with the program, the one that draws what its translators do


class TakingAlong(QObject):
    """Encodes a picture with the open model, or with one of the program's where that has no encoder.

    Signals
    -------
    taken()
        The scene of it is the document's.
    """

    taken = Signal()

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._waiting: Picture | None = None  # for a model that is being opened
        self.work = AnswerEncodings(self)
        self.work.encoded.connect(self._on_encoded)
        self.work.failed.connect(studio.notices.show_error)
        studio.models.opened.connect(lambda _model, _request: self._on_opened())
        studio.models.failed.connect(lambda _error: self._forget())

    def take(self, picture: Picture, card: ModelCard) -> None:
        """Take a picture, (height, width, 1 or 3) uint8, along; ``card`` is that of the translator that painted it."""
        model = self._studio.models.current
        if model is not None and model.files.encoder is not None and _knows_such(model, card):
            self._encode(model, picture)
            return
        path = self._with_encoder()
        if path is None:
            what = "No model here has an encoder that could find the picture in its latent space."
            self._studio.notices.show_error(Problem(what, "Open a generator with an encoder, then try again."))
            return
        self._waiting = picture
        self._studio.controller.open(path)

    def close(self) -> None:
        """Wait for what is being encoded."""
        self._forget()
        self.work.close()

    def _encode(self, model: OpenModel, picture: Picture) -> None:
        self.work.encode(model, picture, self._studio.document.scene)

    def _on_opened(self) -> None:
        if self._waiting is not None:
            QTimer.singleShot(0, self, self._go_on)  # once its first picture has been chosen

    def _go_on(self) -> None:
        picture, model = self._waiting, self._studio.models.current
        self._forget()
        if picture is not None and model is not None:
            self._encode(model, picture)

    def _forget(self) -> None:
        self._waiting = None

    def _on_encoded(self, scene: Scene) -> None:
        if scene.model == self._studio.models.hash:
            self._studio.controller.show("Open a drawing in Explore", scene)
            self.taken.emit()

    def _with_encoder(self) -> Path | None:
        """A model of the program's that has an encoder, portraits before others."""
        entries = [entry for entry in self._studio.catalog.bundled() if model_files(entry.path).encoder is not None]
        entries.sort(key=lambda entry: entry.name != _LIKELY)
        return entries[0].path if entries else None


def _knows_such(model: OpenModel, card: ModelCard) -> bool:
    """Whether a generator may know pictures like a translator's: one of photographs finds no drawn portrait."""
    return draws_portraits(model.generator.card) or not draws_portraits(card)
