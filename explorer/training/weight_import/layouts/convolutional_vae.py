"""Convolutional VAEs whose encoder, heads and decoder make chains, such as those of PyTorch-VAE."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.halves import halves
from explorer.training.weight_import.chains.vaes import reconstructing
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 25


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """Decoder and, where its strides can be told, encoder; None where nothing is convolved or no heads are found."""
    parts = halves(layers_of(tensors), silent_layers(tensors))
    if parts is None or not parts.decoder.channels:
        return None
    if is_of_collection(tensors):
        usual = Taste(hidden="leaky01", last="tanh")
        return reconstructing("Convolutional VAE (PyTorch-VAE)", parts, chosen, usual, certain=True)
    return reconstructing("Convolutional VAE", parts, chosen, Taste(hidden="relu", last="sigmoid"))


def is_of_collection(tensors: Mapping[str, Tensor]) -> bool:
    """Whether names are those of PyTorch-VAE."""
    return "decoder_input.weight" in tensors and "final_layer.3.weight" in tensors


def silent_layers(tensors: Mapping[str, Tensor]) -> tuple[str, ...]:
    """Layers before which these names mean no activation."""
    return ("decoder.0.0",) if is_of_collection(tensors) else ()
