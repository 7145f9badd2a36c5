"""What can be damaged: for each kind of file its originals, the damage, and how the program opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from explorer.cli.fuzzing.folder_damage import FolderDamage
from explorer.cli.fuzzing.mutants import Damage


class SilentError(Exception):
    """A file was opened, and what is shown is not what an independent reading of it gives."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    originals : callable
        Writes whole files, or the files of a folder, into the folder it is given; gives those to be damaged. All lie
        there when one of them is opened.
    structure : callable
        What can be done to one of these files by what it means.
    open : callable
        Opens one, or what it belongs to, as the program does; raises `Problem`, `SilentError`, or what is a bug. Gives
        whether what was opened could be compared with an independent reading.
    around : mapping of str to callable
        What can be done to the folder in which they lie.
    in_child : bool
        Whether the program opens it in a confined child, which may be ended by its limits.
    """

    originals: Callable[[Path], list[Path]]
    structure: Callable[[Path], Mapping[str, Damage]]
    open: Callable[[Path], bool]
    around: Mapping[str, FolderDamage] = field(default_factory=dict)
    in_child: bool = False


def kind_called(name: str) -> Kind:
    """The kind of this name; torch is imported for those that need it."""
    if name == "npz":
        from explorer.cli.fuzzing.fuzzed_numbers import NUMBERS

        return NUMBERS
    if name == "scene":
        from explorer.cli.fuzzing.fuzzed_scenes import SCENES

        return SCENES
    if name == "run":
        from explorer.cli.fuzzing.fuzzed_runs import RUNS

        return RUNS
    if name == "weights":
        from explorer.cli.fuzzing.fuzzed_weights import WEIGHTS

        return WEIGHTS
    from explorer.cli.fuzzing.fuzzed_sources import SOURCES

    return SOURCES
