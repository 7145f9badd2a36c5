"""What names of libraries stand for: the few functions that networks and their settings are made with."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from explorer.training.weight_import.source import layers, tensors
from explorer.training.weight_import.source.command_line import PARSERS, call_parser
from explorer.training.weight_import.source.expressions import key_of
from explorer.training.weight_import.source.limits import NotFollowedError, TooMuchError, small
from explorer.training.weight_import.source.operators import as_text, calculated, compared, truth
from explorer.training.weight_import.source.values import Function, Known, Partial, Record, SourceClass

if TYPE_CHECKING:
    from explorer.training.weight_import.source.machine import Machine

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
_MATHS = frozenset(
    [
        "log2",
        "log",
        "log10",
        "sqrt",
        "exp",
        "floor",
        "ceil",
        "pow",
        "prod",
        "gcd",
        "sin",
        "cos",
        "tanh",
        "fabs",
        "isqrt",
    ]
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
_DISTRIBUTIONS = frozenset(("torch.distributions.Normal", "torch.distributions.normal.Normal"))
_FALSE = frozenset(("torch.cuda.is_available", "torch.backends.mps.is_available", "os.path.exists", "os.path.isfile"))
_IDLE = ("torch.nn.init.", "torch.manual_seed", "torch.cuda.", "warnings.", "logging.", "torch.backends.", "torch.set_")
_IDLE_BUILTINS = frozenset(("print", "display"))


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


def call_known(machine: Machine, path: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a function of a library gives; raises `NotFollowedError` for those that are not listed."""
    path = canonical(path)
    if layers.is_layer(path):
        return layers.made_layer(path, given, named)
    head, _, name = path.rpartition(".")
    if head == "builtins":
        return _builtin(machine, name, given, named)
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


def _integer(value: Any = 0, base: int = 10) -> int:
    if isinstance(value, str) and len(value) < 24:
        return small(int(value, int(base)))
    if isinstance(value, bool | int | float) and math.isfinite(value):
        return small(int(value))
    if isinstance(value, Tensor):
        return value  # type: ignore[return-value]  # a size, while a network is traced
    raise NotFollowedError("makes a whole number of what is none")


def _float(value: Any = 0.0) -> float:
    if (isinstance(value, str) and len(value) < 40) or isinstance(value, int | float):
        return float(value)
    raise NotFollowedError("makes a number of what is none")


def _flat(machine: Machine, given: tuple[Any, ...]) -> list[Any]:
    values = list(machine.items(given[0])) if len(given) == 1 else list(given)
    machine.budget.step(len(values))
    if not all(isinstance(each, int | float) for each in values):
        raise NotFollowedError("calculates with things that are no numbers")
    return values


def _length(machine: Machine, value: Any) -> int:
    if isinstance(value, nn.Sequential | nn.ModuleList | nn.ModuleDict):
        return len(value._modules)
    if isinstance(value, list | tuple | dict | str | range | set):
        return len(value)
    if isinstance(value, Tensor):
        return int(value.shape[0])
    raise NotFollowedError("asks for the length of something that has none")


def _is_instance(machine: Machine, value: Any, kinds: Any) -> bool:
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if isinstance(kind, SourceClass):
            found = kind in getattr(getattr(value, "kind", None), "order", ())
        elif isinstance(kind, Known):
            found = _is_a(value, canonical(kind.path))
        else:
            raise NotFollowedError("asks whether something is of a kind that is not followed")
        if found:
            return True
    return False


def _is_a(value: Any, path: str) -> bool:
    plain = {"int": int, "float": float, "str": str, "list": list, "tuple": tuple, "dict": dict, "bool": bool}
    name = path.rpartition(".")[2]
    if path.startswith("builtins.") and name in plain:
        return isinstance(value, plain[name])
    if path in ("torch.Tensor", "torch.FloatTensor", "torch.autograd.Variable"):
        return isinstance(value, Tensor)
    if name in ("Iterable", "Sequence"):
        return isinstance(value, list | tuple)
    return isinstance(value, nn.Module) and isinstance(value, layers.class_called(path))


def _range(machine: Machine, *ends: Any) -> range:
    whole = [int(each) for each in ends]
    if any(abs(each) > 10**7 for each in whole):
        raise TooMuchError("counts further than any network needs")
    return range(*whole)


def _zipped(machine: Machine, *parts: Any) -> list[Any]:
    return list(zip(*(list(machine.items(part)) for part in parts), strict=False))


def _mapped(machine: Machine, function: Any, *parts: Any) -> list[Any]:
    return [machine.call(function, each, {}) for each in _zipped(machine, *parts)]


def _ordered(machine: Machine, pairs: Any = (), **named: Any) -> dict[Any, Any]:
    if isinstance(pairs, dict):
        return {**pairs, **named}
    return {key_of(key): value for key, value in (tuple(machine.items(pair)) for pair in machine.items(pairs))} | named


