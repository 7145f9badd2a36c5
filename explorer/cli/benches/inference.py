"""From a latent to a picture: alone, in the window, and in batches."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import onnxruntime as ort

from explorer.cli.bench import Figures
from explorer.cli.models import located
from explorer.core.generator import Generator
from explorer.core.latents import sample
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene

_ROUNDS, _BATCH_ROUNDS, _BATCH = 300, 15, 64


class _Raw:
    """The rival: onnxruntime with its defaults, on the same file."""

    def __init__(self, path: str) -> None:
        self._session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        first, *rest = self._session.get_inputs()
        self._latent, self._rest = first.name, rest

    def __call__(self, z: np.ndarray) -> None:
        classes = {port.name: np.zeros(len(z), np.int64) for port in self._rest}
        self._session.run(None, {self._latent: z, **classes})


def _took_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def interactive(model: str) -> Figures:
    """One picture: by onnxruntime alone, by our renderer, and in the window, in turn."""
    from explorer.cli.benches.window import open_window, wait_for

    raw = _Raw(str(located(model)))
    generator = Generator.open(located(model), "cpu")
    renderer, card = Renderer(generator), generator.card
    took: dict[str, list[float]] = {"raw_ms": [], "render_ms": [], "interactive_ms": []}
    with open_window(model) as window:
        studio = window.studio
        for number in range(_ROUNDS):
            z = sample(number, card.latent_size, card.distribution)
            scene = Scene(generator.hash, card.name, z, 0 if card.classes else None)
            took["raw_ms"].append(_took_ms(lambda z=z: raw(z[None])))
            took["render_ms"].append(_took_ms(lambda scene=scene: renderer.render(scene)))
            value = float(z[0])
            took["interactive_ms"].append(_took_ms(lambda: _change(studio.moves.set_value, value, wait_for, studio)))
    generator.close()
    figures = {name: median(values[20:]) for name, values in took.items()}
    return figures | {"interactive_ratio": (figures["interactive_ms"] - 1.0) / figures["raw_ms"]}


def _change(set_value, value, wait_for, studio) -> None:  # type: ignore[no-untyped-def]
    set_value(0, value)
    wait_for(studio.pictures.shown)


def batch(model: str) -> Figures:
    """Pictures a second in batches of 64, ours over onnxruntime's."""
    raw = _Raw(str(located(model)))
    generator = Generator.open(located(model), "cpu")
    size, distribution = generator.card.latent_size, generator.card.distribution
    z = np.stack([sample(seed, size, distribution) for seed in range(_BATCH)])
    ratios = []
    for _ in range(_BATCH_ROUNDS):
        theirs, ours = _took_ms(lambda: raw(z)), _took_ms(lambda: generator.pictures(z))
        ratios.append(theirs / ours)
    generator.close()
    return {"batch_ratio": median(ratios[2:])}
