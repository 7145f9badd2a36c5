"""Conditional VAEs (Sohn et al. 2015): a one-hot class joins the latent, as it joined the pictures in the encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.chains.halves import conditional_halves
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, one_hot
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.layouts.convolutional_vae import is_of_collection, silent_layers
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 22
_LEFT_OUT = "Its encoder takes the class beside the picture, and is left out."


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The decoder; None where no encoder proves that a class enters it."""
    parts = conditional_halves(layers_of(tensors), silent_layers(tensors))
    if parts is None:
        return None
    classes = parts.decoder.latent_size - int(parts.head.weight.shape[0])
    usual = Taste(hidden="leaky01", last="tanh") if is_of_collection(tensors) else Taste(hidden="relu", last="sigmoid")
    tables = [each for each in parts.encoder if "emb" in each.name and each.bias is None]
    rows = [each.weight.float() for each in tables if each.kind == "dense" and each.weight.shape[1] == classes]
    entering = [one_hot(way, classes) for way in (LATENT_FIRST, LABEL_FIRST)]
    entrances = [replace(each, table=rows[0]) for each in entering] if len(rows) == 1 else entering
    found = painted("Conditional VAE", parts.decoder, chosen, usual, entrances)
    return found and replace(found, problems=(*found.problems, _LEFT_OUT))
