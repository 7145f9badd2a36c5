"""Names of classes that a person says: a few words, or a file with one a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from explorer.core.files import read_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.words import plain_name

_LARGEST_FILE = 1 << 20
_MOST = 10_000


def said_names(said: str) -> tuple[str, ...]:
    """The names in ``said``: with commas between them, or the path of a file that holds them.

    A file has one name a line, or is a list in JSON.

    Raises
    ------
    Problem
        They cannot be read, are fewer than two, or one is empty or there twice.
    """
    path = Path(said)
    if "," in said and not path.is_file():
        return checked_names(said.split(","))
    data = read_file(path, _LARGEST_FILE)
    try:
        text = data.decode("utf-8-sig")
        listed = parsed_json(text) if text.lstrip().startswith("[") else text.splitlines()
    except ValueError:
        raise Problem(f"{path.name} holds no list of names.", "Write one name per line.") from None
    return checked_names([str(each) for each in listed if str(each).strip()])


def checked_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names without spaces around them; raises `Problem` as `said_names`."""
    found = tuple(plain_name(name) for name in names)
    twice = next((name for place, name in enumerate(found) if name in found[:place]), None)
    if not all(found) or len(found) < 2 or len(found) > _MOST:
        count = "One name is not enough." if len(found) == 1 else f"{len(found):,} names cannot be classes."
        what = count if all(found) else "A class has no name."
        raise Problem(what, f"Give a name for each class, 2 to {_MOST:,} of them, separated by commas.")
    if twice is not None:
        raise Problem(f"Two classes are called {twice}.", "Give each class a name of its own.")
    return found


def fitting_names(names: Sequence[str], classes: int) -> tuple[str, ...]:
    """The names, where there are just as many classes.

    Raises
    ------
    Problem
        There are not.
    """
    if len(names) != classes:
        what = f"{len(names)} names were given, and the model has {classes or 'no'} classes."
        raise Problem(what, "Give one name for each class, in their order." if classes else "Leave the names out.")
    return tuple(names)
