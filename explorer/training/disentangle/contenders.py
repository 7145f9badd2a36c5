"""What is compared: a GAN, InfoGANs, VAEs and factor models, small, with what each learns from the same portraits.

The portraits differ in six factors alone. Nobody tells them to a GAN, to an InfoGAN or to a VAE; a factor model is told
all of them. A GAN by itself gives no codes of pictures, so an encoder is taught for its finished generator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from explorer.training.families import family_called
from explorer.training.learning.knobs import knobs
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import open_pictures

FACTORS = ("skin_tone", "background", "clothes", "head_turn", "eyeglasses", "hat")
"""In which the pictures differ."""

_SETTLED = (
    "smile=0.6,mouth_open=0,brow_height=0,brow_angle=0,gaze_x=0,gaze_y=0,eye_size=0.5,nose_size=0,head_tilt=0,"
    "face_width=0,jaw=0,age_lines=0,light=0,earrings=no,freckles=no,hair_style=short,hair_colour=brown,beard=none,"
    "eye_colour=brown,hat_style=beret"
)
PICTURES = f"portraits:4000:0:{_SETTLED}"
"""Where they come from, as ``train`` is told."""

STEPS = 1500
"""Of each contender."""

_SIZE = 32
_SMALL: Mapping[str, Any] = {"width": 0.25, "batch_size": 32, "mirror": False, "augment": False, "truncated": 0.0}
_GAME: Mapping[str, Any] = {"learning_rate": 5e-4, "ema_half_life": 5_000}
_CODES: Mapping[str, Any] = {**_GAME, "latent_size": 10, "kinds": 0, "codes": 6}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Contender:
    """One row of the comparison.

    Attributes
    ----------
    title : str
        As people call it.
    family : str
    settings : mapping
        Of its config, beside what all contenders share.
    encoder_beside : bool
        Whether its encoder is taught afterwards, for the finished generator.
    """

    title: str
    family: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    encoder_beside: bool = False

    def taught(self, folder: Path, steps: int, seed: int, progress: Progress) -> Path:
        """Train it from ``seed`` in ``folder``; gives the file of its encoder.

        ``progress`` is called with the number of steps done and of all.

        Raises
        ------
        Problem
            The pictures cannot be drawn, or the export failed.
        """
        count = steps * (2 if self.encoder_beside else 1)
        model = _exported(self.family, self.settings, folder, steps, seed, lambda done: progress(done, count))
        if self.encoder_beside:
            inverted = {"generator": str(model), "learning_rate": 2e-3}
            model = _exported("inversion", inverted, folder, steps, seed, lambda done: progress(steps + done, count))
        return model / "encoder.onnx"


CONTENDERS = (
    Contender("GAN, encoder afterwards", "dcgan", {**_GAME, "latent_size": 16}, encoder_beside=True),
    Contender("InfoGAN", "infogan", _CODES),
    Contender("InfoGAN-CR", "infogan", {**_CODES, "contrast_weight": 1.0}),
    Contender("VAE", "vae", {"latent_size": 10, "beta": 1.0, "learning_rate": 2e-3}),
    Contender("beta-VAE, beta 6", "vae", {"latent_size": 10, "beta": 6.0, "learning_rate": 2e-3}),
    Contender("factor GAN", "factor_gan", {"learning_rate": 2e-3, "noise": 8}),
    Contender("factor VAE", "factor_vae", {"latent_size": 8, "learning_rate": 2e-3}),
)
"""From those that are told nothing to those that are told everything."""


def _exported(
    family: str, settings: Mapping[str, Any], folder: Path, steps: int, seed: int, progress: Callable[[int], None]
) -> Path:
    known = knobs(family_called(family).config)
    chosen = {name: value for name, value in {**_SMALL, **settings}.items() if name in known}
    run = Run.create(folder / family, RunSpec(family, PICTURES, _SIZE, steps, seed, chosen, hold_out=0.1))
    for step in run.train(open_pictures(PICTURES, size=_SIZE), torch.device("cpu"), every_s=float("inf")):
        progress(step.step)
    model = folder / f"model-{family}"
    export_run(run.folder, model)
    return model
