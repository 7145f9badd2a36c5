"""Hours of dragging and wandering, in a few minutes: how much memory they would leave behind."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, turn, wait_for
from explorer.core.problem import Problem
from explorer.session.document import STEPS_KEPT
from explorer.ui.studio import Studio
from explorer.ui.widgets.numbers.slider import new_gesture

_BLOCKS, _GESTURES, _EDITS, _FRAMES = 24, 40, 12, 40
_TWO_HOURS = 2 * 3600 * 30  # edits, at 30 a second
_STATM = Path("/proc/self/statm")


def memory(model: str) -> Figures:
    """Drag sliders and walk at random until the history is full, then go on and see how memory follows.

    A line is laid through the memory after each block of edits; its slope is told for two hours at 30 edits a second,
    with its standard error.
    """
    if not _STATM.exists():
        raise Problem("This system does not tell how much memory a process has.", "Measure on Linux.")
    with open_window(model) as window:
        studio = window.studio
        for _ in range(STEPS_KEPT + _GESTURES):  # the history and its thumbnails are as long as they get
            _drag(studio, 2)
        turn(1.0)
        while studio.thumbnails.is_busy:  # of the steps, each of which keeps its own
            turn(0.5)
        taken = [_wander(studio) for _ in range(_BLOCKS)]
    slope, error = _line(np.array(taken[_BLOCKS // 3 :]))  # by then what is made once is there
    share = _TWO_HOURS / (_GESTURES * _EDITS + _FRAMES)
    return {
        "memory_mb": taken[-1],
        "memory_edits": float(_BLOCKS * (_GESTURES * _EDITS + _FRAMES)),
        "memory_2h_mb": slope * share,
        "memory_2h_error_mb": error * share,
    }


def _wander(studio: Studio) -> float:
    """Some gestures and some of a walk; gives the megabytes in memory afterwards."""
    for _ in range(_GESTURES):
        _drag(studio, _EDITS)
    studio.player.start(new_gesture())
    for _ in range(_FRAMES):
        wait_for(studio.pictures.shown)
    studio.player.stop()
    turn(0.5)  # until the history has its thumbnails
    gc.collect()
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _drag(studio: Studio, edits: int) -> None:
    """One gesture at a slider, painted as it goes."""
    gesture, dimension = new_gesture(), int(np.random.randint(studio.document.scene.z.size))
    for value in np.linspace(-2.0, 2.0, edits) + np.random.uniform(-0.1, 0.1):
        studio.edits.set_value(dimension, float(value), gesture)
        QCoreApplication.processEvents()


def _line(values: NDArray[np.float64]) -> tuple[float, float]:
    """The slope of a line through ``values``, and its standard error."""
    place = np.arange(len(values)) - (len(values) - 1) / 2
    slope = float(place @ values / (place @ place))
    off = values - values.mean() - slope * place
    return slope, float(np.sqrt(off @ off / (len(values) - 2) / (place @ place)))
