"""How long a run will take on this device: a few steps of it are tried in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.latest import LatestOnly
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
    """

    family: str
    settings: Mapping[str, Any]
    batch_size: int
    data: DataSummary
    hold_out: float
    device: Device

    def is_like(self, other: TrialRequest | None) -> bool:
        """Whether a trial of the one tells of the other."""
        if other is None or self.data is not other.data:
            return False
        return (self.family, dict(self.settings), self.device) == (
            other.family,
            dict(other.settings),
            other.device,
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


@dataclass(frozen=True, eq=False)
class _Order:
    request: TrialRequest
    report: Callable[[float], None]
    cancelled: Event = field(default_factory=Event)


class SpeedTrials(QObject):
    """Measures the newest wish, a moment after it was made.

    Signals
    -------
    measured(Measured)
    progressed(share) : float
        How much of the trial is done, 0 to 1.
    failed(error)
        A run like this cannot be made.
    """

    measured = Signal(object)
    progressed = Signal(float)
    _tried = Signal(object, float)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: TrialRequest | None = None
        self._order: _Order | None = None
        self._work = LatestOnly(_measure, self, name="training-trial")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._tried.connect(self._on_tried)
        self._calm = QTimer(self, interval=_CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._begin)

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured, or soon will be."""
        return self._work.is_busy or self._calm.isActive()

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
        if self._order is not None:
            self._order.cancelled.set()
            self._order = None

    def close(self) -> None:
        """Measure nothing, and wait for what is being measured."""
        self.cancel()
        self._work.close()

    def _begin(self) -> None:
        if self._request is not None:
            self._order = order = _Order(self._request, lambda share: self._tried.emit(order, share))
            self._work.request(self._order)

    def _on_tried(self, order: _Order, share: float) -> None:
        if order is self._order:
            self.progressed.emit(share)

    def _on_done(self, order: _Order, measured: SpeedTrial | None) -> None:
        if order is self._order and measured is not None:
            self.measured.emit(measured)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        if order is self._order:
            self.failed.emit(error)


def _measure(order: _Order) -> SpeedTrial | None:
    from explorer.training.learning.devices import memory_told, training_device, use_threads
    from explorer.training.runs.length_presets import presets, trial, width_of
    from explorer.training.runs.spec import RunSpec

    request = order.request
    use_threads(spare_threads())
    spec = RunSpec(
        request.family,
        request.data.request.source,
        request.data.request.size,
        1000,
        settings=request.settings,
    )
    spec = replace(spec, hold_out=request.hold_out)
    steps = trial(spec, request.data.found, training_device(request.device), _TRIAL_S)
    try:
        with memory_told(request.batch_size):
            while not order.cancelled.is_set():
                order.report(next(steps))
    except StopIteration as end:
        rate = float(end.value)
        size, count = request.data.request.size, request.data.kept(request.hold_out)
        found = presets(
            rate, size=size, batch_size=request.batch_size, width=width_of(spec), count=max(count, 1)
        )
        return SpeedTrial(request, rate, found)
    except RuntimeError as error:  # of torch: usually memory
        raise Problem(
            f"A step could not be tried: {error}.", "Choose a smaller batch, or smaller pictures."
        ) from None
    steps.close()
    return None
