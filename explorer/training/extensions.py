"""What other installed packages add to this program, found by the entry points in their metadata.

One that is broken is told in a sentence, and harms nothing but itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from explorer.core.problem import Problem


@dataclass(frozen=True)
class Extensions:
    """Extensions of one kind.

    Attributes
    ----------
    found : dict of str to object
        What works, by the name of its entry point.
    problems : dict of str to Problem
        What does not.
    """

    found: dict[str, Any]
    problems: dict[str, Problem]


def extensions(kind: str, ours: Collection[str], check: Callable[[str, Any], object]) -> Extensions:
    """What is found in the group ``latent_explorer.KIND``, in order of name.

    Parameters
    ----------
    ours : collection of str
        Names that are taken already.
    check : callable (name, found)
        Raises what is wrong with what an entry point named.
    """
    result = Extensions({}, {})
    for entry in sorted(entry_points(group=f"latent_explorer.{kind}"), key=lambda each: each.name):
        try:
            if entry.name in ours or entry.name in result.found:
                raise ValueError("the name is taken")
            found = entry.load()
            check(entry.name, found)
            result.found[entry.name] = found
        except (Exception, SystemExit) as error:  # noqa: BLE001  somebody else's code
            result.problems[entry.name] = broken(kind, entry, error)
    return result


def names(kind: str) -> frozenset[str]:
    """What other packages call what they add, whether or not it works; nothing of theirs is loaded."""
    return frozenset(entry_points(group=f"latent_explorer.{kind}").names)


def broken(kind: str, entry: EntryPoint, error: BaseException) -> Problem:
    """What is wrong with an extension, in a sentence."""
    package = entry.dist.name if entry.dist else entry.module
    reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
    return Problem(
        f"{entry.name}, which the package {package} adds to the {kind.replace('_', ' ')}, cannot be used "
        f"({reason[0].rstrip('.')}).",
        "Update that package, or remove it.",
    )
