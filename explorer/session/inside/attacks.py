"""A picture that is to mislead a network, and how often such pictures do: worked out in workers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.inside.attack import Attack
from explorer.session.inside.networks_at_hand import OpenNetworks
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part, silent
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import PORTRAITS, Source

if TYPE_CHECKING:
    from explorer.core.inside.attack import Fooled
    from explorer.training.inside.critic_limit import CriticLimit
    from explorer.training.inside.picture_network import PictureNetwork
    from explorer.training.sources import PictureSet

Picture = NDArray[np.uint8]
DIGITS = "digits"
"""A source of digits that the program draws itself."""


@dataclass(frozen=True, eq=False)
class AttackRequest:
    """What is asked for.

    Attributes
    ----------
    path : Path
        The network's file.
    attack : Attack
    picture : (height, width, 1 or 3) uint8 or None
        Of any size; None for a digit that the program draws.
    digit : int
        Which of those.
    model : OpenModel or None
        The model whose samples a critic is used to.
    real : Path or str
        Real pictures, for the critic's limit; "" for none.
    """

    path: Path
    attack: Attack
    picture: Picture | None = None
    digit: int = 0
    model: OpenModel | None = None
    real: Source = ""


@dataclass(frozen=True, eq=False)
class FooledPicture:
    """What came of it.

    Attributes
    ----------
    request : AttackRequest
    fooled : Fooled
    said : str
        What a critic's limit stands for; "" for other networks.
    """

    request: AttackRequest
    fooled: Fooled
    said: str = ""


@dataclass(frozen=True, eq=False)
class FooledMany:
    """How often a network errs on the pictures of a source.

    Attributes
    ----------
    source : str
    fooled : Fooled
    is_known : bool
        Whether the true answers are known; else it counts how often it says something else than before.
    """

    source: str
    fooled: Fooled
    is_known: bool


class Attacks(JobRunner):
    """Works out the newest attack on one picture, and on many.

    Signals
    -------
    fooled(found) : FooledPicture
    counted_errors(found) : FooledMany
    """

    fooled = Signal(object)
    counted_errors = Signal(object)

    def __init__(self, networks: OpenNetworks, parent: QObject | None = None) -> None:
        super().__init__(parent, name="attacks")
        self._networks = networks
        self._limits: dict[tuple[Path, str, str], CriticLimit] = {}  # the worker's own

    def ask(self, request: AttackRequest) -> None:
        """Attack one picture."""
        self.begin(partial(self._fooled, request), self.fooled.emit, words="Misleading the network")

    def count(self, request: AttackRequest, source: Source, most: int) -> None:
        """Attack at most so many pictures of a source in the same way."""
        work = partial(self._counted, request, source, most)
        self.begin(work, self.counted_errors.emit, words="Counting errors")

    def _fooled(self, request: AttackRequest, report: Report, cancelled: Cancelled) -> FooledPicture:
        from explorer.training.inside.attacks import fooled

        network = self._networks.of(request.path)
        limit = self._limit(network, request, report, cancelled)
        picture = drawn_digit(request.digit, network.side) if request.picture is None else request.picture
        score = None if limit is None else limit.score
        found = fooled(network, network.fitted(picture)[None], request.attack, limit=score)
        return FooledPicture(request, found, "" if limit is None else limit.words)

    def _counted(
        self, request: AttackRequest, source: Source, most: int, report: Report, cancelled: Cancelled
    ) -> FooledMany | None:
        from explorer.core.inside.questions import question_called
        from explorer.training.inside.attacks import fooled
        from explorer.training.inside.known_answers import known_answers

        network = self._networks.of(request.path)
        limit = self._limit(network, request, silent, cancelled)
        pictures = _pictures(network, source, most, part(report, 0.0, 0.5), cancelled)
        truth = known_answers(question_called(request.attack.asked, network.questions, network.name), pictures)
        kept = slice(None) if truth is None else truth >= 0
        if cancelled():
            return None
        found = fooled(
            network,
            pictures.pictures[kept],
            request.attack,
            None if truth is None else truth[kept],
            limit=None if limit is None else limit.score,
            progress=part(report, 0.5, 1.0),
            cancelled=cancelled,
        )
        return FooledMany(str(source), found, truth is not None)

    def _limit(
        self, network: PictureNetwork, request: AttackRequest, report: Report, cancelled: Cancelled
    ) -> CriticLimit | None:
        """From which score on a critic takes a picture for real; None for what is no critic, or has no model."""
        from explorer.training.inside.critic_limit import REFERENCES, critic_limit

        model = request.model
        if network.card.kind != "critic" or model is None:
            return None
        key = (request.path, model.generator.hash, str(request.real))
        if key not in self._limits:
            real = None
            if request.real:
                real = _pictures(network, request.real, REFERENCES, report, cancelled).pictures
            self._limits[key] = critic_limit(network, _samples(network, model, REFERENCES), real)
        return self._limits[key]


def drawn_digit(index: int, side: int) -> Picture:
    """A digit that the program draws, (side, side, 1)."""
    from explorer.training.digits import Digits

    return Digits(index + 1, side, 0).picture(index)[:, :, None]


def _pictures(network: PictureNetwork, source: Source, most: int, report: Report, cancelled: Cancelled) -> PictureSet:
    from explorer.training.sources import open_pictures

    drawn = source in (PORTRAITS, DIGITS)
    return open_pictures(
        f"{source}:{most}" if drawn else source,
        size=network.side,
        channels=network.channels,
        most=most,
        progress=report,
        cancelled=cancelled,
    )


def _samples(network: PictureNetwork, model: OpenModel, count: int) -> Picture:
    from explorer.core.traverse.layout import sample_points

    scenes = sample_points(model.generator, count)
    return np.stack([network.fitted(model.renderer.render(scene).picture) for scene in scenes])
