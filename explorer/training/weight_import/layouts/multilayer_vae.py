"""VAEs of dense layers only (Kingma and Welling 2014), such as the one among PyTorch's examples."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.halves import halves
from explorer.training.weight_import.chains.vaes import reconstructing
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 20
_EXAMPLE = [f"{name}.{part}" for name in ("fc1", "fc21", "fc22", "fc3", "fc4") for part in ("weight", "bias")]


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """Decoder and encoder; None where not all is dense, or no two heads give mean and log-variance."""
    known = set(tensors) == set(_EXAMPLE)
    if known:  # whose names do not sort into its order
        tensors = {name: tensors[name] for name in _EXAMPLE}
    parts = halves(layers_of(tensors))
    if parts is None or parts.decoder.channels or any(layer.kind == "conv" for layer in parts.encoder):
        return None
    usual = Taste(hidden="relu", last="sigmoid")
    return reconstructing("Multilayer perceptron VAE", parts, chosen, usual, certain=known)
