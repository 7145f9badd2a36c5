"""What goes with each picture of a set, by one word: drawn from it when it is wanted, or its partner.

With ``any:`` before the word, what is given goes with any other picture: nothing tells which belong together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from explorer.core.drawing.given_words import ANY, LEAST_TIMES, MADE, MOST_TIMES, SMALL, in_words, times_of
from explorer.core.drawing.lacking import by_night, with_hole, with_noise, without_colour, without_detail
from explorer.core.drawing.tracing import filtered_lines, with_dabs
from explorer.core.photos.resizing import with_channels
from explorer.core.problem import Problem
from explorer.training.pairing.painter import painted_lines, painted_segments
from explorer.training.pairing.partners import PARTNERS, plain_given
from explorer.training.portraits.fixing import factors_of, fixed_factors
from explorer.training.portraits.portrait import draw, shapes_of
from explorer.training.portraits.shape_canvas import PaintedShape
from explorer.training.sources import PictureSet
from explorer.training.sources.procedural import portrait_named

Picture = NDArray[np.uint8]
Shapes = tuple[PaintedShape, ...]

WORDS = (
    f"{', '.join(MADE)}, {SMALL}:4; of portraits the same with something settled, such as eyeglasses=no; of your own "
    f"pairs {', '.join(PARTNERS)}; or {ANY} before any of these, for pictures that do not go together"
)
"""What may be given, for people."""


def takes(given: str) -> str:
    """What a network that is given this takes, in words for its card.

    Raises
    ------
    Problem
        There is nothing of this name.
    """
    check_given(given)
    plain = plain_given(given)
    return _portrait_in_words(plain) if "=" in plain else PARTNERS.get(plain) or in_words(plain)


def _portrait_in_words(fixed: str) -> str:
    """What "eyeglasses=no,hat=yes" means: a drawn portrait without eyeglasses, with hat."""
    said = []
    for name, value in fixed_factors(fixed).items():
        words = name.replace("_", " ")
        said.append(f"with{'' if value else 'out'} {words}" if isinstance(value, bool) else f"whose {words} is {value}")
    return f"a drawn portrait {', '.join(said)}"


def check_given(given: str) -> None:
    """Raise a `Problem` if there is nothing of this name."""
    plain = plain_given(given)
    if plain in MADE or plain in PARTNERS:
        return
    if "=" in plain:
        fixed_factors(plain)
        return
    times = times_of(plain) if plain.partition(":")[0] == SMALL else None
    if times is None or not LEAST_TIMES <= times <= MOST_TIMES:
        raise Problem(f"A network cannot be given {given or 'nothing'}.", f"Choose {WORDS} (2 to 16).")


class Givens:
    """What a network is given of each picture of a set.

    Parameters
    ----------
    found : PictureSet
    given : str
        One of `WORDS`.
    seed : int
        Decides how everything is drawn.
    hold_out : float
        Which pictures are held out: what goes with any picture goes with one of the same part, held out or not.

    Raises
    ------
    Problem
        There is nothing of this name, or these pictures do not have it.
    """

    def __init__(self, found: PictureSet, given: str, seed: int, hold_out: float = 0.0) -> None:
        check_given(given)
        self._found, self._given, self._seed = found, plain_given(given), seed
        self._others = _Others(found, seed, hold_out) if given.startswith(ANY) else None
        are_painted = found.assumed.align != "faces" and found.assumed.half not in ("left", "right")
        self._painted = [portrait_named(name) for name in found.names] if are_painted else [None]
        self._knows_shapes = None not in self._painted
        if (self._given == "segments" or "=" in self._given) and not self._knows_shapes:
            raise Problem(
                "Only the program's own portraits have known segments, and can be painted differently.",
                "Learn from portraits:20000, or use painted maps and photos as folders A and B (given=B).",
            )
        if self._given in PARTNERS and found.partners is None:
            raise Problem("These pictures are not in pairs.", f"Let the network be given one of: {WORDS}.")
        self._draw = self._drawing()

    def of(self, chosen: NDArray[np.int64], turns: NDArray[np.int64]) -> Picture:
        """What goes with the pictures of these indices, (B, H, W, C) uint8, drawn for the so many-th time each."""
        if self._others is not None:
            chosen = self._others.of(chosen, turns)
        if self._given in PARTNERS:
            assert self._found.partners is not None
            return self._found.partners[chosen]
        return np.stack([self._one(int(index), int(turn)) for index, turn in zip(chosen, turns, strict=True)])

    def _one(self, index: int, turn: int) -> Picture:
        digest = hashlib.sha256(f"{self._seed}:given:{index}:{turn}".encode()).digest()
        picture = np.asarray(self._found.pictures[index])
        drawn = self._draw(picture, index, RandomState(int.from_bytes(digest[:4], "little")))
        return drawn if drawn.ndim == 3 else np.repeat(drawn[..., None], picture.shape[2], axis=2)

    def _drawing(self) -> Callable[[Picture, int, RandomState], Picture]:
        simple: dict[str, Callable[[Picture, int, RandomState], Picture]] = {
            "lines": self._lines,
            "lines+dabs": lambda picture, index, rng: with_dabs(self._lines(picture, index, rng), picture, rng),
            "grey": lambda picture, _index, _rng: without_colour(picture),
            "hole": lambda picture, _index, rng: with_hole(picture, rng),
            "noise": lambda picture, _index, rng: with_noise(picture, rng),
            "night": lambda picture, _index, _rng: by_night(picture),
            "segments": self._segments,
        }
        if "=" in self._given:
            return self._repainted
        times = times_of(self._given) or LEAST_TIMES
        return simple.get(self._given) or (lambda picture, _index, _rng: without_detail(picture, times))

    def _lines(self, picture: Picture, index: int, rng: RandomState) -> Picture:
        if not self._knows_shapes:
            return filtered_lines(picture, rng)
        return painted_lines(self._shapes(index), picture.shape[0], rng)

    def _segments(self, picture: Picture, index: int, rng: RandomState) -> Picture:
        coloured = painted_segments(self._shapes(index), picture.shape[0], rng)
        return with_channels(coloured, picture.shape[2])

    def _repainted(self, picture: Picture, index: int, _rng: RandomState) -> Picture:
        named = self._painted[index]
        assert named is not None
        factors = replace(factors_of(*named), **fixed_factors(self._given))
        painted: Picture = draw(factors, picture.shape[0])
        return with_channels(painted, picture.shape[2])

    def _shapes(self, index: int) -> Shapes:
        named = self._painted[index]
        assert named is not None
        return _shapes_of(*named)


class _Others:
    """For each picture any other, or any partner where there are no pairs: of the same part, held out or not."""

    def __init__(self, found: PictureSet, seed: int, hold_out: float) -> None:
        away = found.held_out(hold_out)
        self._is_away, self._seed = away, seed
        able = away if found.partner_names is None else found.partners_held_out(hold_out)
        parts = [np.flatnonzero(able == is_away) for is_away in (False, True)]
        self._parts = [part if len(part) else np.arange(len(able)) for part in parts]

    def of(self, chosen: NDArray[np.int64], turns: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.array([self._one(int(index), int(turn)) for index, turn in zip(chosen, turns, strict=True)], np.int64)

    def _one(self, index: int, turn: int) -> int:
        digest = hashlib.sha256(f"{self._seed}:any:{index}:{turn}".encode()).digest()
        part = self._parts[int(self._is_away[index])]
        return int(part[int.from_bytes(digest[:6], "little") % len(part)])


@lru_cache(maxsize=256)
def _shapes_of(seed: int, index: int, fixed: str) -> Shapes:
    return shapes_of(factors_of(seed, index, fixed))
