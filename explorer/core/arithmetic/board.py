"""Arithmetic with latents: weighted means of exemplars added up, as in *smiling woman - woman + man*."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, lerp, norm_preserving, slerp, typical_norm

FORMAT = "latent-explorer/board"
VERSION = 1
MOST_SLOTS = 100
MOST_EXEMPLARS = 1000
LARGEST_WEIGHT = 100.0

_JOINS = {"lerp": lerp, "slerp": slerp, "norm-preserving": norm_preserving}


@dataclass(frozen=True, eq=False)
class Slot:
    """One term: exemplars that share something, and how much of their mean is added.

    Attributes
    ----------
    exemplars : tuple of (d,) float32
        Read-only. Radford et al. (2016, section 6.3.2) average three: with one, what it is beside comes along.
    weight : float
        1 adds their mean, -1 takes it away.
    name : str
    """

    exemplars: tuple[Latent, ...] = ()
    weight: float = 1.0
    name: str = ""

    def __post_init__(self) -> None:
        if not abs(self.weight) <= LARGEST_WEIGHT:  # nor NaN
            raise Problem(
                f"A slot cannot have the weight {self.weight:g}.",
                f"Choose one from {-LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}.",
            )
        for exemplar in self.exemplars:
            exemplar.flags.writeable = False

    @property
    def mean(self) -> Latent:
        """(d,) float32; a slot without exemplars has none, and raises ValueError."""
        if not self.exemplars:
            raise ValueError("an empty slot has no mean")
        total = np.stack(self.exemplars).astype(np.float64).sum(axis=0)
        mean: Latent = (total / len(self.exemplars)).astype(np.float32)
        return mean


@dataclass(frozen=True, eq=False)
class Board:
    """Terms whose sum is a latent.

    Attributes
    ----------
    slots : tuple of Slot
        Those without exemplars count for nothing.
    typical : bool
        Whether the result is stretched to the length that latents of the prior have. Means are shorter than
        their exemplars and sums of them longer, and both leave what a network has seen; but stretching also changes
        what was calculated, so it is off unless asked for.
    """

    slots: tuple[Slot, ...] = ()
    typical: bool = False

    def result(self, distribution: str = "normal") -> Latent:
        """The sum over slots of weight times mean, (d,) float32.

        Parameters
        ----------
        distribution : {"normal", "uniform"}
            The prior, for `typical`.

        Raises
        ------
        Problem
            No slot has an exemplar, or their latents are of unlike size.
        """
        total = sum((slot.weight * slot.mean.astype(np.float64) for slot in self._filled()), np.zeros(()))
        return self._finished(np.asarray(total), distribution)

    def strip(self, count: int, kind: str = "slerp", distribution: str = "normal") -> Latents:
        """Latents from the mean of the first slot that has one to the result, (count, d) float32.

        Parameters
        ----------
        count : int
            At least 2, the ends included.
        kind : {"lerp", "slerp", "norm-preserving"}
        distribution : {"normal", "uniform"}
            The prior, for `typical`, which both ends are subject to.

        Raises
        ------
        Problem
            As for `result`, or there are too few.
        """
        if count < 2:
            raise Problem(f"A strip cannot have {count} pictures.", "Choose at least 2.")
        start = self._finished(self._filled()[0].mean.astype(np.float64), distribution)
        end = self.result(distribution)
        return np.stack([_JOINS[kind](start, end, share) for share in np.linspace(0.0, 1.0, count)])

    def _filled(self) -> list[Slot]:
        filled = [slot for slot in self.slots if slot.exemplars]
        if not filled:
            raise Problem("There is nothing to calculate with.", "Put a picture into a slot.")
        shapes = {exemplar.shape for slot in filled for exemplar in slot.exemplars}
        if len(shapes) > 1:
            sizes = " and ".join(str(size) for size in sorted(int(np.prod(shape)) for shape in shapes))
            raise Problem(f"The slots hold latents of {sizes} numbers.", "Use pictures of one model.")
        return filled

    def _finished(self, latent: Any, distribution: str) -> Latent:
        length = float(np.linalg.norm(latent))
        if self.typical and length > 1e-12:  # nothing has no direction to stretch it in
            latent = latent * (typical_norm(latent.size, distribution)[0] / length)
        finished: Latent = np.asarray(latent).astype(np.float32)
        return finished


def board_to_json(board: Board) -> str:
    """The board's serial form: one JSON object from which `board_from_json` restores it to the bit."""
    slots = [
        {
            "name": slot.name,
            "weight": float(slot.weight),
            # the shortest digits that give the float32 back
            "exemplars": [[float(str(value)) for value in exemplar] for exemplar in slot.exemplars],
        }
        for slot in board.slots
    ]
    return json.dumps({"format": FORMAT, "version": VERSION, "typical": board.typical, "slots": slots})


def board_from_json(text: str) -> Board:
    """The board that ``text`` describes.

    Raises
    ------
    Problem
        The text is no board, is of a newer version, or holds values that cannot be.
    """
    try:
        data = parsed_json(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Problem("This text is not a board of the latent explorer.", "Choose another file.")
    if data.get("version") != VERSION:
        raise Problem(
            f"This board is of version {data.get('version')}; this program reads version {VERSION}.",
            "Update the latent explorer.",
        )
    try:
        if len(data["slots"]) > MOST_SLOTS:
            raise ValueError(f"it has more than {MOST_SLOTS} slots")
        return Board(tuple(_slot(item) for item in data["slots"]), bool(data.get("typical", False)))
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Problem(f"This board is damaged ({error}).", "Save it again where it was made.") from None


def _slot(item: dict[str, Any]) -> Slot:
    if len(item["exemplars"]) > MOST_EXEMPLARS:
        raise ValueError(f"a slot has more than {MOST_EXEMPLARS} exemplars")
    exemplars = tuple(_latent(values) for values in item["exemplars"])
    return Slot(exemplars, float(item["weight"]), str(item["name"]))


def _latent(values: Any) -> Latent:
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused below
        latent = np.array(values, np.float64).astype(np.float32)
    if latent.ndim != 1 or not latent.size or not np.isfinite(latent).all():
        raise ValueError("an exemplar is not a row of finite numbers")
    return latent
