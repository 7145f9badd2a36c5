"""The encoder of a foreign generator: found beside it, and its values of black and white found out by trying."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.models.model import GENERATOR, STEP, ModelFiles
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator
    from explorer.core.models.inspection import Inspection

ENCODER = "encoder.onnx"
_PAINTERS = ("generator", "decoder", "netg", "gen", "dec", "g")
_PICTURES = 6


def encoder_beside(generator: Path) -> Path | None:
    """A file beside a lone generator's that is called as its encoder would be; None where there is none."""
    if generator.name in (GENERATOR, STEP):
        return None  # of a model's folder, which knows its parts
    stem = generator.stem
    own = [f"{stem}{mark}{ENCODER}" for mark in (".", "_", "-")]
    swapped = [stem.lower().replace(word, "encoder") for word in _PAINTERS[:2] if word in stem.lower()]
    names = [*own, *(f"{name}.onnx" for name in swapped), ENCODER]
    beside = (generator.with_name(name) for name in names)
    return next((path for path in beside if path.is_file() and path != generator), None)


def with_encoder(files: ModelFiles, generator: Generator) -> ModelFiles:
    """``files`` of a generator without a card, with the encoder that lies beside it and fits, read as fits best.

    Raises nothing: one that cannot be used is left out, or told of when it is.
    """
    found = files.encoder or encoder_beside(files.generator)
    if found is None:
        return files
    try:
        fits = _settled(found, generator)
    except Problem:
        return files  # opened for a use, it says what is wrong
    return replace(files, encoder=found) if fits else files


def _settled(path: Path, generator: Generator) -> bool:
    """Whether an encoder fits; where it has no card, which values its pictures have is remembered, too."""
    from explorer.core.models.inspection import examine
    from explorer.core.models.interpretations import Interpretations
    from explorer.core.models.policy import read_model

    file, readings = read_model(path), Interpretations()
    found = examine(file)
    if not _fits(found, generator):
        return False
    if found.guessed and "value_range" not in readings.of(file.hash):
        readings.keep(file.hash, {"value_range": _best_range(found, path, generator)})
    return True


def _fits(found: Inspection, generator: Generator) -> bool:
    card, own = generator.card, found.card
    sides = ((own.height, card.height), (own.width, card.width), (own.channels, card.channels))
    is_sized = all(one in (0, other) for one, other in sides)
    return found.kind == "encoder" and own.latent_size == card.latent_size and is_sized


def _best_range(found: Inspection, path: Path, generator: Generator) -> tuple[float, float]:
    """The range of values under which generator and encoder give a few of its own pictures back best."""
    from explorer.core.inference.perception import Encoder
    from explorer.core.models.policy import read_model
    from explorer.core.models.value_ranges import RANGES
    from explorer.core.rendering.latents import sample

    card, file = generator.card, read_model(path)
    label = 0 if card.classes else None
    latents = [sample(seed, card.latent_size, card.prior) for seed in range(_PICTURES)]
    shown = np.stack([generator.picture(z, label) for z in latents])
    lost: dict[tuple[float, float], float] = {}
    for values in RANGES:
        encoder = Encoder(file, replace(found, card=replace(found.card, value_range=values)), "cpu")
        try:
            again = np.stack([generator.picture(z, label) for z in encoder.latents(shown)])
        finally:
            encoder.close()
        lost[values] = float(np.abs(again.astype(np.float64) - shown).mean())
    return min(lost, key=lambda values: (lost[values], values != card.value_range))
