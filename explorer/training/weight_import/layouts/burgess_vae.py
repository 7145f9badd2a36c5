"""The convolutional VAE of Burgess et al. 2018 as in disentangling-vae: 32 channels, kernels of 4, strides of 2.

Its encoder's head gives each latent's mean before its log-variance.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.weight_import.chains.halves import halves
from explorer.training.weight_import.chains.vaes import reconstructing
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 10
_LAYOUT = "Convolutional VAE (Burgess et al., 2018)"
_ENCODER = ("conv1", "conv2", "conv3", "lin1", "lin2", "mu_logvar_gen")
_DECODER = ("lin1", "lin2", "lin3", "convT1", "convT2", "convT3")
_LARGER = ("encoder.conv_64", "decoder.convT_64")
_LEAST = 0.7


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """Decoder and encoder; None where the names are others.

    Raises
    ------
    Problem
        Most of its tensors are there, and some are not.
    """
    names = [f"encoder.{name}" for name in _ENCODER] + [f"decoder.{name}" for name in _DECODER]
    names += [name for name in _LARGER if any(f"{other}.weight" in tensors for other in _LARGER)]
    wanted = [f"{name}.{part}" for name in names for part in ("weight", "bias")]
    missing = [name for name in wanted if name not in tensors]
    if len(missing) > (1 - _LEAST) * len(wanted):
        return None
    if missing:
        raise Problem(f"It looks like a {_LAYOUT}, but lacks {', '.join(missing[:3])}.", "Choose a file that is whole.")
    return _rebuilt({name: tensors[name] for name in wanted}, chosen)


def _rebuilt(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    order = [f"encoder.{name}" for name in ("conv1", "conv2", "conv3")]
    order += ["encoder.conv_64"] if "encoder.conv_64.weight" in tensors else []
    order += [f"encoder.{name}" for name in _ENCODER[3:]] + [f"decoder.{name}" for name in _DECODER[:3]]
    order += ["decoder.convT_64"] if "decoder.convT_64.weight" in tensors else []
    order += [f"decoder.{name}" for name in _DECODER[3:]]
    sorted_ones = {f"{n}.{part}": tensors[f"{n}.{part}"] for n in order for part in ("weight", "bias")}
    parts = halves(layers_of(sorted_ones))
    usual = Taste(hidden="relu", last="sigmoid")
    return reconstructing(_LAYOUT, parts, chosen, usual, certain=True, interleaved=True) if parts else None
