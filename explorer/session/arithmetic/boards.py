"""The boards of the session: one a model, edited undoably, remembered between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core.json_store import JsonStore
from explorer.session.document import Document

if TYPE_CHECKING:
    from explorer.core.arithmetic.board import Board, Exemplar

_LARGEST_BYTES = 256 << 20


class Boards(QObject):
    """Keeps the board of every model; the board edited is always that of the document's scene.

    Parameters
    ----------
    document : Document
        Its history remembers the edits.
    folder : Path
        Where boards are kept, named by the hash of their model; made when first written to.

    Signals
    -------
    changed()
        A board is another one, by an edit, an undo or a redo.
    """

    changed = Signal()

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._folder = document, folder
        self._kept: dict[str, Board] = {}
        self._unsaved: set[str] = set()

    @property
    def current(self) -> Board:
        """The board of the document's model.

        Raises
        ------
        Problem
            Its file is damaged. It has been set aside under another name, and a new board begins.
        """
        return self.of(self._document.scene.model)

    def of(self, model: str) -> Board:
        """The board of the model with the hash ``model``. Raises `Problem` as `current` does."""
        from explorer.core.arithmetic.board import new_board

        if model not in self._kept:
            self._kept[model] = new_board()
            self._kept[model] = self._read(model) or self._kept[model]
        return self._kept[model]

    def edit(self, what: str, board: Board, gesture: int = -1) -> None:
        """Make ``board`` the current one, undoably; ``what`` is what the Edit menu says."""
        model = self._document.scene.model
        before = self.of(model)
        if board is not before:
            beside = partial(self._put, model, board), partial(self._put, model, before)
            self._document.show(what, self._document.scene, gesture=gesture, beside=beside)

    def add(self, place: int, exemplars: Sequence[Exemplar]) -> None:
        """Put ``exemplars`` into the slot at ``place``."""
        if exemplars:
            self.edit(f"Add to slot {_letter(place)}", self.current.with_exemplars(place, *exemplars))

    def remove(self, place: int, index: int) -> None:
        """Take one exemplar out of the slot at ``place``."""
        self.edit(f"Remove from slot {_letter(place)}", self.current.without_exemplar(place, index))

    def move(self, place: int, index: int, to: int) -> None:
        """Move one exemplar from the slot at ``place`` to the slot ``to``."""
        if place != to:
            self.edit(f"Move to slot {_letter(to)}", self.current.moved(place, index, to))

    def clear(self, place: int) -> None:
        """Take every exemplar out of the slot at ``place``."""
        slot = self.current.slots[place]
        if slot.exemplars:
            emptied = self.current.with_slot(place, replace(slot, exemplars=()))
            self.edit(f"Clear slot {_letter(place)}", emptied)

    def weigh(self, place: int, weight: float, gesture: int = -1) -> None:
        """Let the slot at ``place`` count ``weight`` times."""
        slot = self.current.slots[place]
        if weight != slot.weight:
            heavier = self.current.with_slot(place, replace(slot, weight=weight))
            self.edit(f"Weigh slot {_letter(place)}", heavier, gesture)

    def name(self, place: int, name: str) -> None:
        """Call the slot at ``place`` ``name``."""
        slot = self.current.slots[place]
        if name != slot.name:
            self.edit(f"Name slot {_letter(place)}", self.current.with_slot(place, replace(slot, name=name)))

    def add_slot(self) -> None:
        """Add an empty slot at the end; 26 are the most."""
        from explorer.core.arithmetic.board import MOST_SLOTS, Slot

        board = self.current
        if len(board.slots) < MOST_SLOTS:
            self.edit("Add a slot", replace(board, slots=(*board.slots, Slot())))

    def remove_slot(self, place: int) -> None:
        """Take a slot away with all that is in it; the last one stays."""
        if len(self.current.slots) > 1:
            self.edit(f"Remove slot {_letter(place)}", self.current.without_slot(place))

    def keep_norm(self, wanted: bool) -> None:
        """Bring the result to the usual norm, or leave it as it comes."""
        if wanted != self.current.keeps_norm:
            self.edit("Keep at a typical distance", replace(self.current, keeps_norm=wanted))

    def choose_class(self, label: int | None) -> None:
        """Draw the result as the class ``label``; None takes that of the first exemplar."""
        if label != self.current.label:
            self.edit("Choose the result's class", replace(self.current, label=label))

    def restart(self) -> None:
        """Begin anew: A − B + C, all empty."""
        from explorer.core.arithmetic.board import new_board

        self.edit("Clear the board", new_board())

    def save(self) -> None:
        """Write what was edited since the last time. Raises `Problem` if that cannot be."""
        from explorer.core.arithmetic.board import board_facts

        while self._unsaved:
            model = self._unsaved.pop()
            self._store(model).write(board_facts(self._kept[model]))

    def _put(self, model: str, board: Board) -> None:
        self._kept[model] = board
        self._unsaved.add(model)
        self.changed.emit()

    def _store(self, model: str) -> JsonStore:
        return JsonStore.of_model(self._folder, model, _LARGEST_BYTES)

    def _read(self, model: str) -> Board | None:
        from explorer.core.arithmetic.board import board_from

        def parse(data: Any) -> Board | None:
            return _of_one_model(board_from(data), model)

        if not model:
            return None
        return self._store(model).read_or_set_aside(parse, None, "The board of this model", "board")


def _of_one_model(board: Board, model: str) -> Board:
    """``board``, if all that lies on it is of ``model`` and of one size."""
    scenes = [exemplar.scene for slot in board.slots for exemplar in slot.exemplars]
    if not board.slots or any(scene.model != model or scene.z.size != scenes[0].z.size for scene in scenes):
        raise ValueError("pictures of several models lie on it")
    return board


def _letter(place: int) -> str:
    from explorer.core.arithmetic.board import letter

    return letter(place)
