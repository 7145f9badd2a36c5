"""Names for new directions that none has yet."""

from __future__ import annotations

from collections.abc import Collection

from explorer.core.directions.direction import LONGEST_NAME


def free_name(request: str, taken: Collection[str] = (), ending: str = "") -> str:
    """``request`` and ``ending``, or with the first number from 2 that makes it free, never too long.

    Parameters
    ----------
    request : str
        Shortened where it would be too long; ``direction`` where it is blank.
    taken : collection of str
    ending : str
        Is never shortened, such as ``, locked``.
    """
    stem = request.strip() or "direction"
    number = 1
    while True:
        tail = ending if number == 1 else f"{ending} {number}"
        name = stem[: LONGEST_NAME - len(tail)].rstrip() + tail
        if name not in taken:
            return name
        number += 1
