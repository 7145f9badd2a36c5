"""A quiz in the window: how long an answer waits for the next pair."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEventLoop

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, turn, wait_for
from explorer.core.quiz.questions import Difficulty
from explorer.paths import model_path
from explorer.session.quiz.quiz_request import QuizRequest
from explorer.session.traverse.map_pictures import PORTRAITS
from explorer.ui.quiz.panel import QuizPanel

if TYPE_CHECKING:
    from explorer.ui.quiz.play import Play

_QUESTIONS = 120
_LOOK_S = 0.15  # nobody looks at two faces and answers in less


def quiz(model: str) -> Figures:
    """Pairs answered one after the other, without feedback between them."""
    request = QuizRequest(
        "Bench", "pair", "pair", (model_path(model),), PORTRAITS, None, _QUESTIONS, Difficulty(), 1, False
    )
    with open_window(model) as window:
        place = next(index for index, panel in enumerate(window.panels) if isinstance(panel, QuizPanel))
        window.show_panel(place)
        view = window.panel.view  # type: ignore[attr-defined]
        view.begin_wish(request)
        while view.play.phase != "ask":  # the first paint shows an empty board
            wait_for(view.stage.board.painted)
        took = [_next_ms(view.play) for _ in range(_QUESTIONS - 1)]
    return {"quiz_next_ms": float(np.median(took)), "quiz_next_p99_ms": float(np.percentile(took, 99))}


def _next_ms(play: Play) -> float:
    """Look for a while, answer, and wait until the next pair has been painted."""
    turn(_LOOK_S)
    board, waiting = play.stage.board, QEventLoop()

    def painted(state: str) -> None:
        if state == "pictures":
            waiting.quit()

    board.painted.connect(painted)
    started = time.perf_counter()
    play.act("left")
    waiting.exec()
    took_ms = (time.perf_counter() - started) * 1e3
    board.painted.disconnect(painted)
    return took_ms
