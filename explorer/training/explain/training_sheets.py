"""The sheet of a family or of a run: its networks watched at work, its own words, its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.core.explain.explanation import Explanation, NetworkBlocks, SettingMeaning
from explorer.core.photos.pupils import FRAME
from explorer.core.problem import Problem
from explorer.training.explain.watched_networks import example_batch, watched_networks
from explorer.training.families import family_called
from explorer.training.learning.attribute_columns import AttributeColumn
from explorer.training.learning.family import Family, TrainingTask
from explorer.training.learning.knobs import configured, knobs
from explorer.training.runs.run import Run

_CLASSES = tuple(str(number) for number in range(10))
#: Attributes that a family learns where no run says which.
EXAMPLE_COLUMNS = (
    AttributeColumn("smiling", "yes/no", 2, 0.0, 1.0, 0.5, 0.5),
    AttributeColumn("age", "number", 2, 0.0, 90.0, 40.0, 20.0),
)
#: What is known of the frames of a recording, for a family that learns of sequences.
EXAMPLE_RECORDING = (
    AttributeColumn("action steer", "number", 2, -1.0, 1.0, 0.0, 0.5),
    AttributeColumn("action gas", "number", 2, -1.0, 1.0, 0.2, 0.5),
    AttributeColumn("reward", "number", 2, -5.0, 2.0, 0.8, 0.7),
    AttributeColumn("end", "yes/no", 2, 0.0, 1.0, 0.01, 0.1),
)


def family_sheet(
    key: str, settings: Mapping[str, Any] | None = None, size: int | None = None, channels: int | None = None
) -> Explanation:
    """What a family is, shown for pictures of a size and with some of its settings changed.

    Raises
    ------
    Problem
        The family or a setting is unknown, or the family makes no such pictures.
    """
    family = family_called(key)
    told = family.explained
    usual = dict(told.shown_with) if told else {}
    config = configured(family.config, usual | dict(settings or {}))
    task = TrainingTask(
        size or (told.size if told else 64),
        channels or (told.channels if told else 3),
        _CLASSES if family.needs_classes else (),
        columns=_columns(family, config),
        pupils=FRAME if family.needs_pupils else None,
    )
    return _sheet(family, config, task, family.title)


def _columns(family: Family, config: Any) -> tuple[AttributeColumn, ...]:
    if family.sequence(config):
        return EXAMPLE_RECORDING
    return EXAMPLE_COLUMNS if family.learns_attributes else ()


def run_sheet(folder: Path) -> Explanation:
    """What is trained in a run's folder.

    Raises
    ------
    Problem
        There is none, or it is damaged.
    """
    run = Run.open(folder)
    spec, family = run.spec.checked(), family_called(run.spec.family)
    name = spec.name or folder.name
    channels = spec.channels or (family.explained.channels if family.explained else 3)
    task = TrainingTask(spec.size, channels, spec.classes, spec.steps, columns=spec.columns)
    sheet = _sheet(family, run.config(), task, f"{name}: {family.title}")
    remarks = (
        () if spec.channels else ("The run has not seen its pictures yet; they are taken for pictures in colour.",)
    )
    return replace(sheet, remarks=sheet.remarks + remarks)


def _sheet(family: Family, config: Any, task: TrainingTask, title: str) -> Explanation:
    told, remarks = family.explained, []
    networks: tuple[NetworkBlocks, ...] = ()
    try:
        learner = family.learner(config, task, 0)
        networks = watched_networks(learner, example_batch(learner))
    except Problem as problem:
        remarks.append(f"The networks cannot be shown. {problem.what} {problem.hint}".strip())
    colour = {1: "grey", 3: "in colour"}.get(task.channels, f"with {task.channels} channels")
    return Explanation(
        title,
        family.summary,
        (("Shown for", f"pictures of {task.size} × {task.size}, {colour}"), *_examples(family)),
        networks,
        told.objectives(config) if told else (),
        _settings(family.config, config),
        told.healthy if told else (),
        told.papers if told else (),
        tuple(remarks),
    )


def _examples(family: Family) -> tuple[tuple[str, str], ...]:
    if family.needs_classes:
        return (("Classes", f"given by the pictures' labels; {len(_CLASSES)} in the drawing if no run says more"),)
    if family.sequence(family.config()):
        return (("Frames", "in a row, each with what was done, what that earned, and whether it was the end"),)
    return (("Attributes", "given by the pictures' labels"),) if family.learns_attributes else ()


def _settings(kind: type, config: Any) -> tuple[SettingMeaning, ...]:
    usual = kind()
    return tuple(
        SettingMeaning(
            name,
            _value(getattr(config, name)) + knob.unit,
            getattr(config, name) == getattr(usual, name),
            knob.help,
        )
        for name, knob in knobs(kind).items()
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)
