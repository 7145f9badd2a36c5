"""Models that look at pictures: encoders give latents, critics give scores, classifiers tell attributes.

Those that measure pictures in bits are in `explorer.core.likelihood`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.batching import chunks, largest_chunk
from explorer.core.inference.engine import Engine
from explorer.core.inference.generator import Pictures
from explorer.core.inference.providers import Device, open_session
from explorer.core.inference.watchdog import LONGEST_RUN_S
from explorer.core.inference.wrapping import CLASS, PICTURES, wrapped_reader
from explorer.core.models.attribute import Attribute
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import Inspection, as_classifier, examine, require
from explorer.core.models.policy import read_model
from explorer.core.models.roles import Roles
from explorer.core.problem import Problem


class ShownPictures(ABC):
    """An open model that is shown pictures. Any thread may use one; whoever opened it closes it."""

    _kind = ""
    _longest_s = LONGEST_RUN_S

    def __init__(self, file: ModelFile, inspection: Inspection, device: Device) -> None:
        found = require(inspection, file.path, self._kind)
        self.path, self.hash, self.card = file.path, file.hash, inspection.card
        self.batch, self.problems = inspection.batch, inspection.problems
        self._engine = Engine(
            open_session(self._wrapped(file, found), device), file.path.name, longest_s=self._longest_s
        )
        self.provider, self.provider_reason = self._engine.provider, self._engine.reason

    @abstractmethod
    def _wrapped(self, file: ModelFile, found: Roles) -> bytes:
        """The model in the form in which it is run."""

    @classmethod
    def open(cls, path: Path, device: Device = "auto", *, trusted: bool = False) -> Self:
        """The model in an ONNX file; parameters and problems as for `Generator.open`."""
        file = read_model(path)
        return cls(file, examine(file, trusted=trusted), device)

    def close(self) -> None:
        """Waits for the running call, then lets the session go. May be called again."""
        self._engine.close()


class PictureReader(ShownPictures):
    """What gives a row of numbers for each picture, and perhaps its class."""

    def _wrapped(self, file: ModelFile, found: Roles) -> bytes:
        self._numbers = 1 if found.kind == "critic" else found.numbers
        self.takes_class = found.sources.label is not None
        return wrapped_reader(file, found, self.card, self.batch)

    def _read(self, pictures: Pictures, labels: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """(N, numbers) float32, from pictures (N, height, width, channels) uint8 of the size on the card.

        What takes a class is told one for each picture, ``labels`` (N,).
        """
        self._check(pictures)
        parts = [
            self._run(
                np.ascontiguousarray(pictures[part]),
                None if labels is None else labels[part],
                last=part.stop == len(pictures),
            )
            for part in chunks(
                len(pictures), self.batch, largest_chunk(pictures.shape[1], pictures.shape[2], self.provider)
            )
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self._numbers), np.float32)

    def _run(self, pictures: Pictures, labels: NDArray[np.int64] | None, *, last: bool) -> NDArray[np.float32]:
        count = len(pictures)
        missing = max(self.batch - count, 0) if isinstance(self.batch, int) else 0
        if missing:
            pictures = np.pad(pictures, ((0, missing), (0, 0), (0, 0), (0, 0)))
        feeds: dict[str, NDArray[Any]] = {PICTURES: pictures}
        if labels is not None:
            feeds[CLASS] = np.pad(labels, (0, missing))
        return self._engine.run(feeds, shrink=last)[:count]

    def _check(self, pictures: Pictures) -> None:
        wanted = (self.card.height, self.card.width, self.card.channels)
        fits = pictures.ndim == 4 and all(w in (0, g) for w, g in zip(wanted, pictures.shape[1:], strict=True))
        if not fits or pictures.dtype != np.uint8:
            asked = " × ".join(str(size or "?") for size in wanted)
            given = " × ".join(str(size) for size in pictures.shape[1:])
            raise Problem(
                f"{self.card.name} looks at pictures of {asked}, not {given}.",
                "Resize the pictures first.",
            )


class Encoder(PictureReader):
    """An open encoder: pictures in, latents out."""

    _kind = "encoder"

    def latents(self, pictures: Pictures) -> NDArray[np.float32]:
        """Latents, (N, latent_size), of pictures (N, height, width, channels) of the size on the card."""
        return self._read(pictures)


class Critic(PictureReader):
    """An open critic or discriminator: pictures in, scores out."""

    _kind = "critic"

    def scores(self, pictures: Pictures) -> NDArray[np.float32]:
        """Scores, (N,), larger being more real, of pictures (N, height, width, channels) of the size on the card."""
        return self._read(pictures)[:, 0]


class Classifier(PictureReader):
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
        """What pictures (N, height, width, channels) of the size on the card show, (N, A).

        A column for each of `attributes`: a probability for yes/no, else a number in the attribute's unit.
        """
        return self._read(pictures)
