"""What can change in a rectangle of the picture: three sliders that move it and leave the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.explore.region_tool import RegionTool
from explorer.ui.explore.row_naming import Naming
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, text_label, tool_button
from explorer.ui.widgets.working import Working

if TYPE_CHECKING:
    from explorer.core.directions.local import LocalDirections, LocalStep

_NAME_PX = 12 * UNIT
_HINT = "Drag a rectangle on the picture: three sliders will change what is inside it, and as little else as possible."
_ELSEWHERE = "Found on another picture; drag the rectangle again for this one."
_LEAST_ROWS = 3
_KEPT = "here"  # what a change is called until somebody calls it otherwise


class LocalSide(QWidget):
    """A row for each way in which the rectangle can change, and what keeps the change as a direction.

    The sliders move the latent itself, or its point of W, and stand where that is: undo takes them along.
    """

    def __init__(self, studio: Studio, tool: RegionTool) -> None:
        super().__init__()
        self._studio, self._tool = studio, tool
        self.found: LocalDirections | None = None
        self._base: Scene | None = None  # where the sliders count from
        self._alphas: tuple[float, ...] = ()
        self._is_wanted = False  # whether the tool is chosen
        self.work = JobRunner(self, name="local")
        self.rows = named(LatentRows(self, self._naming()), "What can change in the rectangle")
        self.title = ElidedLabel()
        self.title.setProperty("role", "heading")
        self.title.show_words("Change this area")
        self.usual = text_label(role="muted")
        self.usual.setToolTip(
            "How much of what a direction changes is inside the rectangle, on average over all directions:\n"
            "the sliders below are good where theirs is much more"
        )
        self.keep = tool_button("bookmark", "Keep", "Keep this change as a direction of the model")
        self.clear = tool_button("close", "Close", "Remove the rectangle and its sliders; the picture stays")
        self.working = Working("Stop looking")
        self.hint = text_label(_HINT, wraps=True)
        self._lay_out()
        self._connect()
        self._show()

    def offer(self, wanted: bool) -> None:
        """Say what to do from now on, or no more."""
        self._is_wanted = wanted
        self._show()

    def look_in(self, drawn: QRect) -> None:
        """Look for what can change inside a rectangle of the picture that is shown."""
        from explorer.core.directions.local import local_directions
        from explorer.core.directions.region import Region

        model, scene = self._studio.models.current, self._studio.document.scene
        if model is None or model.generator.hash != scene.model:
            return
        region = Region(drawn.x(), drawn.y(), drawn.width(), drawn.height())
        self._show_found(None)
        self.work.begin(
            lambda report, stop: local_directions(model.renderer, scene, region, progress=report, cancelled=stop),
            self._show_found,
            words="Looking at what each number changes",
        )

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Stand where ``after`` is; another model has other sliders."""
        if before is not None and after.model != before.model:
            self.forget()
        elif self.found is not None and (before is None or not _same_place(before, after)):
            self._follow(after)

    def forget(self) -> None:
        """Remove the rectangle and the sliders."""
        self.work.cancel()
        self._tool.show_region(QRect())
        self._show_found(None)

    def _follow(self, scene: Scene) -> None:
        """Count from where they were found, else from where they counted from before, else from here."""
        assert self.found is not None
        for base in (self.found.scene, self._base):
            alphas = None if base is None else self.found.alphas(base, scene)
            if base is not None and alphas is not None:
                self._base, self._alphas = base, alphas
                break
        else:
            self._base, self._alphas = self._here(scene), (0.0,) * len(self.found.steps)
        self._show_values()

    def _here(self, scene: Scene) -> Scene:
        model = self._studio.models.current
        try:
            return scene if model is None else model.renderer.written(scene)
        except Problem:  # the canvas tells it
            return scene

    def _show_found(self, found: LocalDirections | None) -> None:
        self.found, self._base, self._alphas = found, None, ()
        if found is not None:
            self.rows.show_naming(self._naming())
            self._follow(self._studio.document.scene)
        self._show()

    def _show(self) -> None:
        some = self.found is not None
        self.setVisible(some or self._is_wanted or self.work.is_wanted)
        self.rows.setVisible(some)
        self.keep.setVisible(some)
        self.clear.setVisible(some)
        self.usual.setVisible(some)
        if self.found is not None:
            count = len(self.found.steps)
            self.usual.setText(f"usually {self.found.usual:.0%}")
            self.rows.setMaximumHeight(count * ROW_PX)
            self.rows.setMinimumHeight(min(count, _LEAST_ROWS) * ROW_PX)  # a low window shows fewer at once
        self._show_values()

    def _show_values(self) -> None:
        elsewhere = self.found is not None and self._base is not self.found.scene
        self.hint.setText(_ELSEWHERE if elsewhere else _HINT)
        self.hint.setVisible(elsewhere or (self.found is None and not self.work.is_wanted))
        if self.found is None:
            return
        self.rows.show_latent(np.array(self._alphas, np.float32), "normal")
        self.keep.setEnabled(any(self._alphas))

    def _move(self, place: int, alpha: float, gesture: int = -1) -> None:
        if self.found is None or self._base is None or self._alphas[place] == alpha:
            return
        alphas = list(self._alphas)
        alphas[place] = alpha
        scene = self._studio.document.scene
        try:
            moved = self.found.moved(self._base, alphas)
        except Problem as problem:
            self._studio.notices.show_error(problem)
            return
        after = replace(scene, z=moved.z, seed=moved.seed, styled=moved.styled)
        self._studio.document.show("Change the rectangle", after, gesture=gesture)

    def _keep(self) -> None:
        from explorer.core.directions.local import as_direction

        if self.found is None or not any(self._alphas):
            return
        kept, notices = as_direction(self.found, self._alphas, _KEPT), self._studio.notices
        with notices.catching():
            (name,) = self._studio.directions.add([kept], "Keep the change")
            notices.say(f"Kept as the direction {name}; double-click its name to rename it.")

    def _naming(self) -> Naming:
        return Naming(self._name, self._tip, _NAME_PX, lockable=False, reach=self._reach)

    def _name(self, place: int) -> str:
        step = self._step(place)
        return "" if step is None else f"{step.inside:.0%} inside"

    def _tip(self, place: int) -> str:
        step = self._step(place)
        if step is None or self.found is None:
            return ""
        share, usual = step.inside, self.found.usual
        return (
            f"{share:.0%} of what this slider changes lies inside the rectangle; of a usual direction, {usual:.0%}.\n"
            "A principal component of the picture's slope inside, relative to that outside"
        )

    def _reach(self, place: int) -> float:
        step = self._step(place)
        return 3.0 if step is None else step.reach

    def _step(self, place: int) -> LocalStep | None:
        known = self.found.steps if self.found is not None else ()
        return known[place] if place < len(known) else None

    def _lay_out(self) -> None:
        header = row_of(self.title, STRETCH, self.usual, self.keep, self.clear, margins=(UNIT, 0), spacing=UNIT // 2)
        foot = column_of(self.working, self.hint, margins=(UNIT, 0))
        column_of(header, self.rows, foot, on=self, spacing=UNIT // 2)

    def _connect(self) -> None:
        self._tool.drawn.connect(self.look_in)
        self.rows.moved.connect(self._move)
        self.rows.reset_one.connect(lambda place: self._move(place, 0.0))
        self.keep.clicked.connect(self._keep)
        self.clear.clicked.connect(self.forget)
        self.work.began.connect(self._on_began)
        self.work.progressed.connect(self.working.show_share)
        self.work.ended.connect(self._on_ended)
        self.work.failed.connect(self._on_failed)
        self.working.cancel.clicked.connect(self.work.cancel)

    def _on_began(self, words: str) -> None:
        self.working.show_work(words)
        self._show()

    def _on_ended(self) -> None:
        self.working.hide()
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self._tool.show_region(QRect())
        self._studio.notices.show_error(error)


def _same_place(before: Scene, after: Scene) -> bool:
    return before.z is after.z and before.styled is after.styled and before.label == after.label
