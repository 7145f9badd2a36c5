"""A drive as a value: a seed and what was done in each frame. Gone again, it shows the same frames, to the last bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, cast, get_args

import numpy as np

from explorer.core.files import read_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.worlds.dream import HIGHEST, LOWEST
from explorer.core.worlds.world_facts import WorldFacts

Driver = Literal["hand", "world", "dream", "each"]
"""Who drives: a person, or the controller, by what it sees in the world, or in the dream, or in each by itself."""

MOST_MOVES = 100_000
WARM_UP = 8
"""Frames that a dream sees at first, so that it knows how fast things move."""

_LARGEST_BYTES = 32 << 20
_LARGEST_NUMBER = 1e6  # far from where float32 ends
_KIND = "drive through a world model"


@dataclass(frozen=True)
class Move:
    """What is done in one frame.

    Attributes
    ----------
    action : tuple of float
        By hand, a number for each action of the world; read where a person drives.
    driver : Driver
    temperature : float
        How much of the dream is left to chance.
    awake : bool
        Whether the dream sees the world in this frame, and goes on from there.
    waits : bool
        Whether the world stands still.
    held : tuple of (int, float)
        Numbers of the dream's latent that are held at a value.
    """

    action: tuple[float, ...] = ()
    driver: Driver = "hand"
    temperature: float = 1.0
    awake: bool = False
    waits: bool = False
    held: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Journey:
    """A drive from its first frame on.

    Attributes
    ----------
    seed : int
        The road, and what the dream leaves to chance.
    moves : tuple of Move
        One for each frame after the first.
    """

    seed: int
    moves: tuple[Move, ...] = field(default=())

    def to_json(self) -> str:
        """What `journey_from_json` reads; moves that are alike and follow each other are told once."""
        rows = [{**_told(move), "times": len(list(same))} for move, same in groupby(self.moves)]
        return json.dumps({"kind": _KIND, "seed": self.seed, "moves": rows})


def journey_from_json(text: str | bytes, facts: WorldFacts) -> Journey:
    """A drive through the world of ``facts``.

    Raises
    ------
    Problem
        It is no drive, or one through a world with other actions.
    """
    try:
        told = parsed_json(text)
        if not isinstance(told, dict) or told.get("kind") != _KIND:
            raise ValueError("it is not a drive")
        if not isinstance(told["moves"], list) or not all(isinstance(row, dict) for row in told["moves"]):
            raise ValueError("its moves are not a list of objects")
        seed = told["seed"]
        if not isinstance(seed, int) or not 0 <= seed < 2**32:
            raise ValueError("its seed is not a whole number from 0 to 4,294,967,295")
        moves: list[Move] = []
        for row in told["moves"]:
            times = int(row.get("times", 1))
            if times < 1 or len(moves) + times > MOST_MOVES:
                raise ValueError(f"it does not have 1 to {MOST_MOVES:,} frames")
            moves += [_move(row, facts)] * times
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        what = f"This is not a drive that can be replayed: {error}."
        raise Problem(what, "Save one in the panel Worlds.") from None
    return Journey(seed, tuple(moves))


def read_journey(path: Path, facts: WorldFacts) -> Journey:
    """The drive in a file; raises `Problem` as `journey_from_json` does, or where it cannot be read."""
    return journey_from_json(read_file(path, _LARGEST_BYTES), facts)


def _told(move: Move) -> Mapping[str, Any]:
    usual = asdict(Move())
    return {name: value for name, value in asdict(move).items() if value != usual[name]}


def _move(row: Mapping[str, Any], facts: WorldFacts) -> Move:
    unknown = set(row) - {each.name for each in fields(Move)} - {"times"}
    if unknown:
        raise ValueError(f"a frame in it has {min(unknown)!r}, which is not known")
    driver = row.get("driver", "hand")
    if driver not in get_args(Driver):
        raise ValueError(f"there is no driver called {driver!r}")
    action = tuple(float(value) for value in row.get("action", ()))
    if (driver == "hand" or action) and len(action) != len(facts.actions):
        raise ValueError(f"a frame gives {len(action)} of the {len(facts.actions)} actions that this world takes")
    held = tuple((int(place), float(value)) for place, value in row.get("held", ()))
    if not all(0 <= place < facts.latent for place, _ in held):
        raise ValueError(f"it holds numbers beyond z{facts.latent - 1}")
    temperature = float(row.get("temperature", 1.0))
    largest = np.abs([0.0, *action, *(value for _, value in held)]).max()
    if not largest <= _LARGEST_NUMBER or not LOWEST <= temperature <= HIGHEST:
        raise ValueError("some of its numbers are out of range")
    told = {name: bool(row.get(name, False)) for name in ("awake", "waits")}
    return Move(action, cast(Driver, driver), temperature, held=held, **told)
