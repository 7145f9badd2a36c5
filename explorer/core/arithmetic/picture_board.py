"""Pictures on a board: the scenes and names behind the latents of a `Board`, which adds them up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.core.arithmetic.board import Board, Slot
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents
from explorer.core.rendering.renderer import effective_latent
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json

FORMAT = "latent-explorer/picture-board"
VERSION = 1
LARGEST_WEIGHT = 2.0
MOST_SLOTS = 26
LONGEST_NAME = 40
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
class PictureSlot:
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
    def term(self) -> Slot:
        """The slot as it is calculated with."""
        return Slot(tuple(exemplar.scene.z for exemplar in self.exemplars), self.weight, self.name)


@dataclass(frozen=True, eq=False)
class PictureBoard:
    """Slots of pictures that are added up.

    Attributes
    ----------
    slots : tuple of PictureSlot
    keeps_norm : bool
        Whether the result is brought to the usual distance from the prior's mean.
    label : int or None
        The class of the result; None takes that of the first exemplar.
    """

    slots: tuple[PictureSlot, ...] = ()
    keeps_norm: bool = False
    label: int | None = None

    @property
    def first(self) -> Exemplar | None:
        """The exemplar that comes first; None on an empty board."""
        return next((exemplar for slot in self.slots for exemplar in slot.exemplars), None)

    def with_slot(self, place: int, slot: PictureSlot) -> PictureBoard:
        """This board with ``slot`` in place of the one at ``place``."""
        return replace(self, slots=(*self.slots[:place], slot, *self.slots[place + 1 :]))

    def without_slot(self, place: int) -> PictureBoard:
        """This board without the slot at ``place``."""
        return replace(self, slots=(*self.slots[:place], *self.slots[place + 1 :]))

    def with_exemplars(self, place: int, *exemplars: Exemplar) -> PictureBoard:
        """This board with ``exemplars`` added to the slot at ``place``."""
        slot = self.slots[place]
        return self.with_slot(place, replace(slot, exemplars=(*slot.exemplars, *exemplars)))

    def without_exemplar(self, place: int, index: int) -> PictureBoard:
        """This board without one exemplar of the slot at ``place``."""
        kept = list(self.slots[place].exemplars)
        del kept[index]
        return self.with_slot(place, replace(self.slots[place], exemplars=tuple(kept)))

    def moved(self, place: int, index: int, to: int) -> PictureBoard:
        """This board with one exemplar taken out of the slot at ``place`` and added to the slot ``to``."""
        exemplar = self.slots[place].exemplars[index]
        return self.without_exemplar(place, index).with_exemplars(to, exemplar)

    @property
    def sum(self) -> Board:
        """The board as it is calculated with."""
        return Board(tuple(slot.term for slot in self.slots), typical=self.keeps_norm)

    def result(self, distribution: str = "normal") -> Latent | None:
        """The weighted sum of the slots' means, (d,) float32; None while every slot is empty."""
        return None if self.first is None else self.sum.result(distribution)

    def strip(self, steps: int, distribution: str = "normal", *, around: bool = False) -> Latents | None:
        """The way from the first slot with exemplars to the result, (steps, d) float32, both ends included.

        Parameters
        ----------
        steps : int, at least 2
        distribution : {"normal", "uniform"}
        around : bool
            On an arc about the prior's mean with evenly changing norms, rather than on the straight line.
        """
        kind = "norm-preserving" if around else "lerp"
        return None if self.first is None else self.sum.strip(steps, kind, distribution)


def new_board() -> PictureBoard:
    """A board to begin with: A − B + C, all empty."""
    return PictureBoard((PictureSlot(), PictureSlot(weight=-1.0), PictureSlot()))


def letter(place: int) -> str:
    """What the slot at ``place`` is called: A, B, C and so on."""
    return chr(ord("A") + place)


def formula(board: PictureBoard) -> str:
    """The sum of a board in words: "A man with glasses − B man + C woman"."""
    words = ""
    for place, slot in enumerate(board.slots):
        sign = "−" if slot.weight < 0 else "+"
        size = "" if abs(slot.weight) == 1.0 else f"{abs(slot.weight):.2f}".rstrip("0").rstrip(".") + " × "
        name = slot.name or letter(place)
        words += f" {sign} {size}{name}" if words or sign == "−" else f"{size}{name}"
    return words.strip()


def exemplar_of(
    scene: Scene, directions: Mapping[str, Latent], distribution: str, name: str = ""
) -> Exemplar:
    """``scene`` as an exemplar: with the latent that is really drawn, truncation and directions applied.

    Raises
    ------
    Problem
        It has a direction that is not known.
    """
    if scene.truncation == 1.0 and not scene.directions:
        return Exemplar(scene, name)
    z = effective_latent(scene, directions, distribution)
    return Exemplar(replace(scene, z=z, truncation=1.0, seed=None, directions=()), name)


def example(
    name: str, scenes: Sequence[Scene], directions: Mapping[str, Latent], distribution: str
) -> PictureBoard:
    """A board to try: ``scenes`` with the direction ``name``, minus without it, plus the last of them.

    Parameters
    ----------
    name : str
        One of ``directions``.
    scenes : sequence of Scene, at least 2
        All but the last give the difference; the last gets it.
    directions, distribution
        As `exemplar_of` takes them.
    """
    *some, last = scenes
    pairs = ((name, EXAMPLE_STRENGTH),)
    moved = [
        exemplar_of(replace(scene, directions=pairs), directions, distribution, f"{scene.seed}, {name}")
        for scene in some
    ]
    plain = tuple(exemplar_of(scene, directions, distribution) for scene in some)
    slots = (
        PictureSlot(tuple(moved), name=f"with {name}"[:LONGEST_NAME]),
        PictureSlot(plain, -1.0, f"without {name}"[:LONGEST_NAME]),
        PictureSlot((exemplar_of(last, directions, distribution),)),
    )
    return PictureBoard(slots)


def board_to_json(board: PictureBoard) -> str:
    """The board's serial form: one JSON object."""
    slots = [
        {
            "name": slot.name,
            "weight": slot.weight,
            "exemplars": [
                {"name": exemplar.name, "scene": json.loads(scene_to_json(exemplar.scene))}
                for exemplar in slot.exemplars
            ],
        }
        for slot in board.slots
    ]
    facts = {"keeps_norm": board.keeps_norm, "class": board.label, "slots": slots}
    return json.dumps({"format": FORMAT, "version": VERSION, **facts})


def board_from_json(text: str) -> PictureBoard:
    """The board that ``text`` describes.

    Raises
    ------
    Problem
        The text is no board, is of another version, or holds values that cannot be.
    """
    try:
        data = parsed_json(text)
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise ValueError("its format is another")
        slots = tuple(_slot(row) for row in data["slots"][:MOST_SLOTS])
        label = None if data["class"] is None else int(data["class"])
        return PictureBoard(slots, bool(data["keeps_norm"]), label)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Problem(f"This is no board ({error}).", "A new one can be made by dragging pictures.") from None


def _slot(row: dict[str, Any]) -> PictureSlot:
    weight = float(row["weight"])
    if not abs(weight) <= LARGEST_WEIGHT:
        raise ValueError(f"a weight is {weight:g}")
    exemplars = tuple(
        Exemplar(scene_from_json(json.dumps(each["scene"])), str(each["name"])) for each in row["exemplars"]
    )
    return PictureSlot(exemplars, weight, str(row["name"])[:LONGEST_NAME])
