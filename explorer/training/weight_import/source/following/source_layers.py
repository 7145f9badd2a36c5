"""The layers of ``torch.nn`` that a source may ask for, made without memory: their weights come from a file later."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from torch import Tensor, nn
from torch.utils._python_dispatch import _disable_current_modes

from explorer.training.weight_import.source.following.limits import MOST_ITEMS, NotFollowedError, TooMuchError, sized
from explorer.training.weight_import.source.vocabulary import words

PREFIX = "torch.nn."
_LARGEST_SIZE = 2**27
_MOST_LAYERS = 5_000

_NAMES = words(
    "Linear Bilinear Conv1d Conv2d ConvTranspose1d ConvTranspose2d BatchNorm1d BatchNorm2d InstanceNorm1d",
    "InstanceNorm2d GroupNorm LayerNorm RMSNorm Embedding ReLU LeakyReLU PReLU ELU CELU SELU GELU Mish Softplus",
    "Softsign Tanh Sigmoid LogSigmoid Hardtanh Hardsigmoid Hardswish Identity SiLU ReLU6 GLU Softmax LogSoftmax",
    "Upsample UpsamplingNearest2d UpsamplingBilinear2d PixelShuffle PixelUnshuffle AvgPool2d AdaptiveAvgPool2d",
    "MaxPool2d AdaptiveMaxPool2d AvgPool1d MaxPool1d Dropout Dropout1d Dropout2d AlphaDropout Flatten Unflatten",
    "ReflectionPad2d ReflectionPad1d ZeroPad2d ReplicationPad2d ReplicationPad1d ConstantPad2d CosineSimilarity",
    "Fold Unfold LocalResponseNorm MultiheadAttention",
)
_LAYERS: dict[str, type[nn.Module]] = {PREFIX + name: getattr(nn, name) for name in _NAMES}
_LAYERS[PREFIX + "SyncBatchNorm"] = nn.BatchNorm2d  # the same where nothing is trained
_HOLDERS = frozenset(PREFIX + name for name in ("Sequential", "ModuleList", "ModuleDict", "DataParallel"))
_WRAPPERS = frozenset(
    {
        "torch.nn.utils.spectral_norm",
        "torch.nn.utils.weight_norm",
        "torch.nn.utils.parametrizations.spectral_norm",
        "torch.nn.utils.parametrizations.weight_norm",
        "torch.nn.utils.remove_spectral_norm",
        "torch.nn.utils.remove_weight_norm",
        "torch.compile",
        "torch.jit.script",
    }
)
"""What gives the layer that it is given: weights in parts are folded into one before they are matched."""


def is_layer(path: str) -> bool:
    """Whether a name of a library is that of a layer, or of what holds layers."""
    return path in _LAYERS or path in _HOLDERS or path in _WRAPPERS


def kind_of(module: nn.Module) -> str:
    """The whole name of a layer's class."""
    return PREFIX + type(module).__name__


def class_called(path: str) -> type[nn.Module]:
    """The class of a layer, to ask whether a module is one; raises `NotFollowedError`."""
    holders = {f"{PREFIX}{kind.__name__}": kind for kind in (nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.Module)}
    found = _LAYERS.get(path) or holders.get(path) or getattr(nn, path.removeprefix(PREFIX), None)
    if not isinstance(found, type) or not issubclass(found, nn.Module):
        raise NotFollowedError(f"asks for {path}, which is not followed")
    return found


def made_layer(path: str, given: tuple[Any, ...], named: dict[str, Any]) -> nn.Module:
    """A layer of torch; its own weights take no memory.

    Raises
    ------
    NotFollowedError
        It is given what no layer is made of.
    """
    if path in _WRAPPERS:
        module = given[0] if given else next(iter(named.values()), None)
        if not isinstance(module, nn.Module):
            raise NotFollowedError("normalises the weights of what is not a layer")
        return module
    if path in _HOLDERS:
        return _holder(path, given, named)
    named = {key: value for key, value in named.items() if key not in ("device", "dtype")}
    for value in (*given, *named.values()):
        _check(value)
    if _has_weights(path):
        named["device"] = "meta"
    with _disable_current_modes():
        return _LAYERS[path](*given, **named).requires_grad_(False)


@cache
def _has_weights(path: str) -> bool:
    return "device" in inspect.signature(_LAYERS[path]).parameters


def _check(value: Any, depth: int = 2) -> None:
    if isinstance(value, list | tuple) and depth and len(value) <= 16:
        for each in value:
            _check(each, depth - 1)
    elif isinstance(value, bool | float | str) or value is None:
        pass
    elif isinstance(value, int):
        if not abs(value) <= _LARGEST_SIZE:
            raise TooMuchError(f"makes a layer of {value:,} numbers a side")
    else:
        raise NotFollowedError("makes a layer of what is not a number")


