"""The lab: a GAN in the plane that learns before one's eyes, after GAN Lab (Kahng et al., 2018)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from explorer.session.train.lab import Lab
from explorer.training.toy_models.lab_presets import PRESETS, LabPreset
from explorer.training.toy_models.point_sets import drawn
from explorer.training.toy_models.snapshot import Snapshot
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.training.toy_models.verdict import Watch
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.train.lab.bar import SPEEDS, LabBar
from explorer.ui.train.lab.controls import LabControls
from explorer.ui.train.lab.film import LabFilm
from explorer.ui.train.lab.plane_view import ToyView
from explorer.ui.train.lab.side import SIDE_PX, LabSide
from explorer.ui.train.plot_exports import write_picture
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip, Offer
from explorer.ui.view import Meaning, View, beside
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.parts import column_of, line, pressing, row_of, scrolled

_MOST_DOTS = 2000
_SEEN = {
    "": "Nobody has learned yet: the generator puts all its points where chance put its weights, and the critic "
    "guesses. Press Play, or let one of the two learn.",
    "critic": "The critic has learned: the surface changed, the points did not. It turns bluer where real points "
    "are, and more orange where generated ones are.",
    "generator": "The generator has learned: its points went up the critic's surface, as the arrows told them. "
    "The surface has not changed.",
    "both": "The critic has learned, and then the generator: both the surface and the points have moved.",
}


class LabView(View):
    """Shows a GAN of which everything can be seen."""

    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        config = PRESETS[0].config
        self.lab = Lab(config, self)
        self.controls, self.bar, self.side = LabControls(config), LabBar(), LabSide()
        self.plane, self.words = ToyView(), QLabel()
        self.film, self.strip = LabFilm(), ExportStrip(studio)
        self._menu = ExportMenu(studio, self.offers, self.strip, self)
        self.bar.save.setMenu(self._menu)
        self._watch, self._preset = Watch(), PRESETS[0].words
        self._dots: list[tuple[float, float]] = []
        self.words.setProperty("role", "muted")
        beside(self.controls, self._stage(), self)
        self._connect()
        self.lab.set_speed(*SPEEDS[1][1:])
        self._say(math.nan, math.nan)

    @property
    def is_busy(self) -> bool:
        return self.isVisible() and (self.lab.is_playing or self.plane.seen is None)

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {
            "sample": Meaning("Play or pause", pressing(self.bar.play)),
            "save": Meaning("Save the picture of the lab …", self._menu.save_first),
        }

    def showEvent(self, event: QShowEvent) -> None:
        """Begin, the first time."""
        super().showEvent(event)
        self.lab.begin()

    def rest(self) -> None:
        self.lab.pause()

    def close_work(self) -> None:
        self.lab.close()
        self.strip.exporter.close()

    def offers(self) -> tuple[Offer, ...]:
        """What can be saved: what is seen, and what has been seen since the round began."""
        if self.plane.seen is None:
            return ()
        film = self.film.writing(self.plane.layers, colours_of(self.palette()))
        return (
            Offer("Picture (PNG)", "lab.png", write_picture(self.plane.image())),
            Offer("Film of this round (GIF)", "lab.gif", film),
            Offer("Film of this round (MP4)", "lab.mp4", film),
        )

    def _stage(self) -> QWidget:
        stage = QWidget()
        middle = column_of((self.plane, 1), self.words, margins=(UNIT, UNIT, UNIT, UNIT // 2), spacing=0)
        side = scrolled(self.side, name="What the lab shows")
        grow_width(side, SIDE_PX)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        hairline = line(upright=True)
        self.trims += [hairline, side]
        row = row_of((middle, 1), hairline, side, spacing=0)
        column_of(self.bar, line(), (row, 1), self.strip, on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        bar, lab = self.bar, self.lab
        bar.play_wanted.connect(lambda on: lab.play() if on else lab.pause())
        bar.turn_wanted.connect(lab.learn)
        bar.restart_wanted.connect(lab.restart)
        bar.speed_wanted.connect(lab.set_speed)
        self.controls.changed.connect(self._on_changed)
        self.controls.preset_chosen.connect(self._on_preset)
        self.controls.clear.clicked.connect(self._clear)
        self.side.layers_wanted.connect(self.plane.show_layers)
        self.plane.dotted.connect(self._on_dotted)
        self.plane.pointed.connect(self._say)
        lab.playing.connect(bar.show_playing)
        lab.progressed.connect(self._on_progressed)
        lab.failed.connect(self._on_failed)

    def _on_progressed(self, snapshots: list[Snapshot]) -> None:
        for each in snapshots:
            self._watch.add(each)
            self.side.curve.add(each)
            self.film.add(each)
        seen, verdict = snapshots[-1], self._watch.verdict
        self.plane.show_snapshot(seen)
        self.side.show_snapshot(seen, verdict)
        self.side.caption.setText(self._preset if self.lab.is_playing else _SEEN[seen.turn])
        if self.lab.is_playing and not seen.is_finite:
            self.lab.pause()

    def _on_failed(self, error: Exception) -> None:
        self.plane.set_empty("The lab stopped", "Press Play to start over.")
        self.studio.notices.show_error(error)

    def _on_changed(self, config: PlaneConfig) -> None:
        was_drawn = self.plane.draws
        self._preset = "Your own settings: watch the verdict and the losses."
        self.plane.set_draws(config.data == "drawn")
        self.lab.show_config(config)
        if self.plane.draws and not was_drawn:
            self._show_drawing()

    def _on_preset(self, preset: LabPreset) -> None:
        """Begin anew, as the preset is meant to be seen, and play it."""
        self._preset = preset.words
        self.controls.show_config(preset.config)
        self.plane.set_draws(False)
        self.lab.show_config(preset.config)
        self.lab.restart(self.bar.seed.value())
        self.lab.play()

    def _on_dotted(self, x: float, y: float) -> None:
        self._dots = [*self._dots[1 - _MOST_DOTS :], (x, y)]
        self._show_drawing()

    def _clear(self) -> None:
        self._dots = []
        self._show_drawing()

    def _show_drawing(self) -> None:
        self.lab.show_data(drawn(np.array(self._dots, np.float32).reshape(-1, 2)))

    def _say(self, x: float, y: float) -> None:
        """Say what the critic thinks where the pointer is."""
        seen, opinion = self.plane.seen, self.plane.opinion(x, y)
        if seen is None or math.isnan(opinion):
            self.words.setText("Point at a place to see the critic's score.")
        elif seen.is_probability:
            self.words.setText(f"Here the critic is {(1 + opinion) / 2:.0%} sure to see a real point.")
        else:
            self.words.setText(f"Here the critic's score is {opinion:+.2f}, of −1 (generated) to 1 (real).")
