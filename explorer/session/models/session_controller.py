"""Keeps the document, the open model and the pictures in step; needs no window to do so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.models.wrong_kind import WrongKind
from explorer.core.problem import Problem
from explorer.core.rendering import latents
from explorer.core.rendering.scene import Scene
from explorer.session.directions.model_directions import Directions
from explorer.session.document import Document
from explorer.session.explore.random_walk import RandomWalk
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.explore.scene_pictures import ScenePictures, Thumbnails
from explorer.session.jobs.job import JobRunner
from explorer.session.last_visit import Visit
from explorer.session.models.catalog import Catalog
from explorer.session.models.device_comparison import compare_devices
from explorer.session.models.open_model import Models, OpenRequest
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.models.weights_files import holds_weights
from explorer.session.notices import DEGRADED, DONE, Notice, Notices
from explorer.session.settings import Device, Settings

if TYPE_CHECKING:
    from explorer.core.models.external import KeptOutside
    from explorer.core.rendering.renderer import Rendering

_GUESSED = "Not everything is in its weights; the rest was guessed. Its source, a .py or a notebook, would tell."


class SessionController(QObject):
    """Asks for the picture of every scene the document shows, with the model it belongs to.

    Attributes
    ----------
    document : Document
    edits : SceneEdits
    models : Models
    directions : Directions
        Of the open model.
    pictures : ScenePictures
        Of the document's scene.
    thumbnails : Thumbnails
        Of the history and the bookmarks.
    player : RandomWalk

    Signals
    -------
    wrong_kind(error) : WrongKind
        What was to be opened is a sound model, but no generator.
    trust_wanted(asked) : KeptOutside
        A model keeps its weights in other files; whether to open them is the user's to say.
    """

    wrong_kind = Signal(object)
    trust_wanted = Signal(object)

    def __init__(
        self,
        catalog: Catalog,
        opener: Opener,
        settings: Settings,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog, self._settings, self._notices = catalog, settings, notices
        self.document = Document(parent=self)
        self.edits = SceneEdits(self.document)
        self.models = Models(catalog, opener, self)
        self.directions = Directions(self.document, opener.direction_files, notices, self)
        self.pictures = ScenePictures(self)
        self.thumbnails = Thumbnails(self)
        self.player = RandomWalk(self.edits, self)
        self._comparisons = JobRunner(self, overtakes="waiting", name="comparison")
        self._read_again: tuple[Path, Scene] | None = None
        self._chosen_before: tuple[str, Mapping[str, str]] | None = None
        self.visit = Visit()  # what the first model that opens is to begin with, where it is of that
        self._weights: Path | None = None  # the last that were to be opened, even if they could not be
        self._connect()

    def _connect(self) -> None:
        self.document.changed.connect(self._on_changed)
        self.models.opened.connect(self._on_opened)
        self.models.found.connect(lambda scene: self.show("Open a picture", scene))
        self.models.failed.connect(self._on_failed_to_open)
        self.pictures.shown.connect(self.thumbnails.note)
        self.pictures.shown.connect(self._on_shown)
        self.pictures.failed.connect(self._on_failed_to_draw)
        self.thumbnails.failed.connect(self._notices.show_error_once)
        self._comparisons.failed.connect(self._notices.show_error)

    def open(self, path: Path) -> None:
        """Open what lies at ``path``: a model, a run of ours, or a picture that carries its scene."""
        self._weights = path if holds_weights(path) else None
        self.models.open(path, self._settings.device)
        QTimer.singleShot(0, latents.get_ready)  # while a worker reads the model

    def use_device(self, device: Device) -> None:
        """Make pictures there from now on, and remember it."""
        self._settings.device = device
        self.models.reopen(device)

    def read_as(self, model: OpenModel, reading: Mapping[str, Any]) -> None:
        """Remember how a foreign ``model`` is to be read, and read it so where it is still open."""
        from explorer.core.models.interpretations import Interpretations

        with self._notices.catching():
            Interpretations().keep(model.generator.hash, reading)
            if self.models.current is model:
                self.models.reopen(self._settings.device)

    def paste(self, scene: Scene) -> None:
        """Show a ``scene`` that came from elsewhere, opening its model if another one is open."""
        if self.models.current is not None and scene.model == self.models.hash:
            self.show("Paste a scene", scene)
        else:
            self.models.show(scene, self._settings.device)

    def show(self, what: str, scene: Scene) -> None:
        """Show a ``scene`` of the open model, undoably; one that it cannot draw changes nothing."""
        assert self.models.current is not None
        with self._notices.catching():
            self.models.current.check(scene)
            self._go_to(what, scene)

    @property
    def can_read_otherwise(self) -> bool:
        """Whether the open model was read from weights, by its source or by guess."""
        model = self.models.current
        return bool(model and model.readings and holds_weights(model.path))

    def read_otherwise(self, chosen: Mapping[str, str]) -> None:
        """Read the weights of the open model as was ``chosen``, remember that, and show the same latent again."""
        model = self.models.current
        if model is None or model.readings is None:
            return
        weights, sha256 = self.models.opener.weights, model.readings.sha256
        self._chosen_before = (sha256, weights.chosen(sha256))
        with self._notices.catching():
            weights.choose(sha256, chosen)
            self._read_again = (model.path, self.document.scene)
            self.models.open(model.path, self._settings.device)

    def keep_source(self, weights: Path, source: Path) -> bool:
        """Remember the source of some weights; tells what is wrong with it, and then gives False."""
        try:
            self.models.opener.weights.choose_source(weights, source)
        except Problem as problem:
            self._notices.show_error(problem)
            return False
        return True

    def read_by_source(self, source: Path) -> bool:
        """Read the weights that were opened last as a source says, and remember it; gives False where it cannot be."""
        model = self.models.current
        weights = self._weights or (model.path if model is not None and self.can_read_otherwise else None)
        if weights is None:
            what = f"{source.name} is a program; it may say how weights become a network."
            self._notices.show_error(Problem(what, "Open the weights first, then drop it here."))
            return False
        if not self.keep_source(weights, source):
            return False
        if model is not None and model.path == weights:
            self._read_again = (model.path, self.document.scene)
        self.open(weights)
        return True

    def compare_devices(self) -> None:
        """Say how far the pictures of the current scene on the CPU and with CUDA differ."""
        if self.models.current is not None:
            path, scene = self.models.current.files.generator, self.document.scene
            self._comparisons.begin(lambda *_: compare_devices(path, scene), self._notices.say)

    def close(self) -> None:
        """Ask everything to stop, wait until it has, then close the model."""
        self.player.stop()
        self.pictures.close()
        self.thumbnails.close()
        self._comparisons.close()
        self.directions.close()
        self.models.close()

    def _on_changed(self, _before: Scene, after: Scene) -> None:
        if after.model == self.models.hash:
            self.pictures.request(after)
        elif after.model:
            self.player.stop()
            self.models.show(after, self._settings.device, is_there=True)

    def _on_opened(self, model: OpenModel, request: OpenRequest) -> None:
        self.player.stop()
        self.thumbnails.cancel()
        self.pictures.renderer = model.renderer
        self.edits.card, self.edits.text = model.generator.card, model.generator.text
        self.edits.styles.renderer = model.renderer
        self.edits.axes.axes, self.edits.axes.model = model.axes, model.generator.hash
        self.directions.show_model(model)
        self._remember(model)
        self._tell_device(model)
        if model.generator.chance:
            what = f"{model.name} does not make the same picture twice."
            self._notices.show_once(Notice(DEGRADED, what, model.generator.chance))
        for problem in filter(None, (model.parts_problem, model.axes_problem, model.text_problem)):
            self._notices.show_once(Notice(DEGRADED, problem.what, problem.hint))
        scene = self.document.scene
        if request.path == model.path and request.keeps_scene and scene.model != model.generator.hash:
            what = f"{model.name} has changed on disk since it was opened."
            self._notices.show(Notice(DEGRADED, what, "This is the first picture of what it is now."))
        if request.keeps_scene and scene.model == model.generator.hash:
            self.pictures.request(scene)
        elif request.scene is not None:
            self._go_to("Open a picture", request.scene)
        elif (again := self._same_latent(model)) is not None:
            self._go_to(f"Read {model.name} in another way", again)
        else:
            self._show_first(model)
        self._tell_readings(model)

    def _same_latent(self, model: OpenModel) -> Scene | None:
        """What was shown before the weights of ``model`` were read otherwise; None where they were not, just now."""
        (path, scene), self._read_again = self._read_again or (None, self.document.scene), None
        if path != model.path or scene.z.size != model.generator.card.latent_size:
            return None
        again = replace(scene, model=model.generator.hash, model_name=model.name, directions=())
        try:
            model.check(again)
        except Problem:
            return None
        return again

    def _tell_readings(self, model: OpenModel) -> None:
        if self.can_read_otherwise and model.readings is not None and model.readings.problems:
            what = f"{model.name} was read as: {model.readings.layout}."
            is_guessed = any(choice.guessed for choice in model.readings.choices)
            hint = _GUESSED if is_guessed else model.readings.problems[0]
            self._notices.show_once(Notice(DONE, what, hint, command="readings"))

    def _show_first(self, model: OpenModel) -> None:
        visit, self.visit = self.visit, Visit()
        if not self.document.scene.model and self._can_return(model, visit):
            self.document.begin_with(visit.steps, visit.step)
            return
        self._go_to(f"Open {model.name}", self.edits.first_scene(model.generator.hash, model.name))

    def _can_return(self, model: OpenModel, visit: Visit) -> bool:
        """Whether a model can draw every picture of a visit."""
        try:
            for step in visit.steps:
                model.check(step.scene)
        except Problem:
            return False
        return bool(visit.steps) and visit.steps[0].scene.model == model.generator.hash

    def _go_to(self, what: str, scene: Scene) -> None:
        if self.document.scene.model:
            self.document.show(what, scene)
        else:  # before the first scene there is nothing to go back to
            self.document.begin(scene)

    def _remember(self, model: OpenModel) -> None:
        if model.is_live or (model.readings and not holds_weights(model.path)):
            return  # its run, or the file of its weights, is what lasts
        self._settings.last_model = model.path
        if not self._catalog.is_bundled(model.path):
            self._settings.remember_recent(model.path)

    def _tell_device(self, model: OpenModel) -> None:
        reason = model.generator.provider_reason
        if model.device == "cuda" and reason:
            self._notices.show_once(Notice(DEGRADED, "Pictures are made on the CPU.", reason))

    def trust(self, asked: KeptOutside) -> None:
        """Let a model read its weights from files of its own folder, now and later, and open it."""
        from explorer.core.models.external import Trusted

        with self._notices.catching():
            Trusted().add(asked.model)
            self.open(asked.path)

    def _on_failed_to_open(self, error: Exception) -> None:
        from explorer.core.models.external import KeptOutside

        self._read_as_before()
        if isinstance(error, WrongKind):
            self.wrong_kind.emit(error)
        elif isinstance(error, KeptOutside):
            self.trust_wanted.emit(error)
        else:
            self._notices.show_error(error)
        if self.models.current is not None and self.document.scene.model != self.models.hash:
            self._go_back()

    def _read_as_before(self) -> None:
        """Forget how weights were to be read, which they could not: else their file would never open again."""
        if self._read_again is not None and self._chosen_before is not None:
            self._read_again = None
            self.models.opener.weights.choose(*self._chosen_before)

    def _go_back(self) -> None:
        """Return to the nearest step of the history that the open model can draw."""
        scenes, here = self.document.scenes(), self.document.history.index()
        steps = [step for step, scene in enumerate(scenes) if scene.model == self.models.hash]
        if steps:
            self.document.go_to(min(steps, key=lambda step: abs(step - here)))

    def _on_shown(self, rendering: Rendering) -> None:
        if rendering.scene is self.document.scene:
            self.player.frame_shown()

    def _on_failed_to_draw(self, error: Exception) -> None:
        self.player.stop()
        self._notices.show_error_once(error)
