"""What names of libraries stand for: the few functions that networks and their settings are made with."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from explorer.training.weight_import.source.following import source_layers as layers
from explorer.training.weight_import.source.following import source_tensors as tensors
from explorer.training.weight_import.source.following.builtin_functions import call_builtin, ordered
from explorer.training.weight_import.source.following.command_line import PARSERS, call_parser
from explorer.training.weight_import.source.following.limits import NotFollowedError, small
from explorer.training.weight_import.source.following.names import canonical
from explorer.training.weight_import.source.following.operators import calculated
from explorer.training.weight_import.source.following.source_values import Known, Partial, SourceRecord
from explorer.training.weight_import.source.vocabulary import words

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine

_MATHS = words(
    "log2 log log10 sqrt exp floor ceil pow prod gcd sin cos tanh fabs isqrt",
)
_RANDOM = frozenset(
    f"{module}.{name}"
    for module, names in (
        ("torch", "randn rand randn_like rand_like randint normal bernoulli randperm"),
        ("numpy.random", "randn rand normal uniform randint standard_normal random choice"),
        ("torch.random", "randn rand"),
        ("torch.cuda.FloatTensor", "normal_ uniform_"),
    )
    for name in names.split()
)
_FALSE = frozenset(("torch.cuda.is_available", "torch.backends.mps.is_available", "os.path.exists", "os.path.isfile"))
_IDLE = ("torch.nn.init.", "torch.manual_seed", "torch.cuda.", "warnings.", "logging.", "torch.backends.", "torch.set_")


def call_known(machine: Machine, path: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a function of a library gives; raises `NotFollowedError` for those that are not listed."""
    path = canonical(path)
    if layers.is_layer(path):
        return layers.made_layer(path, given, named)
    head, _, name = path.rpartition(".")
    if head == "builtins":
        return call_builtin(machine, name, given, named)
    if head in ("math", "numpy") and name in _MATHS and not any(isinstance(each, Tensor) for each in given):
        return _maths(name, given)
    if path in _RANDOM:
        return machine.draw(path, given, named)
    if path in PARSERS:
        return call_parser(machine, path, given, named)
    if path in _OTHERS:
        return _OTHERS[path](machine, *given, **named)
    if path in _FALSE:
        return False
    if path == "torch.nn.Parameter":
        return layers.as_parameter(given[0] if given else named.get("data"))
    if path.startswith(_IDLE):
        return given[0] if given else None
    function = tensors.function_of_torch(path)
    if function is not None:
        return function(*given, **named)
    raise NotFollowedError(f"calls {path[:80]}, which is not followed")


def _maths(name: str, given: tuple[Any, ...]) -> Any:
    if name == "prod":
        total: Any = 1
        for each in given[0] if isinstance(given[0], list | tuple) else given:
            total = calculated(ast.Mult, total, each)
        return total
    numbers = [float(each) if name not in ("gcd", "isqrt") else int(each) for each in given]
    if (name == "log" and len(numbers) == 1) or name not in ("pow", "log", "gcd"):
        numbers = numbers[:1]
    result = getattr(math, name)(*numbers)
    return small(result) if isinstance(result, int) else result


def _reduced(machine: Machine, function: Any, values: Any, *start: Any) -> Any:
    found, *rest = [*start, *machine.items(values)]
    for each in rest:
        found = machine.call(function, (found, each), {})
    return found


def _one_hot(machine: Machine, labels: Tensor, num_classes: int = -1) -> Tensor:
    if num_classes < 1:
        raise NotFollowedError("makes classes one-hot without saying how many there are")
    return (labels.unsqueeze(-1) == _arange(int(num_classes))).long()


def _arange(count: int) -> Tensor:
    import torch

    return torch.arange(count)


_OTHERS: dict[str, Callable[..., Any]] = {
    "collections.OrderedDict": ordered,
    "functools.partial": lambda machine, called, *given, **named: Partial(called, given, named),
    "functools.reduce": _reduced,
    "itertools.chain": lambda machine, *parts: [each for part in parts for each in machine.items(part)],
    "operator.mul": lambda machine, a, b: calculated(ast.Mult, a, b),
    "operator.add": lambda machine, a, b: calculated(ast.Add, a, b),
    "torch.autograd.Variable": lambda machine, value, *_, **__: value,
    "torch.nn.functional.one_hot": _one_hot,
    "torch.Size": lambda machine, value: tuple(value),
    "torch.device": lambda machine, *_: Known("torch.device"),
    "types.SimpleNamespace": lambda machine, **named: SourceRecord(None, named),
    "argparse.Namespace": lambda machine, **named: SourceRecord(None, named),
    "easydict.EasyDict": lambda machine, told=None, **named: SourceRecord(None, {**(told or {}), **named}),
    "torch.nn.Module": lambda machine: nn.Module(),
    "numpy.array": lambda machine, value, *_, **__: value,
    "torch.numel": lambda machine, value: value.numel(),
    "copy.deepcopy": lambda machine, value: value,
    "copy.copy": lambda machine, value: value,
}
