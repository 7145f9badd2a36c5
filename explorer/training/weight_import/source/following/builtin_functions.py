"""Python's own functions that a source may call."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from explorer.training.weight_import.source.following import source_layers as layers
from explorer.training.weight_import.source.following.limits import NotFollowedError, TooMuchError, small
from explorer.training.weight_import.source.following.names import canonical, constant_of
from explorer.training.weight_import.source.following.operators import as_text, calculated, compared, truth
from explorer.training.weight_import.source.following.source_places import key_of
from explorer.training.weight_import.source.following.source_values import Function, Known, Partial, SourceClass, Super

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


_IDLE = frozenset(("print", "display"))


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
        raise NotFollowedError("calculates with things that are not numbers")
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


def ordered(machine: Machine, pairs: Any = (), **named: Any) -> dict[Any, Any]:
    """A dictionary of pairs, or of another one, and of what is named."""
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
    "dict": ordered,
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
BUILTIN = frozenset((*_BUILTINS, *_IDLE))


def _above(kind: Any, of: Any) -> Any:
    if not isinstance(kind, SourceClass):
        raise NotFollowedError("calls super of what is not a class")
    return Super(kind, of)


def call_builtin(machine: Machine, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a function of Python's own gives; raises `NotFollowedError`."""
    if name in _IDLE:
        return None
    return _BUILTINS[name](machine, *given, **named)
