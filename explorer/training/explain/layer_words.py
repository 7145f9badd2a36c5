"""Layers of torch in words: what a student would call them, with the numbers that matter."""

from __future__ import annotations

import re
from typing import Any

from torch import nn

#: What functions of torch do that no module stands for; those that are not named here are passed over.
FUNCTION_WORDS = {
    "tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU",
    "silu": "SiLU", "softplus": "softplus", "softmax": "softmax", "view": "reshape", "reshape": "reshape",
    "flatten": "flatten", "unflatten": "reshape", "interpolate": "resize", "avg_pool2d": "average pooling",
    "max_pool2d": "max pooling", "pixel_shuffle": "pixel shuffle", "adaptive_avg_pool2d": "average pooling",
}  # fmt: skip

_WORDS: dict[type[nn.Module], str] = {
    nn.Linear: "dense",
    nn.ReLU: "ReLU",
    nn.Tanh: "tanh",
    nn.Sigmoid: "sigmoid",
    nn.ELU: "ELU",
    nn.GELU: "GELU",
    nn.SiLU: "SiLU",
    nn.Flatten: "flatten",
    nn.Unflatten: "reshape",
    nn.GroupNorm: "group norm",
    nn.LayerNorm: "layer norm",
    nn.Embedding: "table",
}


def words_of(module: nn.Module) -> str:
    """What a layer is called, e.g. ``convolution 5 × 5, stride 2``; "" where it does nothing."""
    if isinstance(module, nn.Identity):
        return ""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        return _convolution(module)
    if isinstance(module, nn.LeakyReLU):
        return f"leaky ReLU {module.negative_slope:g}"
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        return "batch norm"
    if isinstance(module, nn.Upsample):
        return f"enlarge × {_pair(module.scale_factor or 'to size')}, {module.mode}"
    share = getattr(module, "p", getattr(module, "share", None))
    if "dropout" in type(module).__name__.lower() and share is not None:
        return f"dropout {share:g}"
    return _WORDS.get(type(module)) or spaced(type(module).__name__)


def spaced(name: str) -> str:
    """A class's name as words: ``StyledConvolution`` is a styled convolution."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip("_")).lower()


def _convolution(module: nn.Conv2d | nn.ConvTranspose2d) -> str:
    kind = "transposed convolution" if isinstance(module, nn.ConvTranspose2d) else "convolution"
    stride = f", stride {_pair(module.stride)}" if set(module.stride) != {1} else ""
    groups = f", {module.groups} groups" if module.groups > 1 else ""
    return f"{kind} {' × '.join(map(str, module.kernel_size))}{stride}{groups}"


def _pair(numbers: Any) -> str:
    values = list(numbers) if isinstance(numbers, tuple | list) else [numbers]
    return " × ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in dict.fromkeys(values))
