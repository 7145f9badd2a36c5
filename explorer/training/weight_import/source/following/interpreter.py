"""Follows a source: the one place where expressions, statements, calls and names come together.

Nothing of the source is compiled or run by Python. A name of a library is only a name; what it stands for is looked up
in the tables of this package, and what is in none of them is not followed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from explorer.training.weight_import.source.following import source_attributes as attributes
from explorer.training.weight_import.source.following import source_calls as calls
from explorer.training.weight_import.source.following import source_places as places
from explorer.training.weight_import.source.following import statements
from explorer.training.weight_import.source.following.builtin_functions import BUILTIN
from explorer.training.weight_import.source.following.expressions import KINDS
from explorer.training.weight_import.source.following.limits import MOST_ITEMS, Budget, NotFollowedError, TooMuchError
from explorer.training.weight_import.source.following.names import FAMILIAR, meaning_of
from explorer.training.weight_import.source.following.source_values import (
    Function,
    Known,
    Scope,
    SourceClass,
    Super,
    Unknown,
)

Draw = Callable[[str, tuple[Any, ...], dict[str, Any]], Tensor]
"""Gives what a source draws at random: the name of the function, and what it was given."""


class Machine:
    """Follows what a source says.

    Attributes
    ----------
    budget : Budget
    tolerant : bool
        Whether a statement that cannot be followed is passed over.
    builds : bool
        Whether a call of a network's class makes one; else it is only noted in ``calls``.
    calls : list of (SourceClass, tuple, dict)
        With what networks were made in the file.
    constants : mapping of str to object
        Values that names of the module and options of its command line are to have instead of their own.
    options : dict of str to object
        The options of its command line, by name.
    draw : callable
        Asked for random numbers.
    neighbour : callable
        Gives the names of another file of the same program, by the module's name; None where there is none.
    """

    def __init__(self, constants: dict[str, Any] | None = None) -> None:
        self.budget = Budget()
        self.tolerant = self.builds = False
        self.calls: list[tuple[SourceClass, tuple[Any, ...], dict[str, Any]]] = []
        self.constants = constants or {}
        self.options: dict[str, Any] = {}
        self.draw: Draw = _no_draw
        self.neighbour: Callable[[str], Scope | None] = lambda name: None

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """What an expression is; raises `NotFollowedError` with its place."""
        self.budget.step()
        with self.at(node, scope):
            kind = KINDS.get(type(node))
            if kind is None:
                raise NotFollowedError(f"has a {type(node).__name__}, which is not followed")
            return kind(self, node, scope)

    def execute(self, body: list[ast.stmt], scope: Scope) -> None:
        """Follow statements."""
        statements.execute(self, body, scope)

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Give a value to what stands left of an equals sign."""
        places.bind(self, target, value, scope)

    def call(self, called: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What a call gives."""
        self.budget.step(2)
        return calls.call(self, called, given, named)

    def attribute(self, value: Any, name: str) -> Any:
        """What ``value.name`` is."""
        return attributes.attribute(self, value, name)

    def set_attribute(self, value: Any, name: str, content: Any) -> None:
        """Do ``value.name = content``."""
        attributes.set_attribute(value, name, content)

    def function(self, name: str, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Function:
        """A function that is defined in a scope."""
        return calls.defined_function(self, name, node, scope)

    def defined_class(self, node: ast.ClassDef, scope: Scope) -> SourceClass:
        """A class that is defined in a scope."""
        bases = tuple(self._base(base, scope) for base in node.bases)
        found = SourceClass(node.name, node, scope.source, bases, is_record="dataclass" in _decorators(node))
        inside = Scope(scope.source, scope)
        tolerant, self.tolerant = self.tolerant, True
        try:
            self.execute(node.body, inside)
        finally:
            self.tolerant = tolerant
        found.members = {name: calls.owned(value, found) for name, value in inside.names.items()}
        return found

    def _base(self, node: ast.expr, scope: Scope) -> Any:
        try:
            found = self.evaluate(node, scope)
        except NotFollowedError:
            found = None
        return found if isinstance(found, SourceClass | Known) else Known(ast.unparse(node)[:80])

    def meaning(self, name: str, scope: Scope) -> Any:
        """What a name means; raises `NotFollowedError` where nobody said."""
        try:
            found = scope.find(name)
        except KeyError:
            found = self._of_a_library(name, scope)
        if isinstance(found, Unknown):
            raise _again(found.error)
        return found

    def _of_a_library(self, name: str, scope: Scope) -> Any:
        if name in BUILTIN:
            return Known("builtins." + name)
        for star in scope.top.stars:
            if meaning_of(f"{star}.{name}"):
                return Known(f"{star}.{name}")
        if name in FAMILIAR:
            return Known(FAMILIAR[name])
        if name == "__name__":
            return "__main__"
        raise NotFollowedError(f"uses {name[:60]}, which is not defined in the file")

    def imported(self, module: str, name: str | None, alias: str | None, scope: Scope, level: int = 0) -> None:
        """Bind what an import brings, which is never looked for in a library."""
        beside = self.neighbour(module or name or "")
        if beside is not None and name == "*":
            scope.names |= beside.names
        elif beside is not None and name is not None and name in beside.names:
            scope.put(alias or name, beside.names[name])
        elif name == "*":
            scope.top.stars.append(module)
        elif name is None:
            scope.put(alias or module.partition(".")[0], Known(module if alias else module.partition(".")[0]))
        else:
            scope.put(alias or name, Known(f"{module}.{name}" if module else name))

    def ancestor(self, scope: Scope) -> Super:
        """What ``super()`` is in a method."""
        if scope.owner is None:
            raise NotFollowedError("calls super outside of a method")
        return Super(*scope.owner)

    def weighed(self, value: Any) -> Any:
        """A value just made, whose size counts as steps, so that what a source keeps stays small."""
        if isinstance(value, list | tuple | str | dict | set):
            self.budget.step(len(value) // 16)
        return value

    def items(self, value: Any) -> Iterable[Any]:
        """What a loop over a value goes through."""
        if isinstance(value, nn.Sequential | nn.ModuleList):
            return list(value)
        if isinstance(value, Tensor):
            return value.unbind(0)
        if isinstance(value, range) and len(value) > MOST_ITEMS * 10:
            raise TooMuchError("loops longer than any network needs")
        if isinstance(value, list | tuple | dict | set | range | str | nn.ModuleDict):
            return value if isinstance(value, range) else self.weighed(list(value))
        raise NotFollowedError("goes through something that is not followed")

    def overridden(self, name: str, value: Any, scope: Scope) -> Any:
        """The value of a module's name, or the one that it is to have instead."""
        if scope.parent is None and name in self.constants and isinstance(value, int | float):
            return self.constants[name]
        return value

    @contextmanager
    def at(self, node: ast.AST, scope: Scope) -> Iterator[None]:
        """Have failures say where they were."""
        try:
            yield
        except NotFollowedError as error:
            error.place = error.place or _place(node, scope)
            raise
        except (statements.Returned, MemoryError):
            raise
        except RecursionError:
            deep = TooMuchError("calls itself without end, or is nested too deeply")
            deep.place = _place(node, scope)
            raise deep from None
        except (
            RuntimeError,
            TypeError,
            ValueError,
            LookupError,
            ArithmeticError,
            AttributeError,
            AssertionError,
        ) as found:
            said = (str(found).strip().splitlines() or [type(found).__name__])[0][:160]
            failed = NotFollowedError(f"cannot be worked out ({said})")
            failed.place = _place(node, scope)
            raise failed from None

    @contextmanager
    def strictly(self, builds: bool | None = None) -> Iterator[None]:
        """Pass nothing over meanwhile; and build networks where that is said."""
        before = self.tolerant, self.builds
        self.tolerant, self.builds = False, self.builds if builds is None else builds
        try:
            yield
        finally:
            self.tolerant, self.builds = before


def _place(node: ast.AST, scope: Scope) -> tuple[str, int, str]:
    number = int(getattr(node, "lineno", 0))
    return scope.source.name, number, scope.source.line(number)


def _again(error: NotFollowedError) -> NotFollowedError:
    """What made a name unknown, told where the name is used."""
    again = NotFollowedError(error.why)
    again.place = error.place
    return again


def _decorators(node: ast.ClassDef) -> set[str]:
    heads = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return {head.id if isinstance(head, ast.Name) else getattr(head, "attr", "") for head in heads}


def _no_draw(name: str, _given: tuple[Any, ...], _named: dict[str, Any]) -> Tensor:
    raise NotFollowedError(f"draws random numbers ({name})")
