"""A foreign model read otherwise, to see which reading gives sound pictures; in a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard
    from explorer.core.models.graph import ModelFile

_PICTURES = 8


@dataclass(frozen=True, eq=False)
class Reinterpretation:
    """What a model is under one reading.

    Attributes
    ----------
    card : ModelCard
        Read as was said.
    flat : bool
        Whether its pictures are rows of numbers, whose sides and order of channels cannot be seen.
    takes_class : bool
        Whether it is told a class by its number, so that how many there are may be said.
    doubts : tuple of str
        What remains to be settled.
    pictures : (N, height, width, channels) uint8
        Of the first seeds.
    """

    card: ModelCard
    flat: bool
    takes_class: bool
    doubts: tuple[str, ...]
    pictures: NDArray[np.uint8]


class Reinterpretations(JobRunner):
    """Reads one model file again and again.

    Signals
    -------
    shown(Reread)
    """

    shown = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="waiting", name="rereading")
        self._path = path
        self._file: ModelFile | None = None

    def request(self, reading: Mapping[str, Any]) -> None:
        """Ask for the pictures under ``reading``."""
        self.begin(partial(self._read, dict(reading)), self.shown.emit)

    def _read(self, reading: dict[str, Any], *_: object) -> Reinterpretation:
        from explorer.core.inference.generator import Generator
        from explorer.core.models.inspection import examine, require
        from explorer.core.models.policy import read_model
        from explorer.core.rendering.latents import sample

        file = self._file = self._file or read_model(self._path)
        found = examine(file, reading=reading)
        roles = require(found, file.path, "generator")
        assert roles.drawn is not None
        generator = Generator(file, found, "cpu")
        try:
            card = generator.card
            latents = [sample(seed, card.latent_size, card.prior) for seed in range(_PICTURES)]
            labels = [seed % len(card.classes) if card.classes else None for seed in range(_PICTURES)]
            drawn = [generator.picture(z, label) for z, label in zip(latents, labels, strict=True)]
        finally:
            generator.close()
        takes_class = roles.sources.label is not None and not roles.sources.one_hot
        pictures = np.stack(drawn)
        return Reinterpretation(card, roles.drawn.is_flat, takes_class, found.doubts, pictures)
