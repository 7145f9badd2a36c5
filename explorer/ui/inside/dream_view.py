"""Dream: what a layer, or one channel of it, likes to see, growing out of noise or out of a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.core.inside.dream import DreamState
from explorer.core.inside.layers import dreaming_layer
from explorer.core.problem import Problem
from explorer.session.inside.dreaming import Dreaming, DreamRequest
from explorer.session.inside.networks_at_hand import NetworkAtHand
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.inside.dream_controls import MODEL, NOISE, PHOTO, DreamControls
from explorer.ui.inside.network_view import NetworkView
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.unfold.timeline import Timeline
from explorer.ui.view import Meaning, beside
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import column_of, line, named, pages_of, pressing

if TYPE_CHECKING:
    from explorer.training.inside.picture_network import PictureNetwork

_FPS = 12.0


class DreamView(NetworkView):
    """Lets a dream grow; each of its steps can be seen again."""

    def __init__(self, studio: Studio) -> None:
        self.controls = DreamControls()
        super().__init__(studio, self.controls.network, self.controls.bring)
        self.dreaming = Dreaming(self.networks, self)
        self.canvas = named(Canvas(), "Dream")
        self.timeline: Timeline[DreamState] = Timeline()
        self._wanted: tuple[str, str] | None = None  # layer and channel, as soon as the network is open
        self.timeline.strip.set_empty("Its steps will appear here")
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.meetings.is_busy or self.dreaming.is_busy

    def suitable(self, networks: Iterable[NetworkAtHand]) -> Iterable[NetworkAtHand]:
        return networks

    def show_offered(self, there: bool) -> None:
        self._places.setCurrentIndex(1 if there else 0)

    def show_network(self, network: PictureNetwork) -> None:
        """Offer its layers."""
        if not network.layers:
            said = f"{network.name} has no layers that can be looked at."
            self.show_refused(Problem(said, "Choose a network with convolutions or dense layers."))
            return
        self.controls.dream.setEnabled(True)
        self.controls.show_layers(network.layers, dreaming_layer("", network.layers, network.name))
        self._show_channels()
        self.canvas.set_empty("No dream yet", "Press Dream on the left, or Space, and watch it grow.")
        if self._wanted is not None:
            self._dream_of(*self._wanted)

    def show_refused(self, problem: Problem) -> None:
        self.controls.dream.setEnabled(False)
        self._clear()
        self.canvas.set_empty(problem.what, problem.hint)

    def take_photo(self) -> None:
        self.controls.show_start(PHOTO)

    def exports(self) -> tuple[Offer, ...]:
        states = list(self.timeline.states)
        if not states:
            return ()

        def write_picture(path: Path, _report: Report, _cancelled: Cancelled) -> None:
            from explorer.core.rendering.picture_files import save_png

            save_png(path, states[-1].canvas)

        def write_film(path: Path, _report: Report, _cancelled: Cancelled) -> None:
            from explorer.core.exports.animation import save_film

            save_film(path, (state.canvas for state in states), len(states), _FPS)

        return (
            Offer("Dream (PNG) …", "dream.png", write_picture),
            Offer("How it grew (MP4) …", "dream.mp4", write_film),
            Offer("How it grew (GIF) …", "dream.gif", write_film),
        )

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("Dream", pressing(self.controls.dream))}

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"dream": self._dream_as_told}

    def rest(self) -> None:
        self.timeline.rest()

    def close_work(self) -> None:
        self.timeline.rest()
        self.dreaming.close()
        super().close_work()

    def _stage(self) -> QStackedWidget:
        stage = QWidget()
        column_of((self.canvas, 1), line(), self.timeline, on=stage, spacing=0)
        hint = "Open a model with a critic, a classifier or an encoder, or bring a network of your own on the left."
        self._nothing = EmptyState("inside", "No network here looks at pictures", hint, [])
        self._places = pages_of(self._nothing, stage)
        return self._places

    def _connect(self) -> None:
        controls, dreaming = self.controls, self.dreaming
        controls.layer_changed.connect(self._show_channels)
        controls.photo_wanted.connect(self.ask_for_photo)
        controls.dream_wanted.connect(self._dream)
        controls.working.cancel.clicked.connect(dreaming.cancel)
        dreaming.came.connect(self.timeline.show_states)
        dreaming.failed.connect(self.studio.notices.show_error)
        dreaming.began.connect(controls.working.show_work)
        dreaming.progressed.connect(controls.working.show_share)
        dreaming.ended.connect(controls.working.hide)
        self.timeline.moved.connect(lambda _index: self._show_state())

    def _show_channels(self) -> None:
        network = self.network
        if network is not None:
            layer = network.layers[self.controls.layer.currentIndex()]
            self.controls.show_channels(layer, network.channel_names(layer))

    def _dream(self) -> None:
        path, start = self.path, self.controls.start
        if self.network is None or path is None:
            return
        picture = {NOISE: None, MODEL: self.scene_picture, PHOTO: self.photo}[start]
        if picture is None and start != NOISE:
            hint = "Open a model, or start from noise." if start == MODEL else "Choose one, or start from noise."
            self.studio.notices.show_error(Problem("There is no picture to start from.", hint))
            return
        self.timeline.begin()
        self.dreaming.begin_dream(DreamRequest(path, self.controls.asked, picture))

    def _show_state(self) -> None:
        state = self.timeline.state
        if state is not None:
            self.canvas.show_picture(state.canvas)
            self.timeline.frame_shown()
            first = self.timeline.states[0].pleased
            self.controls.said.setText(f"Response of the layer: {first:.3g} at first, {state.pleased:.3g} here.")

    def _clear(self) -> None:
        self.timeline.clear()
        self.canvas.clear()
        self.controls.said.setText("")

    def _dream_as_told(self, words: str) -> None:
        """Dream of ``faces: classifier | 5 | smiling``: a network, a layer, and a channel or nothing."""
        title, _, rest = (part.strip() for part in words.partition("|"))
        layer, _, channel = (part.strip() for part in rest.partition("|"))
        self._wanted = (layer, channel)
        self.choose(title)
        if self.network is not None:
            self._dream_of(layer, channel)

    def _dream_of(self, layer: str, channel: str) -> None:
        network, controls = self.network, self.controls
        assert network is not None
        self._wanted = None
        found = dreaming_layer(layer, network.layers, network.name)
        controls.show_layers(network.layers, found)
        self._show_channels()
        place = controls.channel.findText(channel or "All of them")
        controls.channel.setCurrentIndex(place if place >= 0 else 0)
        self._dream()
