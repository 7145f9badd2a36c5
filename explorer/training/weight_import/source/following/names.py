"""Names of libraries: under how many of them a thing is known, and which are plain numbers."""

from __future__ import annotations

import math
from typing import Any

from explorer.training.weight_import.source.following import source_layers as layers
from explorer.training.weight_import.source.following import source_tensors as tensors
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.source_values import Known

FAMILIAR = {
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "torch": "torch",
    "np": "numpy",
    "math": "math",
    "OrderedDict": "collections.OrderedDict",
    "Variable": "torch.autograd.Variable",
    "partial": "functools.partial",
    "spectral_norm": "torch.nn.utils.spectral_norm",
}
"""What names usually mean in pieces of programs that leave their imports out."""

_ALIASES = {
    "torch.functional.F": "torch.nn.functional",
    "torch.nn.modules": "torch.nn",
    "torch.nn.parameter.Parameter": "torch.nn.Parameter",
    "torch.nn.utils.parametrizations": "torch.nn.utils",
    "torch.nn.utils.spectral_norm.spectral_norm": "torch.nn.utils.spectral_norm",
}
_CONSTANTS: dict[str, Any] = {
    "math.pi": math.pi,
    "numpy.pi": math.pi,
    "torch.pi": math.pi,
    "math.e": math.e,
    "math.inf": math.inf,
    "numpy.newaxis": None,
    "torch.backends.cudnn.benchmark": False,
}


def canonical(path: str) -> str:
    """A library's name as it is known here."""
    head, _, rest = path.partition(".")
    path = ("numpy." + rest if head in ("np", "numpy") else path).rstrip(".")
    for old, new in _ALIASES.items():
        if path == old or path.startswith(old + "."):
            return new + path[len(old) :]
    return path


def meaning_of(path: str) -> bool:
    """Whether a library's name is known, so that a name imported by a star can be it."""
    return layers.is_layer(path) or tensors.function_of_torch(path) is not None or path == "torch.nn.Module"


def constant_of(path: str) -> Any:
    """What a name within a library is: a plain number, or the name itself."""
    path = canonical(path)
    if path.rpartition(".")[2].startswith("_"):
        raise NotFollowedError(f"asks for {path[:80]}, which is not followed")
    return _CONSTANTS[path] if path in _CONSTANTS else Known(path)
