"""Models that look at pictures: encoders give latents, critics give scores, classifiers tell attributes."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.batching import chunks, largest_chunk
from explorer.core.inference.engine import Engine
from explorer.core.inference.generator import Pictures
from explorer.core.inference.providers import Device, open_session
from explorer.core.inference.wrapping import PICTURES, wrapped_reader
from explorer.core.models.attribute import Attribute
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, as_classifier, examine, require
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem


class _Reader:
    """What they share. Any thread may use one; whoever opened it closes it."""

    _kind = ""

    def __init__(self, file: ModelFile, inspection: Inspection, device: Device) -> None:
        found = require(inspection, file.path, self._kind)
        self.path, self.hash, self.card = file.path, file.hash, inspection.card
        self.batch, self.problems = inspection.batch, inspection.problems
        model = wrapped_reader(file, found, self.card, self.batch)
        self._numbers = 1 if found.kind == "critic" else found.numbers
        self._engine = Engine(open_session(model, device), file.path.name)
        self.provider, self.provider_reason = self._engine.provider, self._engine.reason

    @classmethod
    def open(cls, path: Path, device: Device = "auto", *, trusted: bool = False) -> Self:
        """The model in an ONNX file; parameters and problems as for `Generator.open`."""
        file = read_model(path)
        return cls(file, examine(file, trusted=trusted), device)

    def _read(self, pictures: Pictures) -> NDArray[np.float32]:
        self._check(pictures)
        parts = [
            self._run(np.ascontiguousarray(pictures[part]), last=part.stop == len(pictures))
            for part in chunks(
                len(pictures), self.batch, largest_chunk(pictures.shape[1], pictures.shape[2], self.provider)
            )
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self._numbers), np.float32)

    def _run(self, pictures: Pictures, *, last: bool) -> NDArray[np.float32]:
        count = len(pictures)
        if isinstance(self.batch, int) and count < self.batch:
            pictures = np.pad(pictures, ((0, self.batch - count), (0, 0), (0, 0), (0, 0)))
        return self._engine.run({PICTURES: pictures}, shrink=last)[:count]

    def _check(self, pictures: Pictures) -> None:
        wanted = (self.card.height, self.card.width, self.card.channels)
        fits = pictures.ndim == 4 and all(
            w in (0, g) for w, g in zip(wanted, pictures.shape[1:], strict=True)
        )
        if not fits or pictures.dtype != np.uint8:
            asked = " × ".join(str(size or "?") for size in wanted)
            given = " × ".join(str(size) for size in pictures.shape[1:])
            raise Problem(
                f"{self.card.name} looks at pictures of {asked}, not {given}.",
                "Resize the pictures first.",
            )

    def close(self) -> None:
        """Waits for the running call, then lets the session go. May be called again."""
        self._engine.close()


class Encoder(_Reader):
    """An open encoder: pictures in, latents out."""

    _kind = "encoder"

    def latents(self, pictures: Pictures) -> NDArray[np.float32]:
        """The latents of pictures.

        Parameters
        ----------
        pictures : (N, height, width, channels) uint8
            Of the size on the card.

        Returns
        -------
        (N, latent_size) float32
        """
        return self._read(pictures)


class Critic(_Reader):
    """An open critic or discriminator: pictures in, scores out."""

    _kind = "critic"

    def scores(self, pictures: Pictures) -> NDArray[np.float32]:
        """The scores of pictures, larger being more real.

        Parameters
        ----------
        pictures : (N, height, width, channels) uint8
            Of the size on the card.

        Returns
        -------
        (N,) float32
        """
        return self._read(pictures)[:, 0]


class Classifier(_Reader):
    """An open classifier: pictures in, attributes out.

    A model without a card is taken for one if its shapes allow it; its attributes are then ``output 0``,
    ``output 1`` and so on.
    """

    _kind = "classifier"

    def __init__(self, file: ModelFile, inspection: Inspection, device: Device) -> None:
        super().__init__(file, as_classifier(file, inspection), device)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What it tells, in the order of the columns of `read`."""
        return self.card.attributes

    def read(self, pictures: Pictures) -> NDArray[np.float32]:
        """What pictures show.

        Parameters
        ----------
        pictures : (N, height, width, channels) uint8
            Of the size on the card.

        Returns
        -------
        (N, A) float32
            A column for each of `attributes`: a probability for yes/no, else a number in the attribute's unit.
        """
        return self._read(pictures)
