"""Whether a direction does what it says: strong, fair or weak, and what says so.

Each of four things that may have been measured gives a grade, by the end of its 95 % interval that is worse for the
direction, so that few examples never make a strong one. The worst grade is the direction's, and gives the reason.

1. How it tells examples apart that it was not fitted to: right for 80 % of them or more is strong, 60 % fair.
2. How a classifier responds: of pictures without the attribute, half or more gain it at the highest strength measured
   (strong), or a fifth (fair); of a number, a quarter of its range, or a twelfth.
3. What it changes besides: another attribute half as much as its own at most (strong), or as much (fair).
4. Whether pictures change at all (`explorer.core.directions.span`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from explorer.core.directions.direction import JUDGED, Direction, HeldOut
from explorer.core.directions.measured import SideEffects

STRONG, FAIR, WEAK = "strong", "fair", "weak"
_ORDER = (WEAK, FAIR, STRONG)

_TOLD = (0.8, 0.6)
_GAINED = (0.5, 0.2)
_MOVED = (0.25, 1.0 / 12.0)
_BESIDE = (0.5, 1.0)
_Z = 1.96


@dataclass(frozen=True)
class Verdict:
    """A grade and its reason.

    Attributes
    ----------
    word : {"strong", "fair", "weak", ""}
        "" where nothing was measured.
    reason : str
        What decided, in words, without a full stop; why there is no grade, where there is none.
    """

    word: str
    reason: str

    def __str__(self) -> str:
        return f"{self.word}: {self.reason}" if self.word else self.reason

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        said = str(self)
        return f"{said[0].upper()}{said[1:]}."


UNKNOWN = Verdict("", "not judged yet")


def verdict(
    direction: Direction,
    effects: SideEffects | None = None,
    scales: Sequence[float] | None = None,
) -> Verdict:
    """The grade of a direction and its reason, by everything that is known of it.

    Parameters
    ----------
    direction : Direction
    effects : SideEffects, optional
        What was measured of several directions, this among them by its name.
    scales : sequence of float, optional
        What counts as a large change of each attribute: 1 for yes or no, a number's usual range, 0 where that is not
        known. Without them only yes and no are judged.
    """
    grades = [_visible(direction), _told(direction.held_out)]
    is_fresh = effects is not None and direction.name in effects.names
    grades += [] if is_fresh else [_remembered(direction)]
    if effects is not None and is_fresh:
        sizes = np.asarray(effects.yes_no if scales is None else scales, np.float64)
        grades += _by_effects(direction, effects, np.where(sizes > 0.0, sizes, np.nan))
    known = [grade for grade in grades if grade is not None]
    if not known:
        return UNKNOWN
    return min(known, key=lambda grade: _ORDER.index(grade.word))


def with_verdict(direction: Direction, judged: Verdict) -> Direction:
    """The direction, remembering how it was judged; as it is where it was not."""
    return replace(direction, details={**direction.details, JUDGED: asdict(judged)}) if judged.word else direction


def is_read(direction: Direction, attributes: Sequence[str]) -> bool:
    """Whether one of these attributes is what the direction is meant to change."""
    return bool(_columns(direction, attributes))


def told_words(held: HeldOut) -> str:
    """For how many examples, or pairs, it is right: "right for 24 of 25 pairs it had not seen"."""
    what = "pairs" if held.what == "pairs" else "examples"
    return f"right for {round(held.accuracy * held.examples):,} of {held.examples:,} {what} it had not seen"


def _remembered(direction: Direction) -> Verdict | None:
    """How it was judged before; None where that was not, or where what a file says of it is no verdict."""
    told = direction.details.get(JUDGED)
    if not isinstance(told, Mapping):
        return None
    word, reason = told.get("word"), told.get("reason")
    return Verdict(word, reason) if word in _ORDER and isinstance(reason, str) else None


def _visible(direction: Direction) -> Verdict | None:
    if not direction.is_faint:
        return None
    return Verdict(WEAK, f"hardly changes a picture, even at ±{direction.span:g}")


def _told(held: HeldOut | None) -> Verdict | None:
    if held is None:
        return None
    word = _grade(held.low, _TOLD)
    doubt = ", which could be chance" if held.low <= 0.5 else ""
    return Verdict(word, f"{told_words(held)}{doubt}")


def _by_effects(direction: Direction, effects: SideEffects, scales: np.ndarray) -> list[Verdict | None]:
    own = _columns(direction, effects.attributes)
    if not own:
        return []
    row = effects.names.index(direction.name)
    slopes, errors = effects.slopes[row] / scales, np.nan_to_num(effects.errors[row] / scales)
    return [_response(effects, row, own[0], slopes, errors), _beside(effects, own, slopes, errors)]


def _columns(direction: Direction, attributes: Sequence[str]) -> list[int]:
    """The attributes that a direction is meant to change, by its attribute and by its name; often one or none."""
    names = [name.lower() for name in attributes]
    found = list[int]()
    for wanted in (direction.attribute.lower(), direction.name.lower()):
        fitting = [place for place, name in enumerate(names) if wanted and name.partition("=")[0] == wanted]
        if wanted in names:
            found.append(names.index(wanted))
        elif len(fitting) == 1:
            found += fitting
    return found


def _response(effects: SideEffects, row: int, own: int, slopes: np.ndarray, errors: np.ndarray) -> Verdict | None:
    """How the reader's answer for the attribute itself follows."""
    end, name = effects.alphas[-1], effects.attributes[own]
    if effects.yes_no[own]:
        gained, low = effects.gains[row, own, -1], effects.gains_low[row, own, -1]
        if not np.isfinite(low):
            return None
        without = int(effects.without[row, own])
        words = f"at {end:+g}, {round(gained * without):,} of {without:,} pictures without “{name}” gain it"
        return Verdict(_grade(low, _GAINED), words)
    if effects.attributes == effects.names or not np.isfinite(slopes[own]):  # an encoder sees the directions themselves
        return None
    moved, sure = end * slopes[own], end * (slopes[own] - _Z * errors[own])
    return Verdict(_grade(sure, _MOVED), f"at {end:+g}, “{name}” moves by {moved:.0%} of its range")


def _beside(effects: SideEffects, meant: list[int], slopes: np.ndarray, errors: np.ndarray) -> Verdict | None:
    """What it certainly changes besides, beside what it changes itself; other answers to one question do not count."""
    asked, own = [name.partition("=")[0] for name in effects.attributes], meant[0]
    questions = {asked[place] for place in meant}
    others = [place for place in np.flatnonzero(np.isfinite(slopes)) if asked[place] not in questions]
    if not others or not slopes[own] > 0.0:
        return None
    sure = np.maximum(np.abs(slopes) - _Z * errors, 0.0) / slopes[own]
    worst = max(others, key=lambda place: sure[place])
    name, share = effects.attributes[worst], float(sure[worst])
    word = STRONG if share <= _BESIDE[0] else FAIR if share <= _BESIDE[1] else WEAK
    return Verdict(word, f"changes “{name}” {_times(share)} as itself")


def _times(share: float) -> str:
    return f"{share:.0%} as much" if share < 1.0 else f"{share:.1f} times as much"


def _grade(value: float, bounds: tuple[float, float]) -> str:
    return STRONG if value >= bounds[0] else FAIR if value >= bounds[1] else WEAK
