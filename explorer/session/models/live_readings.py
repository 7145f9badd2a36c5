"""What a model's weights paint under one reading after another, from the numbers kept beside it; in a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.training.weight_import.interpretation import KEPT

if TYPE_CHECKING:
    from explorer.training.weight_import.architecture import Architecture


@dataclass(frozen=True, eq=False)
class LiveReading:
    """What weights are under one reading.

    Attributes
    ----------
    chosen : dict of str to str
        The answers that they were read with, but for those that are guessed.
    pictures : (6, height, width, channels) uint8
    steps : Architecture
        Empty where the network is no chain of layers.
    sizes : tuple of tuple of int
        What leaves each step.
    taken : dict of str to str
        The answer to each question that this reading leaves.
    """

    chosen: Mapping[str, str]
    pictures: NDArray[np.uint8]
    steps: Architecture
    sizes: tuple[tuple[int, ...], ...]
    taken: Mapping[str, str]


class LiveReadings(JobRunner):
    """Reads one model's weights again and again: what is asked for last first, then the pictures of single answers.

    Parameters
    ----------
    folder : Path
        Of the model, beside which its weights may be kept.
    weights : Path
        The file that it was made of: what answers would paint is worked out from it, slowly, where none are kept.
    source : Path, optional
        In which its network is written, where the user chose one.

    Signals
    -------
    shown(LiveReading)
    refused(chosen, error)
        Weights cannot be read with these answers.
    answer_shown(key, option, pictures) : str, str, array
        What one answer would paint.
    """

    shown = Signal(object)
    refused = Signal(object, object)
    answer_shown = Signal(str, str, object)

    def __init__(self, folder: Path, weights: Path, source: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="waiting", name="readings")
        self._folder, self._weights, self._source = folder, weights, source
        self.follows = (folder / KEPT).is_file()  # at once, each change
        self._tensors: Mapping[str, Any] = {}
        self._answers: list[tuple[str, str, Mapping[str, str]]] = []
        self.idle.connect(self._go_on)

    def request(self, chosen: Mapping[str, str], guessed: Mapping[str, str]) -> None:
        """Ask for what the weights are under these answers, and those that are guessed."""
        self._answers = []
        refused = partial(self.refused.emit, dict(chosen))
        self.begin(partial(self._read, dict(chosen), dict(guessed)), self.shown.emit, failed=refused)

    def request_answers(self, chosen: Mapping[str, str], options: Mapping[str, tuple[str, ...]]) -> None:
        """Ask for the pictures of every option of these questions, the others answered as ``chosen`` says."""
        self._answers = [
            (key, option, {**chosen, key: option}) for key, several in options.items() for option in several
        ]
        if not self.follows and self._answers:
            answers, self._answers = tuple((key, option) for key, option, _ in self._answers), []
            self.begin(partial(self._paint_apart, dict(chosen), answers), partial(self._show_all, answers))
        elif not self.is_busy:
            self._go_on()

    def _go_on(self) -> None:
        if self._answers:
            key, option, chosen = self._answers.pop(0)
            told = partial(self.answer_shown.emit, key, option)
            self.begin(partial(self._read, chosen, {}), lambda read: told(read.pictures), failed=lambda _: told(None))

    def _paint_apart(
        self, chosen: Mapping[str, str], answers: Sequence[tuple[str, str]], _: Report, cancelled: Cancelled
    ) -> list[NDArray[np.uint8]]:
        from explorer.training.weight_import.converting import answers_painted

        return answers_painted(self._weights, self._folder, chosen, answers, self._source, cancelled=cancelled)

    def _show_all(self, answers: Sequence[tuple[str, str]], found: list[NDArray[np.uint8]]) -> None:
        for (key, option), pictures in zip(answers, found, strict=True):
            self.answer_shown.emit(key, option, pictures)

    def _read(self, chosen: Mapping[str, str], guessed: Mapping[str, str], *_: object) -> LiveReading:
        from explorer.training.weight_import.kept_weights import kept, painted, read_as

        self._tensors = self._tensors or kept(self._folder)
        found = read_as(self._tensors, chosen, guessed)
        taken = {choice.key: choice.taken for choice in found.choices}
        return LiveReading(chosen, painted(found), found.architecture, found.sizes, taken)
