"""Getting things out of the window: a menu of what can be saved, and a strip that tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QWidget

from explorer.session.jobs.export_queue import Exporter, Write
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.parts import named, row_of, tool_button


@dataclass(frozen=True, eq=False)
class Offer:
    """Something that can be saved.

    Attributes
    ----------
    text : str
        What the menu calls it: "Contact sheet (PNG)".
    name : str
        The file name to begin with, which ends in what says its kind; no ending for a folder.
    write : callable
        See `Exporter`.
    ask : callable or None
        What asks how and where to save it, in the place of the usual question.
    """

    text: str
    name: str
    write: Write
    ask: Callable[[], object] | None = None

    @property
    def suffix(self) -> str:
        """How the file's name ends; "" for a folder."""
        return Path(self.name).suffix


class ExportStrip(QWidget):
    """Shows what is being written, and lets it be cancelled; out of sight while nothing is."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.exporter = Exporter(self)
        self._words = QLabel()
        self.bar = named(QProgressBar(maximum=1000, textVisible=False), "Progress of the export")
        self.cancel = tool_button(
            "close", "Cancel the export", "Cancel; nothing half-finished is left", self.exporter.cancel
        )
        row_of(self._words, (self.bar, 1), self.cancel, on=self, margins=(2 * UNIT, UNIT // 2))
        self.hide()
        self._connect()

    def _connect(self) -> None:
        notices = self._studio.notices
        self.exporter.began.connect(self._show)
        self.exporter.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        self.exporter.written.connect(notices.say_saved)
        self.exporter.stopped.connect(lambda path: notices.say(f"{path.name} was not saved."))
        self.exporter.failed.connect(notices.show_error)
        self.exporter.idle.connect(self.hide)

    def _show(self, words: str) -> None:
        self._words.setText(words)
        self.bar.setValue(0)
        self.show()


class ExportMenu(QMenu):
    """Offers what the view in sight can save, and asks where to."""

    def __init__(
        self, studio: Studio, offers: Callable[[], tuple[Offer, ...]], strip: ExportStrip, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._studio, self._offers, self._strip = studio, offers, strip
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what can be saved now."""
        self.clear()
        for offer in self._offers():
            self.addAction(offer.text, partial(self._ask, offer))
        if self.isEmpty():
            self.addAction("Nothing to save yet").setEnabled(False)

    def save_first(self) -> None:
        """Save what is offered first."""
        offers = self._offers()
        if offers:
            self._ask(offers[0])
        else:
            self._studio.notices.say("There is nothing to save yet.")

    def _ask(self, offer: Offer) -> None:
        if offer.ask is not None:
            offer.ask()
            return
        what = "Folder" if not offer.suffix else f"{offer.suffix[1:].upper()} file"
        kinds = f"{what} (*{offer.suffix})"
        path = ask_where(self._studio.settings, self._strip, offer.text, offer.name, kinds)
        if path is not None:
            self._strip.exporter.write(path, offer.write)
