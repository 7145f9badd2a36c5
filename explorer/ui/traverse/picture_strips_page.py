"""Compare's second page: the same real pictures through up to three models, in strips below each other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from explorer.session.models.opening import OpenModel
from explorer.session.photos.likeness_words import difference_words
from explorer.session.traverse.fitting_sources import fitting_source, portraits_fit, remember_source
from explorer.session.traverse.map_pictures import Source
from explorer.session.traverse.picture_strips import (
    MOST_MODELS,
    MOST_PICTURES,
    ComparedPictures,
    PictureStrips,
    StripsRequest,
)
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.offers import strips_offer
from explorer.ui.view import add_heading
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.asking import MODEL_KINDS, ask_file
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import (
    STRETCH,
    column_of,
    fill,
    named,
    pages_of,
    push_button,
    row_of,
    text_label,
    titled,
    tool_button,
)
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.source_button import SourceButton
from explorer.ui.widgets.working import Working

_USUAL_COUNT, _FEWEST = 8, 1
_NAME_PX = 16 * UNIT
_HINT = "Each model encodes the same pictures and draws them again: one strip each, below what they were given."
_SEEN = "Models may have learned from some of these: for at least one, it is not known which were held out."
_UNSEEN = "No model learned from these pictures."


class PictureStripsPage(QObject):
    """What asks for strips, `side`, and what shows them, `stage`: both are laid out by the view that has the page.

    Signals
    -------
    changed()
        Other strips, or none, can be saved.
    """

    changed = Signal()

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self.studio = studio
        self.model: OpenModel | None = None
        self.strips: ComparedPictures | None = None
        self.work = PictureStrips(studio.models.opener, self)
        self._others: list[Path | None] = [None] * (MOST_MODELS - 1)
        self._is_due = False  # something has changed since strips were asked for
        self.first = text_label(wraps=True)
        self.choosers = [self._chooser(place) for place in range(MOST_MODELS - 1)]
        self.removers = [self._remover(place) for place in range(MOST_MODELS - 1)]
        self.source = SourceButton("Pictures", "Where the pictures come from; only those that training held out")
        tip = "How many pictures, side by side"
        self.count = number_box("How many", tip, _FEWEST, MOST_PICTURES, _USUAL_COUNT)
        self.working = Working("Cancel; the present strips stay")
        self.words = text_label(wraps=True)
        self.picture = named(PictureView(), "Strips: the pictures, and what each model makes of them")
        self.empty = EmptyState("picture", "Choose pictures", _HINT)
        self.side, self.stage = self._side(), pages_of(self.empty, self.picture)
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether strips are being made."""
        return self.work.is_busy

    def _begin(self, model: OpenModel) -> None:
        """Begin anew with another open model."""
        self.work.cancel()
        self.model, self.strips, self._is_due = model, None, True
        self.first.setText(model.name)
        self.source.show_source(fitting_source(model, self.studio.settings) or "")
        self.source.say_fitting(portraits_fit(model.generator.card))
        self._show_strips()

    def show(self, model: OpenModel) -> None:
        """Make the strips of the open model, unless they are there; called while the page is in sight."""
        if model is not self.model:  # which may be the same again, with an encoder beside it now
            self._begin(model)
        if self._is_due:
            self._request()

    def rest(self) -> None:
        """Stop while the page is out of sight; go on when it is back."""
        self._is_due = self._is_due or self.work.is_wanted
        self.work.cancel()

    def exports(self) -> tuple[Offer, ...]:
        """The strips as a picture."""
        if self.strips is None or self.model is None:
            return ()
        return (strips_offer(self.strips, self.model.name),)

    def put_beside(self, place: int, path: Path | None) -> None:
        """Let the model at ``path`` be the one at ``place`` below the open one; None for none."""
        self._others[place] = path
        self._name_others()
        self._request()

    def choose_pictures(self, source: Source) -> None:
        """Show pictures of another source."""
        self.source.show_source(source)
        if self.model is not None:
            remember_source(self.model, source, self.studio.settings)
        self._request()

    def _side(self) -> QWidget:
        side = QWidget()
        rows = [row_of((choose, 1), remove) for choose, remove in zip(self.choosers, self.removers, strict=True)]
        column = column_of(titled("Models"), self.first, *rows, on=side)
        add_heading(column, "Pictures", self.source)
        fill(column, self.source, row_of((titled("How many", self.count, "muted"), 1), self.count), self.working)
        self._heading = add_heading(column, "Likeness")
        fill(column, self.words, STRETCH)
        self._heading.hide()
        self._name_others()
        return side

    def _chooser(self, place: int) -> QPushButton:
        button = push_button("Add a model …", "A model with an encoder, of any latent size, to compare with")
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._fill, menu, place))
        button.setMenu(menu)
        return button

    def _remover(self, place: int) -> QWidget:
        return tool_button("close", "Remove this model", "Remove this model", partial(self.put_beside, place, None))

    def _fill(self, menu: QMenu, place: int) -> None:
        menu.clear()
        for entry in self.studio.catalog.entries():
            action = menu.addAction(icon("model"), entry.name, partial(self.put_beside, place, entry.path))
            if (entry.path / "generator.onnx").is_file() and not (entry.path / "encoder.onnx").is_file():
                action.setEnabled(False)
                action.setToolTip("It has no encoder to see pictures with")
        menu.addSeparator()
        menu.addAction(icon("open"), "Open a file …", partial(self._ask, place))

    def _ask(self, place: int) -> None:
        chosen = ask_file(self.side, "A model to compare with", MODEL_KINDS)
        if chosen is not None:
            self.put_beside(place, chosen)

    def _name_others(self) -> None:
        """Show the chosen models, and room for one more."""
        known = {entry.path: entry.name for entry in self.studio.catalog.entries()}
        free = [place for place, path in enumerate(self._others) if path is None]
        for place, (path, choose, remove) in enumerate(zip(self._others, self.choosers, self.removers, strict=True)):
            name = "Add a model …" if path is None else known.get(path, path.stem)
            choose.setText(choose.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX))
            choose.setVisible(path is not None or place == free[0])
            remove.setVisible(path is not None)

    def _connect(self) -> None:
        self.source.chosen.connect(self.choose_pictures)
        self.count.edited.connect(lambda *_: self._request())
        self.working.cancel.clicked.connect(self._stop)
        self.work.began.connect(self.working.show_work)
        self.work.progressed.connect(self.working.show_share)
        self.work.ended.connect(self.working.hide)
        self.work.shown.connect(self._on_shown)
        self.work.failed.connect(self._on_failed)

    def _request(self) -> None:
        """Ask for strips, if the page is in sight and knows of which pictures."""
        self._is_due = True
        model, source = self.model, self.source.source
        if model is None or not self.stage.isVisible():
            return
        if model.files.encoder is None:
            self.empty.say(f"{model.name} has no encoder", "Open a model that has one, such as a VAE.")
        elif not source:
            self.empty.say("Choose pictures", _HINT)
        else:
            self._is_due = False
            self.empty.say("Drawing …", _HINT)
            others = tuple(path for path in self._others if path is not None)
            self.work.request(model, StripsRequest(others, source, int(self.count.value)))

    def _stop(self) -> None:
        self.work.cancel()
        self.empty.say("No strips", "Change something on the left to make some.")

    def _on_failed(self, error: Exception) -> None:
        self.studio.notices.show_error(error)
        self._stop()

    def _on_shown(self, strips: ComparedPictures) -> None:
        self.strips = strips
        self._show_strips()

    def _show_strips(self) -> None:
        strips = self.strips
        self.words.setText("" if strips is None else _said(strips))
        self._heading.setVisible(strips is not None)
        announce(self.picture, self.words.text())
        if strips is not None:
            self.picture.show_picture(strips.sheet())
        self.stage.setCurrentIndex(0 if strips is None else 1)
        self.changed.emit()


def _said(strips: ComparedPictures) -> str:
    told = [f"{name}: {difference_words(error)}." for name, error in zip(strips.names[1:], strips.errors, strict=True)]
    return "\n".join([*told, _UNSEEN if strips.are_unseen else _SEEN])