def _holder(path: str, given: tuple[Any, ...], named: dict[str, Any]) -> nn.Module:
    if path == PREFIX + "Sequential":
        return nn.Sequential(*_parts(given))
    inside = given[0] if given else next(iter(named.values()), None)
    if path == PREFIX + "ModuleList":
        return nn.ModuleList(_modules(inside if inside is not None else ()))
    if path == PREFIX + "ModuleDict":
        return nn.ModuleDict(dict(_pairs(inside if inside is not None else {})))
    holder = nn.Module()  # DataParallel: its part is called module
    holder._modules["module"] = _modules([inside])[0]
    holder.forward = holder._modules["module"]  # type: ignore[assignment]
    return holder


def _parts(given: tuple[Any, ...]) -> Iterable[Any]:
    if len(given) == 1 and isinstance(given[0], dict):
        return (OrderedDict(_pairs(given[0])),)
    return _modules(given)


def _modules(values: Any) -> list[nn.Module]:
    listed = list(values) if isinstance(values, list | tuple | nn.ModuleList | nn.Sequential) else None
    if listed is None or not all(isinstance(each, nn.Module) for each in listed):
        raise NotFollowedError("puts what is not a layer among layers")
    sized(listed, _MOST_LAYERS)
    return listed


def _pairs(values: Any) -> list[tuple[str, nn.Module]]:
    pairs = list(values.items()) if isinstance(values, dict) else list(values)
    for key, module in pairs:
        if not isinstance(key, str) or not isinstance(module, nn.Module) or not key or "." in key or len(key) > 100:
            raise NotFollowedError("puts what is not a layer among layers")
    return pairs


def as_parameter(value: Any) -> nn.Parameter:
    """A weight that a class makes by itself."""
    if not isinstance(value, Tensor):
        raise NotFollowedError("makes a parameter of what is not a tensor")
    return nn.Parameter(value, requires_grad=False)


def check_tree(module: nn.Module) -> None:
    """Refuse modules that hold themselves, or each other so often that they could not be counted."""
    counts: dict[int, int] = {}
    _counted(module, counts, set())


def _counted(module: nn.Module, counts: dict[int, int], above: set[int]) -> int:
    own = id(module)
    if own in above:
        raise TooMuchError("has a layer that holds itself")
    if own not in counts:
        above.add(own)
        parts = [part for part in module._modules.values() if part is not None]
        counts[own] = 1 + sum(_counted(part, counts, above) for part in parts)
        above.discard(own)
    if counts[own] > MOST_ITEMS:
        raise TooMuchError("has more layers than any network")
    return counts[own]


def methods_of(module: nn.Module) -> dict[str, Callable[..., Any]]:
    """What may be called of a layer, by name."""
    found: dict[str, Callable[..., Any]] = {
        "modules": lambda: _listed(module),
        "children": lambda: list(module._modules.values()),
        "named_children": lambda: list(module._modules.items()),
        "named_modules": lambda: [("", each) for each in _listed(module)],
        "parameters": lambda *_, **__: [],
        "named_parameters": lambda *_, **__: [],
        "buffers": list,
        "state_dict": dict,
    }
    found |= dict.fromkeys(("apply", "train", "eval", "to", "cuda", "cpu", "float"), lambda *_, **__: module)
    found |= dict.fromkeys(("requires_grad_", "share_memory", "type", "double"), lambda *_, **__: module)
    found |= dict.fromkeys(("load_state_dict", "zero_grad", "reset_parameters"), lambda *_, **__: None)
    if isinstance(module, nn.ModuleList | nn.Sequential):
        found["append"] = lambda part: module.append(_modules([part])[0])
        found["extend"] = lambda parts: module.extend(_modules(parts))
        found["insert"] = lambda place, part: module.insert(int(place), _modules([part])[0])
    if isinstance(module, nn.ModuleDict):
        found |= {"items": lambda: list(module.items()), "values": lambda: list(module.values())}
        found |= {"keys": lambda: list(module.keys())}
    found["add_module"] = found["register_module"] = lambda name, part: put_module(module, name, part)
    return found


def put_module(module: nn.Module, name: Any, part: Any) -> None:
    """Give a module a part under a name."""
    if part is None:
        return
    ((key, value),) = _pairs([(str(name), part)])
    sized(module._modules, _MOST_LAYERS)
    module._modules[key] = value


def _listed(module: nn.Module) -> list[nn.Module]:
    check_tree(module)
    return list(module.modules())


_FACTS = words(
    "weight bias in_features out_features in_channels out_channels kernel_size stride padding num_features eps",
    "num_embeddings embedding_dim running_mean running_var negative_slope scale_factor groups num_groups",
)


def fact_of(module: nn.Module, name: str) -> Any:
    """An attribute of a layer of torch; raises `NotFollowedError` where it is not among the plain ones."""
    if name in module._modules:
        return module._modules[name]
    kept = (module._parameters, module._buffers, module.__dict__) if name in _FACTS else ()
    for each in kept:
        if name in each:
            return each[name]
    raise NotFollowedError(f"asks a layer for its {name[:40]}, which is not followed")
