"""Files that come in and go out: the dialogs, what is dropped, what was open recently."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from explorer.core.models.file_kinds import MODELS, NUMBERS, PICTURES, SCENES, SOURCES, WEIGHTS
from explorer.core.photos.suffixes import SUFFIXES
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.saving import file_name
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.widgets.asking import ask_files, ask_folder

_KINDS = {
    "Models": (*MODELS, *WEIGHTS),
    "Sources of weights": SOURCES,
    "Saved pictures and scenes": SCENES,
    "Directions and latents": NUMBERS,
    "Photos and drawings": tuple(sorted(SUFFIXES)),
    "Pictures in one file": (*PICTURES, ".tar", ".gz", ".bz2", ".xz", ".npz", ".npy"),
}


def opening_filter() -> str:
    """What the dialog offers to show: all that can be opened, one kind alone, or everything."""
    every = tuple(dict.fromkeys(chain.from_iterable(_KINDS.values())))
    kinds = {"Everything that can be opened": every, **_KINDS}
    words = (f"{kind} ({' '.join(f'*{ending}' for ending in endings)})" for kind, endings in kinds.items())
    return ";;".join((*words, "All files (*)"))


class FileDialogs:
    """Asks for files and hands them on."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        self._studio, self._window = studio, window

    def by_name(self) -> dict[str, Callable[[], object]]:
        """What can be done with files, by the name of its command."""
        return {"open": self.open, "open_folder": self.open_folder}

    def open(self) -> None:
        """Ask for files and open them."""
        self._studio.intake.take(ask_files(self._window, "Open", opening_filter(), self._folder()))

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        chosen = ask_folder(self._window, "Open a model, a run or pictures", self._folder())
        if chosen is not None:
            self._studio.intake.take([chosen])

    def fill_recent(self, menu: QMenu) -> None:
        """Offer what was opened recently."""
        menu.clear()
        for entry in self._studio.catalog.recent():
            menu.addAction(icon("model"), str(entry.path), partial(self._studio.controller.open, entry.path))
        if menu.isEmpty():
            menu.addAction("Nothing yet").setEnabled(False)

    def _folder(self) -> str:
        last = self._studio.settings.last_model
        return str(last.parent) if last is not None else ""


def save_picture(studio: Studio, window: QWidget, scene: Scene) -> None:
    """Ask how the picture of ``scene`` is to be saved, and save it."""
    from explorer.ui.window.save_dialog import SaveDialog

    renderer = studio.pictures.renderer
    if renderer is None:
        return
    card = renderer.generator.card
    dialog = SaveDialog(studio.settings, window, Path(file_name(scene)).stem, (card.height, card.width))
    dialog.chosen.connect(partial(studio.saver.save, renderer, scene))
    dialog.open()
