"""Conditional VAEs (Sohn et al. 2015): a one-hot class joins the latent, as it joined the pictures in the encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from torch import Tensor

from explorer.training.weight_import.activations import activation
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.chains.halves import OF_CLASSES, conditional_halves
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, one_hot
from explorer.training.weight_import.layers import WeightLayer, layers_of
from explorer.training.weight_import.layouts.convolutional_vae import is_of_collection, silent_layers
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 22
_BEHIND = ("plain", "relu", "leaky", "tanh")
_LEFT_OUT = "Its encoder takes the class beside the picture, and is left out."


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The decoder; None where no encoder proves that a class enters it."""
    parts = conditional_halves(layers_of(tensors), silent_layers(tensors))
    if parts is None:
        return None
    classes = parts.decoder.latent_size - int(parts.head.weight.shape[0])
    usual = Taste(hidden="leaky01", last="tanh") if is_of_collection(tensors) else Taste(hidden="relu", last="sigmoid")
    entering = [one_hot(way, classes) for way in (LATENT_FIRST, LABEL_FIRST)]
    tables = _tables(parts.encoder, classes)
    entrances = [replace(each, table=table, behind=act) for act, table in tables for each in entering] or entering
    found = painted("Conditional VAE", parts.decoder, chosen, usual, entrances)
    return found and replace(found, problems=(*found.problems, _LEFT_OUT))


def _tables(layers: Sequence[WeightLayer], width: int) -> list[tuple[str, Tensor]]:
    """What stands for each class, (classes, width), where one layer of the class alone makes so many numbers of it.

    It is an embedding; or a dense layer, of which an activation may stand behind it.
    """
    named = [each for each in layers if each.kind == "dense" and OF_CLASSES.search(each.name)]
    embedded = [each for each in named if each.bias is None and each.weight.shape[1] == width]
    dense = [each for each in named if each.bias is not None and len(each.weight) == width]
    if len(embedded) == 1 and not dense:
        return [("", embedded[0].weight.float())]
    if len(dense) != 1 or embedded or dense[0].bias is None:
        return []
    rows = dense[0].weight.float().T + dense[0].bias.float()
    return [(act, activation(act)(rows).contiguous()) for act in _BEHIND]
