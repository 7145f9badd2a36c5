"""What else directions change, measured in the background."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.directions.measured import SideEffects
    from explorer.core.directions.verdict import Verdict

log = logging.getLogger(__name__)

_FIRST_SEED = 50_000  # far from the seeds that people look at
_ALPHAS = (-2.0, 0.0, 2.0)
_FEW = 64  # samples, enough for a verdict


@dataclass(frozen=True, eq=False)
class Measurement:
    """What is to be measured.

    Attributes
    ----------
    model : OpenModel
    directions : tuple of Direction
    are_locked : bool
        Whether they are measured as they would be when locked against each other.
    count : int
        Over how many samples.
    label : int or None
        The class of the samples.
    truncation : float
    """

    model: OpenModel
    directions: tuple[Direction, ...]
    are_locked: bool
    count: int
    label: int | None = None
    truncation: float = 1.0


@dataclass(frozen=True, eq=False)
class MeasuredEffects:
    """What was found, and how.

    Attributes
    ----------
    effects : SideEffects
    scales : tuple of float
        For each attribute, a change that is large: 1 for yes or no, a number's usual range.
    reader : str
        What read the attributes, in words.
    by_classifier : bool
        Whether attributes are those of a classifier, and not the directions as an encoder sees them.
    verdicts : tuple of Verdict
        Whether each direction is strong, by this and by what else is known of it.
    """

    effects: SideEffects
    scales: tuple[float, ...]
    reader: str
    by_classifier: bool = True
    verdicts: tuple[Verdict, ...] = ()


class SideEffectMeter(JobRunner):
    """Measures one set of directions at a time; a new one stops the one before.

    Signals
    -------
    measured(measurement, measured)
    """

    measured = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="side-effects")
        self.order: Measurement | None = None  # the newest
        self.began.connect(lambda _words: self.progressed.emit(0.0))
        self.ended.connect(lambda: self.progressed.emit(1.0))

    def measure(self, order: Measurement) -> None:
        """Measure ``order``, instead of anything else."""
        self.order = order
        self.begin(partial(_measured, order), lambda found: self.measured.emit(order, found))


def _measured(order: Measurement, report: Report, cancelled: Cancelled) -> MeasuredEffects | None:
    from explorer.core.directions.judging import encoder_reader, side_effects
    from explorer.core.directions.locking import locked_all
    from explorer.core.directions.verdict import verdict
    from explorer.core.inference.perception import Classifier, Encoder

    directions = locked_all(order.directions) if order.are_locked else order.directions
    files, device = order.model.files, order.model.device
    reader: Classifier | Encoder
    read: Callable[[NDArray[np.uint8]], NDArray[np.floating]]
    if files.classifier is not None:
        reader = Classifier.open(files.classifier, device)
        names, yes_no = [each.name for each in reader.attributes], [each.kind == "yes/no" for each in reader.attributes]
        ranges = [1.0 if each.kind == "yes/no" else each.high - each.low for each in reader.attributes]
        read = reader.read
    elif files.encoder is not None:
        reader = Encoder.open(files.encoder, device)
        names, yes_no = [direction.name for direction in order.directions], [False] * len(order.directions)
        ranges = [1.0] * len(names)
        read = encoder_reader(reader, order.directions, prior=order.model.generator.card.prior)
    else:
        raise Problem(
            f"Nothing can read attributes off the pictures of {order.model.name}: it has no classifier and no encoder.",
            "Put a classifier.onnx or an encoder.onnx into the model's folder.",
        )
    try:
        effects = side_effects(
            directions,
            _latents(order),
            order.model.generator,
            read,
            names,
            yes_no=yes_no,
            alphas=_ALPHAS,
            labels=[order.label] * order.count,
            progress=part(report, 0.0, 0.999),
            cancelled=cancelled,
        )
    finally:
        reader.close()
    if effects is None:
        return None
    is_classifier = files.classifier is not None
    words = f"the {'classifier' if is_classifier else 'encoder'} {reader.card.name}"
    scales = _scales(effects, ranges)
    verdicts = tuple(verdict(direction, effects, scales) for direction in directions)
    return MeasuredEffects(effects, scales, words, is_classifier, verdicts)


def judged_direction(
    model: OpenModel, direction: Direction, label: int | None, report: Report, cancelled: Cancelled
) -> Direction | None:
    """A direction that nothing was known of with its verdict by the model's classifier. Slow: for a worker thread.

    Gives it as it is where there is no classifier, or none that reads what it is meant to change; None where that was
    cancelled.
    """
    from explorer.core.directions.verdict import is_read, verdict, with_verdict
    from explorer.core.inference.perception import Classifier

    file = model.files.classifier
    if file is None or verdict(direction).word:
        return direction
    try:
        classifier = Classifier.open(file, model.device)
        names = [each.name for each in classifier.attributes]
        classifier.close()
        if not is_read(direction, names):
            return direction
        found = _measured(Measurement(model, (direction,), False, _FEW, label), report, cancelled)
    except Problem as problem:  # of the classifier, and told where somebody asks it: the direction is good without
        log.info("%s is not judged: %s", direction.name, problem.what)
        return direction
    return None if found is None else with_verdict(direction, found.verdicts[0])


def sentence(measured: MeasuredEffects, row: int, column: int) -> str:
    """What one figure says: how much, how sure, over how many."""
    effects = measured.effects
    name, attribute = effects.names[row], effects.attributes[column]
    slope, error = float(effects.slopes[row, column]), float(effects.errors[row, column])
    low, high = slope - 1.96 * error, slope + 1.96 * error
    unit = "percentage points" if effects.yes_no[column] else "in its own unit"
    mean, least, most = (figure_words(value, effects.yes_no[column]) for value in (slope, low, high))
    said = (
        f"Turning {name} up by 1 changes “{attribute}” by {mean} {unit} on average, "
        f"over {effects.n:,} samples (95% interval {least} to {most})."
    )
    flips = float(effects.flips[row, column, 1])
    if np.isfinite(flips):
        said += f" At {effects.alphas[-1]:+g}, the answer flips for {flips:.0%} of them."
    return said


def figure_words(slope: float, yes_no: bool) -> str:
    """A slope as it is written: points of a hundred for a probability, else two digits after the point."""
    if not np.isfinite(slope):
        return "?"
    text = f"{100 * slope:+.1f}" if yes_no else f"{slope:+.2f}"
    return text.replace("-", "−") if float(text) else text[1:]


def table(measured: MeasuredEffects) -> list[list[str]]:
    """The slopes and their intervals as rows of text, the first being titles."""
    effects = measured.effects
    rows = [["direction", "attribute", "kind", "slope per alpha", "low (95%)", "high (95%)", "samples"]]
    for row, name in enumerate(effects.names):
        for column, attribute in enumerate(effects.attributes):
            slope, error = float(effects.slopes[row, column]), float(effects.errors[row, column])
            kind = "yes/no" if effects.yes_no[column] else "number"
            ends = [f"{value:.6g}" for value in (slope, slope - 1.96 * error, slope + 1.96 * error)]
            rows.append([name, attribute, kind, *ends, str(effects.n)])
    return rows


def csv_text(measured: MeasuredEffects, delimiter: str = ",") -> str:
    """`table` as separated values; what a spreadsheet would take for a formula is marked as text."""
    import csv
    from io import StringIO

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    for titles in table(measured):
        writer.writerow([_plain(cell) for cell in titles])
    return out.getvalue()


def write_effects(measured: MeasuredEffects, path: Path) -> None:
    """Write the figures to ``path``: everything as JSON, or `csv_text`, by its name.

    Raises
    ------
    Problem
        It cannot be written.
    """
    import json

    from explorer.core.files import replace_file

    facts = measured.effects.to_dict() | {"reader": measured.reader}
    facts |= {"verdicts": [asdict(judged) for judged in measured.verdicts]}
    is_json = path.suffix.lower() == ".json"
    text = json.dumps(facts, indent=1, allow_nan=False) if is_json else csv_text(measured)
    with replace_file(path) as file:
        file.write(text.encode())


def _plain(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
    return cell


def _latents(order: Measurement) -> np.ndarray:
    card = order.model.generator.card
    seeds = range(_FIRST_SEED, _FIRST_SEED + order.count)
    drawn = np.stack([sample(seed, card.latent_size, card.prior) for seed in seeds])
    if order.truncation == 1.0:
        return drawn
    from explorer.core.rendering.truncation import truncate

    return np.stack([truncate(z, order.truncation, card.prior) for z in drawn])


def _scales(effects: SideEffects, ranges: list[float]) -> tuple[float, ...]:
    """What counts as large for each attribute: its range, else the largest change that was seen."""
    largest = np.abs(effects.slopes).max(axis=0)
    return tuple(scale if scale > 0.0 else float(seen) * 4 or 1.0 for scale, seen in zip(ranges, largest, strict=True))
