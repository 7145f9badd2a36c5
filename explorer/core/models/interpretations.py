"""How a person says that a foreign model is to be read, remembered by the hash of its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.core.json_store import JsonStore
from explorer.core.models.card import ModelCard
from explorer.paths import user_folder

GIVEN = "given"
"""What a translator is given, by a word of `explorer.core.drawing.given_words`."""

FIELDS = ("value_range", "distribution", "layout", "height", "width", "channels", "classes")
"""What of a model's card can be said otherwise; ``classes`` as names."""

Reading = Mapping[str, Any]
"""Values by the fields of a card; only those that differ from the guess."""

_LARGEST_FILE = 2**22
_MOST = 2000


def checked(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``reading`` that are known, in a card's own types.

    Raises
    ------
    ValueError
        A value cannot be.
    """
    known = {name: reading[name] for name in FIELDS if name in reading}
    card = ModelCard.from_json(json.dumps(known, default=list))
    found = {name: getattr(card, name) for name in known}
    if (given := reading.get(GIVEN)) is not None:
        from explorer.core.drawing.given_words import is_given_word

        if not isinstance(given, str) or not is_given_word(given):
            raise ValueError(f"no translator is given {str(given)[:60]}")
        found[GIVEN] = given
    return found


class Interpretations:
    """The readings of this user.

    Parameters
    ----------
    file : Path or None
        Where they are kept; None takes the user's own.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._store = JsonStore(file or user_folder("config") / "readings.json", _LARGEST_FILE)

    def of(self, model: str) -> dict[str, Any]:
        """What was said of the model with this hash; nothing where nothing was said, or it is damaged."""
        try:
            return checked(self._all().get(model, {}))
        except (ValueError, AttributeError, TypeError):
            return {}

    def keep(self, model: str, reading: Mapping[str, Any]) -> None:
        """Remember ``reading`` for the model with this hash; an empty one is forgotten.

        Raises
        ------
        Problem
            It cannot be written.
        ValueError
            A value cannot be.
        """
        found = checked(reading)
        with self._store.alone():
            kept = self._all()
            kept.pop(model, None)
            if found:
                kept[model] = found
            self._store.write(dict(list(kept.items())[-_MOST:]))

    def _all(self) -> dict[str, Any]:
        return self._store.read(dict, {})
