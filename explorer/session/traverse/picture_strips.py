"""Real pictures through the encoders and generators of a few models: what comes out, in strips below each other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.photos.photo import Picture, error_of
from explorer.session.quiz.quiz_request import unseen_portraits
from explorer.session.traverse.map_pictures import PORTRAITS, Source, opened_encoder

if TYPE_CHECKING:
    from explorer.core.inference.perception import Encoder
    from explorer.core.models.card import ModelCard
    from explorer.training.sources.quiz_pictures import RealPictures

MOST_MODELS, MOST_PICTURES = 3, 16
INPUT = "Input"
_OPENED, _FOUND = 0.2, 0.6  # shares of the work that are done by then


@dataclass(frozen=True)
class StripsRequest:
    """What is to be shown.

    Attributes
    ----------
    others : tuple of Path
        The models besides the open one, at most two.
    source : Path or str
        Where the pictures come from; ``portraits`` for drawn ones that no model has seen.
    count : int
    """

    others: tuple[Path, ...]
    source: Source
    count: int


@dataclass(frozen=True, eq=False)
class ComparedPictures:
    """What became of N pictures.

    Attributes
    ----------
    names : tuple of str
        `INPUT`, and the models.
    pictures : tuple of (N, height, width, channels) uint8
        A strip for each name, of its own size.
    errors : tuple of float
        For each model the mean absolute difference from what it was given, as a share of the range of a pixel.
    are_unseen : bool
        Whether no model learned from these pictures, as far as their cards tell.
    """

    names: tuple[str, ...]
    pictures: tuple[Picture, ...]
    errors: tuple[float, ...]
    are_unseen: bool

    def sheet(self) -> Picture:
        """All of it as one picture, (height, width, 3), with the names beside the strips."""
        from explorer.core.exports.contact_sheet import ContactSheet
        from explorer.core.rendering.picture_files import fitted

        side = max(strip.shape[1] for strip in self.pictures)
        count = len(self.pictures[0])
        made = ContactSheet(self.names, [str(place + 1) for place in range(count)], side, side)
        for row, strip in enumerate(self.pictures):
            for column, picture in enumerate(strip):
                made.put(row, column, fitted(picture, side, side, picture.shape[2]))
        return made.pixels


class PictureStrips(JobRunner):
    """Puts pictures through models in a worker, for the newest request.

    Signals
    -------
    shown(strips) : ComparedPictures
    """

    shown = Signal(object)

    def __init__(self, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent, name="picture-strips")
        self._opener = opener

    def request(self, first: OpenModel, wanted: StripsRequest) -> None:
        """Make strips of ``first`` and the others, instead of any that are still being made."""
        self.begin(partial(_strips, self._opener, first, wanted), self._on_made)

    def _on_made(self, made: ComparedPictures | None) -> None:
        if made is not None:
            self.shown.emit(made)


def _strips(
    opener: Opener, first: OpenModel, wanted: StripsRequest, report: Report, cancelled: Cancelled
) -> ComparedPictures | None:
    from explorer.training.sources import Cancelled as Stopped

    with ExitStack() as stack:
        models = [first]
        for place, path in enumerate(wanted.others):
            models.append(opener.open(path, first.device, cancelled))
            stack.callback(models[-1].generator.close)
            report(_OPENED * (place + 1) / len(wanted.others))
        encoders = [_encoder(model, stack) for model in models]
        try:
            found, are_unseen = _found(models, encoders, wanted, part(report, _OPENED, _FOUND), cancelled)
        except Stopped:
            return None
        strips: list[Picture] = []
        errors: list[float] = []
        for model, encoder in zip(models, encoders, strict=True):
            given = _given(found, _side(model, encoder), encoder.card.channels or 3, wanted.count)
            strips.append(_painted(model, encoder, given))
            errors.append(_error(strips[-1], given))
            report(_FOUND + (1.0 - _FOUND) * len(strips) / len(models))
            if cancelled():
                return None
        largest = max(_side(model, encoder) for model, encoder in zip(models, encoders, strict=True))
        inputs = _given(found, largest, 1 if found.grey else 3, wanted.count)
    names = (INPUT, *(model.name for model in models))
    return ComparedPictures(names, (inputs, *strips), tuple(errors), are_unseen)


def _encoder(model: OpenModel, stack: ExitStack) -> Encoder:
    from explorer.core.traverse.encoded_pictures import check_pair

    card = model.generator.card
    if card.height != card.width:
        raise Problem(f"{model.name} draws {card.width} x {card.height} pixels.", "Only squares go into strips.")
    encoder = opened_encoder(model)
    stack.callback(encoder.close)
    check_pair(encoder, model.generator)
    return encoder


def _side(model: OpenModel, encoder: Encoder) -> int:
    return encoder.card.height or model.generator.card.height


def _found(
    models: Sequence[OpenModel],
    encoders: Sequence[Encoder],
    wanted: StripsRequest,
    report: Report,
    cancelled: Cancelled,
) -> tuple[RealPictures, bool]:
    """The pictures, and whether none of the models learned from them."""
    from explorer.training.sources.quiz_pictures import real_pictures

    cards = [model.generator.card for model in models]
    if wanted.source == PORTRAITS:
        source, share = unseen_portraits(cards, wanted.count), 0.0
    else:
        source, share = str(wanted.source), _share(cards)
    found = real_pictures(
        source,
        {_side(model, encoder) for model, encoder in zip(models, encoders, strict=True)},
        wanted.count,
        hold_out=share,
        grey=True,  # pictures without colour are welcome, too
        progress=report,
        cancelled=cancelled,
    )
    return found, wanted.source == PORTRAITS or (share > 0.0 and all(card.hold_out for card in cards))


def _share(cards: Sequence[ModelCard]) -> float:
    """What share of its pictures no model learned from: a smaller share is part of a larger one."""
    return min((card.hold_out[0] for card in cards if card.hold_out), default=0.0)


def _given(found: RealPictures, side: int, channels: int, count: int) -> Picture:
    from explorer.core.rendering.picture_files import fitted

    return np.stack([fitted(found.picture(rank, side), side, side, channels) for rank in range(count)])


def _painted(model: OpenModel, encoder: Encoder, given: Picture) -> Picture:
    label = 0 if model.generator.card.classes else None
    latents = encoder.latents(given)
    return np.concatenate(list(model.generator.stream(latents, [label] * len(latents))))


def _error(painted: Picture, given: Picture) -> float:
    from explorer.core.rendering.picture_files import fitted

    _, height, width, channels = painted.shape
    pairs = zip(painted, given, strict=True)
    return float(np.mean([error_of(made, fitted(real, height, width, channels)) for made, real in pairs]))
