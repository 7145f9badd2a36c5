"""Places in lists, dictionaries, tensors and layers: what lies there, what is put there; and how names are bound."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.source_values import Scope, SourceRecord

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


def key_of(value: Any) -> Any:
    """What may be a key of a dictionary: a plain value, or a tuple of some."""
    plain = (str, int, float, bool, type(None))
    if isinstance(value, plain) or (isinstance(value, tuple) and all(isinstance(each, plain) for each in value)):
        return value
    raise NotFollowedError("keeps something under a key that is neither text nor a number")


def part_of(value: Any, place: Any) -> Any:
    """What lies at a place of a list, a dictionary, a tensor or layers in a row."""
    if isinstance(value, Tensor):
        return value[_index(place)]
    if isinstance(value, SourceRecord) and isinstance(place, str):
        value = value.fields
    if isinstance(value, dict):
        return value[key_of(place)]
    if isinstance(value, nn.Sequential | nn.ModuleList) and isinstance(place, int | slice):
        return value[place]
    if isinstance(value, nn.ModuleDict) and isinstance(place, str):
        return value._modules[place]
    if isinstance(value, list | tuple | str | range) and isinstance(place, int | slice):
        return value[place]
    if isinstance(value, list | tuple) and isinstance(place, Tensor):
        return value[int(place)]
    raise NotFollowedError("looks into something at a place that is not followed")


def _index(place: Any) -> Any:
    parts = place if isinstance(place, tuple) else (place,)
    if not all(part is None or part is ... or isinstance(part, int | slice | Tensor | list) for part in parts):
        raise NotFollowedError("looks into a tensor at a place that is not followed")
    return place


def bind(machine: Machine, target: ast.expr, value: Any, scope: Scope) -> None:
    """Give a value to what stands left of an equals sign."""
    if isinstance(target, ast.Name):
        scope.put(target.id, machine.overridden(target.id, value, scope))
    elif isinstance(target, ast.Tuple | ast.List):
        _bind_each(machine, target.elts, list(machine.items(value)), scope)
    elif isinstance(target, ast.Attribute):
        machine.set_attribute(machine.evaluate(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        _put_part(machine.evaluate(target.value, scope), machine.evaluate(target.slice, scope), value)
    elif isinstance(target, ast.Starred):
        bind(machine, target.value, value, scope)
    else:
        raise NotFollowedError("binds something that is not followed")


def _bind_each(machine: Machine, targets: list[ast.expr], values: list[Any], scope: Scope) -> None:
    star = next((place for place, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    if star is not None:
        after = len(targets) - star - 1
        values = [*values[:star], values[star : len(values) - after], *values[len(values) - after :]]
    if len(values) != len(targets):
        raise NotFollowedError(f"parts {len(values)} values among {len(targets)} names")
    for target, value in zip(targets, values, strict=True):
        bind(machine, target, value, scope)


def _put_part(whole: Any, place: Any, value: Any) -> None:
    if isinstance(whole, dict):
        whole[key_of(place)] = value
    elif isinstance(whole, SourceRecord) and isinstance(place, str):
        whole.fields[place] = value
    elif (
        (isinstance(whole, nn.ModuleList | nn.Sequential) and isinstance(place, int) and isinstance(value, nn.Module))
        or (isinstance(whole, list) and isinstance(place, int))
        or (isinstance(whole, Tensor) and isinstance(value, Tensor | int | float))
    ):
        whole[place] = value
    else:
        raise NotFollowedError("puts something at a place that is not followed")
