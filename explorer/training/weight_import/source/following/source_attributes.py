"""What ``value.name`` is, by the kind of the value; Python's own attributes are never asked for by a source's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from explorer.training.weight_import.source.following import source_containers as containers
from explorer.training.weight_import.source.following import source_layers as layers
from explorer.training.weight_import.source.following import source_tensors as tensors
from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.names import constant_of
from explorer.training.weight_import.source.following.source_module import SourceModule
from explorer.training.weight_import.source.following.source_values import (
    Function,
    Known,
    Method,
    SourceClass,
    SourceRecord,
    Super,
    Unknown,
)

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


def attribute(machine: Machine, value: Any, name: str) -> Any:
    """The attribute of a value; raises `NotFollowedError`."""
    if isinstance(value, Known):
        return constant_of(f"{value.path}.{name}")
    if isinstance(value, Super):
        return _inherited(value, name)
    if isinstance(value, SourceModule | SourceRecord):
        return _own(machine, value, name)
    if isinstance(value, SourceClass):
        return _of_class(value, name)
    if isinstance(value, Tensor):
        fact = tensors.fact_of(value, name)
        return Method(name, value) if fact is None else fact
    if isinstance(value, nn.Module):
        return Method(name, value) if name in layers.methods_of(value) else layers.fact_of(value, name)
    if containers.has_method(value, name):
        return Method(name, value)
    raise NotFollowedError(f"asks for {name[:40]} of something, which is not followed")


def _own(machine: Machine, value: SourceModule | SourceRecord, name: str) -> Any:
    kept = value.fields if isinstance(value, SourceRecord) else value.kept(name)
    if name in kept:
        if isinstance(kept[name], Unknown):
            raise kept[name].error
        return kept[name]
    member = value.kind.find(name) if value.kind else None
    if isinstance(member, Function):
        return _bound(machine, member, value)
    if isinstance(member, Unknown):
        raise member.error
    if value.kind and any(name in each.members for each in value.kind.order):
        return member
    if isinstance(value, SourceModule):
        return Method(name, value) if name == "forward" else value.of_module(name)
    if name == "__class__" and value.kind:
        return value.kind
    if value.kind is None and name in ("update", "get", "items", "keys", "values"):
        return Method(name, value.fields)
    raise NotFollowedError(f"asks for {name[:40]}, which nobody has set")


def _bound(machine: Machine, member: Function, value: Any) -> Any:
    if member.kind == "static":
        return member
    if member.kind == "property":
        return machine.call(Method(member, value), (), {})
    return Method(member, value.kind if member.kind == "class" else value)


def _of_class(kind: SourceClass, name: str) -> Any:
    if name == "__name__":
        return kind.name
    member = kind.find(name)
    if isinstance(member, Unknown):
        raise member.error
    if isinstance(member, Function) and member.kind == "class":
        return Method(member, kind)
    if member is None and not any(name in each.members for each in kind.order):
        return Method(name, Super(kind, None)) if name == "__init__" else _nothing(kind.name, name)
    return member


def _nothing(owner: str, name: str) -> Any:
    raise NotFollowedError(f"asks {owner} for {name[:40]}, which it does not have")


def _inherited(value: Super, name: str) -> Any:
    member = value.of.kind.find(name, value.after) if not isinstance(value.of, SourceClass) else None
    if isinstance(member, Function):
        return Method(member, value.of)
    return Method(name, value)


def call_method(machine: Machine, of: Any, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a method gives that is known by its name."""
    if isinstance(of, Super):
        return _from_above(of, name, given, named)
    if isinstance(of, Tensor):
        return tensors.method_of(of, name)(*given, **named)
    if isinstance(of, SourceModule):
        return of.forward_of_root(*given, **named) if name == "forward" else of.methods()[name](*given, **named)
    if isinstance(of, nn.Module):
        return layers.methods_of(of)[name](*given, **named)
    return containers.call(machine, of, name, given, named)


def _from_above(of: Super, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if isinstance(of.of, SourceRecord) or name in ("__init_subclass__", "__post_init__"):
        return None
    if of.of is None:  # nn.Module.__init__(self), written so
        return None
    if name == "__init__":
        return of.of.begin(given, named)
    if name == "forward":
        return of.of.forward_of_root(*given, **named)
    return of.of.methods()[name](*given, **named)


def set_attribute(value: Any, name: str, content: Any) -> None:
    """Do ``value.name = content``; raises `NotFollowedError`."""
    if isinstance(value, SourceModule):
        value.keep(name, content)
    elif isinstance(value, SourceRecord):
        value.fields[name] = content
    elif isinstance(value, SourceClass):
        value.members[name] = content
    elif isinstance(value, Tensor) and name == "data":
        pass  # a weight's first value, which the file replaces
    elif isinstance(value, nn.Module) and isinstance(content, nn.Module):
        layers.put_module(value, name, content)
    elif isinstance(value, nn.Module) and (content is None or isinstance(content, torch.nn.Parameter)):
        value.register_parameter(name, content)
    else:
        raise NotFollowedError(f"sets {name[:40]} of something, which is not followed")
