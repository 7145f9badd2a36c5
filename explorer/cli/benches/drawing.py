"""A pen on the board: how soon the answer follows, how often it is shown, and whether the window stays awake."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, cast

import numpy as np
import onnxruntime as ort
from PySide6.QtCore import QEventLoop, Qt, QTimer

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import shown_window, turn, wait_for
from explorer.cli.benches.dragging import Gaps
from explorer.cli.benches.inference import PAUSE_S, took_ms
from explorer.cli.model_arguments import translator_of
from explorer.cli.offscreen import application
from explorer.cli.shooting.camera import show_page
from explorer.core.drawing.drawing import Stroke
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Rendering
from explorer.session.draw.board import DrawingBoard

if TYPE_CHECKING:
    from explorer.ui.draw.draw_view import DrawView
    from explorer.ui.draw.panel import DrawPanel

_OWN = "lines-to-portrait"
_BLOCKS, _BLOCK, _WARM_UP = 6, 40, 8
_EVENT_MS, _DRAWN_S, _TURNS_S = 4, 4.0, 0.7  # 250 places a second


class _RawTranslator:
    """The rival: onnxruntime with its defaults, on the same file."""

    def __init__(self, path: Path, height: int, width: int) -> None:
        self._session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        sizes = {2: height, 3: width}
        self._feeds = {
            port.name: np.zeros(
                [size if isinstance(size, int) else sizes.get(axis, 1) for axis, size in enumerate(port.shape)],
                np.float32,
            )
            for port in self._session.get_inputs()
        }

    def __call__(self) -> None:
        """Translate a picture, and throw the answer away."""
        self._session.run(None, self._feeds)


def draw(model: str) -> Figures:
    """A pen place by place, beside bare runs; then one at 250 Hz. Of ``model``, or of a bundled translator."""
    path = _translator(model)
    with shown_window() as window:
        show_page(window, "draw")
        view = cast("DrawView", cast("DrawPanel", window.panel).view)
        board = view.board
        view.open_own(path)
        wait_for(board.shown)
        height, width = board.raster.picture().shape[:2]
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(_BLOCKS):
            raw = _RawTranslator(path, height, width)
            theirs += [took_ms(raw) for _ in range(_BLOCK)][_WARM_UP:]
            del raw
            time.sleep(PAUSE_S)
            stroke = _begun()
            for number in range(_BLOCK):
                stroke = stroke.longer(_place(number * _EVENT_MS / 1e3))
                ours.append(took_ms(partial(_answered, board, stroke)))
            board.take_back()
            wait_for(board.shown)
        raw_ms = median(theirs)
        return {"draw_ms": median(ours), "draw_raw_ms": raw_ms} | _pen(board, raw_ms)


def _translator(model: str) -> Path:
    try:
        return translator_of(model)
    except Problem:
        return translator_of(_OWN)


def _answered(board: DrawingBoard, stroke: Stroke) -> None:
    """Go on with a stroke until its answer has been painted."""
    board.sketch(stroke)
    wait_for(board.shown)
    application().processEvents()


def _pen(board: DrawingBoard, raw_ms: float) -> Figures:
    """A stroke of some seconds by a pen that tells of itself every 4 ms."""
    shown: list[Rendering] = []
    board.shown.connect(shown.append)
    stroke, places = _begun(), 0
    timer, loop = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=_EVENT_MS), QEventLoop()
    started = time.perf_counter()

    def step() -> None:
        nonlocal stroke, places
        passed, places = time.perf_counter() - started, places + 1
        stroke = stroke.longer(_place(passed))
        board.sketch(stroke)
        if passed >= _DRAWN_S:
            timer.stop()
            loop.quit()

    timer.timeout.connect(step)
    with Gaps() as gaps:
        timer.start()
        loop.exec()
        took_s = time.perf_counter() - started
    board.finish(stroke)
    turn(1.0)
    possible = min(places, took_s * 1e3 / raw_ms)
    last = bool(shown) and shown[-1].scene is board.scene
    return {"draw_shown": len(shown) / possible, "draw_last": float(last), "draw_gap_ms": max(gaps.all_ms)}


def _begun() -> Stroke:
    return Stroke("pen", _place(0.0))


def _place(passed_s: float) -> np.ndarray:
    """Where the pen is: round and round in the middle of the board."""
    angle = 2.0 * np.pi * passed_s / _TURNS_S
    return np.array([[0.5 + 0.3 * np.cos(angle), 0.5 + 0.25 * np.sin(0.7 * angle)]], np.float32)
