"""Arithmetic with pictures: weighted means of exemplars added up, as in *smiling woman - woman + man*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.latents import (
    Latent,
    Latents,
    Prior,
    between,
    is_on_shell,
    lerp,
    norm_preserving,
    typical_norm,
)
from explorer.core.rendering.named_prior import NamedPrior
from explorer.core.rendering.renderer import effective_latent
from explorer.core.rendering.scene import Scene, scene_facts, scene_from

FORMAT = "latent-explorer/picture-board"
VERSION = 1
LARGEST_WEIGHT = 2.0
MOST_SLOTS = 26
LONGEST_NAME = 40
_EXAMPLES = 4  # pictures on the board of an example
EXAMPLE_STRENGTH = 2.5  # standard deviations along the direction of an example


@dataclass(frozen=True, eq=False)
class Exemplar:
    """One picture of a slot.

    Attributes
    ----------
    scene : Scene
        Untruncated and without directions: its ``z`` is what was really drawn. See `exemplar_of`.
    name : str
        Where it is from, such as the name of a file; "" where the scene says enough.
    """

    scene: Scene
    name: str = ""


@dataclass(frozen=True, eq=False)
class Slot:
    """One term of the sum: the mean of its exemplars, times its weight.

    Averaging several, three in Radford et al. (2016, section 6.3.2), makes a result steadier than one picture.

    Attributes
    ----------
    exemplars : tuple of Exemplar
    weight : float, -2 to 2
    name : str
        What the user calls it; "" where it has no name but its letter.
    """

    exemplars: tuple[Exemplar, ...] = ()
    weight: float = 1.0
    name: str = ""

    @property
    def mean(self) -> Latent:
        """(d,) float32; a slot without exemplars has none, and raises ValueError."""
        if not self.exemplars:
            raise ValueError("an empty slot has no mean")
        total = np.stack([exemplar.scene.z for exemplar in self.exemplars]).astype(np.float64).sum(axis=0)
        mean: Latent = (total / len(self.exemplars)).astype(np.float32)
        return mean


@dataclass(frozen=True, eq=False)
class Board:
    """Slots of pictures that are added up.

    Attributes
    ----------
    slots : tuple of Slot
    keeps_norm : bool
        Whether the result is brought to the usual distance from the prior's mean. Means are shorter than their
        exemplars and sums of them longer, and both leave what a network has seen; but stretching also changes what
        was calculated, so it is off unless asked for. Results of latents that all lie on one shell are always brought
        to the distance that the exemplars have on average, so that one picture alone stays as it is.
    label : int or None
        The class of the result; None takes that of the first exemplar.
    """

    slots: tuple[Slot, ...] = ()
    keeps_norm: bool = False
    label: int | None = None

    @property
    def first(self) -> Exemplar | None:
        """The exemplar that comes first; None on an empty board."""
        return next((exemplar for slot in self.slots for exemplar in slot.exemplars), None)

    def with_slot(self, place: int, slot: Slot) -> Board:
        """This board with ``slot`` in place of the one at ``place``."""
        return replace(self, slots=(*self.slots[:place], slot, *self.slots[place + 1 :]))

    def without_slot(self, place: int) -> Board:
        """This board without the slot at ``place``."""
        return replace(self, slots=(*self.slots[:place], *self.slots[place + 1 :]))

    def with_exemplars(self, place: int, *exemplars: Exemplar) -> Board:
        """This board with ``exemplars`` added to the slot at ``place``."""
        slot = self.slots[place]
        return self.with_slot(place, replace(slot, exemplars=(*slot.exemplars, *exemplars)))

    def without_exemplar(self, place: int, index: int) -> Board:
        """This board without one exemplar of the slot at ``place``."""
        kept = list(self.slots[place].exemplars)
        del kept[index]
        return self.with_slot(place, replace(self.slots[place], exemplars=tuple(kept)))

    def moved(self, place: int, index: int, to: int) -> Board:
        """This board with one exemplar taken out of the slot at ``place`` and added to the slot ``to``."""
        exemplar = self.slots[place].exemplars[index]
        return self.without_exemplar(place, index).with_exemplars(to, exemplar)

    def result(self, prior: Prior = "normal") -> Latent | None:
        """The weighted sum of the slots' means, (d,) float32; None while every slot is empty.

        Parameters
        ----------
        prior : "normal", "uniform" or NamedPrior
            For `keeps_norm`.

        Raises
        ------
        Problem
            The exemplars' latents are of unlike size.
        """
        if self.first is None:
            return None
        total = sum((slot.weight * slot.mean.astype(np.float64) for slot in self._filled()), np.zeros(()))
        return self._finished(np.asarray(total), prior)

    def strip(self, steps: int, prior: Prior = "normal", *, around: bool = False) -> Latents | None:
        """The path to the result from what becomes it, (steps, d) float32, both ends included.

        Of "smiling woman - woman + man" that is the man: the slot that is added last; the first one filled, where none
        is added.

        Parameters
        ----------
        steps : int, at least 2
        prior : "normal", "uniform" or NamedPrior
            For `keeps_norm`, which both ends are subject to.
        around : bool
            On an arc about the prior's mean with evenly changing norms, rather than on the straight line.

        Raises
        ------
        Problem
            As for `result`, or there are too few steps.
        """
        end = self.result(prior)
        if end is None:
            return None
        if steps < 2:
            raise Problem(f"A strip cannot have {steps} pictures.", "Choose at least 2.")
        filled = self._filled()
        gaining = next((slot for slot in reversed(filled) if slot.weight > 0), filled[0])
        start = self._finished(gaining.mean.astype(np.float64), prior)
        join = norm_preserving if around else lerp
        return np.stack([between(join, start, end, float(share), prior) for share in np.linspace(0.0, 1.0, steps)])

    def _filled(self) -> list[Slot]:
        filled = [slot for slot in self.slots if slot.exemplars]
        sizes = sorted({exemplar.scene.z.size for slot in filled for exemplar in slot.exemplars})
        if len(sizes) > 1:
            words = " and ".join(str(size) for size in sizes)
            raise Problem(f"The slots hold latents of {words} numbers.", "Use pictures of one model.")
        return filled

    def _latents(self) -> list[Latent]:
        return [exemplar.scene.z for slot in self.slots for exemplar in slot.exemplars]

    def _finished(self, latent: Any, prior: Prior) -> Latent:
        if isinstance(prior, NamedPrior):  # whose sum is one of its latents again, and has no use for lengths
            within: Latent = np.clip(latent, *prior.ends).astype(np.float32)
            return within
        length, wanted = float(np.linalg.norm(latent)), 0.0
        if is_on_shell(latent.size, prior):
            wanted = float(np.mean([np.linalg.norm(z) for z in self._latents()]))
        elif self.keeps_norm:
            wanted = float(typical_norm(latent.size, prior)[0])
        if wanted > 0.0 and length > 1e-12:  # nothing has no direction to stretch it in
            latent = latent * (wanted / length)
        finished: Latent = np.asarray(latent).astype(np.float32)
        return finished


def new_board() -> Board:
    """A board to begin with: A − B + C, all empty."""
    return Board((Slot(), Slot(weight=-1.0), Slot()))


def letter(place: int) -> str:
    """What the slot at ``place`` is called: A, B, C and so on."""
    return chr(ord("A") + place)


def formula(board: Board) -> str:
    """The sum of a board in words: "A man with glasses − B man + C woman"."""
    words = ""
    for place, slot in enumerate(board.slots):
        sign = "−" if slot.weight < 0 else "+"
        size = "" if abs(slot.weight) == 1.0 else f"{abs(slot.weight):.2f}".rstrip("0").rstrip(".") + " × "
        name = slot.name or letter(place)
        words += f" {sign} {size}{name}" if words or sign == "−" else f"{size}{name}"
    return words.strip()


def exemplar_of(scene: Scene, directions: Mapping[str, Latent], prior: Prior, name: str = "") -> Exemplar:
    """``scene`` as an exemplar: with the latent that is really drawn, truncation and directions applied.

    Raises
    ------
    Problem
        It has a direction that is not known.
    """
    if scene.truncation == 1.0 and not scene.directions:
        return Exemplar(scene, name)
    z = effective_latent(scene, directions, prior)
    return Exemplar(replace(scene, z=z, truncation=1.0, seed=None, directions=()), name)


def example(name: str, scenes: Sequence[Scene], directions: Mapping[str, Latent], prior: Prior) -> Board:
    """A board to try: pictures with the direction ``name``, minus the same without it, plus one that lacks it.

    Parameters
    ----------
    name : str
        One of ``directions``.
    scenes : sequence of Scene, at least 2
        To choose from: those that lie farthest down the direction are taken, that it can be seen to be added. Of
        these all but the last give the difference; the last gets it.
    directions, prior
        As `exemplar_of` takes them.
    """
    lowest = sorted(scenes, key=lambda scene: float(scene.z @ directions[name]))[:_EXAMPLES]
    *some, last = lowest
    pairs = ((name, EXAMPLE_STRENGTH),)
    moved = [
        exemplar_of(replace(scene, directions=pairs), directions, prior, f"{scene.seed}, {name}") for scene in some
    ]
    plain = tuple(exemplar_of(scene, directions, prior) for scene in some)
    slots = (
        Slot(tuple(moved), name=f"with {name}"[:LONGEST_NAME]),
        Slot(plain, -1.0, f"without {name}"[:LONGEST_NAME]),
        Slot((exemplar_of(last, directions, prior),)),
    )
    return Board(slots)


def board_facts(board: Board) -> dict[str, Any]:
    """The board as values of JSON."""
    slots = [
        {
            "name": slot.name,
            "weight": slot.weight,
            "exemplars": [{"name": exemplar.name, "scene": scene_facts(exemplar.scene)} for exemplar in slot.exemplars],
        }
        for slot in board.slots
    ]
    facts = {"keeps_norm": board.keeps_norm, "class": board.label, "slots": slots}
    return {"format": FORMAT, "version": VERSION, **facts}


def board_from(data: Any) -> Board:
    """The board that such facts as `board_facts` gives describe.

    Raises
    ------
    Problem
        They are no board, are of another version, or hold values that cannot be.
    """
    try:
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise ValueError("its format is another")
        slots = tuple(_slot(row) for row in data["slots"][:MOST_SLOTS])
        label = None if data["class"] is None else int(data["class"])
        return Board(slots, bool(data["keeps_norm"]), label)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Problem(f"This is not a board ({error}).", "A new one can be made by dragging pictures.") from None


def _slot(row: dict[str, Any]) -> Slot:
    weight = float(row["weight"])
    if not abs(weight) <= LARGEST_WEIGHT:
        raise ValueError(f"a weight is {weight:g}")
    exemplars = tuple(Exemplar(scene_from(each["scene"]), str(each["name"])) for each in row["exemplars"])
    return Slot(exemplars, weight, str(row["name"])[:LONGEST_NAME])
