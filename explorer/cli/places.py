"""Where the verbs put what they make: its ending says what is made."""

from __future__ import annotations

from pathlib import Path

from explorer.core.problem import Problem

FILMS, TABLES, PICTURES = (".gif", ".mp4"), (".npz", ".csv"), (".png",)
_KINDS = (*FILMS, *TABLES, *PICTURES)


def kind_of(out: Path) -> str:
    """The ending of ``out`` in small letters, "" for a folder.

    Raises
    ------
    Problem
        There is nothing before the ending: it would be taken for a hidden folder.
    """
    if out.name.lower() in _KINDS:
        raise Problem(f"{out.name} has no name before its ending.", f"Name it, for instance it{out.name}.")
    return out.suffix.lower()
