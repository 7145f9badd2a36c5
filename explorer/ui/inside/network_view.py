"""What *Fool it* and *Dream* have in common: a network is chosen, and opened so that gradients pass through it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QPushButton

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.explore.scene_pictures import Picture
from explorer.session.inside.networks_at_hand import Meetings, NetworkAtHand, OpenNetworks, networks_at_hand
from explorer.session.photos.photo import FoundPhoto, Photos
from explorer.ui.photos.photo_intake import ask_photo
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import View
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.parts import choice_box, push_button

if TYPE_CHECKING:
    from explorer.training.inside.picture_network import PictureNetwork

_FILES = "Networks (*.onnx);;All files (*)"


def network_box(tip: str) -> QComboBox:
    """What the network is chosen in."""
    return choice_box("Network", tip, narrow=True)


def bring_button() -> QPushButton:
    """What asks for a network in a file."""
    return push_button(
        "A network …", "Open your own network as ONNX: a classifier, a critic or an encoder", image="open"
    )


class NetworkView(View):
    """A view of one network, which need not belong to the open model."""

    def __init__(self, studio: Studio, choice: QComboBox, bring: QPushButton) -> None:
        super().__init__(studio)
        self.choice = choice
        self.networks = OpenNetworks()
        self.meetings = Meetings(self.networks, self)
        self.photos = Photos(self)
        self.network: PictureNetwork | None = None
        self.photo: Picture | None = None
        self._met: Path | None = None
        self._here: Path | None = None
        self._brought: list[Path] = []
        bring.clicked.connect(self._ask_network)
        choice.activated.connect(lambda _index: self.meet())
        self.meetings.met.connect(self._on_met)
        self.meetings.refused.connect(self._on_refused)
        self.photos.read.connect(self._on_photo)
        for work in (self.meetings, self.photos):
            work.failed.connect(studio.notices.show_error)

    @property
    def here(self) -> Path | None:
        """The folder of the open model."""
        model = self.studio.models.current
        return None if model is None else model.files.generator.parent

    @property
    def scene_picture(self) -> Picture | None:
        """The picture of the scene, where it is drawn."""
        last = self.studio.pictures.shown_last
        return None if last is None or self.model is None else last.picture

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Offer the networks at hand; those of another model that was opened come first, and one of them is chosen."""
        if before is not None and before.model == after.model:
            return
        here, last = self.here, self._here
        self._here = here
        offered = self._offered()
        own = next((each.path for each in offered if each.path.parent == here), None)
        self._offer(offered, own if here != last else None)

    def bring(self, path: Path) -> None:
        """Look into the network in a file."""
        if path not in self._brought:
            self._brought.append(path)
        self._offer(self._offered(), path)

    def choose(self, words: str) -> None:
        """Look into the network of a title, such as ``digits: classifier``.

        Raises
        ------
        Problem
            There is none.
        """
        titles = [self.choice.itemText(index) for index in range(self.choice.count())]
        if words not in titles:
            raise Problem(f"There is no network called {words}.", f"Available: {', '.join(titles) or 'none'}.")
        self.choice.setCurrentIndex(titles.index(words))
        self.meet()

    def show_photo(self, path: Path) -> None:
        """Go on with a photo in a file."""
        self.photos.request(path)

    @property
    def path(self) -> Path | None:
        """The file of the network that is chosen; None while there is none."""
        found: Path | None = self.choice.currentData()
        return found

    def meet(self) -> None:
        """Open the network that is chosen, unless it is."""
        path = self.path
        if path is not None and (path != self._met or self.network is None):
            self._met = path
            self.network = None
            self.meetings.meet(path)

    def exports(self) -> tuple[Offer, ...]:
        """What can be saved of what is shown."""
        return ()

    def close_work(self) -> None:
        self.meetings.close()
        self.photos.close()

    @abstractmethod
    def suitable(self, networks: Iterable[NetworkAtHand]) -> Iterable[NetworkAtHand]:
        """Those of the networks at hand that can be used here."""

    @abstractmethod
    def show_offered(self, there: bool) -> None:
        """There are networks, or there are none."""

    @abstractmethod
    def show_network(self, network: PictureNetwork) -> None:
        """Another network is open."""

    @abstractmethod
    def show_refused(self, problem: Problem) -> None:
        """The network that was chosen cannot be used."""

    @abstractmethod
    def take_photo(self) -> None:
        """There is another photo."""

    def ask_for_photo(self) -> None:
        """Ask for a photo to look at."""
        chosen = ask_photo(self, "A picture to show to the network")
        if chosen is not None:
            self.show_photo(chosen)

    def _offered(self) -> tuple[NetworkAtHand, ...]:
        return tuple(self.suitable(networks_at_hand(self.studio.catalog, self.here, self._brought)))

    def _offer(self, networks: Sequence[NetworkAtHand], preferred: Path | None) -> None:
        """Offer these, and choose the ``preferred`` one; else what was chosen stays so."""
        wanted, paths = preferred or self.path, [network.path for network in networks]
        self.choice.clear()
        for network in networks:
            self.choice.addItem(network.title, network.path)
        self.choice.setCurrentIndex(paths.index(wanted) if wanted in paths else 0 if paths else -1)
        self.show_offered(bool(networks))
        self.meet()

    def _ask_network(self) -> None:
        chosen = ask_file(self, "A network that looks at pictures", _FILES)
        if chosen is not None:
            self.bring(chosen)

    def _on_met(self, path: Path, network: PictureNetwork) -> None:
        if path == self._met:
            self.network = network
            self.show_network(network)

    def _on_refused(self, path: Path, problem: Problem) -> None:
        if path == self._met:
            self.studio.notices.show_error(problem)
            self.show_refused(problem)

    def _on_photo(self, found: FoundPhoto, _path: Path) -> None:
        self.photo = found.photo.pixels
        self.take_photo()
