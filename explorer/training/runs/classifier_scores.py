"""How well a classifier tells the attributes of pictures that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import onnx
from numpy.typing import NDArray

from explorer.core.models.attribute import Attribute, AttributeFigures
from explorer.core.proportions import wilson
from explorer.training.learning.attribute_columns import facts_of
from explorer.training.runs.run import Run

_CHUNK = 64


def measured(run: Run, model: onnx.ModelProto, attributes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """The attributes with the figures of an exported classifier on the run's held-out pictures.

    Where nothing was held out they come back as they are.

    Raises
    ------
    Problem
        The run's pictures are not there any more.
    """
    if run.spec.hold_out == 0:
        return tuple(attributes)
    found = run.pictures()
    kept_out = np.flatnonzero(found.held_out(run.spec.hold_out))
    if not len(kept_out):
        return tuple(attributes)
    predicted, facts = _probabilities(model, found.pictures, kept_out), facts_of(found)
    return tuple(
        replace(attribute, held_out=figures(attribute.kind, facts.column(attribute.name)[kept_out], column))
        for attribute, column in zip(attributes, predicted.T, strict=True)
    )


def figures(kind: str, truth: NDArray[np.float32], predicted: NDArray[np.float32]) -> AttributeFigures | None:
    """The figures of one attribute over N pictures; None where it is known of none of them.

    Parameters
    ----------
    kind : str
        ``yes/no`` or ``number``.
    truth : (N,) float32
        NaN where unknown.
    predicted : (N,) float32
        What the classifier says.
    """
    known = np.isfinite(truth)
    right, said = truth[known].astype(np.float64), predicted[known].astype(np.float64)
    if not len(right):
        return None
    return _of_yes_no(right > 0.5, said) if kind == "yes/no" else _of_number(right, said)


def _of_yes_no(yes: NDArray[np.bool_], said: NDArray[np.float64]) -> AttributeFigures:
    count, hits = len(yes), int(((said > 0.5) == yes).sum())
    low, high = wilson(hits, count)
    return AttributeFigures(count, int(yes.sum()), hits / count, low, high, _auc(yes, said))


def _of_number(right: NDArray[np.float64], said: NDArray[np.float64]) -> AttributeFigures:
    variance = float(right.var())
    r2 = 1.0 - float(np.square(said - right).mean()) / variance if variance > 0 else None
    return AttributeFigures(len(right), 0, r2=r2, mae=float(np.abs(said - right).mean()))


def _auc(yes: NDArray[np.bool_], said: NDArray[np.float64]) -> float | None:
    """Area under the ROC curve by ranks, ties counting half; None where all are alike."""
    positives = int(yes.sum())
    negatives = len(yes) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(said, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[yes].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _probabilities(
    model: onnx.ModelProto, pictures: NDArray[np.uint8], chosen: NDArray[np.int64]
) -> NDArray[np.float32]:
    """What the exported network says of the chosen pictures, (M, A)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = []
    for start in range(0, len(chosen), _CHUNK):
        stored = np.asarray(pictures[chosen[start : start + _CHUNK]], np.float32)
        parts.append(session.run(None, {name: stored.transpose(0, 3, 1, 2) / 127.5 - 1.0})[0])
    return np.concatenate(parts)
