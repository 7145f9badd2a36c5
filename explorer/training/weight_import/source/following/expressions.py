"""Expressions of a source, evaluated one by one; what is not listed here is not followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from torch import Tensor

from explorer.training.weight_import.source.following.limits import NotFollowedError, sized
from explorer.training.weight_import.source.following.operators import UNARY, as_text, calculated, compared, truth
from explorer.training.weight_import.source.following.source_places import key_of, part_of
from explorer.training.weight_import.source.following.source_values import Known, Scope, SourceClass, SourceRecord

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


def _constant(_machine: Machine, node: ast.Constant, _scope: Scope) -> Any:
    if node.value is None or isinstance(node.value, bool | int | float | str):
        return node.value
    if node.value is Ellipsis:
        return ...
    raise NotFollowedError("holds bytes or complex numbers")


def _name(machine: Machine, node: ast.Name, scope: Scope) -> Any:
    return machine.meaning(node.id, scope)


def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> Any:
    return machine.attribute(machine.evaluate(node.value, scope), node.attr)


def _call(machine: Machine, node: ast.Call, scope: Scope) -> Any:
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return machine.ancestor(scope)
    called = machine.evaluate(node.func, scope)
    given = tuple(_spread(machine, node.args, scope))
    named: dict[str, Any] = {}
    for word in node.keywords:
        value = machine.evaluate(word.value, scope)
        named |= {word.arg: value} if word.arg else _texts(value)
    return machine.weighed(machine.call(called, given, named))


def _texts(value: Any) -> dict[str, Any]:
    fields = value.fields if isinstance(value, SourceRecord) else value
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise NotFollowedError("spreads what is not a dictionary")
    return fields


def _spread(machine: Machine, nodes: list[ast.expr], scope: Scope) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, ast.Starred):
            yield from machine.items(machine.evaluate(node.value, scope))
        else:
            yield machine.evaluate(node, scope)


def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> Any:
    left, right = machine.evaluate(node.left, scope), machine.evaluate(node.right, scope)
    return machine.weighed(calculated(type(node.op), left, right))


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> Any:
    value = machine.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not truth(value)
    if not isinstance(value, Tensor | int | float):
        raise NotFollowedError("calculates with things that are not numbers")
    return UNARY[type(node.op)](value)


def _boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> Any:
    value: Any = None
    for part in node.values:
        value = machine.evaluate(part, scope)
        if truth(value) is isinstance(node.op, ast.Or):
            break
    return value


def _comparison(machine: Machine, node: ast.Compare, scope: Scope) -> Any:
    left, result = machine.evaluate(node.left, scope), True
    for kind, part in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(part, scope)
        result = compared(type(kind), left, right)
        if len(node.ops) > 1 and not truth(result):
            break
        left = right
    return result


def _condition(machine: Machine, node: ast.IfExp, scope: Scope) -> Any:
    return machine.evaluate(node.body if truth(machine.evaluate(node.test, scope)) else node.orelse, scope)


def _list(machine: Machine, node: ast.List, scope: Scope) -> Any:
    return list(_spread(machine, node.elts, scope))


def _tuple(machine: Machine, node: ast.Tuple, scope: Scope) -> Any:
    return tuple(_spread(machine, node.elts, scope))


def _dict(machine: Machine, node: ast.Dict, scope: Scope) -> Any:
    found: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        inside = machine.evaluate(value, scope)
        found |= _texts(inside) if key is None else {key_of(machine.evaluate(key, scope)): inside}
    return machine.weighed(found)


def _set(machine: Machine, node: ast.Set, scope: Scope) -> Any:
    return {key_of(each) for each in _spread(machine, node.elts, scope)}


def _comprehension(machine: Machine, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope) -> Any:
    found: list[Any] = []
    _filled(machine, node.generators, Scope(scope.source, scope), lambda inner: _add(machine, found, node.elt, inner))
    return found


def _add(machine: Machine, found: list[Any], node: ast.expr, scope: Scope) -> None:
    found.append(machine.evaluate(node, scope))
    sized(found)


def _pairs(machine: Machine, node: ast.DictComp, scope: Scope) -> Any:
    found: dict[Any, Any] = {}

    def put(inner: Scope) -> None:
        found[key_of(machine.evaluate(node.key, inner))] = machine.evaluate(node.value, inner)

    _filled(machine, node.generators, Scope(scope.source, scope), put)
    return found


def _filled(machine: Machine, loops: list[ast.comprehension], scope: Scope, each: Callable[[Scope], None]) -> None:
    if not loops:
        each(scope)
        return
    loop = loops[0]
    for value in machine.items(machine.evaluate(loop.iter, scope)):
        machine.budget.step()
        machine.bind(loop.target, value, scope)
        if all(truth(machine.evaluate(test, scope)) for test in loop.ifs):
            _filled(machine, loops[1:], scope, each)


def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> Any:
    return machine.function("lambda", node, scope)


def _joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> Any:
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            form = str(machine.evaluate(part.format_spec, scope)) if part.format_spec else ""
            parts.append(as_text(machine.evaluate(part.value, scope), form))
        else:
            parts.append(str(machine.evaluate(part, scope)))
    sized("".join(parts))
    return machine.weighed("".join(parts))


def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> Any:
    value = machine.evaluate(node.value, scope)
    if isinstance(value, Known | SourceClass):
        return value  # a type such as List[int]
    place = machine.evaluate(node.slice, scope)
    return machine.weighed(part_of(value, place))


def _slice(machine: Machine, node: ast.Slice, scope: Scope) -> Any:
    ends = [None if each is None else machine.evaluate(each, scope) for each in (node.lower, node.upper, node.step)]
    if not all(each is None or isinstance(each, int | Tensor) for each in ends):
        raise NotFollowedError("cuts something where it cannot be cut")
    return slice(*ends)


def _walrus(machine: Machine, node: ast.NamedExpr, scope: Scope) -> Any:
    value = machine.evaluate(node.value, scope)
    machine.bind(node.target, value, scope)
    return value


KINDS: dict[type[ast.expr], Callable[[Machine, Any, Scope], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _condition,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Dict: _dict,
    ast.Set: _set,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _pairs,
    ast.Lambda: _lambda,
    ast.JoinedStr: _joined,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.NamedExpr: _walrus,
}
