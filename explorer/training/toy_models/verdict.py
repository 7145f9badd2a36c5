"""What a GAN in the plane is doing, in a sentence, from its latest snapshots."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from explorer.training.toy_models.snapshot import Snapshot

_RECENT = 30  # snapshots that are remembered
_FEW = 5  # of these, for what changes fast
_YOUNG = 60  # steps before which nothing is called a failure
_POOR = 0.4  # variety below which a generator is called collapsed
_SURE = 0.9  # D(x), and 1 - D(G(z)), above which the critic has won
_FLAT = 0.05  # mean slope of the generator's loss, per unit of the plane, that moves nothing
_FAR = 0.25  # how far apart the places lie that the middle of the points visits, ...
_BACK = 3.0  # ... and how many times as far it travels, to be called swinging


@dataclass(frozen=True)
class Verdict:
    """What is going on, and whether it is a failure."""

    words: str
    is_bad: bool = False


class Watch:
    """Remembers the latest snapshots of one round."""

    def __init__(self) -> None:
        self._seen: deque[Snapshot] = deque(maxlen=_RECENT)

    def add(self, snapshot: Snapshot) -> None:
        """Take notice of one more; another round is watched afresh."""
        if self._seen and snapshot.round != self._seen[-1].round:
            self._seen.clear()
        self._seen.append(snapshot)

    @property
    def verdict(self) -> Verdict:
        """What is to be said now."""
        if not self._seen:
            return Verdict("Nothing has started yet.")
        now = self._seen[-1]
        if not now.is_finite:
            return Verdict("The networks have diverged (NaN): lower the learning rates, and restart.", True)
        if now.step < _YOUNG:
            return Verdict(f"{_found(now)}: only just started.")
        if failure := self._critic_won(now):
            return failure
        failures = [words for words in (self._collapsed(now), self._swings()) if words]
        return Verdict(f"{_found(now)}: {', and '.join(failures)}.", True) if failures else _progress(now)

    def _mean(self, name: str) -> float:
        return float(np.mean([each.losses[name] for each in list(self._seen)[-_FEW:]]))

    def _critic_won(self, now: Snapshot) -> Verdict | None:
        if not now.is_probability or self._mean("D(x)") < _SURE or self._mean("D(G(z))") > 1 - _SURE:
            return None
        if now.push < _FLAT:
            return Verdict(
                "The critic is sure everywhere: its slope has vanished, and nothing tells the generator where to go.",
                True,
            )
        return Verdict("The critic tells nearly all points apart: it wins, and the generator cannot follow.", True)

    def _collapsed(self, now: Snapshot) -> str:
        found = now.figures
        few = not found.modes or found.covered <= found.modes / 2
        return "collapsed" if few and np.mean([s.figures.variety for s in self._seen]) < _POOR else ""

    def _swings(self) -> str:
        if len(self._seen) < _RECENT:
            return ""
        middles = np.array([s.made.mean(axis=0) for s in self._seen])
        travelled = np.linalg.norm(np.diff(middles, axis=0), axis=1).sum()
        width = np.ptp(middles, axis=0).max()
        return "the points swing back and forth" if width > _FAR and travelled > _BACK * width else ""


def _progress(now: Snapshot) -> Verdict:
    found = now.figures
    if not found.modes:
        near = "close to" if found.js < 0.2 else "still unlike"
        return Verdict(f"The generated points are {near} the real ones.")
    if found.covered < found.modes:
        return Verdict(f"{_found(now)}: still looking for the others.")
    return Verdict(f"{_found(now)}, {found.good:.0%} of the points are realistic.")


def _found(now: Snapshot) -> str:
    found = now.figures
    if not found.modes:
        return f"Generates points with {min(found.variety, 1.0):.0%} of the variety of the real ones"
    return f"Generates {found.covered} of {found.modes} modes"
