"""Chooses what a run begins with: nothing, or a trained model whose networks go on learning from its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from explorer.session.train.checks import Remark
from explorer.session.train.start_models import FEW, StartFits, StartModel, StartModels, StartWish, start_remark
from explorer.session.train.training_pictures import DataSummary
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import choice_box, column_of, row_of, text_label, titled

if TYPE_CHECKING:
    from explorer.training.runs.spec import RunSpec

_NOTHING = "Nothing: start fresh"
_TIP = "A trained model goes on learning from your pictures, at its own size: good sooner, but closer to what it knew"
_LETTERS = 14  # that there is always room for


class StartChoice(QWidget):
    """Offers models where there are few pictures to learn from; hidden where none fits.

    Signals
    -------
    chosen(model) : StartModel or None
        The user wants to go on from this model, or from none.
    judged()
        It is known what of the model goes on.
    failed(error) : Exception
    """

    chosen = Signal(object)
    judged = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[StartModel, ...] = ()
        self._start = ""
        self._offered: DataSummary | None = None
        self.looks, self.fits = StartModels(self), StartFits(self)
        self.box = choice_box("Start from", _TIP, chosen=self._on_chosen, narrow=True)
        self.box.setMinimumContentsLength(_LETTERS)
        self.words = text_label(role="small", wraps=True)
        label = titled("Start from", self.box, "")
        label.setMinimumWidth(10 * UNIT)
        column_of(row_of(label, (self.box, 1), spacing=2 * UNIT), self.words, on=self)
        self.looks.found.connect(self._on_found)
        self.looks.failed.connect(self.failed)
        self.fits.failed.connect(self.failed)
        self.fits.judged.connect(self.judged)
        self._fill()

    @property
    def start(self) -> str:
        """What the run begins with, as a `RunSpec` names it; "" for nothing."""
        return self._start

    @property
    def _name(self) -> str:
        names = (model.name for model in self._models if str(model.path) == self._start)
        return next(names, Path(self._start).name)

    @property
    def is_busy(self) -> bool:
        """Whether models are being looked for, or one is being looked into."""
        return self.looks.is_busy or self.fits.is_busy

    def offer(self, wish: StartWish, kept: int) -> None:
        """Offer what fits so many pictures, if these are new; nothing where there are enough of them."""
        if wish.data is self._offered:
            return
        self._offered, self._models = wish.data, ()
        self.words.setText(f"{kept:,} pictures are few; a trained model needs fewer to learn from.")
        self.looks.cancel()
        if kept < FEW and wish.families:
            self.looks.look(wish)
        self._fill()

    def forget(self) -> None:
        """Offer nothing for pictures that are chosen no more."""
        self._offered, self._models = None, ()
        self.looks.cancel()
        self._fill()

    def show_start(self, start: str) -> None:
        """Show what the run begins with, silently."""
        self._start = start
        self._fill()

    def remark(self, spec: RunSpec, data: DataSummary) -> Remark | None:
        """What is to be said of a run that begins so; None until it is known, when ``judged`` follows."""
        fit = self.fits.ask(spec, data)
        return None if fit is None else start_remark(self._name, fit)

    def close_work(self) -> None:
        """Stop, and wait for what is being looked at."""
        self.looks.close()
        self.fits.close()

    def _fill(self) -> None:
        places = {str(model.path): self._told(model) for model in self._models}
        if self._start:
            places.setdefault(self._start, Path(self._start).name)
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem(_NOTHING, "")
            for place, name in places.items():
                self.box.addItem(name, place)
            self.box.setCurrentIndex(self.box.findData(self._start))
        self.words.setVisible(bool(self._models))
        self.setVisible(bool(places))

    def _told(self, model: StartModel) -> str:
        """Its name, with its size where the pictures have another one now."""
        is_theirs = self._offered is not None and model.size == self._offered.request.size
        return model.name if is_theirs else f"{model.name}, {model.size} × {model.size}"

    def _on_found(self, models: tuple[StartModel, ...]) -> None:
        self._models = models
        self._fill()

    def _on_chosen(self, index: int) -> None:
        self._start = str(self.box.itemData(index))
        found = (model for model in self._models if str(model.path) == self._start)
        self.chosen.emit(next(found, None))
