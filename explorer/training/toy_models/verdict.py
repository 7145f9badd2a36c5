"""What a GAN in the plane is doing, in a sentence, judged by moments that are evenly spaced in steps.

The networks are judged every `EVERY` steps, however many pictures are shown meanwhile: no speed changes what is said.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from explorer.training.toy_models.coverage import Coverage

EVERY: Final = 20
"""Steps between two moments that are judged."""

_SPAN = 200  # steps over which what is said has to hold: a dip of a moment is none of its business
_SWING_SPAN = 600  # steps over which points are followed to see them swing
_YOUNG = 100  # steps before which nothing is called a failure
_POOR = 0.4  # variety below which a generator is called collapsed, ...
_FEW, _LATE = 0.25, 400  # ... and the share of modes below which it is from this step on, whatever its variety
_SURE = 0.9  # D(x), and 1 - D(G(z)), above which the critic has won
_FLAT = 0.05  # mean slope of the generator's loss, per unit of the plane, that moves nothing
_FOOLED = 0.05  # by how much D(x) may be above D(G(z)) for a critic that is called fooled
_CLIPPED = 0.3  # share of weights at the limit above which clipping is said to slow a WGAN down
_GENTLE = 0.2  # slope of such a critic below which it is said at once: a gradient penalty would keep it near 1
_SATURATED = 20.0  # how many times as hard non-saturating has to push where minimax is said to saturate
_FAR = 0.15  # how far apart the places lie that the middle of the points visits, ...
_BACK = 8.0  # ... and how many times as far it travels, to be called swinging


@dataclass(frozen=True)
class LabVerdict:
    """What is going on.

    Attributes
    ----------
    words : str
    is_bad : bool
        Whether it is a failure.
    kinds : frozenset of str
        What is said, for who compares: "empty", "young", "diverged", "vanished", "saturates", "critic wins",
        "collapsed", "swings", "fooled", "slow", "looks", "found", "close" or "unlike".
    """

    words: str
    is_bad: bool = False
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Observation:
    """One moment, in a few numbers.

    Attributes
    ----------
    step : int
    figures : Coverage
    on_real, on_made : float
        D(x) and D(G(z)), 0 to 1.
    push : float
        How strongly the generator is told to move its points, on average, per unit of the plane.
    middle : (2,)
        Of the generated points.
    is_probability : bool
        Whether D is the probability of being real, rather than a score.
    is_finite : bool
        Whether the numbers are still numbers.
    clipped : float
        Share of the critic's weights that stand at the limit of WGAN's clipping; 0 where nothing is clipped.
    otherwise : float
        How strongly the non-saturating loss would move the points where minimax does not; NaN for other losses.
    """

    step: int
    figures: Coverage
    on_real: float
    on_made: float
    push: float
    middle: NDArray[np.float32]
    is_probability: bool = True
    is_finite: bool = True
    clipped: float = 0.0
    otherwise: float = float("nan")


class Watch:
    """Remembers the latest moments of one game."""

    def __init__(self) -> None:
        self._seen: deque[Observation] = deque(maxlen=_SWING_SPAN // EVERY + 1)

    def add(self, moment: Observation) -> None:
        """Take notice of one more."""
        self._seen.append(moment)

    def verdict(self, now: Observation) -> LabVerdict:
        """What is to be said of ``now``: its figures, and what the moments that were added come to."""
        if not now.is_finite:
            words = "The networks have diverged (NaN): lower the learning rates, and restart."
            return LabVerdict(words, True, frozenset({"diverged"}))
        if not now.figures.has_data:
            return LabVerdict("No points to learn yet: drag over the plane to draw some.", kinds=frozenset({"empty"}))
        if now.step < _YOUNG:
            return LabVerdict(f"{_found(now)}: only just started.", kinds=frozenset({"young"}))
        recent = [each for each in self._seen if now.step - _SPAN - EVERY < each.step <= now.step]
        if failure := _critic_won(recent) or _held_back(recent):
            return failure
        failures = {
            "collapsed": _is_collapsed(recent),
            "swings": self._swings(now),
            "fooled": _is_fooled(recent),
        }
        kinds = frozenset(kind for kind, is_so in failures.items() if is_so)
        if not kinds:
            return _slowed(now, _progress(now, recent))
        words = ", and ".join(_FAILURES[kind] for kind in _FAILURES if kind in kinds)
        return LabVerdict(f"{_found(now)}: {words}.", True, kinds)

    def _swings(self, now: Observation) -> bool:
        seen = [each for each in self._seen if now.step - _SWING_SPAN <= each.step <= now.step]
        if not seen or now.step - seen[0].step < _SWING_SPAN - EVERY:
            return False
        middles = np.array([each.middle for each in seen])
        travelled = np.linalg.norm(np.diff(middles, axis=0), axis=1).sum()
        width = np.ptp(middles, axis=0).max()
        return bool(width > _FAR and travelled > _BACK * width)


_FAILURES: Final = {
    "collapsed": "collapsed",
    "swings": "the points swing back and forth",
    "fooled": "the critic is too weak to object",
}


def _critic_won(recent: list[Observation]) -> LabVerdict | None:
    now = recent[-1]
    on_real, on_made = (float(np.median([getattr(each, name) for each in recent])) for name in ("on_real", "on_made"))
    if not now.is_probability or on_real < _SURE or on_made > 1 - _SURE:
        return None
    if np.median([each.push for each in recent]) < _FLAT:
        return _vanished(recent)
    words = "The critic tells nearly all points apart: it wins, and the generator cannot follow."
    return LabVerdict(words, True, frozenset({"critic wins"}))


def _vanished(recent: list[Observation]) -> LabVerdict:
    """Nothing moves the points: what minimax is to blame for is measured by the same critic under the other loss."""
    times = np.median([each.otherwise / max(each.push, 1e-9) for each in recent])
    if not times > _SATURATED:  # NaN of other losses
        words = "The critic is sure everywhere: its slope has vanished, and nothing tells the generator where to go."
        return LabVerdict(words, True, frozenset({"vanished"}))
    often = f"{times:.0f}" if times < 1000 else "more than 1,000"
    words = f"The critic wins and minimax hardly moves the points: non-saturating would push {often} times as hard."
    return LabVerdict(words, True, frozenset({"vanished", "saturates"}))


def _held_back(recent: list[Observation]) -> LabVerdict | None:
    """A WGAN's critic that clipping keeps too even to tell the generator much."""
    clipped, slope = (float(np.median([getattr(each, name) for each in recent])) for name in ("clipped", "push"))
    if clipped < _CLIPPED or slope >= _GENTLE:
        return None
    words = f"Slow: clipping holds {clipped:.0%} of the critic's weights; its slope is {slope:.2g} instead of about 1."
    return LabVerdict(words, True, frozenset({"slow"}))


