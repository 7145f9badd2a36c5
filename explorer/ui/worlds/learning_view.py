"""Learning: a driver evolves in the dream, is watched in both, and is told what it earns where it really counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.rendering.scene import Scene
from explorer.core.worlds.drive import FRAMES_A_SECOND
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.worlds.learning import LearningDrivers
from explorer.session.worlds.pace import Pace
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import Controls, Meaning, beside
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import (
    STRETCH,
    choice_box,
    column_of,
    fill,
    line,
    named,
    pressing,
    push_button,
    text_label,
)
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.working import Working
from explorer.ui.worlds.score_plot import DREAM, WORLD, ScoreLine, ScorePlot
from explorer.ui.worlds.world_view import WorldView

if TYPE_CHECKING:
    from explorer.training.worlds.evolving import EvolutionPlan, Generation

_WHERES = (("dream", "In the dream"), ("world", "In the world"))
_BEST, _MEAN, _WORST = QColor("#4c9f70"), QColor("#7a8290"), QColor("#b0596a")
_WHAT = "Evolution, without gradients: the drivers that earn most in a generation decide where the next one looks."
_KEPT = "To keep a driver, train the family Controller of a world model in Train."


class LearningControls(Controls):
    """Says how is learned.

    Signals
    -------
    learn_wanted()
    """

    learn_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.where = choice_box(
            "Where drivers are tried", "In the model's dreams, or on the road", _WHERES, narrow=True
        )
        tip = "How much of the dreams is left to chance: more makes them harder to cheat"
        self.temperature = number_box("Temperature", tip, 0.01, 3.0, 1.0, decimals=2, step=0.05)
        self.population = number_box("Population", "Drivers in a generation", 4, 64, 16)
        self.generations = number_box("Generations", "How many generations", 1, 500, 40)
        self.seed = number_box("Seed", "Decides every random choice", 0, 2**32 - 1, 0)
        self.learn = push_button(
            "Watch it learn",
            "Start with drivers that know nothing (Space)",
            self.learn_wanted,
            image="play",
            primary=True,
        )
        self.working = Working("Stop here; what was learned stays on the screen")
        self.add_title("Learn to drive", self.where)
        fill(self.column, text_label(_WHAT, wraps=True), self.where)
        for box in (self.temperature, self.population, self.generations, self.seed):
            self.add(text_label(box.accessibleName(), of=box), box)
        fill(self.column, self.learn, self.working, text_label(_KEPT, wraps=True), STRETCH)

    @property
    def asked(self) -> EvolutionPlan:
        """What is asked for now."""
        from explorer.training.worlds.evolving import EvolutionPlan

        boxes = (self.population, self.generations)
        population, generations = (int(box.value) for box in boxes)
        every = max(1, generations // 20)
        return EvolutionPlan(
            self.where.currentData(), self.temperature.value, population, generations, every, int(self.seed.value)
        )


class LearningView(WorldView):
    """The newest driver drives at the pace of the world while the next generations learn."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls, self.work, self.pace = LearningControls(), LearningDrivers(self), Pace(self)
        self.canvas = named(PictureView(), "The driver in the world, and in the dream")
        self.plot = ScorePlot("What drivers earn per frame", "generations", begins=1)
        self.words, self.scores = ElidedLabel(), ElidedLabel()
        self.pace.rate = float(FRAMES_A_SECOND)
        self._frame = 0
        self._driver: Generation | None = None
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.work.is_busy

    def canvas_in_view(self) -> PictureView:
        return self.canvas

    def open_own(self, path: Path) -> None:
        """Learn in another world from now on; nothing of the last one stays in sight."""
        self.work.forget()
        self.pace.stop()
        self._driver = None
        self.canvas.clear()
        self.plot.show_lines()
        self.words.show_words("")
        self.scores.show_words("")
        self.own_path = path
        self.pages.setCurrentIndex(1)
        self.own_opened.emit(path)

    def learn(self) -> None:
        """Begin with drivers that know nothing."""
        if self.own_path is not None and not self.work.is_busy:
            self._driver, self._frame = None, 0
            self.canvas.clear()
            self.controls.working.show_work("Driving")
            self.work.begin(self.own_path, self.controls.asked)

    def exports(self) -> tuple[Offer, ...]:
        generations = list(self.work.generations)
        if not generations:
            return ()

        def write(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
            from explorer.core.files import replace_file

            rows = ["generation,best,mean,spread,in the dream,in the world", *map(_row, generations), ""]
            with replace_file(path) as file:
                file.write("\n".join(rows).encode())

        return (Offer("What each generation earned (CSV) …", "generations.csv", write),)

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("Watch it learn", pressing(self.controls.learn))}

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Once it is in sight again, let the driver go on."""
        super().show_scene(before, after)
        if before is None and self._driver is not None:
            self.pace.start()

    def rest(self) -> None:
        self.pace.stop()

    def close_work(self) -> None:
        self.pace.stop()
        self.work.close()

    def _stage(self) -> QStackedWidget:
        stage, above = QWidget(), QWidget()
        column_of(self.words, self.scores, on=above, margins=(UNIT, UNIT // 2), spacing=2)
        self.canvas.margin_px = UNIT
        self.canvas.set_smooth(self.studio.settings.smooth)
        self.canvas.set_empty("Nobody drives yet", "Press Watch it learn on the left, or Space.")
        self.plot.set_empty("The curves start with the second generation")
        self.plot.setMinimumHeight(20 * UNIT)
        column_of(above, (self.canvas, 3), line(), (self.plot, 2), on=stage, spacing=0)
        return self.behind_question(stage)

    def _connect(self) -> None:
        controls, work = self.controls, self.work
        controls.learn_wanted.connect(self.learn)
        controls.working.cancel.clicked.connect(work.stop)
        self.pace.ticked.connect(self._show_frame)
        work.learned.connect(self._show)
        work.failed.connect(self.studio.notices.show_error)
        work.ended.connect(controls.working.hide)

    def _show(self, generations: list[Generation]) -> None:
        newest = generations[-1]
        self.controls.working.show_share(newest.number / max(int(self.controls.generations.value), newest.number))
        earned = newest.earned
        self.words.show_words(
            f"Generation {newest.number}: best {earned.max():.2f} per frame, mean {earned.mean():.2f}, "
            f"spread {earned.std():.2f}"
        )
        tried = next((each for each in reversed(generations) if each.drive is not None), None)
        if tried is not None and tried is not self._driver:
            self._show_driver(tried)
        self._draw(generations)

    def _show_driver(self, tried: Generation) -> None:
        self._driver, self._frame = tried, 0
        if tried.in_dream is not None and tried.in_world is not None:
            gap = tried.in_dream - tried.in_world
            self.scores.show_words(
                f"Its mean driver: {tried.in_dream:.2f} in the dream, "
                f"{tried.in_world:.2f} in the world (a gap of {gap:+.2f})"
            )
        self._show_frame()
        if self.isVisible():
            self.pace.start()

    def _draw(self, generations: list[Generation]) -> None:
        rows = [each.earned for each in generations]
        lines = [
            ("Best", _BEST, [float(row.max()) for row in rows]),
            ("Mean", _MEAN, [float(row.mean()) for row in rows]),
            ("Worst", _WORST, [float(row.min()) for row in rows]),
            ("In the dream", DREAM, _filled([each.in_dream for each in generations])),
            ("In the world", WORLD, _filled([each.in_world for each in generations])),
        ]
        self.plot.show_lines(*((name, colour, ScoreLine.of(values)) for name, colour, values in lines))

    def _show_frame(self) -> None:
        """The next frame of the newest driver; behind the last comes the first."""
        if self._driver is not None and self._driver.drive is not None:
            self.canvas.show_picture(self._driver.drive[self._frame % len(self._driver.drive)])
            self._frame += 1


def _filled(values: list[float | None]) -> list[float]:
    """Values, those that are not there in a line between their neighbours."""
    there = [place for place, value in enumerate(values) if value is not None]
    told = [value for value in values if value is not None]
    return [float(value) for value in np.interp(range(len(values)), there, told)]


def _row(generation: Generation) -> str:
    earned = generation.earned
    tried = ["" if value is None else f"{value:.4f}" for value in (generation.in_dream, generation.in_world)]
    figures = [f"{value:.4f}" for value in (earned.max(), earned.mean(), earned.std())]
    return ",".join([str(generation.number), *figures, *tried])
