"""The model that is open, and the opening of another while the window lives on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Qt, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.catalog import Catalog, shown_name
from explorer.session.models.opening import Opener, OpenModel, holds_scene, scene_in_file
from explorer.session.settings import Device


@dataclass(frozen=True, eq=False)
class OpenRequest:
    """What is to be opened.

    Attributes
    ----------
    path : Path or None
        What the user chose; None to look for the model of ``scene``.
    device : str
    scene : Scene or None
        What to show once the model is open; None for a sample, or for what is there.
    keeps_scene : bool
        Whether the document's scene is of this model already, and only waits to be drawn.
    stopped : Event
        Set once the user does not want to wait for it.
    """

    path: Path | None
    device: Device
    scene: Scene | None = None
    keeps_scene: bool = False
    stopped: Event = field(default_factory=Event)


@dataclass(frozen=True, eq=False)
class FoundDrawing:
    """A drawn scene, which a translator answers rather than a generator.

    Attributes
    ----------
    scene : Scene
    translator : Path or None
        Where the one that it was drawn for lies; None where that is not at hand.
    """

    scene: Scene
    translator: Path | None


class Models(JobRunner):
    """Holds the open model and opens others, one at a time, in a worker thread.

    The model that is open stays so until the new one is ready; if opening fails, nothing has changed.

    Attributes
    ----------
    current : OpenModel or None

    Signals
    -------
    opened(OpenModel, OpenRequest)
        A model is open, as it was wished.
    found(scene)
        A file held this scene of the model that is open.
    drawing_found(FoundDrawing)
        A file held a drawn scene, which no generator draws; what was open still is.
    failed(error)
        Opening failed or was stopped; what was open still is.
    busy_changed(name)
        What is being opened now, and how far that is where it takes long; "" when nothing is.
    """

    opened = Signal(object, object)
    found = Signal(object)
    drawing_found = Signal(object)
    busy_changed = Signal(str)
    _staged = Signal(object, str)

    def __init__(self, catalog: Catalog, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent, name="models")
        self.current: OpenModel | None = None
        self._catalog = catalog
        self._opener = opener
        self._paths: dict[str, Path] = {}
        self._opening = ""
        self.progressed.connect(self._on_measuring)
        self._staged.connect(self._on_staged, Qt.ConnectionType.QueuedConnection)
        self.idle.connect(lambda: self.busy_changed.emit(""))

    @property
    def opener(self) -> Opener:
        """What opens models; for those that are not to be the open one."""
        return self._opener

    @property
    def opening(self) -> str:
        """What is being opened; "" where nothing is."""
        return self._opening if self.is_busy else ""

    @property
    def hash(self) -> str:
        """SHA-256 of the open generator; "" while none is open."""
        return self.current.generator.hash if self.current else ""

    def open(self, path: Path, device: Device) -> None:
        """Open what lies at ``path``: a model, a run, or a picture that carries its scene."""
        path = path.absolute()  # it is remembered, and found again from any other folder
        self._request(OpenRequest(path, device), shown_name(path))

    def show(self, scene: Scene, device: Device, *, is_there: bool = False) -> None:
        """Open the model that ``scene`` was made with, wherever it is, to show the scene.

        ``is_there`` says that the document shows it already, after an undo that went past another model.
        """
        self._request(OpenRequest(None, device, scene, is_there), scene.model_name)

    def reopen(self, device: Device) -> None:
        """Open the current model again, on another device."""
        if self.current is not None:
            self._request(OpenRequest(self.current.path, device, None, True), self.current.name)

    def stop_opening(self) -> None:
        """Stop what is being opened, as soon as it can be, which is told; what is open stays so."""
        if self.job is not None and isinstance(self.job.key, OpenRequest):
            self.job.key.stopped.set()

    def close(self) -> None:
        """Cancel what is being opened, wait until that has ended, then close the model."""
        super().close()
        if self.current is not None:
            self.current.generator.close()
            self.current = None

    def _request(self, request: OpenRequest, name: str) -> None:
        self.begin(
            partial(self._open, request),
            partial(self._on_result, request),
            dropped=let_go,
            words=name or "model",
            key=request,
        )
        self._opening = name or "model"
        self.busy_changed.emit(self._opening)

    def _open(self, request: OpenRequest, report: Report, cancelled: Cancelled) -> OpenModel | Scene | FoundDrawing:
        def stopped() -> bool:
            return cancelled() or request.stopped.is_set()

        scene = request.scene
        if request.path is not None and holds_scene(request.path):
            scene = scene_in_file(request.path)
        if scene is not None and scene.drawing is not None:
            return FoundDrawing(scene, self._catalog.find_translator(scene.model))
        if request.path is None and request.scene is not None:
            return self._open_for(request, report, stopped)
        assert request.path is not None
        if scene is not None and scene is not request.scene:
            return scene
        return self._opened(request.path, request, report, stopped)

    def _opened(self, path: Path, request: OpenRequest, report: Report, stopped: Cancelled) -> OpenModel:
        model = self._opener.open(path, request.device, stopped, report, partial(self._staged.emit, request))
        self._catalog.keep_preview(model.path, model.generator)
        return model

    def _open_for(self, request: OpenRequest, report: Report, stopped: Cancelled) -> OpenModel:
        assert request.scene is not None
        scene = request.scene
        model = self._opened(self._path_of(scene), request, report, stopped)
        if model.generator.hash != scene.model:
            model.generator.close()
            hint = f"Put back the file that {model.path} was when the scene was made."
            raise Problem(f"{scene.model_name or 'The model'} has changed since this scene was made.", hint)
        try:
            model.check(scene)
        except Problem:
            model.generator.close()
            raise
        return model

    def _path_of(self, scene: Scene) -> Path:
        path = self._paths.get(scene.model) or self._catalog.find(
            scene.model, self._opener.generator_of, self._opener.exports()
        )
        if path is None or not path.exists():
            name = scene.model_name or "a model without a name"
            hint = "Open that model once; then drop the picture again."
            raise Problem(f"This scene was made with {name}, which is not among your models.", hint)
        return path

    def _on_result(self, request: OpenRequest, result: OpenModel | Scene | FoundDrawing) -> None:
        if isinstance(result, FoundDrawing):
            self.drawing_found.emit(result)
            return
        if isinstance(result, Scene):
            self._show_found(result, request.device)
            return
        self.current = result
        read = result.readings is not None  # the same weights, read otherwise, are another model at the same path
        self._paths[result.generator.hash] = result.files.generator.parent if read else result.path
        self.opened.emit(result, request)

    def _on_measuring(self, share: float) -> None:
        if self.job is not None:
            self._on_staged(self.job.key, f"mean of W {share:.0%}")

    def _on_staged(self, request: object, stage: str) -> None:
        if self.job is not None and self.job.key is request:
            self._opening = f"{self.job.words}: {stage}"
            self.busy_changed.emit(self._opening)

    def _show_found(self, scene: Scene, device: Device) -> None:
        if self.current is not None and scene.model == self.hash:
            self.found.emit(scene)
        else:
            self.show(scene, device)


def let_go(result: OpenModel | Scene | None) -> None:
    """Close a model that was opened while the user came to want something else."""
    if isinstance(result, OpenModel):
        result.generator.close()
