"""Maps of the latent space, made in the background: many pictures laid out in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import (
    MapPictures,
    Source,
    opened_classifier,
    own_pictures,
    sampled_pictures,
)

if TYPE_CHECKING:
    from explorer.core.traverse.layout import PcaMap
    from explorer.core.traverse.map_requests import Likeness, Method

Pictures = NDArray[np.uint8]
Points = NDArray[np.float32]
_DRAWING = 0.6  # share of the work that drawing or encoding is, where neighbours are to be kept together after it


@dataclass(frozen=True, eq=False)
class LatentMap:
    """Samples or the user's pictures, and where they lie.

    Attributes
    ----------
    request : MapRequest
        What was asked for.
    shown : MapPictures
        The scenes and their thumbnails; samples have no names.
    points : (N, 2) float32
    pca : PcaMap or None
        The way back from any point to a latent; None for t-SNE and UMAP, which have none.
    """

    request: MapRequest
    shown: MapPictures
    points: Points
    pca: PcaMap | None

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """What is drawn, or what the encoder made of the pictures."""
        return self.shown.scenes

    @property
    def pictures(self) -> Pictures:
        """Thumbnails, (N, height, width, channels) uint8."""
        return self.shown.pictures


def rows_of(made: LatentMap) -> NDArray[np.float32]:
    """What tells the pictures of a map apart, and what it is laid out by: (N, f)."""
    from explorer.core.traverse.layout import features

    if made.request.by == "pictures":
        return features(made.pictures)
    return np.stack([scene.z for scene in made.scenes])


@dataclass(frozen=True)
class MapRequest:
    """What the user wants a map of.

    Attributes
    ----------
    method : {"pca", "tsne", "umap"}
    count : int
        How many samples, or at most how many pictures.
    seed : int
        Of the first sample, and of t-SNE and UMAP.
    source : Path or str or None
        The user's own pictures; None for samples.
    """

    method: Method
    count: int
    seed: int = 0
    source: Source | None = None

    @property
    def by(self) -> Likeness:
        """Samples lie by how they look, since their latents are all alike; encodings by their latents."""
        return "pictures" if self.source is None else "latents"


@dataclass(eq=False)
class _Kept:
    """The pictures drawn last with one model, for another layout; the worker's, while it makes a map."""

    model: OpenModel
    request: MapRequest | None = None
    shown: MapPictures | None = None

    def of(self, request: MapRequest) -> MapPictures | None:
        """The pictures that ``request`` is about, if they are these."""
        if self.request is None or replace(self.request, method=request.method) != request:
            return None
        return self.shown


class Maps(JobRunner):
    """Makes the newest map that is asked for; the same pictures are drawn, or encoded, once.

    Signals
    -------
    made(LatentMap)
    """

    made = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="maps")
        self.ended.connect(lambda: self.progressed.emit(1.0))
        self._kept: _Kept | None = None

    @property
    def model(self) -> OpenModel | None:
        """The model whose pictures are kept, or being drawn."""
        return None if self._kept is None else self._kept.model

    def request(self, model: OpenModel, request: MapRequest) -> None:
        """Make this map instead of any other."""
        if self._kept is None or self._kept.model is not model:
            self._kept = _Kept(model)
        self.begin(partial(_made, self._kept, request), self.made.emit)

    def forget(self) -> None:
        """Make no map, and keep no pictures; what still stops keeps its own until it has."""
        self.cancel()
        self._kept = None

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.forget()
        super().close()


def _made(kept: _Kept, request: MapRequest, report: Report, cancelled: Cancelled) -> LatentMap | None:
    from explorer.core.traverse.map_requests import laid_out

    drawing = 1.0 if request.method == "pca" else _DRAWING
    shown = _shown(kept, request, part(report, 0.0, drawing), cancelled)
    if shown is None:
        return None
    found = laid_out(
        shown.scenes,
        shown.pictures,
        request.method,
        request.by,
        request.seed,
        progress=part(report, drawing, 1.0),
        cancelled=cancelled,
    )
    return None if found is None else LatentMap(request, shown, *found)


def _shown(kept: _Kept, request: MapRequest, report: Report, cancelled: Cancelled) -> MapPictures | None:
    shown = kept.of(request)
    if shown is not None:
        return shown
    kept.request = kept.shown = None  # the old ones make room while the new ones are drawn
    if request.source is None:
        shown = _sampled(kept.model, request, report, cancelled)
    else:
        shown = own_pictures(kept.model, request.source, request.count, report, cancelled)
    kept.request, kept.shown = request, shown
    return shown


def _sampled(model: OpenModel, request: MapRequest, report: Report, cancelled: Cancelled) -> MapPictures | None:
    classifier = opened_classifier(model)
    try:
        return sampled_pictures(model.generator, request.count, request.seed, report, cancelled, classifier)
    finally:
        if classifier is not None:
            classifier.close()
