"""What a person says of a model's weights before it is opened so: answers and a list of layers, with undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from explorer.training.weight_import.architecture import Architecture


@dataclass(frozen=True)
class ReadingDraft:
    """One way to read weights.

    Attributes
    ----------
    answers : mapping of str to str
        By the keys of the questions that a person answered.
    steps : Architecture or None
        The list of layers that a person made; None where it is as it was recognised.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    steps: Architecture | None = None

    @staticmethod
    def of(chosen: Mapping[str, str]) -> ReadingDraft:
        """The draft that says what was chosen; raises `Problem` where its list of layers cannot be read."""
        from explorer.training.weight_import.architecture import ARCHITECTURE, steps_in

        answers = {key: answer for key, answer in chosen.items() if key != ARCHITECTURE}
        return ReadingDraft(answers, steps_in(chosen.get(ARCHITECTURE, "")) or None)

    @property
    def chosen(self) -> dict[str, str]:
        """What is said, as it is kept."""
        from explorer.training.weight_import.architecture import ARCHITECTURE, as_text

        return {**self.answers, **({ARCHITECTURE: as_text(self.steps)} if self.steps is not None else {})}


class ReadingEdits(QObject):
    """The draft and those before and after it.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, draft: ReadingDraft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.draft = draft
        self._past: list[ReadingDraft] = []
        self._future: list[ReadingDraft] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is anything to go forward to."""
        return bool(self._future)

    def answer(self, key: str, option: str) -> None:
        """Answer one question."""
        self._go(replace(self.draft, answers={**self.draft.answers, key: option}))

    def edit(self, steps: Architecture) -> None:
        """Have another list of layers."""
        self._go(replace(self.draft, steps=steps))

    def reset(self) -> None:
        """Go to what was recognised, with nothing said."""
        self._go(ReadingDraft())

    def undo(self) -> None:
        """Go one draft back."""
        if self._past:
            self._future.append(self.draft)
            self.draft = self._past.pop()
            self.changed.emit()

    def redo(self) -> None:
        """Go one draft forward again."""
        if self._future:
            self._past.append(self.draft)
            self.draft = self._future.pop()
            self.changed.emit()

    def _go(self, draft: ReadingDraft) -> None:
        if draft != self.draft:
            self._past.append(self.draft)
            self._future.clear()
            self.draft = draft
            self.changed.emit()
