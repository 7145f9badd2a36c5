"""From a latent to a picture: alone, in the window, and in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop, QTimer

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window
from explorer.cli.model_arguments import located
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene
from explorer.ui.widgets.numbers.slider import new_gesture
from explorer.ui.window.main_window import MainWindow

_BLOCKS, _BLOCK, _WARM_UP = 6, 60, 10
_BATCH_ROUNDS, _BATCH = 12, 64
_REST_MS = 20  # after which everything that follows from a picture has been painted
PAUSE_S = 0.05


class Raw:
    """The rival: onnxruntime with its defaults, on the same file.

    Raises
    ------
    Problem
        The file takes something else than a row of numbers.
    """

    def __init__(self, path: Path) -> None:
        self._session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        first, *rest = self._session.get_inputs()
        if len(first.shape) != 2:
            what = f"{path.parent.name}/{path.name} takes no latent, but {first.name} of {len(first.shape)} dimensions."
            raise Problem(what, "Measure with a model without a mapping, such as faces.")
        self._latent, self._rest = first.name, rest

    def __call__(self, z: NDArray[np.float32]) -> None:
        """Draw pictures, and throw them away."""
        classes = {port.name: np.zeros(len(z), np.int64) for port in self._rest}
        self._session.run(None, {self._latent: z, **classes})


def took_ms(work: Callable[[], object]) -> float:
    """Milliseconds that ``work`` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def interactive(model: str) -> Figures:
    """One picture: by onnxruntime alone, by our renderer, and in the window; blocks of each in turn.

    In blocks, with a pause between: the threads of a default session go on spinning after a run, and would take the
    processor from whoever comes next. The window rests between two pictures; since a run takes longer after a rest,
    whoever makes it, onnxruntime is also measured at that pace, and compared so. Of the window also the processor
    time of the thread that draws it, painting included, which hardly depends on what else the machine does; and when
    the canvas has painted the picture.
    """
    generator = Generator.open(located(model), "cpu")
    card, renderer = generator.card, renderer_of(generator)
    latents = [sample(seed, card.latent_size, card.prior) for seed in range(_BLOCK)]
    scenes = [Scene(generator.hash, card.name, z, 0 if card.classes else None) for z in latents]
    took: dict[str, list[float]] = {
        "raw_ms": [],
        "raw_rested_ms": [],
        "render_ms": [],
        "interactive_ms": [],
        "painted_ms": [],
        "gui_ms": [],
    }
    with open_window(model) as window:
        for _ in range(_BLOCKS):
            raw = Raw(located(model))
            took["raw_ms"] += _block(partial(raw, z[None]) for z in latents)
            took["raw_rested_ms"] += _block((partial(raw, z[None]) for z in latents), rest_s=_REST_MS / 1e3)
            del raw
            took["render_ms"] += _block(partial(renderer.render, scene) for scene in scenes)
            for figure, values in _dragged(window, [float(z[0]) for z in latents]).items():
                took[figure] += values[_WARM_UP:]
    generator.close()
    figures = {name: median(values) for name, values in took.items()}
    return figures | {"interactive_ratio": (figures["interactive_ms"] - 0.3) / figures["raw_rested_ms"]}


def _block(works: Iterable[Callable[[], object]], rest_s: float = 0.0) -> list[float]:
    took = []
    for work in works:
        time.sleep(rest_s)
        took.append(took_ms(work))
    time.sleep(PAUSE_S)
    return took[_WARM_UP:]


def _dragged(window: MainWindow, values: Sequence[float]) -> dict[str, list[float]]:
    """Move one dimension through ``values`` in one gesture, each once the window has come to rest.

    Gives the milliseconds from each edit until its picture is shown, and until it is painted, and those of the
    processor that the thread of the window takes until it has nothing more to do. The loop waits for events, as that of
    the program does.
    """
    studio, canvas = window.studio, window.explore.canvas
    took: dict[str, list[float]] = {"interactive_ms": [], "painted_ms": [], "gui_ms": []}
    gesture, waiting = new_gesture(), QEventLoop()
    rest = QTimer(interval=_REST_MS, singleShot=True)
    rest.timeout.connect(waiting.quit)
    shown_at_s = painted_at_s = 0.0

    def on_shown(_rendering: object) -> None:
        nonlocal shown_at_s
        shown_at_s = time.perf_counter()
        rest.start()

    def on_painted() -> None:
        nonlocal painted_at_s
        if painted_at_s < shown_at_s:
            painted_at_s = time.perf_counter()

    studio.pictures.shown.connect(on_shown)
    canvas.painted.connect(on_painted)
    for value in values:
        busy_s, started = time.thread_time(), time.perf_counter()
        studio.edits.set_value(0, value, gesture)
        waiting.exec()
        took["interactive_ms"].append((shown_at_s - started) * 1e3)
        took["painted_ms"].append((painted_at_s - started) * 1e3)
        took["gui_ms"].append((time.thread_time() - busy_s) * 1e3)
    canvas.painted.disconnect(on_painted)
    studio.pictures.shown.disconnect(on_shown)
    return took


def batch(model: str) -> Figures:
    """Pictures a second in batches of 64, ours over onnxruntime's."""
    generator = Generator.open(located(model), "cpu")
    size, distribution = generator.card.latent_size, generator.card.prior
    z = np.stack([sample(seed, size, distribution) for seed in range(_BATCH)])
    ratios = []
    for _ in range(_BATCH_ROUNDS):
        raw = Raw(located(model))
        raw(z)
        theirs = median(took_ms(partial(raw, z)) for _ in range(5))
        del raw
        time.sleep(PAUSE_S)
        generator.pictures(z)
        ratios.append(theirs / median(took_ms(partial(generator.pictures, z)) for _ in range(5)))
    generator.close()
    return {"batch_ratio": median(ratios)}
