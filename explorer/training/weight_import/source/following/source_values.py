"""What a name of a source can mean: plain values, tensors and layers of torch, and the few kinds that are here."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from explorer.training.weight_import.source.following.limits import NotFollowedError
from explorer.training.weight_import.source.following.reading import Source


@dataclass(frozen=True)
class Known:
    """Something of a library, by its whole name, such as ``torch.nn.Linear``; it is not looked for there."""

    path: str


@dataclass(frozen=True)
class Unknown:
    """What could not be followed, which matters only where it is used."""

    error: NotFollowedError


class Scope:
    """Names of a module or a function.

    Attributes
    ----------
    names : dict of str to object
    source : Source
        In which they are written.
    parent : Scope or None
        Where else a name is looked for.
    """

    def __init__(self, source: Source, parent: Scope | None = None) -> None:
        self.names: dict[str, Any] = {}
        self.source, self.parent = source, parent
        self.stars: list[str] = parent.stars if parent else []
        self.shared: set[str] = set()
        self.owner: tuple[SourceClass, Any] | None = parent.owner if parent else None

    @property
    def top(self) -> Scope:
        """The module's own."""
        return self.parent.top if self.parent else self

    def find(self, name: str) -> Any:
        """What a name means here; None where it is not known (as a value, None is wrapped nowhere: see `has`)."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        raise KeyError(name)

    def put(self, name: str, value: Any) -> None:
        """Bind a name, in the module where it was declared global."""
        (self.top if name in self.shared else self).names[name] = value


@dataclass(frozen=True, eq=False)
class Function:
    """A function or lambda that a source defines, and where it stands."""

    name: str
    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: tuple[Any, ...] = ()
    keyword_defaults: tuple[Any, ...] = ()
    owner: SourceClass | None = None
    kind: str = ""  # "static", "class", "property", or "" for an ordinary one


@dataclass(frozen=True, eq=False)
class Method:
    """A function, or a method of a value known by its name, that has its first argument."""

    function: Function | str
    of: Any


@dataclass(frozen=True, eq=False)
class Partial:
    """What `functools.partial` gives."""

    called: Any
    given: tuple[Any, ...]
    named: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Super:
    """What ``super()`` gives: the classes after ``after`` in the order of ``of``."""

    after: SourceClass
    of: Any


@dataclass(eq=False)
class SourceClass:
    """A class that a source defines.

    Attributes
    ----------
    name : str
    node : ClassDef
    source : Source
    bases : tuple of SourceClass or Known
    members : dict of str to object
        Methods and class attributes.
    is_record : bool
        Whether it is a dataclass.
    """

    name: str
    node: ast.ClassDef
    source: Source
    bases: tuple[Any, ...] = ()
    members: dict[str, Any] = field(default_factory=dict)
    is_record: bool = False

    @property
    def order(self) -> tuple[SourceClass, ...]:
        """It and its ancestors that the source defines, depth first."""
        found: list[SourceClass] = [self]
        for base in self.bases:
            if isinstance(base, SourceClass):
                found += [each for each in base.order if each not in found]
        return tuple(found)

    @property
    def roots(self) -> tuple[str, ...]:
        """Names of the classes of libraries that it descends from."""
        return tuple(base.path for each in self.order for base in each.bases if isinstance(base, Known))

    @property
    def is_network(self) -> bool:
        """Whether it is a module: by its bases, or by what it does where these are of files that are not there."""
        roots = [root for root in self.roots if root not in _PLAIN]
        return bool(roots) and (any(r.startswith("torch.nn.") for r in roots) or self.find("forward") is not None)

    def find(self, name: str, after: SourceClass | None = None) -> Any:
        """A member of it or of its ancestors, those behind ``after`` alone where that is given; None without."""
        order = self.order
        start = order.index(after) + 1 if after in order else 0
        return next((each.members[name] for each in order[start:] if name in each.members), None)


_PLAIN = frozenset({"builtins.object", "abc.ABC", "typing.NamedTuple", "enum.Enum", "typing.Protocol"})


@dataclass(eq=False)
class SourceRecord:
    """An instance of a class that is no module; or a namespace, which has no class."""

    kind: SourceClass | None
    fields: dict[str, Any] = field(default_factory=dict)
