"""What a pickle describes, as inert values: names that are never looked up, and calls that are never made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_LARGEST_KEY = 1 << 62


class RefusedPickleError(Exception):
    """The pickle is not read."""


class UnreadablePickleError(RefusedPickleError):
    """The bytes are no pickle, or a damaged or an excessive one; the text says how."""


class HostilePickleError(RefusedPickleError):
    """The pickle calls what no description of a network calls; the text names it."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a pickle names: a class or a function of some module. Never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"[:120]


@dataclass(eq=False, slots=True)
class Made:
    """What would have been made by calling ``maker`` with ``arguments``, and then given ``state``."""

    maker: Named
    arguments: tuple[Any, ...]
    state: Any = None
    items: list[Any] = field(default_factory=list)
    entries: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Reference:
    """A persistent id: what is kept outside the pickle."""

    told: Any


def plain_key(value: Any, number: int) -> Any:
    """A key that costs nothing to hash: one of a deep tuple would end the process."""
    if value is None or isinstance(value, str | bool | float | bytes):
        return value
    if isinstance(value, int) and abs(value) < _LARGEST_KEY:
        return value
    return f"(key {number})"
