"""A second model beside the open one: both draw the same latents."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.open_model import let_go
from explorer.session.models.opening import Opener, OpenModel

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer

GAIN = 4.0  # by which the difference is enlarged

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Twin:
    """The pictures of one scene by two models.

    Attributes
    ----------
    scene : Scene
    first, second : (height, width, channels) uint8
        Each of its model's own size.
    difference : (height, width, channels) uint8
        Of the first one's size, enlarged by `GAIN`.
    change : float
        Mean absolute difference, 0 to 255.
    """

    scene: Scene
    first: Picture
    second: Picture
    difference: Picture
    change: float


class SideBySide(QObject):
    """Opens a second model, and draws scenes with both, newest first.

    Attributes
    ----------
    second : OpenModel or None

    Signals
    -------
    opened(OpenModel)
    shown(Twin)
    failed(error)
        It could not be opened, or does not go with the first; or something could not be drawn.
    """

    opened = Signal(object)
    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.second: OpenModel | None = None
        self._opener = opener
        self._opening = JobRunner(self, name="second-model")
        self._drawing = JobRunner(self, overtakes="waiting", name="side-by-side")
        for work in (self._opening, self._drawing):
            work.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Whether a model is being opened or pictures are being drawn."""
        return self._opening.is_busy or self._drawing.is_busy

    def open(self, path: Path, first: OpenModel) -> None:
        """Open the model at ``path`` to stand beside ``first``."""
        self._opening.begin(partial(self._open, path, first), self._on_opened, dropped=let_go)

    def draw(self, first: OpenModel, scene: Scene) -> None:
        """Draw ``scene`` with ``first`` and the second model."""
        if self.second is not None:
            self._drawing.begin(partial(_draw, first.renderer, self.second, scene), self.shown.emit)

    def forget(self) -> None:
        """Let the second model go: at once, or with what is being drawn with it."""
        self._opening.cancel()
        self._drawing.cancel()
        self.second = None  # not closed, which would wait for what is being drawn

    def close(self) -> None:
        """Stop, wait until that has stopped, and close the second model."""
        second = self.second
        self.forget()
        self._opening.close()
        self._drawing.close()
        if second is not None:
            second.generator.close()

    def _open(self, path: Path, first: OpenModel, _report: Report, cancelled: Cancelled) -> OpenModel:
        from explorer.core.traverse.pairs import require_alike

        model = self._opener.open(path, first.device, cancelled)
        try:
            require_alike(first.generator, model.generator)
        except Problem:
            model.generator.close()
            raise
        return model

    def _on_opened(self, model: OpenModel) -> None:
        self.forget()
        self.second = model
        self.opened.emit(model)


class LatentSizes(JobRunner):
    """Finds out, in the background, how many latent dimensions models have that are not open.

    Signals
    -------
    found()
        More is known than before.
    """

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="latent-sizes")
        self._known: dict[Path, int] = {}

    def of(self, path: Path) -> int | None:
        """How many the model at ``path`` has; None where that is not known."""
        return self._known.get(path)

    def look(self, paths: Iterable[Path]) -> None:
        """Find it out of those that are not known yet."""
        fresh = [path for path in paths if path not in self._known]
        if fresh:
            self.begin(partial(_latent_sizes, fresh), self._on_found, failed=lambda _error: None)

    def _on_found(self, sizes: dict[Path, int]) -> None:
        self._known |= sizes
        self.found.emit()


def _latent_sizes(paths: list[Path], _report: Report, cancelled: Cancelled) -> dict[Path, int]:
    """By the cards that models carry; one that has none, or cannot be read, is left out."""
    from explorer.core.models.card import ModelCard
    from explorer.core.models.graph import parse_model
    from explorer.core.models.model import model_files

    sizes = {}
    for path in paths:
        if cancelled():
            break
        with suppress(Problem, ValueError):
            file = model_files(path).generator
            card = parse_model(file).card_text if file.suffix == ".onnx" else None
            if card is not None:
                sizes[path] = ModelCard.from_json(card).latent_size
    return sizes


def abreast(twin: Twin) -> Picture:
    """Both pictures and their difference as one, side by side."""
    from explorer.core.rendering.picture_files import fitted, sheet

    height, width, channels = twin.first.shape
    return sheet(np.stack([twin.first, fitted(twin.second, height, width, channels), twin.difference]))


def _draw(one: Renderer, other: OpenModel, scene: Scene, *_: object) -> Twin:
    """Both draw the latent that the first really draws: directions are its own, and have no meaning to others."""
    from explorer.core.rendering.picture_files import difference, fitted

    first = one.render(scene).picture
    z = one.latent(scene)
    classes = len(other.generator.card.classes)
    label = scene.label if scene.label is not None and scene.label < classes else None
    if one.has_w and other.renderer.has_w:  # z does not hold what is truncated in W
        card, psi = other.generator.card, scene.truncation
        second = other.renderer.render(Scene(other.generator.hash, card.name, z, label, psi)).picture
    else:
        second = other.generator.picture(z, label)
    height, width, channels = first.shape
    beside = fitted(second, height, width, channels)
    change = float(np.abs(first.astype(np.int16) - beside).mean())
    return Twin(scene, first, second, difference(beside, first, GAIN), change)
