"""How well a picture fits what its scene says, by the part of the model's critic that knows of sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.inference.perception import Encoder
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
        self._matcher: tuple[OpenModel, Encoder] | None = None  # opened in the worker, for the pictures to come

    def look(self, model: OpenModel, rendering: Rendering) -> None:
        """Judge a picture of a model that has what it takes, a matcher and a network of sentences."""
        self.begin(partial(self._fit, model, rendering), lambda fit: self.judged.emit(fit, rendering))

    def close(self) -> None:
        """Judge no more, and let the matcher go."""
        super().close()
        self._forget()

    def _fit(self, model: OpenModel, rendering: Rendering, _report: Report, _cancelled: Cancelled) -> float:
        (shown,) = self._opened(model).latents(rendering.picture[None])
        return float(shown @ rendering.scene.z[model.text.dimension.place])

    def _opened(self, model: OpenModel) -> Encoder:
        from explorer.core.inference.perception import Encoder

        if self._matcher is None or self._matcher[0] is not model:
            self._forget()
            assert model.files.matcher is not None
            trusted = run_of(model.path) is not None
            self._matcher = model, Encoder.open(model.files.matcher, model.device, trusted=trusted)
        return self._matcher[1]

    def _forget(self) -> None:
        if self._matcher is not None:
            self._matcher[1].close()
            self._matcher = None
