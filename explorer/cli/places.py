"""Where the verbs put what they make: its ending says what is made."""

from __future__ import annotations

from pathlib import Path

from explorer.core.problem import Problem

FILMS, TABLES, PICTURES = (".gif", ".mp4"), (".npz", ".csv"), (".png",)
_KINDS = (*FILMS, *TABLES, *PICTURES)


def kind_of(out: Path) -> str:
    """The ending of ``out`` in small letters, "" for a folder, which may be there already under a name with a dot.

    Raises
    ------
    Problem
        There is nothing before the ending: it would be taken for a hidden folder.
    """
    if out.name.lower() in _KINDS:
        raise Problem(f"{out.name} has no name before its ending.", f"Name it, for instance it{out.name}.")
    ending = out.suffix.lower()
    return "" if ending not in _KINDS and out.is_dir() else ending


def check_png(out: Path, what: str) -> None:
    """Refuse to save ``what``, such as *A grid*, as anything but a PNG."""
    if kind_of(out) != ".png":
        raise Problem(f"{what} is saved as PNG, not as {out.suffix or 'no kind'}.", "Name a .png file.")
