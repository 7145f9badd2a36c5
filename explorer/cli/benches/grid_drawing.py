"""A grid of 256 tiles in the window, until the last is painted, against bare batches; and beside a drag."""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window
from explorer.cli.benches.grid_following import gap_ms, painted_ms, show_grid
from explorer.cli.benches.inference import PAUSE_S, Raw, took_ms
from explorer.cli.model_arguments import located
from explorer.core.rendering.latents import Latents
from explorer.core.traverse.plan import latents_of, scenes_of

_SIDE, _BATCH = 16, 64
_ROUNDS, _REPEATS = 6, 3


def grid(model: str) -> Figures:
    """A grid of 16 by 16 in the window, and as many pictures by onnxruntime alone in batches of 64; in turn."""
    ratios, shares, took = [], [], []
    with open_window(model) as window:
        rows = min(_SIDE, window.studio.edits.card.latent_size)
        view = show_grid(window, rows, _SIDE**2 // rows)
        for round_number in range(_ROUNDS):
            assert view.plan is not None
            theirs = _raw_ms(model, latents_of(scenes_of(view.plan)))
            time.sleep(PAUSE_S)
            times = [painted_ms(window, view, 10 * round_number + each) for each in range(_REPEATS)]
            time.sleep(PAUSE_S)
            first, whole = min(times, key=lambda pair: pair[1])
            ratios.append(theirs / whole)
            shares.append(first / whole)
            took.append(whole)
        longest_ms = gap_ms(window, view)
    return {
        "grid_ms": median(took),
        "grid_ratio": median(ratios),
        "grid_first_share": median(shares),
        "grid_gap_ms": longest_ms,
    }


def _raw_ms(model: str, latents: Latents) -> float:
    raw = Raw(located(model))
    batches = [
        np.ascontiguousarray(latents[start : start + _BATCH]) for start in range(0, len(latents), _BATCH)
    ]

    def draw() -> None:
        for batch in batches:
            raw(batch)

    draw()
    return min(took_ms(draw) for _ in range(_REPEATS))