def _is_collapsed(recent: list[Observation]) -> bool:
    found = recent[-1].figures
    share = np.median([each.figures.covered for each in recent]) / found.modes if found.modes else 0.0
    if found.modes and share <= _FEW and recent[-1].step >= _LATE:  # however much the points spread on their way
        return True
    return bool(share <= 0.5 and np.mean([each.figures.variety for each in recent]) < _POOR)


def _is_fooled(recent: list[Observation]) -> bool:
    """Whether the critic thinks generated points at least as real as real ones, though few modes are found."""
    found = recent[-1].figures
    few = found.modes and np.median([each.figures.covered for each in recent]) <= found.modes / 2
    is_late = recent[-1].step >= _LATE  # at first, every critic can only guess
    return bool(few and is_late and np.median([each.on_made - each.on_real for each in recent]) > -_FOOLED)


def _slowed(now: Observation, progress: LabVerdict) -> LabVerdict:
    """The verdict, with what holds the critic back where its weights are clipped and the game is not over."""
    if now.clipped < _CLIPPED or progress.kinds & {"found", "close"}:
        return progress
    words = f"{_found(now)}: slow, because {now.clipped:.0%} of the critic's weights are clipped."
    return LabVerdict(words, True, progress.kinds | {"slow"})


def _progress(now: Observation, recent: list[Observation]) -> LabVerdict:
    found = now.figures
    if not found.modes:
        is_close = np.mean([each.figures.js for each in recent]) < 0.2
        words = f"The generated points are {'close to' if is_close else 'still unlike'} the real ones."
        return LabVerdict(words, kinds=frozenset({"close" if is_close else "unlike"}))
    if np.median([each.figures.covered for each in recent]) < found.modes:
        more = "not yet for good" if found.covered == found.modes else "still looking for the others"
        return LabVerdict(f"{_found(now)}: {more}.", kinds=frozenset({"looks"}))
    return LabVerdict(f"{_found(now)}, {found.good:.0%} of the points are realistic.", kinds=frozenset({"found"}))


def _found(now: Observation) -> str:
    found = now.figures
    if not found.modes:
        return f"Generates points with {min(found.variety, 1.0):.0%} of the variety of the real ones"
    return f"Generates {found.covered} of {found.modes} modes"
