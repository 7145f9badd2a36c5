"""Labelled pictures: the encoder sees them, and what is known of them tells directions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal

from explorer.session.directions.fits import Fitted
from explorer.session.directions.labelled_source import labelled_evidence, source_words
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.fitting_sources import fitting_source, portraits_fit, remember_source
from explorer.session.traverse.map_pictures import PORTRAITS, Source
from explorer.ui.directions.fit_method import FitMethod
from explorer.ui.studio import Studio
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import fill, push_button, row_of, titled
from explorer.ui.widgets.source_button import SourceButton

_FEWEST, _FIRST, _MOST = 20, 2000, 50_000
_LONGEST = 160  # characters
_TITLE = "Choose labelled pictures"
_OWN_HINT = "A folder or archive with a labels.csv, or sub-folders by class. You can also drop them here."
_HINT = (
    "A folder or archive with a labels.csv, sub-folders by class, or the program's own Portraits. "
    "You can also drop them here."
)


class PicturesMethod(FitMethod):
    """Opens a source of pictures, and fits directions to what is known of them.

    Signals
    -------
    encoded(model, pictures) : str, tuple of (str, (d,) float32)
        Real pictures as the encoder of a model, by its hash, sees them; those kept out of a fit first.
    """

    encoded = Signal(str, object)

    def __init__(self, studio: Studio) -> None:
        self.source: Source | None = None
        super().__init__(studio)

    def use_file(self, path: Path) -> bool:
        if self._model is None or self._model.files.encoder is None:
            return False
        self.choose(path)
        return True

    def choose(self, source: Source) -> None:
        """Open these pictures."""
        model = self._model
        self.source = source
        if model is not None:
            remember_source(model, source, self.studio.settings)
        self._show_source()
        if model is not None and model.files.encoder is not None:
            most = int(self.most.value)
            self._show_evidence(None)
            self._show_empty(f"Opening {source_words(source)} …", "Each picture is looked at once.")
            self._seek(
                f"Opening {source_words(source)}",
                lambda report, stop: labelled_evidence(model, source, most, report, stop),
            )

    def _on_fitted(self, found: Fitted) -> None:
        super()._on_fitted(found)
        self._tell_encoded(found)

    def _on_all_fitted(self, result: Any) -> None:
        super()._on_all_fitted(result)
        for found in result[0][:1]:
            self._tell_encoded(found)

    def tell_encoded(self) -> None:
        """Say again which pictures were encoded, to who listens only now."""
        for found in list(self.found.values())[-1:]:
            self._tell_encoded(found)

    def _tell_encoded(self, found: Fitted) -> None:
        if self._model is not None and found.real:
            self.encoded.emit(self._model.generator.hash, found.real)

    def _begin(self, model: OpenModel) -> None:
        super()._begin(model)
        has_encoder = model.files.encoder is not None
        fits = portraits_fit(model.generator.card)
        self.source = fitting_source(model, self.studio.settings)
        self.pictures.say_fitting(fits)
        self._show_source()
        for part in (self.pictures, self.most, self.options):
            part.setEnabled(has_encoder)
        for button in self._openers:
            button.setVisible(has_encoder)
        self._again.setVisible(has_encoder and (fits or self.source is not None))
        self.to_classifier.setVisible(not has_encoder)
        self._show_empty()

    def _fill_column(self) -> None:
        self.pictures = SourceButton("Which pictures", "Choose pictures")
        self.pictures.chosen.connect(self.choose)
        self.most = number_box(
            "Most pictures to use",
            "If there are more, this many are used, evenly spread",
            _FEWEST,
            _MOST,
            _FIRST,
            step=100,
        )
        self.most.edited.connect(lambda _value, _gesture: self._on_most())
        fill(
            self.column,
            titled("Pictures", self.pictures),
            self.pictures,
            row_of(titled("At most", self.most, "muted"), self.most),
            self.options,
        )
        self._show_source()

    def _empty(self) -> EmptyState:
        self._again = push_button(self._again_words(), clicked=lambda: self._choose_again(), image="open", primary=True)
        self._openers = (
            self._again,
            push_button("A folder …", clicked=lambda: self.pictures.ask_folder(), image="folder"),
            push_button("A file …", clicked=lambda: self.pictures.ask_file(), image="open"),
        )
        self.to_classifier = push_button(
            "Use samples and a classifier",
            image="chevron_right",
        )
        return EmptyState("picture", _TITLE, _HINT, [*self._openers, self.to_classifier])

    def _connect(self) -> None:
        super()._connect()
        self.finder.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        """Ask for evidence again where there still is none."""
        if self.evidence is None:
            self._show_empty()

    def _show_empty(self, title: str = _TITLE, hint: str = _HINT) -> None:
        model = self._model
        if model is not None and model.files.encoder is None:
            title = f"{model.name} has no encoder to see pictures with"
            hint = "Go on with samples that a classifier judges; or train an encoder with the family inversion."
        elif model is not None and title == _TITLE and not portraits_fit(model.generator.card):
            hint = f"{_OWN_HINT} Choose some like those that {model.name} learned from: {_short(model)}."
        self.empty.say(title, hint)

    def _again_words(self) -> str:
        return f"Use {source_words(self.source or PORTRAITS)}"

    def _show_source(self) -> None:
        self.pictures.show_source(self.source or "")
        self._again.setText(self._again_words())

    def _on_most(self) -> None:
        """Open as many as are wanted now, where some are open or being opened."""
        if self.evidence is not None or self.finder.job is not None:
            self._choose_again()

    def _choose_again(self) -> None:
        self.choose(self.source or PORTRAITS)


def _short(model: OpenModel) -> str:
    """What a model learned from; its card may say so at length."""
    told = model.generator.card.data.rstrip(".")
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST].rstrip()} …"
