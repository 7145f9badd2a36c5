"""A fast drag over a slow model: what is shown, and whether the window stays awake."""

from __future__ import annotations

import time
from typing import Self

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, wait_for
from explorer.core.rendering.renderer import Renderer, Rendering
from explorer.core.rendering.scene import Scene
from explorer.ui.window.main_window import MainWindow

_SLOW_MS = 30.0
_EVENT_MS = 4  # 250 a second
_DRAG_S = 5.0


class _Slow(Renderer):
    """A renderer that takes 30 ms, as a larger model would; like a real one it leaves the interpreter free."""

    def render(self, scene: Scene) -> Rendering:
        started = time.perf_counter()
        rendering = super().render(scene)
        time.sleep(max(0.0, _SLOW_MS / 1e3 - (time.perf_counter() - started)))
        return rendering


class Gaps:
    """The times between two rounds of the event loop, in milliseconds."""

    def __init__(self) -> None:
        self.all_ms: list[float] = []
        self._since = QElapsedTimer()
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1)
        self._timer.timeout.connect(self._note)

    def __enter__(self) -> Self:
        self._since.start()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _note(self) -> None:
        self.all_ms.append(self._since.nsecsElapsed() / 1e6)
        self._since.restart()


def drag(model: str) -> Figures:
    """Five seconds of one slider's events at 250 Hz, through the window, with a model that takes 30 ms."""
    with open_window(model) as window:
        studio = window.studio
        renderer = studio.pictures.renderer
        assert renderer is not None
        studio.pictures.renderer = _Slow(renderer.generator)
        shown: list[Scene] = []
        studio.pictures.shown.connect(lambda rendering: shown.append(rendering.scene))
        with Gaps() as gaps:
            took_s = move_slider(window)
        wait_for(studio.pictures.settled)
        last = shown[-1] is studio.document.scene
    possible = took_s * 1e3 / _SLOW_MS
    return {"drag_shown": len(shown) / possible, "drag_last": float(last), "drag_gap_ms": max(gaps.all_ms)}


def move_slider(window: MainWindow) -> float:
    """Drag the first dimension to and fro; gives the seconds it took."""
    from explorer.ui.widgets.numbers.slider import new_gesture

    started, gesture, edits = time.perf_counter(), new_gesture(), window.studio.edits
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=_EVENT_MS)

    def step() -> None:
        passed = time.perf_counter() - started
        edits.set_value(0, float(np.float32(2.5 * np.sin(3.0 * passed))), gesture)
        if passed >= _DRAG_S:
            timer.stop()
            loop.quit()

    loop = QEventLoop()
    timer.timeout.connect(step)
    timer.start()
    loop.exec()
    return time.perf_counter() - started
