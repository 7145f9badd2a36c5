"""Trained models that a new run can go on from: which there are for its pictures, and what of each would go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core.models.model import model_files
from explorer.core.models.own_card import own_card
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.catalog import CatalogEntry
from explorer.session.train.checks import Remark
from explorer.session.train.training_pictures import DataSummary
from explorer.training.learning.knobs import configured, knobs
from explorer.training.runs.run_folder import RunFacts, read_spec

if TYPE_CHECKING:
    from explorer.training.learning.family import Family
    from explorer.training.runs.spec import RunSpec
    from explorer.training.runs.start_fit import StartFit

FEW = 1000
"""Pictures below which it is worth while to go on from a model that knows others of their kind."""


@dataclass(frozen=True)
class StartModel:
    """A model, or a run, to begin with.

    Attributes
    ----------
    path : Path
        The model's folder or file, or the run's folder.
    name : str
    family : str
        The key of its family.
    size : int
        Side of its pictures, which those to learn from must have too.
    settings : mapping
        All that it was trained with, which makes the networks those that its weights fit.
    """

    path: Path
    name: str
    family: str
    size: int
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StartWish:
    """For what a start is looked for: these pictures, and the models and runs that are at hand."""

    data: DataSummary
    families: tuple[Family, ...]
    models: tuple[CatalogEntry, ...]
    runs: tuple[RunFacts, ...]


class StartModels(JobRunner):
    """Looks for models that fit pictures.

    Signals
    -------
    found(models) : tuple of StartModel
        The newest wish was looked into.
    """

    found = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="start-models")

    def look(self, wish: StartWish) -> None:
        """Look for models with as many channels, whose family learns from such pictures; those of their size first."""
        self.begin(partial(_found, wish), self.found.emit)


class StartFits(JobRunner):
    """Finds out which networks of a run go on from what it starts from.

    Signals
    -------
    judged()
        It is known of the newest run that was asked for.
    """

    judged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="start-fits")
        self._spec: RunSpec | None = None
        self._fit: StartFit | Problem | None = None

    def ask(self, spec: RunSpec, data: DataSummary) -> StartFit | Problem | None:
        """What goes on in a run of this spec, as far as that is known; if not, ``judged`` follows."""
        spec = replace(spec, steps=1, seed=0, name="", description="", licence="", attribution="")
        if spec != self._spec:
            self._spec, self._fit = spec, None
            self.begin(partial(_fit, spec, data), self._on_judged, failed=self._on_failed)
        return self._fit

    def _on_judged(self, fit: StartFit) -> None:
        self._fit = fit
        self.judged.emit()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._fit = error
            self.judged.emit()
        else:
            self.failed.emit(error)


def start_remark(name: str, fit: StartFit | Problem) -> Remark:
    """What is to be said of a run that starts from the model ``name``."""
    if isinstance(fit, Problem):
        return Remark(fit.what, fit.hint, True)
    if not fit.kept:
        what = f"No network of {name} fits this family with these settings at this size."
        return Remark(what, "Choose its own family and settings again, or start from nothing.", True)
    kept, anew = (_listed(names) for names in (fit.kept, fit.anew))
    begins = f" {anew.capitalize()} {'start' if ' and ' in anew else 'starts'} fresh." if anew else ""
    go = "go" if " and " in kept else "goes"
    return Remark(f"{kept.capitalize()} of {name} {go} on learning; nothing is frozen.{begins}", "", False)


def _listed(names: Iterable[str]) -> str:
    """Networks in a row; a moving average of one is not spoken of."""
    told = [name for name in names if not name.startswith("average")] or list(names)
    rows = [", ".join(told[:-1]), told[-1]] if len(told) > 1 else told
    return f"the {' and '.join(rows)}" if told else ""


def _found(wish: StartWish, report: Report, cancelled: Cancelled) -> tuple[StartModel, ...]:
    families = {family.key: family for family in wish.families}
    found: list[StartModel] = []
    looks = [*(partial(_of_model, each) for each in wish.models), *(partial(_of_run, each) for each in wish.runs)]
    for number, look in enumerate(looks):
        if cancelled():
            break
        report(number, len(looks))
        try:
            found += look(wish.data, families)
        except (Problem, ValueError, TypeError, AttributeError):
            continue  # moved or damaged: it is not offered
    return tuple(sorted(found, key=lambda model: model.size != wish.data.request.size))


def _of_model(entry: CatalogEntry, data: DataSummary, families: Mapping[str, Family]) -> Iterator[StartModel]:
    """An exported model, by its card; none that was made elsewhere, whose networks are not ours."""
    file = model_files(entry.path).generator
    card, _ = own_card(read_model(file)) if file.suffix == ".onnx" else (None, ())
    family = families.get(card.family) if card is not None else None
    if card is None or family is None or card.height != card.width:
        return
    if card.channels == data.channels and _learns(family, data, len(card.classes)):
        yield StartModel(entry.path, entry.name, family.key, card.height, _known(family, card.config))


def _of_run(facts: RunFacts, data: DataSummary, families: Mapping[str, Family]) -> Iterator[StartModel]:
    family = families.get(facts.family)
    if family is None or not facts.kept_step:
        return
    spec = read_spec(facts.folder)
    if spec.get("channels") == data.channels and _learns(family, data, len(spec.get("classes", ()))):
        settings = _known(family, spec.get("settings", {}))
        yield StartModel(facts.folder, facts.name, family.key, facts.size, settings)


def _learns(family: Family, data: DataSummary, classes: int) -> bool:
    """Whether the pictures have what the family needs: as many classes, where its networks are told them."""
    if family.needs_pupils or family.group not in ("GANs", "VAEs"):
        return False
    if family.needs_classes and len(data.classes) != classes:
        return False
    return not family.learns_attributes or bool(data.attributes or data.classes)


def _known(family: Family, settings: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of the family, those of a model in their places as far as there still are such."""
    known = {name: value for name, value in settings.items() if name in knobs(family.config)}
    return dict(vars(configured(family.config, known)))


def _fit(spec: RunSpec, data: DataSummary, _report: Report, _cancelled: Cancelled) -> StartFit:
    from explorer.training.runs.run import Run
    from explorer.training.runs.start_fit import start_fit

    return start_fit(Run(Path(), spec.with_data(data.found)).learner(), spec.start)
