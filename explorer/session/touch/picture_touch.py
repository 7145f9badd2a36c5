"""A gesture on the picture of the scene: its latent follows in a worker, and becomes one step of the history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions
from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.jobs.job import JobRunner
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.touch.goals import Goal
    from explorer.training.touch.touchable import Touchable
    from explorer.training.touch.touching import Touched, Touching

_PREPARING = "Loading"


@dataclass(eq=False)
class _Gesture:
    """What is asked for by one movement of the hand, and how far it has come."""

    what: str
    number: int
    model: OpenModel
    begun: Scene
    shown: Scene  # as it was made last; where the document has another, somebody else moved
    locked: frozenset[int]
    layers: tuple[int, int] | None
    goal: Goal | None = None
    touching: Touching | None = None  # the worker's own
    is_held: bool = True


class PictureTouch(QObject):
    """Moves the latent of the scene until its picture shows what the hand asks for.

    The newest goal wins: while some steps are taken only the last one waits. Whatever else changes the scene ends the
    gesture, and what it came to stays.

    Signals
    -------
    begun()
        A gesture begins: what else moves the scene had better stop.
    preparing(words) : str
        The model is being opened so that gradients pass through it, which takes a moment the first time.
    prepared(model) : OpenModel
        Gradients pass through it.
    refused(model, problem) : OpenModel, Problem
        They do not, and why.
    moved(points) : tuple of (float, float)
        The scene was moved a little; where points that are pulled lie now.
    rested()
        The gesture came to its end.
    failed(error)
    """

    begun = Signal()
    preparing = Signal(str)
    prepared = Signal(object)
    refused = Signal(object, object)
    moved = Signal(object)
    rested = Signal()
    failed = Signal(object)

    def __init__(self, edits: SceneEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edits, self._document = edits, edits.document
        self._gesture: _Gesture | None = None
        self._open: tuple[str, int | None, Conditions, Touchable] | None = None  # the worker's own
        self._work = JobRunner(self, overtakes="nothing", name="touch")
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked out."""
        return self._work.is_wanted

    @property
    def is_under_way(self) -> bool:
        """Whether there is a gesture that could be taken back."""
        return self._gesture is not None

    def prepare(self, model: OpenModel) -> None:
        """Find out whether gradients pass through a model, so that the first stroke need not wait for it."""
        scene = self._document.scene
        self.preparing.emit(_PREPARING)

        def failed(error: Exception) -> None:
            self.drop()
            if isinstance(error, Problem):
                self.refused.emit(model, error)
            else:
                self.failed.emit(error)

        def then(_opened: object) -> None:
            self.prepared.emit(model)
            self._go_on_with_what_waits()

        self._work.begin(lambda *_: self._opened(model, scene), then, failed=failed, words=_PREPARING)

    def begin(self, what: str, number: int, model: OpenModel) -> None:
        """Begin a gesture on the picture of the scene, in the place of the one before.

        Parameters
        ----------
        what : str
            What the history calls it.
        number : int
            Its number; all it does undoes as one step.
        model : OpenModel
            That of the scene.
        """
        self.begun.emit()
        scene, edits = self._document.scene, self._edits
        in_w = model.renderer.has_w
        locked, layers = (edits.styles.locked, edits.styles.layers) if in_w else (edits.locked, None)
        self._gesture = _Gesture(what, number, model, scene, scene, locked, layers)

    def ask(self, goal: Goal) -> None:
        """What the hand wants now."""
        gesture = self._gesture
        if gesture is not None:
            gesture.goal = goal
            if not self.is_busy:
                self._go_on(gesture)

    def let_go(self) -> None:
        """The hand was lifted: come to rest."""
        gesture = self._gesture
        if gesture is not None:
            gesture.is_held = False
            if not self.is_busy:  # it rests already
                self._end()

    def take_back(self) -> None:
        """Bring the scene back to what it was before the gesture, which leaves no step in the history."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            if self._document.scene is gesture.shown:
                self._document.take_back(gesture.number)
            self.rested.emit()

    def drop(self) -> None:
        """End the gesture where it is."""
        if self._gesture is not None:
            self._end()

    def forget(self) -> None:
        """End the gesture, and keep no model any longer."""
        self.drop()
        self._open = None

    def close(self) -> None:
        """Stop, and wait for the step that is being taken."""
        self._gesture = None
        self._work.close()

    def _go_on_with_what_waits(self) -> None:
        """Begin with a gesture that came while the worker was at something else."""
        if self._gesture is not None and self._gesture.goal is not None and not self.is_busy:
            self._go_on(self._gesture)

    def _go_on(self, gesture: _Gesture) -> None:
        goal = gesture.goal
        assert goal is not None
        work = partial(self._touched, gesture, goal)
        self._work.begin(lambda *_: work(), partial(self._on_touched, gesture, goal))

    def _touched(self, gesture: _Gesture, goal: Goal) -> Touched:
        if gesture.touching is None:
            from explorer.training.touch.moved_latent import moved_latent
            from explorer.training.touch.touching import Touching

            model, scene = gesture.model, gesture.begun
            opened = self._opened(model, scene)
            latent = moved_latent(opened, model.renderer, scene, gesture.locked, gesture.layers)
            gesture.touching = Touching(opened, latent)
        return gesture.touching.go_on(goal)

    def _opened(self, model: OpenModel, scene: Scene) -> Touchable:
        """The model, run so that gradients pass through it; the last one is kept."""
        key = (model.generator.hash, scene.label, scene.conditions)
        kept = self._open  # may be forgotten meanwhile
        if kept is None or kept[:3] != key:
            from explorer.training.learning.devices import leave_room
            from explorer.training.touch.touchable import Touchable

            leave_room()
            trusted = run_of(model.path) is not None
            opened = Touchable.open(model.files, scene.label, scene.conditions, trusted=trusted)
            self._open = (*key, opened)
            return opened
        return kept[3]

    def _on_touched(self, gesture: _Gesture, goal: Goal, touched: Touched) -> None:
        if gesture is not self._gesture:
            self._go_on_with_what_waits()
            return
        if self._document.scene is not gesture.shown:
            self._end()
            return
        gesture.shown = touched.scene
        self._document.show(gesture.what, touched.scene, gesture=gesture.number)
        if gesture is not self._gesture:  # whoever heard of it has ended it
            return
        self.moved.emit(touched.points)
        if goal is not gesture.goal or not touched.rests:
            self._go_on(gesture)
        elif not gesture.is_held:
            self._end()

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.failed.emit(error)

    def _end(self) -> None:
        self._gesture = None
        self.rested.emit()
