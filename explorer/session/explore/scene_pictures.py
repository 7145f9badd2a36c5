"""The picture of the current scene, newest first and off the GUI thread; and small ones of other scenes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.rendering.scene import Scene
from explorer.core.sampling.abandoning import AbandonedError, abandoned_if
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer, Rendering

THUMBNAIL_PX = 128
_RATE_OVER = 60  # renderings
_SLOW_MS = 150.0  # of a picture, above which a hand that moves sees previews
_QUICK_MS, _NOT_QUICK_MS = 6.0, 12.0  # of pictures that are not worth handing to another thread and back
_CLOSE_MS = 8.0  # between two scenes, below which a worker had better draw one while the last is painted
_LAST = 5  # pictures that say so
_MOST_WHOLE = 16  # pictures that are kept as they were shown, as large ones take megabytes
_REST_MS = 250  # after which a scene that moved is taken to rest

Picture = NDArray[np.uint8]


class ScenePictures(JobRunner):
    """Draws scenes with the model that is open.

    Of a model that takes long for a picture a preview is shown first, where it has such, and the picture itself once
    nothing else was asked for a while.

    A request carries its renderer, so the model it began with lives until it has ended, whatever is
    opened meanwhile.

    Attributes
    ----------
    renderer : Renderer or None
        Of the open model.
    shown_last : Rendering or None
        The picture that was finished last; never a preview.

    Signals
    -------
    shown(Rendering)
        A picture is ready. It carries its scene, which need not be the current one any more.
    settled()
        Every picture that was asked for, and not overtaken, has been shown.
    """

    shown = Signal(object)
    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="waiting", name="pictures")
        self.renderer: Renderer | None = None
        self.shown_last: Rendering | None = None
        self._finished_at_s: deque[float] = deque(maxlen=_RATE_OVER)
        self._slow: Renderer | None = None  # that took long for its last picture
        self._awaited: tuple[Renderer, Scene] | None = None  # of which there is only a preview
        self._newest: Scene | None = None
        self._asked_at_s, self._follows_closely = 0.0, False
        self._took_ms: WeakKeyDictionary[Renderer, tuple[float, ...]] = WeakKeyDictionary()  # of its last pictures
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rested)
        self.idle.connect(self._on_idle)

    def request(self, scene: Scene) -> None:
        """Ask for the picture of ``scene``, which overtakes every one that still waits."""
        self._awaited, self._newest = None, scene
        before_s, self._asked_at_s = self._asked_at_s, perf_counter()
        self._follows_closely = (self._asked_at_s - before_s) * 1e3 < _CLOSE_MS
        self._rest.stop()
        if self.renderer is None:
            return
        if self.renderer is self._slow and self.renderer.generator.previews:
            self._awaited = self.renderer, scene
            self.begin(partial(_previewed, self.renderer, scene), self._on_rendered)
            self._rest.start()
        else:
            self._draw(self.renderer, scene)

    @property
    def awaited(self) -> Scene | None:
        """The scene that was asked for last, until its picture is shown."""
        return self._newest if self.is_busy or self._awaited is not None else None

    def rate_per_s(self) -> float:
        """Pictures a second over the last second; 0 while nothing moves."""
        now_s = perf_counter()
        recent = [at for at in self._finished_at_s if now_s - at < 1.0]
        if len(recent) < 2:
            return 0.0
        return (len(recent) - 1) / (recent[-1] - recent[0])

    def close(self) -> None:
        """Draw no more, and wait for what is being drawn."""
        self._rest.stop()
        super().close()

    def _draw(self, renderer: Renderer, scene: Scene) -> None:
        began = perf_counter()

        def unwanted() -> bool:
            """A picture that is painted in many steps does not keep newer ones waiting for long."""
            return self._newest is not scene and (perf_counter() - began) * 1e3 > _SLOW_MS

        def then(rendering: Rendering | None) -> None:
            if rendering is None:
                return
            self._slow = renderer if rendering.took_ms > _SLOW_MS else None
            self._took_ms[renderer] = (*self._took_ms.get(renderer, ()), rendering.took_ms)[-_LAST:]
            self.shown_last = rendering
            self._on_rendered(rendering)

        self.begin(partial(_rendered, renderer, scene, unwanted), then, is_quick=self._is_quick(renderer, scene))

    def _is_quick(self, renderer: Renderer, scene: Scene) -> bool:
        """Whether a picture will take next to no time: the last ones did, and it differs by its latent alone.

        Where scenes follow each other more closely than pictures can, a worker draws one while the last is painted.
        """
        last, took_ms = self.shown_last, self._took_ms.get(renderer, ())
        return (
            last is not None
            and not self._follows_closely
            and min(took_ms, default=_QUICK_MS) < _QUICK_MS
            and max(took_ms) < _NOT_QUICK_MS
            and not renderer.has_w  # which may open another session for a scene
            and last.scene.label == scene.label
            and last.scene.conditions == scene.conditions
        )

    def _on_rested(self) -> None:
        """Draw what has only been previewed."""
        awaited, self._awaited = self._awaited, None
        if awaited is not None and awaited[0] is self.renderer:
            self._draw(*awaited)

    def _on_idle(self) -> None:
        if self._awaited is None:
            self.settled.emit()

    def _on_rendered(self, rendering: Rendering) -> None:
        self._finished_at_s.append(perf_counter())
        self.shown.emit(rendering)


class Thumbnails(JobRunner):
    """Small pictures of many scenes, made one after the other, and remembered while their scenes live.

    A scene that was shown is not drawn again: its picture is taken from there.

    Signals
    -------
    drawn(scene, picture)
        A picture is ready.
    """

    drawn = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="thumbnails")
        self._kept: WeakKeyDictionary[Scene, Picture] = WeakKeyDictionary()
        self._shown: WeakKeyDictionary[Scene, Picture] = WeakKeyDictionary()  # whole; most are never asked for
        self._missed: WeakSet[Scene] = WeakSet()
        self._asked: WeakSet[Scene] = WeakSet()

    def of(self, scene: Scene) -> Picture | None:
        """The picture of this very scene, if there is one yet; once it is shown or drawn, that is told."""
        if (shown := self._shown.pop(scene, None)) is not None:
            self._kept[scene] = shrunk(shown)
        if scene not in self._kept:
            self._missed.add(scene)
        return self._kept.get(scene)

    def note(self, rendering: Rendering) -> None:
        """Remember a picture that was shown, should somebody ask for it."""
        scene = rendering.scene
        if rendering.is_preview or scene in self._kept:
            return
        self._shown[scene] = rendering.picture
        if len(self._shown) > _MOST_WHOLE:
            self.of(next(iter(self._shown.keys())))
        if scene in self._missed:
            self.drawn.emit(scene, self.of(scene))

    def request(self, renderer: Renderer, scenes: Iterable[Scene]) -> None:
        """Have those of ``scenes`` that have no picture yet: as it was shown, or drawn after what was asked before."""
        for scene in scenes:
            if scene in self._shown:
                self.drawn.emit(scene, self.of(scene))
            elif scene not in self._kept and scene not in self._asked:
                self._asked.add(scene)
                self.begin(partial(_rendered, renderer, scene, lambda: False), self._on_drawn)

    def _on_drawn(self, rendering: Rendering | None) -> None:
        if rendering is not None:
            self._kept[rendering.scene] = small = shrunk(rendering.picture)
            self.drawn.emit(rendering.scene, small)

    def cancel(self) -> None:
        """Draw nothing more of what was asked for."""
        super().cancel()
        self._asked.clear()


def _rendered(
    renderer: Renderer, scene: Scene, unwanted: Cancelled, _report: object, cancelled: Cancelled
) -> Rendering | None:
    """The picture; None where it was given up between two steps, as nobody wants it any more."""
    try:
        with abandoned_if(lambda: cancelled() or unwanted()):
            return renderer.render(scene)
    except AbandonedError:
        return None


def _previewed(renderer: Renderer, scene: Scene, *_: object) -> Rendering:
    return renderer.preview(scene)


def shrunk(picture: Picture, size_px: int = THUMBNAIL_PX) -> Picture:
    """``picture``, averaged down by a whole factor until it is little larger than ``size_px``."""
    factor = min(picture.shape[:2]) // size_px
    if factor < 2:
        return picture
    height, width, channels = picture.shape
    rows, columns = height // factor, width // factor
    cut = picture[: rows * factor, : columns * factor]
    blocks = cut.reshape(rows, factor, columns, factor, channels)
    result: Picture = blocks.mean(axis=(1, 3), dtype=np.float32).round().astype(np.uint8)
    return result
