"""How long a run will take on this device: a few steps of it are tried in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.settings import Device
from explorer.session.train.training_job import spare_threads
from explorer.session.train.training_pictures import DataSummary

if TYPE_CHECKING:
    from explorer.training.runs.length_presets import LengthPreset

_CALM_MS = 600  # after the last change, before anything is tried
_TRIAL_S = 1.5


@dataclass(frozen=True, eq=False)
class TrialRequest:
    """What would be trained.

    Attributes
    ----------
    family : str
    settings : mapping
    batch_size : int
    data : DataSummary
    hold_out : float
    device : str
    frame : str
        How the pictures are aligned.
    keeps : bool
        Whether networks and pictures have to stay as large as they are, for the weights that the run begins with.
    """

    family: str
    settings: Mapping[str, Any]
    batch_size: int
    data: DataSummary
    hold_out: float
    device: Device
    frame: str = ""
    keeps: bool = False

    def is_like(self, other: TrialRequest | None) -> bool:
        """Whether a trial of the one tells of the other."""
        if other is None or self.data is not other.data:
            return False
        return (self.family, dict(self.settings), self.device, self.keeps) == (
            other.family,
            dict(other.settings),
            other.device,
            other.keeps,
        )


@dataclass(frozen=True, eq=False)
class SpeedTrial:
    """What a trial told.

    Attributes
    ----------
    request : TrialRequest
    images_per_s : float
    presets : tuple of Preset
        Runs of minutes, of an hour and of a night.
    """

    request: TrialRequest
    images_per_s: float
    presets: tuple[LengthPreset, ...]

    def seconds(self, steps: int) -> float:
        """How long so many steps will take."""
        return steps * self.request.batch_size / max(self.images_per_s, 1e-9)


class SpeedTrials(JobRunner):
    """Measures the newest wish, a moment after it was made.

    Signals
    -------
    measured(SpeedTrial)
    """

    measured = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="training-trial")
        self._request: TrialRequest | None = None
        self._calm = QTimer(self, interval=_CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._begin)

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured, or soon will be."""
        return super().is_busy or self._calm.isActive()

    def measure(self, request: TrialRequest) -> bool:
        """Measure this instead of anything else, unless it is what was measured last; whether it is done anew."""
        if request.is_like(self._request):
            return False
        self.cancel()
        self._request = request
        self._calm.start()
        return True

    def cancel(self) -> None:
        """Measure nothing."""
        self._calm.stop()
        self._request = None
        super().cancel()

    def _begin(self) -> None:
        if self._request is not None:
            self.begin(partial(_measure, self._request), self.measured.emit)


def _measure(request: TrialRequest, report: Report, cancelled: Cancelled) -> SpeedTrial | None:
    from explorer.training.learning.devices import memory_told, training_device, use_threads
    from explorer.training.runs.length_presets import presets, trial, width_of
    from explorer.training.runs.spec import RunSpec

    use_threads(spare_threads())
    spec = RunSpec(
        request.family,
        request.data.request.source,
        request.data.request.size,
        1000,
        settings=request.settings,
        frame=request.frame,
    )
    spec = replace(spec, hold_out=request.hold_out)
    steps = trial(spec, request.data.found, training_device(request.device), _TRIAL_S)
    try:
        with memory_told(request.batch_size):
            while not cancelled():
                report(next(steps))
    except StopIteration as end:
        rate = float(end.value)
        size, count = request.data.request.size, request.data.kept(request.hold_out)
        batch, width = request.batch_size, None if request.keeps else width_of(spec)
        found = presets(rate, size=size, batch_size=batch, width=width, count=max(count, 1), keeps=request.keeps)
        return SpeedTrial(request, rate, found)
    except RuntimeError as error:  # of torch: usually memory
        raise Problem(f"A step could not be tried: {error}.", "Choose a smaller batch, or smaller pictures.") from None
    steps.close()
    return None
