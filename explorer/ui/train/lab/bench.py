"""One workbench of the lab: a model in the plane that learns before one's eyes, after GAN Lab (Kahng et al., 2018)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.session.train.lab import Lab
from explorer.training.toy_models.lab_presets import LabPreset
from explorer.training.toy_models.point_sets import drawn
from explorer.training.toy_models.verdict import LabVerdict
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.train.lab.bar import SPEEDS, LabBar
from explorer.ui.train.lab.controls import LabControls
from explorer.ui.train.lab.film import LabFilm
from explorer.ui.train.lab.flow import FlowGraph
from explorer.ui.train.lab.headline import Headline
from explorer.ui.train.lab.lab_plane import LabPlane
from explorer.ui.train.lab.side import SIDE_PX, LabSide
from explorer.ui.train.lab.subject import Seen, Subject
from explorer.ui.train.plot_exports import write_picture
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip, Offer
from explorer.ui.view import Meaning, View, beside
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.growing import grow_least
from explorer.ui.widgets.parts import column_of, line, pressing, row_of, scrolled

_MOST_DOTS = 2000
_STARTING = "Starting over …"


class LabBench(View):
    """Shows a model of which everything can be seen, and trains it."""

    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio, subject: Subject, corner: QWidget) -> None:
        super().__init__(studio)
        self.subject = subject
        self.lab = Lab(subject.presets[0].config, self)
        self.controls, self.bar = LabControls(subject), LabBar(subject.turns)
        self.side, self.headline = LabSide(subject), Headline()
        self.plane, self.words = LabPlane(subject), ElidedLabel()
        self.flow = FlowGraph() if subject.has_flow else None
        if self.flow is not None:
            self.flow.hide()  # until there is room
        self.film, self.strip = LabFilm(subject), ExportStrip(studio)
        self._menu = ExportMenu(studio, self.offers, self.strip, self)
        self.bar.save.setMenu(self._menu)
        self._preset = subject.presets[0].words
        self._dots: list[tuple[float, float]] = []
        self.words.setProperty("role", "muted")
        left = QWidget()
        self._left = column_of((self.controls, 1), on=left, spacing=0)
        beside(left, self._stage(corner), self)
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the flow beside the plane where that costs the plane nothing."""
        super().resizeEvent(event)
        self._fit_flow()

    def put_aside(self, *, sides: bool, trims: bool, spared: bool = False) -> None:
        self._place_side(below=spared and not sides)
        super().put_aside(sides=sides, trims=trims, spared=spared)
        self._fit_flow()

    def _place_side(self, *, below: bool) -> None:
        """Put figures and curves below the settings, where there is little room, or beside the plane."""
        if below is self._hairline.isHidden():
            return
        (self._left if below else self._row).addWidget(self._right, int(below))
        self._right.show()  # a widget that comes into another is hidden
        self._hairline.setVisible(not below)

    def _fit_flow(self) -> None:
        if self.flow is None:
            return
        aside = sum(part.width() for part in (self.controls, self._right) if not part.isHidden())
        height = self.height() - min(self.bar.height(), 12 * UNIT) - 3 * self.headline.fontMetrics().height()
        self.flow.setVisible(self.width() - aside >= 0.85 * height + self.flow.sizeHint().width())

    def rest(self) -> None:
        self.lab.pause()
        if self.flow is not None:
            self.flow.rest()

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

    def _stage(self, corner: QWidget) -> QWidget:
        stage = QWidget()
        looked_at = row_of(*([self.flow] if self.flow is not None else []), (self.plane, 1))
        middle = column_of(self.headline, (looked_at, 1), self.words, margins=(UNIT, UNIT // 2), spacing=0)
        self._right = side = scrolled(self.side, name="What the lab shows")
        grow_least(side, SIDE_PX)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hairline = line(upright=True)
        self.trims.append(self.words)
        self._row = row_of((middle, 5), self._hairline, (side, 1), spacing=0)
        bar = row_of((corner, 0, Qt.AlignmentFlag.AlignTop), (self.bar, 1), margins=(UNIT, UNIT // 2, 0, 0), spacing=0)
        column_of(bar, line(), (self._row, 1), self.strip, on=stage, spacing=0)
        return stage

    def _connect(self) -> None:
        bar, lab = self.bar, self.lab
        bar.play_wanted.connect(lambda on: lab.play() if on else lab.pause())
        bar.turn_wanted.connect(lab.learn)
        bar.restart_wanted.connect(self._restart)
        bar.speed_wanted.connect(lab.set_speed)
        self.controls.changed.connect(self._on_changed)
        self.controls.preset_chosen.connect(self.begin_preset)
        self.controls.clear.clicked.connect(self._clear)
        self.side.layers_wanted.connect(self.plane.show_layers)
        self.plane.dotted.connect(self._on_dotted)
        self.plane.pointed.connect(self._say)
        lab.playing.connect(bar.show_playing)
        lab.progressed.connect(self._on_progressed)
        lab.failed.connect(self._on_failed)

    def _on_progressed(self, snapshots: list[Seen]) -> None:
        for each in snapshots:
            self.side.plot.add(each)
            self.film.add(each)
        seen = snapshots[-1]
        self.plane.show_snapshot(seen)
        if self.flow is not None:
            self.flow.show_snapshot(seen, self.lab.is_playing)
        self.headline.show_verdict(seen.verdict)
        self.side.show_snapshot(seen)
        self.side.caption.setText(self._preset if self.lab.is_playing else self.subject.captions[seen.turn])
        if self.lab.is_playing and not seen.is_finite:
            self.lab.pause()

    def _on_failed(self, error: Exception) -> None:
        self.plane.set_empty("The lab stopped", "Press Play to start over.")
        self.studio.notices.show_error(error)

    def _on_changed(self, config: Any) -> None:
        was_drawn = self.plane.draws
        self._preset = "Your own settings: watch the verdict and the curves."
        self.plane.set_draws(config.data == "drawn")
        self.lab.show_config(config)
        if self.plane.draws and not was_drawn:
            self._show_drawing()

    def begin_preset(self, preset: LabPreset) -> None:
        """Begin anew, as the preset is meant to be seen, and play it."""
        self._preset = preset.words
        self.controls.show_config(preset.config)
        self.plane.set_draws(False)
        self.lab.show_config(preset.config)
        self._restart(self.bar.seed.value())
        self.lab.play()

    def _restart(self, seed: int) -> None:
        """Begin anew; what was said of the last round is no longer true, however long the new one takes to come."""
        self.headline.show_verdict(LabVerdict(_STARTING))
        self.lab.restart(seed)

    def _on_dotted(self, x: float, y: float) -> None:
        self._dots = [*self._dots[1 - _MOST_DOTS :], (x, y)]
        self._show_drawing()

    def _clear(self) -> None:
        self._dots = []
        self._show_drawing()

    def _show_drawing(self) -> None:
        self.lab.show_data(drawn(np.array(self._dots, np.float32).reshape(-1, 2)))

    def _say(self, x: float, y: float) -> None:
        """Say what is known of the place where the pointer is."""
        seen = self.plane.seen
        said = "" if seen is None or math.isnan(x) else self.subject.opinion(seen, x, y)
        self.words.show_words(said or self.subject.opinion_hint)
