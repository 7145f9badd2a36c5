"""The directions at the side of the window: a slider each, applied several at once."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene
from explorer.session.directions.wording import story
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.explore.row_naming import Naming
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, text_label, tool_button

_NAME_PX = 13 * UNIT
_LEAST_ROWS, _MOST_ROWS = 2, 6  # in sight; more are scrolled to
_MARK_TIP = (
    "Applied directions stay on: a new sample has them too. "
    "Bake in makes them part of this picture, Reset removes them."
)
_HINT = "None yet. The Arithmetic panel finds and imports directions such as “smiling”."


class DirectionSide(QWidget):
    """One row a direction: pinned ones first, then the newest; how many are applied, and ways to take them off."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._pins: dict[str, frozenset[str]] = {}  # names, by the hash of the model
        self._model = ""
        self._names: tuple[str, ...] = ()
        self.rows = named(LatentRows(naming=self._naming()), "Directions")
        self.fold = tool_button("chevron_down", "Directions", "Show or hide the directions", checkable=True)
        self.fold.setText("Directions")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setChecked(True)
        self.fold.setProperty("quiet", True)
        self.mark = text_label()
        self.mark.setToolTip(_MARK_TIP)
        self.bake = tool_button("check", "Bake in", "Make what the directions change part of the latent itself")
        self.reset = tool_button("reset", "Reset directions", "Remove every direction from this picture")
        self.hint = text_label(_HINT, wraps=True)
        self._lay_out()
        self._connect()
        self.show_directions()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show how far ``after`` goes along each direction."""
        if before is None or after.directions is not before.directions or after.model is not before.model:
            self._show_strengths(after)

    def moved(self, scene: Scene) -> Latent:
        """The latent that ``scene`` is drawn from: truncated, with what its directions add."""
        renderer = self._studio.pictures.renderer
        try:
            return scene.z if renderer is None else renderer.latent(scene)
        except Problem:  # a scene of another model, which is being opened
            return scene.z

    def show_directions(self) -> None:
        """Show the directions there are now."""
        self._remember_pins()
        self._model = self._studio.models.hash
        self._names = self._studio.directions.names
        self.rows.show_naming(self._naming())
        scene = self._studio.document.scene
        self.rows.show_latent(self._strengths(scene), "normal")
        kept = self._pins.get(self._model, frozenset())
        self.rows.pins = frozenset(place for place, name in enumerate(self._names) if name in kept)
        self.rows.rearrange()
        self._show_parts()
        self._show_strengths(scene)

    def _rename(self, place: int, name: str) -> None:
        with self._studio.notices.catching():
            if name.strip():
                self._studio.directions.rename(self._name(place), name)

    def _naming(self) -> Naming:
        return Naming(self._name, self._tip, _NAME_PX, lockable=False, nameable=True, reach=self._reach)

    def _name(self, place: int) -> str:
        return self._names[place] if place < len(self._names) else ""

    def _reach(self, place: int) -> float:
        direction = self._studio.directions.named(self._name(place))
        return direction.span if direction is not None else 3.0

    def _tip(self, place: int) -> str:
        direction = self._studio.directions.named(self._name(place))
        return f"{direction.name}\n{story(direction)}" if direction is not None else ""

    def _remember_pins(self) -> None:
        if self._names:
            self._pins[self._model] = frozenset(self._name(place) for place in self.rows.pins)

    def _strengths(self, scene: Scene) -> Latent:
        used = dict(scene.directions)
        return np.array([used.get(name, 0.0) for name in self._names], np.float32)

    def _show_strengths(self, scene: Scene) -> None:
        self.rows.show_latent(self._strengths(scene), "normal")
        channels = self._studio.edits.styles.channels(scene)
        count = sum(name not in channels for name, _ in scene.directions)
        self.mark.setText(f"Edited: {count} applied" if count else "")
        for button in (self.bake, self.reset):
            button.setEnabled(count > 0)

    def _show_parts(self) -> None:
        unfolded, some = self.fold.isChecked(), bool(self._names)
        self.fold.setIcon(icon("chevron_down" if unfolded else "chevron_right"))
        self.rows.setVisible(unfolded and some)
        self.rows.setMaximumHeight(min(len(self._names), _MOST_ROWS) * ROW_PX)
        self.rows.setMinimumHeight(min(len(self._names), _LEAST_ROWS) * ROW_PX)  # a low window shows fewer at once
        self.hint.setVisible(unfolded and not some)
        for button in (self.bake, self.reset):
            button.setVisible(some)

    def _lay_out(self) -> None:
        header = row_of(
            self.fold,
            STRETCH,
            self.mark,
            self.bake,
            self.reset,
            margins=(UNIT // 2, 0, UNIT, 0),
            spacing=UNIT // 2,
        )
        foot = row_of(self.hint, margins=(UNIT, 0), spacing=None)
        column_of(header, self.rows, foot, on=self, spacing=UNIT // 2)

    def _connect(self) -> None:
        edits = self._studio.edits
        self.rows.moved.connect(lambda place, alpha, gesture: edits.set_strength(self._name(place), alpha, gesture))
        self.rows.reset_one.connect(lambda place: edits.set_strength(self._name(place), 0.0))
        self.rows.named.connect(self._rename)
        self.fold.toggled.connect(lambda _checked: self._show_parts())
        self.reset.clicked.connect(edits.reset_strengths)
        self.bake.clicked.connect(lambda: edits.bake_in(self._studio.directions.vectors))
        self._studio.directions.changed.connect(self.show_directions)
