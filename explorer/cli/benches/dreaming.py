"""A drive through a world model in the window, beside the bare runs of its dream and its generator."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import onnxruntime as ort
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import shown_window, turn, wait_for
from explorer.cli.benches.dragging import Gaps
from explorer.cli.benches.inference import took_ms
from explorer.cli.world.dream_folder import dream_folder
from explorer.core.models.model import DREAM, GENERATOR
from explorer.core.worlds.world_facts import ACTION, NOISE, STATE, TEMPERATURE, WorldFacts

_OWN = "drive-world"
_KEYS, _FRAMES, _RAW = 40, 150, 200


def dream(model: str) -> Figures:
    """Keys pressed at odd moments of a drive, then frames as fast as they come; of ``model``, or of a bundled one."""
    path = dream_folder(model)
    path = path if (path / DREAM).is_file() else dream_folder(_OWN)
    with shown_window() as window:
        window.show_panel(window.titles.index("Worlds"))
        view: Any = window.panel.view_in_sight
        view.open_own(path)
        wait_for(view.driving.drove)
        facts = view.driving.world.facts
        with Gaps() as gaps:
            heard = _heard_ms(view)
            rate = _rate(view)
    raw = _raw_ms(path, facts)
    return {
        "dream_ms": median(heard),
        "dream_p95_ms": quantiles(heard, n=20)[-1],
        "dream_rate": rate,
        "dream_raw_ms": raw,
        "dream_ratio": 1e3 / rate / raw,
        "dream_gap_ms": max(gaps.all_ms),
    }


def _heard_ms(view: Any) -> list[float]:
    """From a key to the frame that heeds it being painted, each key at another moment between two beats."""
    found, chance = [], np.random.RandomState(0)
    view.toggle()
    for number in range(_KEYS):
        turn(0.1 + float(chance.uniform(0.0, 0.1)))
        before, began = len(view.driving.journey.moves), time.perf_counter()
        (QTest.keyRelease if number % 2 else QTest.keyPress)(view.pad, Qt.Key.Key_Left)
        while True:
            wait_for(view.canvas.painted)
            moves = view.driving.journey.moves[before:]
            if any((move.action[0] != 0.0) != bool(number % 2) for move in moves):
                break
        found.append(1e3 * (time.perf_counter() - began))
    view.toggle()
    return found


def _rate(view: Any) -> float:
    """Frames a second, each painted, when the next is asked for as soon as the last is there."""
    began = time.perf_counter()
    for _ in range(_FRAMES):
        view.step()
        wait_for(view.canvas.painted)
    return _FRAMES / (time.perf_counter() - began)


def _raw_ms(path: Path, facts: WorldFacts) -> float:
    """One run of the dream and one of the generator, by onnxruntime with its defaults."""
    dream, generator = (
        ort.InferenceSession(str(path / name), providers=["CPUExecutionProvider"]) for name in (DREAM, GENERATOR)
    )
    sizes = {STATE: facts.size, ACTION: len(facts.actions), NOISE: 2 * facts.latent, TEMPERATURE: 1}
    feeds = {name: np.ones((1, size), np.float32) for name, size in sizes.items()}
    latent = {generator.get_inputs()[0].name: np.zeros((1, facts.latent), np.float32)}

    def both() -> None:
        dream.run(None, feeds)
        generator.run(None, latent)

    both()
    return median(took_ms(partial(both)) for _ in range(_RAW))
