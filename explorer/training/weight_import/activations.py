"""Activations by their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import nn

from explorer.training.weight_import.choices import slope_of

_ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "plain": nn.Identity,
    "plain01": nn.Identity,
}


def activation(kind: str) -> nn.Module:
    """An activation by its key; ``leaky:0.15`` is a leaky ReLU of any slope.

    Raises
    ------
    ValueError
        There is none of that name, or its slope is no number.
    """
    slope = slope_of(kind)
    if slope is None and kind not in _ACTIVATIONS:
        raise ValueError(f"no activation is called {kind[:40]}")
    return _ACTIVATIONS[kind]() if slope is None else nn.LeakyReLU(slope)
