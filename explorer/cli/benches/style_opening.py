"""A StyleGAN of one's own beside plain generators: from the wish to open it to its first picture in the window."""

from __future__ import annotations

import time
from statistics import median

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import shown_window, turn, wait_for
from explorer.paths import model_path
from explorer.ui.window.main_window import MainWindow

_OWN, _PLAIN, _SMALL = "portraits-style", "faces", "portraits-gan"  # 5, 6 and 4 MB; pictures of the same size
_ROUNDS = 12
_LOOK_S, _IDLE_S = 0.3, 0.01  # a window that works no longer than this in that time rests


def stylegan_open(_model: str) -> Figures:
    """Open each in turn; in processor time, since another program's work counts for nothing there."""
    names = (_OWN, _PLAIN, _SMALL)
    with shown_window() as window:
        window.studio.settings.remember_choice("latent_order", "number")  # else its dimensions are measured, too
        for name in (*names, *names):  # libraries, the spread of W, what the window makes once
            _took_ms(window, name)
        took = [{name: _took_ms(window, name) for name in names} for _ in range(_ROUNDS)]
    return {
        "own_stylegan_open_ms": median(each[_OWN] for each in took),
        "plain_open_ms": median(each[_PLAIN] for each in took),
        "small_open_ms": median(each[_SMALL] for each in took),
        "own_stylegan_open_ratio": median(each[_OWN] / each[_PLAIN] for each in took),
    }


def _took_ms(window: MainWindow, name: str) -> float:
    _rest()
    pictures, ended_s = window.studio.pictures, list[float]()
    noted = pictures.shown.connect(lambda _rendering: ended_s.append(time.process_time()))
    began_s = time.process_time()
    window.open(model_path(name))
    wait_for(pictures.shown)
    pictures.shown.disconnect(noted)
    return (ended_s[0] - began_s) * 1e3


def _rest() -> None:
    """Let the window finish what it does with the model before."""
    while True:
        began_s = time.process_time()
        turn(_LOOK_S)
        if time.process_time() - began_s < _IDLE_S:
            return
