"""Calls: of functions and classes that the source defines, and of what it knows by name."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from torch import nn

from explorer.training.weight_import.source.following.library import call_known
from explorer.training.weight_import.source.following.limits import DEEPEST_CALLS, NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.source_attributes import call_method
from explorer.training.weight_import.source.following.source_layers import is_layer, made_layer
from explorer.training.weight_import.source.following.source_module import SourceModule
from explorer.training.weight_import.source.following.source_values import (
    Function,
    Known,
    Method,
    Partial,
    Scope,
    SourceClass,
    SourceRecord,
)
from explorer.training.weight_import.source.following.statements import Returned
from explorer.training.weight_import.source.vocabulary import words

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine

_IDLE_DECORATORS = words(
    "no_grad inference_mode export ignore wraps lru_cache cache unused overload abstractmethod override",
    "typechecked",
)


def call(machine: Machine, called: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a call gives; raises `NotFollowedError`."""
    if isinstance(called, Function):
        return call_function(machine, called, given, named)
    if isinstance(called, Method):
        if isinstance(called.function, Function):
            return call_function(machine, called.function, (called.of, *given), named, called.of)
        return call_method(machine, called.of, called.function, given, named)
    if isinstance(called, SourceClass):
        return _instance(machine, called, given, named)
    if isinstance(called, Known):
        if is_layer(called.path):
            return made_layer(called.path, given, named)
        return call_known(machine, called.path, given, named)
    if isinstance(called, Partial):
        return call(machine, called.called, (*called.given, *given), {**called.named, **named})
    if isinstance(called, SourceModule):
        return called.answer("forward", *given, **named)
    if isinstance(called, nn.Module):
        return called(*given, **named)
    if (
        isinstance(called, SourceRecord)
        and called.kind is not None
        and isinstance(run := called.kind.find("__call__"), Function)
    ):
        return call_function(machine, run, (called, *given), named, called)
    raise NotFollowedError("calls something that is not followed")


def _instance(machine: Machine, kind: SourceClass, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    if kind.is_network:
        machine.calls.append((kind, given, named))
        if not machine.builds:
            raise NotFollowedError(f"makes a {kind.name}")
        made: Any = SourceModule(kind, machine)
    else:
        made = SourceRecord(kind)
    start = kind.find("__init__")
    if isinstance(start, Function):
        if isinstance(made, SourceModule):
            made.keep("hparams", SourceRecord(None, _bound(start, (made, *given), named)))  # as Lightning keeps them
        call_function(machine, start, (made, *given), named, made)
    elif isinstance(made, SourceModule):
        made.begin(given, named)
    elif kind.is_record:
        names = [n.target.id for n in kind.node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
        made.fields |= dict(zip(names, given, strict=False)) | named
    return made


def call_function(
    machine: Machine, function: Function, given: tuple[Any, ...], named: dict[str, Any], of: Any = None
) -> Any:
    """What a function gives that the source defines."""
    if machine.budget.depth >= DEEPEST_CALLS:
        raise TooMuchError("calls itself without end, or too deeply")
    if function.kind == "unfollowed":
        raise NotFollowedError(f"calls {function.name}, which is changed by a decorator that is not followed")
    scope = Scope(function.scope.source, function.scope)
    if function.owner is not None and (of is not None or given):
        scope.owner = (function.owner, of if of is not None else given[0])
    scope.names |= _bound(function, given, named)
    machine.budget.depth += 1
    try:
        if isinstance(function.node, ast.Lambda):
            return machine.evaluate(function.node.body, scope)
        machine.execute(function.node.body, scope)
    except Returned as returned:
        return returned.value
    finally:
        machine.budget.depth -= 1
    return None


def _bound(function: Function, given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    """The values of a function's parameters."""
    told = function.node.args
    names = [each.arg for each in (*told.posonlyargs, *told.args)]
    found: dict[str, Any] = dict(zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True))
    keyword_only = [each.arg for each in told.kwonlyargs]
    found |= {n: d for n, d in zip(keyword_only, function.keyword_defaults, strict=True) if d is not _NONE}
    found |= dict(zip(names, given, strict=False))
    if len(given) > len(names) and not told.vararg:
        raise NotFollowedError(f"hands {len(given)} values to {function.name}, which takes {len(names)}")
    if told.vararg:
        found[told.vararg.arg] = tuple(given[len(names) :])
    known = {key: value for key, value in named.items() if key in (*names, *keyword_only)}
    rest = {key: value for key, value in named.items() if key not in known}
    if rest and not told.kwarg:
        raise NotFollowedError(f"hands {next(iter(rest))} to {function.name}, which does not take it")
    found |= known
    if told.kwarg:
        found[told.kwarg.arg] = rest
    missing = [name for name in (*names, *keyword_only) if name not in found]
    if missing:
        raise NotFollowedError(f"does not say what {', '.join(missing[:4])} of {function.name} is")
    return found


_NONE = object()


def defined_function(machine: Machine, name: str, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Function:
    """A function with its defaults, evaluated where it is defined."""
    defaults = tuple(machine.evaluate(each, scope) for each in node.args.defaults)
    kept = tuple(_NONE if each is None else machine.evaluate(each, scope) for each in node.args.kw_defaults)
    return Function(name, node, scope, defaults, kept, kind="" if isinstance(node, ast.Lambda) else _kind(node))


def _kind(node: ast.FunctionDef) -> str:
    kinds = {"staticmethod": "static", "classmethod": "class", "property": "property", "cached_property": "property"}
    found = ""
    for each in node.decorator_list:
        head = each.func if isinstance(each, ast.Call) else each
        name = head.id if isinstance(head, ast.Name) else head.attr if isinstance(head, ast.Attribute) else ""
        if name in kinds:
            found = kinds[name]
        elif name not in _IDLE_DECORATORS:
            found = "unfollowed"
    return found


def owned(value: Any, owner: SourceClass) -> Any:
    """A member of a class; its functions know whose they are, and see the names around the class, not those in it."""
    if isinstance(value, Function) and value.scope.parent is not None:
        return replace(value, owner=owner, scope=value.scope.parent)
    return value
