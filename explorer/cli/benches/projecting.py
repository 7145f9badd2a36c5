"""Pictures of a model's own projected back: their latents are known, so the best that can be is no error at all."""

from __future__ import annotations

import time
from contextlib import ExitStack
from statistics import mean

import numpy as np

from explorer.cli.bench import Figures
from explorer.cli.model_arguments import open_model
from explorer.core.photos.alignment import Alignment
from explorer.core.photos.photo_files import Photo
from explorer.core.rendering.latents import sample
from explorer.core.rendering.truncation import truncate
from explorer.session.photos.photo_projector import Projector

_SEEDS = 16
_FIRST_SEED = 1000
_PSIS = (0.7, 1.0)


def projection(model: str) -> Figures:
    """Samples at two truncations, projected with the usual effort on one thread."""
    from explorer.training.learning.devices import use_threads

    errors, took = [], []
    with ExitStack() as until:
        opened = until.enter_context(open_model(model, "cpu"))
        projector = until.enter_context(Projector(opened, "both" if opened.files.encoder else "optimise"))
        use_threads(1)
        card = opened.generator.card
        middle = Alignment.centred(card.width, card.height)
        for seed in range(_FIRST_SEED, _FIRST_SEED + _SEEDS):
            for psi in _PSIS:
                z = truncate(sample(seed, card.latent_size, card.prior), psi, card.prior)
                picture = np.broadcast_to(opened.generator.picture(z), (card.height, card.width, 3))
                started = time.perf_counter()
                errors.append(projector.found(Photo(picture, card.width, card.height), middle).error)
                took.append(time.perf_counter() - started)
    return {"projection_error": mean(errors), "projection_worst": max(errors), "projection_s": mean(took)}
