"""The steps of a chain as a person edited them, refused where one does not fit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from explorer.training.weight_import.architecture import ARCHITECTURE, Architecture, UnfitStepError, from_text
from explorer.training.weight_import.assembly import layers_by_name, module_of
from explorer.training.weight_import.chains.chain import Chain
from explorer.training.weight_import.layers import WeightLayer
from explorer.training.weight_import.step_sizes import size_after

_MOST_NUMBERS = 1 << 24


def edited(found: Chain, chosen: Mapping[str, str]) -> Architecture:
    """The steps that a person made of those of a chain; empty where nobody did.

    Raises
    ------
    Problem
        They cannot be.
    """
    if ARCHITECTURE not in chosen:
        return ()
    layers = layers_by_name(found)
    steps = from_text(chosen[ARCHITECTURE], layers)
    _check_order(steps, layers, found.latent_size)
    return steps


def _check_order(steps: Architecture, layers: Mapping[str, WeightLayer], width: int) -> None:
    """Refuse steps of which one cannot take what the one before it gives, or that give no picture.

    Raises
    ------
    UnfitStepError
    """
    place, sizes = 0, list[tuple[int, ...]]([(width,)])
    try:
        for place in range(len(steps)):
            step = steps[place]
            sizes.append(size_after(step, layers[step.layer].weight.shape if step.layer else (), sizes[-1]))
            if math.prod(sizes[-1]) > _MOST_NUMBERS:
                raise ValueError(f"it gives {math.prod(sizes[-1]):,} numbers, too many")
            if step.op in ("act", "affine"):
                module_of(step, layers, flat=False)
        if len(sizes[-1]) != 3 or not 1 <= sizes[-1][0] <= 4:
            raise ValueError("it gives no picture")
    except ValueError as error:
        raise UnfitStepError(place, str(error), tuple(sizes[1:])) from None
