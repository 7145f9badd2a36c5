"""The controls of *Drive*: who drives, how wild the dream is, where it begins, and what of it is held."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.worlds.dream import LOWEST
from explorer.core.worlds.journey import Driver, Move
from explorer.session.worlds.driving import OpenWorld
from explorer.ui.view import Controls
from explorer.ui.widgets.fold import Fold
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, choice_box, column_of, fill, named, push_button, row_of, text_label
from explorer.ui.worlds.held_numbers import HeldNumbers

USUAL, WILDEST = 0.3, 3.0
_FIRST_SEED = 6  # a road that the bundled dream keeps for a hundred frames
_DRIVERS: tuple[tuple[Driver, str, str], ...] = (
    ("hand", "You", "Your keys drive both the world and the dream"),
    ("world", "Controller, seeing the world", "It looks at the world; the dream gets the same actions"),
    ("dream", "Controller, seeing the dream", "It looks at the dream; the world gets the same actions"),
    ("each", "Controller, one in each", "It looks at each of the two, and acts on what it sees there"),
)
_TEMPERATURE_TIP = (
    "How much of the dream is left to chance: near 0 it is too sure of itself, higher up it drifts off sooner"
)


class DriveControls(Controls):
    """Says how is driven.

    Signals
    -------
    restart_wanted()
        Another drive is to begin.
    changed()
        Something is set otherwise, and is to be seen in the next frame.
    """

    restart_wanted = Signal()
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.driver = choice_box("Who drives", "You, or the model's controller", _DRIVERS, narrow=True)
        self.temperature = named(Slider(LOWEST, WILDEST, home=USUAL, step=0.05), "Temperature", _TEMPERATURE_TIP)
        self.figure = number_box(
            "Temperature, as a number", _TEMPERATURE_TIP, LOWEST, WILDEST, USUAL, decimals=2, step=0.05
        )
        self.waits = named(
            QCheckBox("The world waits"), "The world waits", "The world stands still while the dream goes on"
        )
        self.seed = number_box(
            "Seed", "Decides the road, and what the dream leaves to chance", 0, LARGEST_SEED, _FIRST_SEED
        )
        self.restart = push_button("Restart", "Start over, on the road of this seed", image="reset")
        self.ghosts = named(
            QCheckBox("What might come next"),
            "What might come next",
            "Show the likeliest next frames, and how likely the dream thinks each is",
        )
        self.held = HeldNumbers()
        self.let_go = push_button("Let all go", "Let go of every number that is held", self.held.let_go)
        self.facts = text_label(wraps=True)
        self._lay_out()
        self._connect()

    def next_move(self, action: tuple[float, ...], *, awake: bool) -> Move:
        """What is done in the next frame."""
        driver = cast(Driver, self.driver.currentData())
        told = action if driver == "hand" else ()
        return Move(told, driver, self.temperature.value, awake, self.waits.isChecked(), self.held.held)

    def show_world(self, world: OpenWorld) -> None:
        """Offer what this world has."""
        facts = world.facts
        self.held.show_size(facts.latent)
        if not world.has_controller:
            self.driver.setCurrentIndex(0)
        self.driver.setEnabled(world.has_controller)
        self.waits.setVisible(world.has_world)
        told = "" if world.has_controller else " It has no controller."
        alone = "" if world.has_world else " This program cannot draw its world, so only the dream is shown."
        names = ", ".join(action.name for action in facts.actions)
        self.facts.setText(f"Actions: {names}; {facts.frames_a_second:g} frames a second.{told}{alone}")

    def set_driver(self, driver: str) -> None:
        """Let somebody else drive; raises `Problem` where nobody is called so."""
        place = self.driver.findData("hand" if driver == "you" else driver)
        if place < 0:
            raise Problem(
                f"There is no driver called {driver or 'nothing'}.", "The drivers are: you, world, dream and each."
            )
        self.driver.setCurrentIndex(place)
        self.changed.emit()

    def set_temperature(self, value: float) -> None:
        """Let more or less be left to chance."""
        self.temperature.show_value(value)
        self.figure.show_value(value)
        self.changed.emit()

    def _lay_out(self) -> None:
        self.add_title("Who drives", self.driver)
        fill(self.column, self.driver)
        self.add_title("Temperature", self.temperature)
        self.column.addLayout(row_of((self.temperature, 1), self.figure))
        self.add_title("Start", self.seed)
        self.column.addLayout(row_of(text_label("Seed", of=self.seed), self.seed, self.restart))
        fill(self.column, self.waits, self.ghosts)
        inside = QWidget()
        column_of(self.let_go, self.held, on=inside)
        self.numbers = Fold("Hold numbers of the latent", "Change the latent of the dream while it runs", inside)
        fill(self.column, self.numbers, self.facts, STRETCH)

    def _connect(self) -> None:
        self.temperature.moved.connect(lambda value, _gesture: self.set_temperature(value))
        self.figure.edited.connect(lambda value, _gesture: self.set_temperature(value))
        self.seed.edited.connect(lambda _value, _gesture: self.restart_wanted.emit())
        self.restart.clicked.connect(self.restart_wanted)
        self.driver.activated.connect(lambda _index: self.changed.emit())
        for box in (self.waits, self.ghosts):
            box.toggled.connect(lambda _on: self.changed.emit())
        self.held.changed.connect(self.changed)
