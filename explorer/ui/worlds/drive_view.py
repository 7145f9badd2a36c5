"""Drive: the world at the left, the dream of it at the right, and the same keys for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.rendering.scene import Scene
from explorer.core.worlds.dream import LOWEST
from explorer.core.worlds.journey import WARM_UP
from explorer.session.worlds.driving import Driven, Driving, OpenWorld
from explorer.session.worlds.pace import Pace
from explorer.ui.icons import icon
from explorer.ui.lessons.lesson_actions import number
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import column_of, line, named, pressing, push_button, row_of, tool_button
from explorer.ui.window.clipboard import copy_scene
from explorer.ui.worlds.drive_controls import WILDEST, DriveControls
from explorer.ui.worlds.drive_offers import copy_frame, drive_offers, save_frame
from explorer.ui.worlds.drive_pad import DrivePad
from explorer.ui.worlds.ghost_strip import GhostStrip
from explorer.ui.worlds.score_plot import DREAM, WORLD, ScoreLine, ScorePlot
from explorer.ui.worlds.world_view import WorldView

if TYPE_CHECKING:
    from explorer.core.worlds.ride import DriveScore, Moment

_ALONE = ("No world to compare with", "This program cannot draw the world that this model dreams of.")
_WAKE_TIP = "Let the dream see what is really there, frame by frame"
_SLEEP_TIP = "Let the dream carry on alone from this frame"


class DriveView(WorldView):
    """Plays at the pace of the world; each frame is worked out in a worker."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.driving, self.pace = Driving(self), Pace(self)
        self.controls, self.pad = DriveControls(), DrivePad()
        self.world_canvas, self.canvas = named(Canvas(), "World"), named(Canvas(), "Dream")
        self.ghosts = GhostStrip()
        self.plot = ScorePlot("Total reward")
        self._is_late = False
        self._left = 0  # frames until it stands still by itself; 0: as long as it goes
        self.is_awake = self._warms = True  # the dream sees the world; it falls asleep by itself after the first frames
        self._earned, self._dreamt = ScoreLine(), ScoreLine()
        beside(self.controls, self._stage(), self)
        self._connect()

    def canvas_in_view(self) -> Canvas:
        return self.canvas

    @property
    def is_busy(self) -> bool:
        return self.driving.is_busy

    @property
    def scene_in_view(self) -> Scene:
        return self.driving.scene() or self.studio.document.scene

    def open_own(self, path: Path) -> None:
        self.pace.stop()
        self.is_awake = self._warms = True
        trusted = self.studio.catalog.is_bundled(path)
        self.own_path = path
        self.driving.open(path, self.studio.settings.device, self.seed, trusted=trusted)

    @property
    def seed(self) -> int:
        """Of the drive."""
        return int(self.controls.seed.value)

    def restart(self) -> None:
        """Begin another drive, on the road of the seed."""
        self.is_awake = self._warms = True
        self.driving.restart(self.seed)

    def toggle(self) -> None:
        """Go on, or stand still."""
        if self.pace.goes:
            self.pace.stop()
        elif self.driving.world is not None:
            self.pace.start()
            self.pad.setFocus()

    def step(self) -> None:
        """One frame on."""
        self.pace.stop()
        self._go()

    def wake(self, wanted: bool) -> None:
        """Let the dream see the world from now on, or dream on alone."""
        self.is_awake, self._warms = wanted, False
        self._show_sleep()
        self.pace.hurry()

    def exports(self) -> tuple[Offer, ...]:
        return drive_offers(self.driving, lambda: save_frame(self.studio, self.driving, self))

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {
            "sample": Meaning("Play or pause", pressing(self.play)),
            "save": Meaning("Save the frame of the dream …", lambda: save_frame(self.studio, self.driving, self)),
            "copy_scene": Meaning("Copy the dream's scene", lambda: copy_scene(self.scene_in_view)),
            "copy_picture": Meaning("Copy the frame of the dream", lambda: copy_frame(self.driving)),
            "reset": Meaning("Start over", self.restart),
            "bookmark": Meaning("Keep the dream's frame", self._bookmark),
        }

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {
            "world": self._begin_named,
            "temperature": lambda word: self.controls.set_temperature(number(word, LOWEST, WILDEST)),
            "driver": self.controls.set_driver,
            "awake": lambda word: self.wake(word != "off"),
            "go": lambda word: self._go_for(int(number(word, 1, 10_000))),
        }

    def rest(self) -> None:
        self.pace.stop()
        self.pad.let_go()

    def close_work(self) -> None:
        self.pace.stop()
        self.driving.close()

    def _stage(self) -> QStackedWidget:
        self._world_words, self._dream_words = ElidedLabel(), ElidedLabel()
        self.play = push_button("Play", "Drive, or stand still (Space)", self.toggle, image="play", primary=True)
        self.one = tool_button("step", "One frame", "Drive one frame", self.step)
        self.waking = push_button("Wake up", _WAKE_TIP, lambda: self.wake(not self.is_awake))
        self.take = push_button("Open in Explore", "Continue there with the dream's frame", self._take, image="explore")
        for button in (self.play, self.one, self.waking, self.take):
            button.setFocusPolicy(button.focusPolicy().TabFocus)  # a click leaves the keys to the drive
        for canvas in (self.world_canvas, self.canvas):
            canvas.margin_px = UNIT
            canvas.set_smooth(self.studio.settings.smooth)
        halves = [
            column_of(words, (canvas, 1), spacing=UNIT // 2)
            for words, canvas in ((self._world_words, self.world_canvas), (self._dream_words, self.canvas))
        ]
        below, bar, buttons = QWidget(), QWidget(), QWidget()
        flow = Flow(buttons, UNIT, narrows=False)  # beside a lesson the window may be too narrow for one line
        for part in (self.play, self.one, self.pad.buttons, self.waking, self.take):
            flow.addWidget(part)
        row_of((buttons, 1), on=bar, margins=(UNIT, UNIT // 2))
        row_of(self.ghosts, (self.plot, 1), on=below, margins=(0, UNIT // 2))
        self.ghosts.hide()
        pair = row_of((halves[0], 1), (halves[1], 1), spacing=UNIT, margins=(UNIT, UNIT // 2, UNIT, 0))
        column_of((pair, 1), bar, line(), below, on=self.pad, spacing=0)
        self.trims += [bar, below]
        return self.behind_question(self.pad)

    def _connect(self) -> None:
        driving, controls = self.driving, self.controls
        driving.opened.connect(self._on_opened)
        driving.drove.connect(self._on_drove)
        driving.halted.connect(self._on_halted)
        self.pace.ticked.connect(self._go)
        self.pace.changed.connect(self._show_pace)
        self.pad.changed.connect(self.pace.hurry)
        controls.restart_wanted.connect(self.restart)
        controls.changed.connect(self._on_changed)

    def _go(self) -> None:
        if self.driving.is_busy:
            self._is_late = True  # it is asked for again as soon as this one is there
            return
        if self._warms and self.driving.last is not None and self.driving.last.number >= WARM_UP - 1:
            self.is_awake = self._warms = False
        self._is_late = False
        move = self.controls.next_move(self.pad.action, awake=self.is_awake)
        self.driving.go(move, ghosts=self.controls.ghosts.isChecked())

    def _on_changed(self) -> None:
        self.ghosts.setVisible(self.controls.ghosts.isChecked())
        self.pace.hurry()

    def _on_opened(self, world: OpenWorld) -> None:
        self.pace.rate = world.facts.frames_a_second
        self.controls.show_world(world)
        self.pad.show_actions(world.facts.actions)
        self.world_canvas.clear()
        self.world_canvas.set_empty(*_ALONE)
        self.waking.setVisible(world.has_world)
        self.pages.setCurrentIndex(1)
        self.own_path = world.path
        self.own_opened.emit(world.path)

    def _on_drove(self, driven: Driven) -> None:
        moment = driven.moment
        if moment.number == 0:
            self._earned, self._dreamt = ScoreLine(), ScoreLine()
        else:
            self._earned.add(moment.earned.total)
            self._dreamt.add(moment.dreamt.total)
            self._count_down()
        if moment.world is not None:
            self.world_canvas.show_picture(moment.world)
        self.canvas.show_picture(moment.dream)
        self.ghosts.show_ghosts(driven.ghosts)
        if self.controls.numbers.inside.isVisible():
            self.controls.held.show_latent(moment.latent)
        self._show_words(moment)
        self._show_sleep()
        if self._is_late and self.pace.goes:
            self._go()
        if moment.dreamt.is_over and (moment.world is None or moment.earned.is_over):
            self.pace.stop()

    def _count_down(self) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                self.pace.stop()

    def _show_words(self, moment: Moment) -> None:
        lines = [("Dream", DREAM, self._dreamt)]
        if moment.world is not None:
            lines.insert(0, ("World", WORLD, self._earned))
            self._world_words.show_words(f"World — {_score(moment.earned)}{_off(moment.earned)}")
        else:
            self._world_words.show_words("No world to compare with")
        how = f"{moment.asleep} frame{'s' * (moment.asleep > 1)} alone" if moment.asleep else "sees the world"
        if moment.world is None:
            how = f"frame {moment.number}"
        self._dream_words.show_words(f"Dream, {how} — {_score(moment.dreamt)}")
        self.plot.show_lines(*lines)

    def _on_halted(self, error: Exception) -> None:
        self.pace.stop()
        if not self.driving.is_wanted:  # nothing is being opened: what could not be is not what is worked with
            self.own_path = None if self.driving.world is None else self.driving.world.path
        self.studio.notices.show_error(error)

    def _show_pace(self, goes: bool) -> None:
        self._left *= goes
        self.play.setText("Pause" if goes else "Play")
        self.play.setIcon(icon("pause" if goes else "play", QPalette.ColorRole.HighlightedText))

    def _show_sleep(self) -> None:
        self.waking.setText("Dream from here" if self.is_awake else "Wake up")
        self.waking.setToolTip(_SLEEP_TIP if self.is_awake else _WAKE_TIP)

    def _take(self) -> None:
        """Show the dream's frame in Explore, whose model is opened where it is not."""
        scene = self.driving.scene()
        if scene is None:
            return
        self.pace.stop()
        if scene.model == self.studio.models.hash:
            self.studio.controller.show("Open a dream in Explore", scene)
        else:
            self.studio.models.show(scene, self.studio.settings.device)
        self.explore_wanted.emit()

    def _begin_named(self, name: str) -> None:
        """Begin at the first frame of a world that came with the program, for a lesson."""
        path = self.bundled_world(name)
        self.pace.stop()
        if self.own_path == path and self.driving.world is not None:
            self.restart()
        else:
            self.open_own(path)

    def _go_for(self, frames: int) -> None:
        """Drive so many frames, and stand still."""
        self._left = frames
        self.pace.start()

    def _bookmark(self) -> None:
        scene = self.driving.scene()
        if scene is not None:
            self.studio.bookmarks.add(scene)


def _score(score: DriveScore) -> str:
    over = ", finished" if score.is_over else ""
    return f"{score.reward:+.2f} now, {score.total:.1f} total{over}"


def _off(score: DriveScore) -> str:
    return f", {score.off_road} of {score.frames} frames off the road" if score.off_road else ""
