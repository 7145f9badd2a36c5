"""How well a picture fits what its scene says, by the part of the model's critic that knows of sentences."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Rendering


class SentenceJudge(JobRunner):
    """Judges the newest picture that it is shown.

    Signals
    -------
    judged(fit, rendering) : float, Rendering
        Above 0 where the picture goes better with its sentence than with one that says nothing.
    """

    judged = Signal(float, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="sentence-judge")

    def look(self, model: OpenModel, rendering: Rendering) -> None:
        """Judge a picture of a model that has what it takes, a matcher and a network of sentences."""
        self.begin(partial(_fit, model, rendering), lambda fit: self.judged.emit(fit, rendering))


def _fit(model: OpenModel, rendering: Rendering, _report: Report, _cancelled: Cancelled) -> float:
    from explorer.core.inference.perception import Encoder

    assert model.files.matcher is not None
    with closing(Encoder.open(model.files.matcher, model.device, trusted=run_of(model.path) is not None)) as matcher:
        (shown,) = matcher.latents(rendering.picture[None])
    return float(shown @ rendering.scene.z[model.text.dimension.place])
