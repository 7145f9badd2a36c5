"""Finished models from runs: exported in the background, with how far they differ from what was trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.latest import InTurn

MODEL_FOLDER = "model"


@dataclass(frozen=True, eq=False)
class _Order:
    run: Path
    out: Path
    cancelled: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Exported:
    """A model that was written.

    Attributes
    ----------
    run, out : Path
        The run, and the folder of the model.
    parts : tuple of (str, str)
        ``generator`` and so on, and how far it differs from the torch original, in words.
    """

    run: Path
    out: Path
    parts: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """``generator: 0.03 steps of 1/255; encoder: …``"""
        return "; ".join(f"{name}: {parity}" for name, parity in self.parts)


class RunExports(QObject):
    """Exports runs one after the other.

    Signals
    -------
    done(Exported)
    failed(run, error) : Path, Exception
    changed()
        Another run is being exported, or none any more.
    """

    done = Signal(object)
    failed = Signal(object, object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders: list[_Order] = []
        self._work = InTurn(_export, self, name="run-export")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being exported."""
        return bool(self._orders)

    def is_exporting(self, run: Path) -> bool:
        """Whether this run is being exported, or will be."""
        return any(order.run == run for order in self._orders)

    def begin(self, run: Path, out: Path) -> None:
        """Export the newest checkpoint of a run."""
        order = _Order(run, out)
        self._orders.append(order)
        self._work.request(order)
        self.changed.emit()

    def cancel(self, run: Path) -> None:
        """Do not export this run."""
        for order in self._orders:
            if order.run == run:
                order.cancelled.set()

    def close(self) -> None:
        """Cancel everything, and wait."""
        for order in self._orders:
            order.cancelled.set()
        self._work.close()

    def _on_done(self, order: _Order, exported: Exported) -> None:
        self._forget(order)
        self.done.emit(exported)

    def _on_failed(self, order: _Order, error: Exception) -> None:
        self._forget(order)
        if not order.cancelled.is_set():
            self.failed.emit(order.run, error)

    def _forget(self, order: _Order) -> None:
        self._orders.remove(order)
        self.changed.emit()


def _export(order: _Order) -> Exported:
    from explorer.core.models.inspection import inspect
    from explorer.training.runs.export import export_run, parity_unit

    parts = []
    for file in export_run(order.run, order.out, cancelled=order.cancelled.is_set):
        if file.suffix == ".onnx":
            parity = inspect(file).card.parity
            told = "not compared" if parity is None else f"{parity:.2g} {parity_unit(file.stem)}"
            parts.append((file.stem, told))
    return Exported(order.run, order.out, tuple(parts))
