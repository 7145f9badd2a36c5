"""The keys of widgets, told by the widgets themselves: by their shortcuts, or beside the code that heeds a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from explorer.ui.late_part import LatePart


@dataclass(frozen=True)
class Key:
    """What can be done, and the key that does it, as people call it."""

    words: str
    keys: str


def keys_of(sequences: Sequence[QKeySequence]) -> str:
    """Several keys that do the same, in words."""
    return "  or  ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in sequences)


def keys_in(widget: QWidget) -> list[Key]:
    """The keys of ``widget`` and of all that is in it, each once.

    Those of actions and buttons are their shortcuts. A class that heeds keys itself says so in ``KEYS``, a sequence
    of `Key`. Parts that come late are built, so that theirs are told too.
    """
    for place in widget.findChildren(LatePart):
        place.build()
    found: list[Key] = []
    for each in (widget, *widget.findChildren(QWidget)):
        for part in type(each).__mro__:
            found += vars(part).get("KEYS", ())
        if isinstance(each, QAbstractButton) and not each.shortcut().isEmpty():
            found.append(Key(each.accessibleName() or each.text(), keys_of([each.shortcut()])))
        found += keys_of_actions(each.actions())
    return list(dict.fromkeys(found))


def keys_of_actions(actions: Iterable[QAction]) -> list[Key]:
    """The shortcuts of actions that have one."""
    return [Key(action.text().rstrip(" …"), keys_of(action.shortcuts())) for action in actions if action.shortcuts()]