def _has(machine: Machine, value: Any, name: str) -> bool:
    try:
        machine.attribute(value, str(name))
    except NotFollowedError:
        return False
    return True


def _got(machine: Machine, value: Any, name: str, *other: Any) -> Any:
    if not isinstance(name, str) or name.startswith("__"):
        raise NotFollowedError("asks for an attribute by a name that is not followed")
    if isinstance(value, Known):
        return constant_of(f"{value.path}.{name}")
    return machine.attribute(value, name) if not other or _has(machine, value, name) else other[0]


def _summed(machine: Machine, values: Any, start: Any = 0) -> Any:
    total = start
    for each in machine.items(values):
        total = calculated(ast.Add, total, each)
    return total


def _best(kind: type[ast.cmpop]) -> Callable[..., Any]:
    def best(machine: Machine, *given: Any) -> Any:
        found, *rest = _flat(machine, given)
        for each in rest:
            found = each if compared(kind, each, found) else found
        return found

    return best


def _type(machine: Machine, value: Any) -> Any:
    if isinstance(value, nn.Module):
        return getattr(value, "kind", None) or Known(layers.kind_of(value))
    return Known(f"builtins.{type(value).__name__}")


def _setting(machine: Machine, of: Any, name: str, value: Any) -> None:
    machine.set_attribute(of, str(name), value)


_BUILTINS: dict[str, Callable[..., Any]] = {
    "int": lambda machine, *given: _integer(*given),
    "float": lambda machine, *given: _float(*given),
    "bool": lambda machine, value=False: truth(value),
    "str": lambda machine, value="": as_text(value),
    "len": _length,
    "range": _range,
    "list": lambda machine, value=(): list(machine.items(value)),
    "tuple": lambda machine, value=(): tuple(machine.items(value)),
    "set": lambda machine, value=(): {key_of(each) for each in machine.items(value)},
    "dict": _ordered,
    "zip": _zipped,
    "enumerate": lambda machine, value, start=0: list(enumerate(machine.items(value), int(start))),
    "reversed": lambda machine, value: list(machine.items(value))[::-1],
    "sorted": lambda machine, value: sorted(_flat(machine, (value,))),
    "sum": _summed,
    "max": _best(ast.Gt),
    "min": _best(ast.Lt),
    "abs": lambda machine, value: abs(value),
    "round": lambda machine, value, digits=None: round(float(value), *(() if digits is None else (int(digits),))),
    "pow": lambda machine, a, b: calculated(ast.Pow, a, b),
    "isinstance": _is_instance,
    "hasattr": _has,
    "getattr": _got,
    "setattr": _setting,
    "map": _mapped,
    "any": lambda machine, values: any(truth(each) for each in machine.items(values)),
    "all": lambda machine, values: all(truth(each) for each in machine.items(values)),
    "type": _type,
    "callable": lambda machine, value: isinstance(value, Function | Known | SourceClass | nn.Module | Partial),
    "super": lambda machine, kind, of: _above(kind, of),
    "object": lambda machine: None,
}
BUILTIN = frozenset((*_BUILTINS, *_IDLE_BUILTINS))


def _above(kind: Any, of: Any) -> Any:
    from explorer.training.weight_import.source.values import Super

    if not isinstance(kind, SourceClass):
        raise NotFollowedError("calls super of what is no class")
    return Super(kind, of)


def _builtin(machine: Machine, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if name in _IDLE_BUILTINS:
        return None
    return _BUILTINS[name](machine, *given, **named)


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
    "collections.OrderedDict": _ordered,
    "functools.partial": lambda machine, called, *given, **named: Partial(called, given, named),
    "functools.reduce": _reduced,
    "itertools.chain": lambda machine, *parts: [each for part in parts for each in machine.items(part)],
    "operator.mul": lambda machine, a, b: calculated(ast.Mult, a, b),
    "operator.add": lambda machine, a, b: calculated(ast.Add, a, b),
    "torch.autograd.Variable": lambda machine, value, *_, **__: value,
    "torch.nn.functional.one_hot": _one_hot,
    "torch.Size": lambda machine, value: tuple(value),
    "torch.device": lambda machine, *_: Known("torch.device"),
    "types.SimpleNamespace": lambda machine, **named: Record(None, named),
    "argparse.Namespace": lambda machine, **named: Record(None, named),
    "easydict.EasyDict": lambda machine, told=None, **named: Record(None, {**(told or {}), **named}),
    "torch.nn.Module": lambda machine: nn.Module(),
    "numpy.array": lambda machine, value, *_, **__: value,
    "torch.numel": lambda machine, value: value.numel(),
    "copy.deepcopy": lambda machine, value: value,
    "copy.copy": lambda machine, value: value,
}
