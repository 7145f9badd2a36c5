"""A grid of 256 tiles: when its first and its last tiles come, against bare batches."""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from explorer.cli.bench import Figures
from explorer.cli.benches.inference import PAUSE_S, Raw, took_ms
from explorer.cli.models import located
from explorer.core.generator import Generator
from explorer.core.latents import Latents, sample
from explorer.core.scene import Scene
from explorer.core.traversal.axes import dimensions
from explorer.core.traversal.grid import GridPlan, grid_plan
from explorer.core.traversal.tiles import draw_tiles

_SIDE, _BATCH = 16, 64
_ROUNDS, _REPEATS = 6, 3


def grid(model: str) -> Figures:
    """A grid of 16 by 16, and as many pictures by onnxruntime alone in batches of 64; in turn."""
    generator = Generator.open(located(model), "cpu")
    base = scene_of(generator)
    tiles_ms(generator, base)  # opens the session for batches, as the first grid in the window does
    ratios, shares, took = [], [], []
    for _ in range(_ROUNDS):
        theirs = _raw_ms(model, plan_of(generator, base).latents())
        time.sleep(PAUSE_S)
        first, whole = min((tiles_ms(generator, base) for _ in range(_REPEATS)), key=lambda times: times[1])
        time.sleep(PAUSE_S)
        ratios.append(theirs / whole)
        shares.append(first / whole)
        took.append(whole)
    generator.close()
    return {"grid_ms": median(took), "grid_ratio": median(ratios), "grid_first_share": median(shares)}


def scene_of(generator: Generator) -> Scene:
    """What the grid departs from."""
    card = generator.card
    return Scene(generator.hash, card.name, sample(7, card.latent_size, card.distribution), None, 0.7, 7)


def plan_of(generator: Generator, base: Scene) -> GridPlan:
    """The grid: up to sixteen rows of such length that there are 256 tiles."""
    rows = min(_SIDE, generator.card.latent_size)
    axes = dimensions(range(rows))
    return grid_plan(base, axes, _SIDE**2 // rows, distribution=generator.card.distribution)


def tiles_ms(generator: Generator, base: Scene) -> tuple[float, float]:
    """Milliseconds from the request to the first tiles, and to the last."""
    started = time.perf_counter()
    plan = plan_of(generator, base)
    first_ms = 0.0
    for number, _ in enumerate(draw_tiles(generator, plan.latents(), plan.labels)):
        if number == 0:
            first_ms = (time.perf_counter() - started) * 1e3
    return first_ms, (time.perf_counter() - started) * 1e3


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
