"""A picture that is painted pixel by pixel, beside the bare runs that it would take of the whole network."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import onnxruntime as ort

from explorer.cli.bench import Figures
from explorer.cli.benches.inference import took_ms
from explorer.cli.model_arguments import located
from explorer.core.inference.generator import Generator
from explorer.core.models.ports.step_ports import CANVAS, LABEL
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.raster import RasterPainter
from explorer.core.sampling.sampler import Sampler

_ROUNDS, _PICTURES, _RUNS = 4, 4, 40
_OWN = "fashion-pixelcnn"


class _WholeRuns:
    """The rival: onnxruntime with its defaults, on the step, a few times of the many that a picture takes."""

    def __init__(self, path: Path, shape: tuple[int, int, int], classes: int) -> None:
        self._session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        label: dict[str, Any] = {LABEL: np.zeros(1, np.int64)} if classes else {}
        self._fed = {CANVAS: np.zeros((1, *shape), np.float32), **label}

    def __call__(self) -> None:
        """Run it, and throw the results away."""
        for _ in range(_RUNS):
            self._session.run(None, self._fed)


def pixels(model: str) -> Figures:
    """Both in turn, as medians within one run; of ``model``, or of a bundled one where that paints in another order."""
    sampler = _painter(located(model)) or _painter(located(_OWN))
    assert sampler is not None
    card, renderer = sampler.card, Renderer(sampler)
    label, shape = (0 if card.classes else None), (card.channels, card.height, card.width)
    latents = [sample(seed, card.latent_size, card.prior) for seed in range(_PICTURES)]
    scenes = [Scene(sampler.hash, card.name, z, label) for z in latents]
    renderer.render(scenes[0])
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        runs = _WholeRuns(sampler.path, shape, len(card.classes))
        runs()
        theirs.append(took_ms(runs) / _RUNS * card.latent_size)
        del runs
        ours += [took_ms(partial(renderer.render, scene)) for scene in scenes]
    waits = []
    began = time.perf_counter()
    for _ in sampler.states(latents[0][None], [label]):
        waits.append((time.perf_counter() - began) * 1e3)
        began = time.perf_counter()
    sampler.close()
    found = {"pixelcnn_ms": median(ours), "pixelcnn_runs_ms": median(theirs), "pixelcnn_cancel_ms": max(waits)}
    return found | {"pixelcnn_ratio": found["pixelcnn_ms"] / found["pixelcnn_runs_ms"]}


def _painter(path: Path) -> Sampler | None:
    """The model at ``path``, open, if it paints pixel by pixel."""
    generator = Generator.open(path, "cpu")
    if isinstance(generator, Sampler) and isinstance(generator.painter, RasterPainter):
        return generator
    generator.close()
    return None
