"""A picture that is painted in steps, beside the bare runs of its step."""

from __future__ import annotations

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
from explorer.core.models.model import step_beside
from explorer.core.models.ports.step_ports import CANVAS, LABEL, TIME
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.sampler import sampler_of
from explorer.core.sampling.settings import USUAL_STEPS, Sampling

_ROUNDS, _PICTURES = 8, 6
_OWN = "portraits-diffusion"


class _Runs:
    """The rival: onnxruntime with its defaults, on the same step, as often as there are steps."""

    def __init__(self, path: Path, classes: int) -> None:
        self._session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self._classes = classes

    def __call__(self, canvas: np.ndarray) -> None:
        """Run the steps, and throw the results away."""
        label: dict[str, Any] = {LABEL: np.zeros(1, np.int64)} if self._classes else {}
        for step in range(USUAL_STEPS):
            time = np.full(1, 1.0 - step / USUAL_STEPS, np.float32)
            self._session.run(None, {CANVAS: canvas, TIME: time, **label})


def unfold(model: str) -> Figures:
    """Both in turn, as medians within one run; of ``model``, or of a bundled one where that takes no steps."""
    path = located(model)
    path = path if step_beside(path) is not None else located(_OWN)
    generator = Generator.open(path, "cpu")
    sampler = sampler_of(generator)
    card, renderer = sampler.card, Renderer(sampler)
    label = 0 if card.classes else None
    latents = [sample(seed, card.latent_size) for seed in range(_PICTURES)]
    scenes = [Scene(sampler.hash, card.name, z, label, sampling=Sampling(USUAL_STEPS)) for z in latents]
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        runs = _Runs(sampler.path, len(card.classes))
        canvases = [z.reshape(1, card.channels, card.height, card.width) for z in latents]
        runs(canvases[0])
        theirs += [took_ms(partial(runs, canvas)) for canvas in canvases]
        del runs
        renderer.render(scenes[0])
        ours += [took_ms(partial(renderer.render, scene)) for scene in scenes]
    generator.close()
    found = {"unfold_ms": median(ours), "unfold_runs_ms": median(theirs)}
    return found | {"unfold_ratio": found["unfold_ms"] / found["unfold_runs_ms"]}
