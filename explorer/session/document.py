"""The one mutable thing the whole window agrees on: the current scene and those before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.core.rendering.scene import Scene

STEPS_KEPT = 500

Beside = tuple[Callable[[], None], Callable[[], None]]
"""What a step does besides showing a scene, and what undoes that."""


@dataclass(frozen=True, eq=False)
class HistoryStep:
    """A step of the history that shows another scene than the one before: what the edit was called, and the scene."""

    what: str
    scene: Scene


class Document(QObject):
    """Holds the current scene and remembers the ones before it.

    Signals
    -------
    changed(before, after) : Scene, Scene
        After every edit, undo and redo, in the GUI thread. Of an edit that is made by who hears of one, all hear later.
    """

    changed = Signal(object, object)

    def __init__(self, scene: Scene | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scene = scene if scene is not None else Scene()
        self._jumping = False
        self._untold: deque[tuple[Scene, Scene]] = deque()
        self.history = QUndoStack(self)
        self.history.setUndoLimit(STEPS_KEPT)

    @property
    def scene(self) -> Scene:
        """The scene as it is now."""
        return self._scene

    def scenes(self) -> tuple[Scene, ...]:
        """The scene at every step of the history, oldest first; ``history.index()`` says which is now."""
        edits = [self.history.command(index) for index in range(self.history.count())]
        first = edits[0].before if edits else self._scene  # type: ignore[attr-defined]
        return (first, *(edit.after for edit in edits))  # type: ignore[attr-defined]

    def edit(self, what: str, /, *, gesture: int = -1, **changes: Any) -> None:
        """Change the scene, undoably; changes that leave every field as it is are no edit.

        Parameters
        ----------
        what : str
            What the edit does, as the Edit menu says it: "New sample".
        gesture : int
            Edits that carry the same number (one drag, one wheel spin) undo together as one step;
            -1 is a step of its own.
        **changes
            Fields of the scene and their new values.
        """
        if any(getattr(self._scene, name) is not value for name, value in changes.items()):
            self.show(what, replace(self._scene, **changes), gesture=gesture)

    def show(self, what: str, scene: Scene, *, gesture: int = -1, beside: Beside | None = None) -> None:
        """Make ``scene`` the current one, undoably.

        ``beside`` is what else the step does, and what undoes that; the scene may then be what it was.
        """
        under_way = self._under_way(gesture)
        if under_way is None:
            self.history.push(_Edit(self, what, gesture, scene, beside))
        else:
            under_way.go_on(scene, beside)

    def do(self, what: str, do: Callable[[], None], undo: Callable[[], None]) -> None:
        """Do something that leaves the scene as it is, undoably."""
        self.show(what, self._scene, beside=(do, undo))

    def take_back(self, gesture: int) -> None:
        """Undo the last step, where it is that of ``gesture``, as if there had been none: it cannot be redone."""
        edit = self._under_way(gesture)
        if edit is not None:
            edit.undo()
            edit.setObsolete(True)  # Qt forgets it instead of undoing it
            self.history.undo()

    def _under_way(self, gesture: int) -> _Edit | None:
        """The last step, if ``gesture`` goes on with it; PySide would keep those that Qt merges for good."""
        last = self.history.count()
        if gesture == -1 or last == 0 or self.history.index() != last:
            return None
        edit = self.history.command(last - 1)
        return edit if isinstance(edit, _Edit) and edit.gesture == gesture else None

    def begin(self, scene: Scene) -> None:
        """Make ``scene`` the current one and the first of a new history."""
        self._show(scene)
        self.history.clear()

    def steps(self) -> tuple[list[HistoryStep], int]:
        """The steps that show another scene than the one before, oldest first, and which of them is now."""
        scenes, now = self.scenes(), self.history.index()
        found, here = [HistoryStep("", scenes[0])], 0
        for index, scene in enumerate(scenes[1:], 1):
            if scene is not found[-1].scene:
                found.append(HistoryStep(self.history.text(index - 1), scene))
            here = len(found) - 1 if index == now else here
        return found, here

    def begin_with(self, steps: Sequence[HistoryStep], now: int) -> None:
        """Begin a history with these steps, at least one, standing at ``now``; announces one change."""
        before = self._scene
        self._jumping = True
        try:
            self.begin(steps[0].scene)
            for step in steps[1:]:
                self.show(step.what, step.scene)
            self.history.setIndex(now)
        finally:
            self._jumping = False
        self._tell(before)

    def go_to(self, step: int) -> None:
        """Go to one step of the history, announcing one change however many steps lie between."""
        before = self._scene
        self._jumping = True
        try:
            self.history.setIndex(step)
        finally:
            self._jumping = False
        if self._scene is not before:
            self._tell(before)

    def only_shows_until(self, step: int) -> bool:
        """Whether the steps from here to ``step`` do nothing besides showing a scene."""
        here = self.history.index()
        steps = [self.history.command(index) for index in range(min(here, step), max(here, step))]
        return all(edit._beside is None for edit in steps)  # type: ignore[attr-defined]

    def _show(self, scene: Scene) -> None:
        before, self._scene = self._scene, scene
        if not self._jumping and scene is not before:
            self._tell(before)

    def _tell(self, before: Scene) -> None:
        """Announce that the scene is another; the changes in their order, so that nobody ends with an older one."""
        self._untold.append((before, self._scene))
        if len(self._untold) > 1:  # somebody hears of the one before just now
            return
        while self._untold:
            self.changed.emit(*self._untold[0])
            self._untold.popleft()


class _Edit(QUndoCommand):
    def __init__(self, document: Document, what: str, gesture: int, after: Scene, beside: Beside | None) -> None:
        super().__init__(what)
        self.gesture = gesture
        self._document, self._beside = document, beside
        self.before, self.after = document.scene, after

    def go_on(self, after: Scene, beside: Beside | None) -> None:
        """Do more of the same, to be undone together."""
        self.after = after
        if beside is not None:
            beside[0]()
            self._beside = beside if self._beside is None else (beside[0], self._beside[1])
        self._document._show(after)

    def redo(self) -> None:
        if self._beside is not None:
            self._beside[0]()
        self._document._show(self.after)

    def undo(self) -> None:
        if self._beside is not None:
            self._beside[1]()
        self._document._show(self.before)
