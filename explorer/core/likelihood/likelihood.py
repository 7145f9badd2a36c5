"""An open likelihood: how many bits pictures cost, as wholes and pixel by pixel.

-log2 p(x) is the length of the shortest code for a picture x that a model p allows; divided by the numbers in the
picture it is in bits per dimension, by which models of any kind and pictures of any size compare. An 8-bit value of
which nothing is known costs 8.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.generator import Pictures
from explorer.core.inference.perception import PictureReader
from explorer.core.inference.providers import Device
from explorer.core.likelihood.bayes import bits_of_any_class
from explorer.core.models.model import SURPRISE, likelihood_in
from explorer.core.photos.resizing import Pixels, fitted_picture, with_channels
from explorer.core.problem import Problem

Labels = NDArray[np.int64]
Floats = NDArray[np.float32]


class BitsReader(PictureReader):
    """The graph that gives bits per dimension."""

    _kind = "likelihood"

    def bits(self, pictures: Pictures, labels: Labels | None = None) -> Floats:
        """(N,)."""
        return self._read(pictures, labels)[:, 0]


class SurpriseReader(PictureReader):
    """The graph that gives the bits of each pixel."""

    _kind = "surprise"

    def surprise(self, pictures: Pictures, labels: Labels | None = None) -> Floats:
        """(N, height, width)."""
        return self._read(pictures, labels).reshape(pictures.shape[:3])


class Likelihood:
    """An open model that says how likely pictures are. Any thread may use it; whoever opened it closes it.

    A graph of fewer than 256 levels takes for each value the nearest that it knows.

    Attributes
    ----------
    path : Path
        Of ``likelihood.onnx``.
    card : ModelCard
        Which says what the bits are: exact, or a bound; of how many levels.
    has_surprise : bool
        Whether it tells the bits of each pixel, too.
    """

    def __init__(self, bits: BitsReader, surprise: SurpriseReader | None = None) -> None:
        self._bits, self._surprise = bits, surprise
        self.path, self.card = bits.path, bits.card
        self.has_surprise = surprise is not None

    @classmethod
    def open(cls, path: Path, device: Device = "auto", *, trusted: bool = False) -> Likelihood:
        """The likelihood at ``path``, a model's folder or an ONNX file, with the ``surprise.onnx`` beside it.

        Parameters and problems are those of `Generator.open`; a model that has none is a `Problem`, too.
        """
        file = likelihood_in(path)
        beside = file.with_name(SURPRISE)
        bits = BitsReader.open(file, device, trusted=trusted)
        if not beside.is_file():
            return cls(bits)
        try:
            return cls(bits, SurpriseReader.open(beside, device, trusted=trusted))
        except BaseException:
            bits.close()
            raise

    @property
    def name(self) -> str:
        """What to call the model."""
        return self.card.name or self.path.parent.name

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that it is told; empty where it takes none."""
        return self.card.classes if self._bits.takes_class else ()

    @property
    def measured(self) -> str:
        """What its bits are, in words: ``exact``, ``bound, 64 samples``; "" where its card does not say."""
        samples = self.card.measure_samples
        counted = f", {samples} sample{'s' if samples > 1 else ''}" if samples else ""
        return f"{self.card.measures}{counted}"

    def bits(self, pictures: Pictures, labels: Labels | None = None) -> Floats:
        """Bits per dimension of pictures (N, height, width, channels) uint8 of the size on the card, (N,).

        Parameters
        ----------
        pictures : (N, height, width, channels) uint8
        labels : (N,) int64, optional
            Their classes, for a model that is told them. Without, and where one is -1, any class is as likely as
            another: p(x) is the mean of all p(x|y).

        Raises
        ------
        Problem
            They are of another size, a class does not exist, or the model gives one no number.
        """
        if not self.classes:
            return self._finite(self._bits.bits(pictures))
        labels = np.full(len(pictures), -1, np.int64) if labels is None else self._checked(labels, len(pictures))
        told, found = labels >= 0, np.zeros(len(pictures), np.float32)
        if told.any():
            found[told] = self._finite(self._bits.bits(pictures[told], labels[told]))
        if not told.all():
            rest = pictures[~told]
            found[~told] = bits_of_any_class(self.bits_by_class(rest), rest[0].size)
        return found

    def bits_by_class(self, pictures: Pictures) -> Floats:
        """What pictures cost as one of each class, (N, K) bits per dimension; for a model that takes classes."""
        each = [np.full(len(pictures), label, np.int64) for label in range(len(self.classes))]
        return np.stack([self._finite(self._bits.bits(pictures, labels)) for labels in each], axis=1)

    def surprise(self, pictures: Pictures, labels: Labels | None = None) -> Floats:
        """The bits of each pixel, all channels together, (N, height, width).

        Parameters are those of `bits`; a picture whose class is not told is taken as of the class it costs least in.

        Raises
        ------
        Problem
            As `bits`, or the model has no ``surprise.onnx``.
        """
        if self._surprise is None:
            raise Problem(
                f"{self.name} does not say which pixels surprise it: it has no {SURPRISE}.",
                "It can still give the bits of whole pictures.",
            )
        if not self._surprise.takes_class:
            return self._finite(self._surprise.surprise(pictures))
        labels = np.full(len(pictures), -1, np.int64) if labels is None else self._checked(labels, len(pictures))
        if (labels < 0).any() and self.classes:
            labels = np.where(labels < 0, self.bits_by_class(pictures).argmin(axis=1), labels)
        return self._finite(self._surprise.surprise(pictures, np.maximum(labels, 0)))

    def fitted(self, picture: Pixels) -> tuple[Pixels, str]:
        """One picture (any height, any width, 1 or 3) as the model takes it, and what was done to it, a sentence or "".

        Its middle fills the model's sides.
        """
        fitted = fitted_picture(picture, self.card.height, self.card.width)
        return with_channels(fitted.picture, self.card.channels or picture.shape[2]), fitted.said

    def close(self) -> None:
        """Waits for what is running, then lets go. May be called again."""
        self._bits.close()
        if self._surprise is not None:
            self._surprise.close()

    def _checked(self, labels: Labels, count: int) -> Labels:
        known = len(self.card.classes)
        if labels.shape != (count,) or (labels.size and labels.max() >= known):
            raise Problem(
                f"{self.name} knows {known} classes; the classes given for {count} pictures do not fit.",
                "Give one class for each picture, counted from 0.",
            )
        return labels

    def _finite(self, found: Floats) -> Floats:
        """What the model gave, where all of it are numbers."""
        sound = np.isfinite(found).all(axis=tuple(range(1, found.ndim)))
        if not sound.all():
            which = int(np.flatnonzero(~sound)[0])
            raise Problem(
                f"{self.name} gives picture {which + 1} of {len(found)} a number of bits that is not finite.",
                "Its weights may be damaged, or it finds such pictures impossible; export it again.",
            )
        return found
