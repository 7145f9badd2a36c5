"""What moves of a StyleGAN of one's own run in the window: the synthesis once a move, the mapping not at all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, turn, wait_for
from explorer.cli.benches.painting_runs import painting_runs
from explorer.ui.widgets.numbers.slider import new_gesture
from explorer.ui.window.main_window import MainWindow

_MODEL, _MOVES = "portraits-style", 10
_DIRECTION, _CHANNEL = "bench", "s3:5"
_TIMERS_S = 0.4  # after which what waits for a rest has begun: thumbnails, strengths of dimensions
_Move = Callable[[int], None]


def w_moves(_model: str) -> Figures:
    """Ten moves of each kind, one after the other, and ten at once, as in a drag that is faster than pictures are."""
    with open_window(_MODEL) as window, painting_runs() as runs:
        kinds = _kinds(window)
        for move in kinds:  # what is made once: sessions, the spread of channels, the second latent of a mix
            _moved(window, move, 0)
        mapping = window.studio.models.current.generator.mapping if window.studio.models.current else None
        assert mapping is not None
        mapped = mapping.runs
        took = [_runs_of(window, runs, move) for move in kinds]
        dragged = _dragged(window, runs)
        return {
            "w_move_runs": float(max(took, key=lambda count: abs(count - _MOVES))),
            "w_drag_runs": float(dragged),
            "w_move_mapped": float(mapping.runs - mapped),
        }


def _kinds(window: MainWindow) -> tuple[_Move, ...]:
    """A move of truncation, of the mixed layers, along a direction of W, of a channel, and of a dimension of W."""
    studio = window.studio
    document, styles, renderer = studio.document, studio.edits.styles, studio.pictures.renderer
    assert renderer is not None
    size = renderer.generator.card.style_size
    renderer.directions = {**renderer.directions, _DIRECTION: np.full((1, size), size**-0.5, np.float32)}
    styles.mix_sample(5)
    wait_for(studio.pictures.settled)
    return (
        lambda number: document.edit("Truncate", truncation=0.3 + 0.05 * number),
        lambda number: styles.mix_layers(number % 3, 4 + number % 5),
        lambda number: document.edit("Move", directions=((_DIRECTION, 0.1 + 0.2 * number),)),
        lambda number: document.edit("Move", directions=((_CHANNEL, 0.1 + 0.2 * number),)),
        lambda number: styles.set_value(3, 0.1 + 0.2 * number),
    )


def _runs_of(window: MainWindow, runs: list[str], move: _Move) -> int:
    """How often pictures are painted for ten moves, all that follows from them included."""
    runs.clear()
    for number in range(1, _MOVES + 1):
        _moved(window, move, number)
    _rest(window)
    return len(runs)


def _moved(window: MainWindow, move: _Move, number: int) -> None:
    move(number)
    wait_for(window.studio.pictures.settled)
    _rest(window)


def _dragged(window: MainWindow, runs: list[str]) -> int:
    runs.clear()
    gesture, styles = new_gesture(), window.studio.edits.styles
    for number in range(_MOVES):
        styles.set_value(7, 0.1 + 0.2 * number, gesture)
    wait_for(window.studio.pictures.settled)
    _rest(window)
    return len(runs)


def _rest(window: MainWindow) -> None:
    """Let everything come to an end that a move has begun."""
    turn(_TIMERS_S)
    while window.panel.is_busy or window.studio.thumbnails.is_busy:
        turn(_TIMERS_S)
