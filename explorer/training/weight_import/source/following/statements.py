"""Statements of a source, followed one after the other.

What a network is made of is followed strictly: the first thing that cannot be followed ends it. The rest of a file is a
training program, of which only some values are wanted: a statement that cannot be followed leaves its names unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from explorer.training.weight_import.source.following.limits import NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.operators import calculated, truth
from explorer.training.weight_import.source.following.source_places import bind
from explorer.training.weight_import.source.following.source_values import Scope, Unknown

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


class Returned(Exception):  # noqa: N818 - no error
    """A function has come to its end."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Broken(Exception):  # noqa: N818 - no error
    """A loop ends."""


class _Continued(Exception):  # noqa: N818 - no error
    """A loop goes on."""


def execute(machine: Machine, body: Sequence[ast.stmt], scope: Scope) -> None:
    """Follow statements; raises `Returned` where a function returns, and `NotFollowedError`."""
    for node in body:
        machine.budget.step()
        try:
            with machine.at(node, scope):
                follow = _KINDS.get(type(node))
                if follow is None:
                    raise NotFollowedError(f"has a {type(node).__name__} statement, which is not followed")
                follow(machine, node, scope)
        except TooMuchError:
            raise
        except NotFollowedError as error:
            if not machine.tolerant:
                raise
            _forget(node, scope, error)
            if isinstance(node, ast.Return):
                raise Returned(Unknown(error)) from None


def _forget(node: ast.AST, scope: Scope, error: NotFollowedError) -> None:
    """Make everything unknown that a statement would have bound."""
    for inner in [node] if isinstance(node, ast.FunctionDef | ast.ClassDef) else ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            scope.put(inner.id, Unknown(error))
        elif isinstance(inner, ast.FunctionDef | ast.ClassDef):
            scope.names.setdefault(inner.name, Unknown(error))


def _assign(machine: Machine, node: ast.Assign, scope: Scope) -> None:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        bind(machine, target, value, scope)


def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        bind(machine, node.target, machine.evaluate(node.value, scope), scope)


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> None:
    target = node.target
    before = machine.evaluate(_loaded(target), scope)
    more = machine.evaluate(node.value, scope)
    if isinstance(before, list) and isinstance(node.op, ast.Add):
        before.extend(calculated(ast.Add, [], list(machine.items(more))))
        calculated(ast.Add, before, [])  # refused where it grew too long
        return
    bind(machine, target, calculated(type(node.op), before, more), scope)


def _loaded(target: ast.expr) -> ast.expr:
    made = type(target)(**{name: getattr(target, name) for name in target._fields})
    made.ctx = ast.Load()  # type: ignore[attr-defined]
    return ast.copy_location(made, target)


def _expression(machine: Machine, node: ast.Expr, scope: Scope) -> None:
    called = node.value.func if isinstance(node.value, ast.Call) else None
    is_told = isinstance(called, ast.Name) and called.id in ("print", "display")
    if not isinstance(node.value, ast.Constant) and not is_told:
        machine.evaluate(node.value, scope)


def _if(machine: Machine, node: ast.If, scope: Scope) -> None:
    try:
        test = truth(machine.evaluate(node.test, scope))
    except NotFollowedError as error:
        if not machine.tolerant or isinstance(error, TooMuchError):
            raise
        for body in (node.body, node.orelse):
            execute(machine, body, scope)
        raise
    execute(machine, node.body if test else node.orelse, scope)


def _for(machine: Machine, node: ast.For, scope: Scope) -> None:
    def rounds() -> Iterator[None]:
        for value in machine.items(machine.evaluate(node.iter, scope)):
            bind(machine, node.target, value, scope)
            yield

    _loop(machine, rounds(), node, scope)


def _while(machine: Machine, node: ast.While, scope: Scope) -> None:
    def rounds() -> Iterator[None]:
        while truth(machine.evaluate(node.test, scope)):
            yield

    _loop(machine, rounds(), node, scope)


def _loop(machine: Machine, rounds: Iterator[None], node: ast.For | ast.While, scope: Scope) -> None:
    """Rounds of a loop; strictly, for a training loop that cannot be followed is not to be begun again and again."""
    with machine.strictly():
        for _ in rounds:
            machine.budget.step()
            try:
                execute(machine, node.body, scope)
            except _Continued:
                continue
            except _Broken:
                return
        execute(machine, node.orelse, scope)


def _function(machine: Machine, node: ast.FunctionDef, scope: Scope) -> None:
    scope.put(node.name, machine.function(node.name, node, scope))


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> None:
    scope.put(node.name, machine.defined_class(node, scope))


def _return(machine: Machine, node: ast.Return, scope: Scope) -> None:
    raise Returned(None if node.value is None else machine.evaluate(node.value, scope))


def _with(machine: Machine, node: ast.With, scope: Scope) -> None:
    execute(machine, node.body, scope)  # no_grad, autocast and the like, which change no result here


def _try(machine: Machine, node: ast.Try, scope: Scope) -> None:
    for body in (node.body, node.orelse, node.finalbody):
        execute(machine, body, scope)


def _import(machine: Machine, node: ast.Import, scope: Scope) -> None:
    for name in node.names:
        machine.imported(name.name, None, name.asname, scope)


def _import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    for name in node.names:
        machine.imported(node.module or "", name.name, name.asname, scope, node.level)


def _global(_machine: Machine, node: ast.Global, scope: Scope) -> None:
    scope.shared.update(node.names)


def _nothing(_machine: Machine, _node: ast.stmt, _scope: Scope) -> None:
    pass


def _break(_machine: Machine, _node: ast.Break, _scope: Scope) -> None:
    raise _Broken


def _continue(_machine: Machine, _node: ast.Continue, _scope: Scope) -> None:
    raise _Continued


def _raise(_machine: Machine, _node: ast.Raise, _scope: Scope) -> None:
    raise NotFollowedError("raises an error")


_KINDS: dict[type[ast.stmt], Callable[[Machine, Any, Scope], None]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.FunctionDef: _function,
    ast.ClassDef: _class,
    ast.Return: _return,
    ast.With: _with,
    ast.Try: _try,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _nothing,
    ast.Assert: _nothing,
    ast.Pass: _nothing,
    ast.Delete: _nothing,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Raise: _raise,
}
