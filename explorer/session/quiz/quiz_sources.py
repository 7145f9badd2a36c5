"""Which real pictures go with the models of a quiz, and what is to be said where they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.weights_files import holds_weights
from explorer.session.traverse.fitting_sources import draws_portraits, learned_from
from explorer.session.traverse.map_pictures import PORTRAITS

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard
    from explorer.session.models.opening import Opener


@dataclass(frozen=True)
class QuizMaterial:
    """What is known of one model that takes part.

    Attributes
    ----------
    name : str
        For people.
    learned : str
        The source that it is known to have learned from, ``portraits`` for drawn ones; "" where that is not known.
    data : str
        What its card says of the pictures; "" for nothing.
    """

    name: str
    learned: str
    data: str


class QuizSources(JobRunner):
    """Looks at the cards of models, each once.

    Signals
    -------
    told(models, materials) : tuple of Path, tuple of QuizMaterial
    """

    told = Signal(tuple, tuple)

    def __init__(self, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent, name="quiz-sources")
        self._opener = opener
        self._known: dict[Path, QuizMaterial] = {}

    def ask(self, models: tuple[Path, ...]) -> None:
        """Look at these models, instead of any others."""
        self.begin(partial(self._look, models), lambda found: self.told.emit(models, found))

    def _look(self, models: tuple[Path, ...], report: Report, cancelled: Cancelled) -> tuple[QuizMaterial, ...]:
        for model in models:
            if model not in self._known and not cancelled():
                self._known[model] = _material(model, self._opener)
        return tuple(self._known[model] for model in models if model in self._known)


def _material(model: Path, opener: Opener) -> QuizMaterial:
    from explorer.core.models.inspection import inspect

    if run_of(model) is not None or holds_weights(model):  # which would have to be exported or converted first
        return QuizMaterial(model.stem, learned_from(model), "")
    try:
        card = inspect(opener.files(model).generator).card
    except (Problem, OSError):
        return QuizMaterial(model.stem, "", "")  # the quiz itself says why it cannot be opened
    return QuizMaterial(card.name or model.stem, _learned(model, card), card.data)


def _learned(model: Path, card: ModelCard) -> str:
    return PORTRAITS if draws_portraits(card) else learned_from(model)


def proposed_source(materials: Sequence[QuizMaterial], exists: Callable[[str], bool]) -> str:
    """The real pictures that go with the first of the models; "" where none are known that are there."""
    learned = materials[0].learned if materials else ""
    return learned if learned == PORTRAITS or (learned and exists(learned)) else ""


def mismatch(source: str, materials: Sequence[QuizMaterial]) -> Problem | None:
    """What to say of real pictures that tell themselves from those of a model at a glance; None where all is well."""
    if not source:
        return None
    for material in materials:
        known = bool(material.learned or material.data)
        if source == PORTRAITS and known and material.learned != PORTRAITS:
            return Problem(
                f"{material.name} did not learn from drawn portraits, which are chosen as the real pictures.",
                "Everybody sees the difference. Choose photos like those it learned from, or leave it out.",
            )
        if source != PORTRAITS and material.learned == PORTRAITS:
            return Problem(
                f"{material.name} draws painted portraits, and the real pictures come from {Path(source).name}.",
                "Choose Portraits for them, or leave it out, unless these are portraits of the same kind.",
            )
    return None
