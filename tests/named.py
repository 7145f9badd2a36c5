"""A real model of a few nodes whose latent has named dimensions: a number, a switch, and choices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx

from explorer.core.models.card import ModelCard
from explorer.core.rendering.dimensions import Dimension
from tests.models import tiny_generator

DIMENSIONS = (
    Dimension("age", 0, 1, "uniform", 20.0, 70.0, "factor"),
    Dimension("hat", 1, 1, "choices", 0.0, 1.0, "factor", ("no", "yes"), (0.5, 0.5)),
    Dimension("hat_style", 2, 2, "choices", 0.0, 1.0, "one-hot", ("cap", "beret")),
)


def tiny_named_generator(path: Path) -> Path:
    """Writes a generator of `DIMENSIONS` and two numbers of noise; gives its path."""
    model = onnx.load(tiny_generator(path, latent=6))
    card = ModelCard.from_json(model.metadata_props[0].value)
    model.metadata_props[0].value = replace(card, dimensions=DIMENSIONS).to_json()
    onnx.save(model, path)
    return path
