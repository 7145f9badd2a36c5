"""A dream that grows in a worker, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.inside.dream import DreamSettings, DreamState
from explorer.session.inside.networks_at_hand import OpenNetworks
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

if TYPE_CHECKING:
    from explorer.training.inside.picture_network import PictureNetwork

_TELLS_EVERY_S = 0.05


@dataclass(frozen=True, eq=False)
class DreamRequest:
    """What is asked for.

    Attributes
    ----------
    path : Path
        The network's file.
    dream : DreamSettings
    start : (height, width, 1 or 3) uint8 or None
        What it begins with, of any size; None for noise.
    """

    path: Path
    dream: DreamSettings
    start: NDArray[np.uint8] | None = None


class Dreaming(JobRunner):
    """Lets the newest dream grow; all its states are kept, and what there is of one that was stopped.

    Signals
    -------
    came(states) : list of DreamState
        Those that there are so far.
    """

    came = Signal(object)
    _told = Signal(object, object)

    def __init__(self, networks: OpenNetworks, parent: QObject | None = None) -> None:
        super().__init__(parent, name="dreams")
        self._networks = networks
        self._newest: object = None
        self._told.connect(self._on_told)

    def begin_dream(self, request: DreamRequest) -> None:
        """Let a dream grow in the place of any other."""
        self._newest = request
        self.begin(partial(self._dreamt, request), partial(self._on_told, request), words="Dreaming")

    def _dreamt(self, request: DreamRequest, report: Report, cancelled: Cancelled) -> list[DreamState]:
        from explorer.training.inside.dreams import dream_states

        network: PictureNetwork = self._networks.of(request.path)
        kept: list[DreamState] = []
        told_s = 0.0
        for state in dream_states(network, request.dream, request.start):
            if cancelled():
                break
            kept.append(state)
            report(state.step, state.steps)
            if monotonic() - told_s > _TELLS_EVERY_S:
                told_s = monotonic()
                self._told.emit(request, list(kept))
        return kept

    def _on_told(self, request: object, states: list[DreamState]) -> None:
        if request is self._newest and states:
            self.came.emit(states)
