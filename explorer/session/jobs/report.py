"""How far slow work is: one shape of it everywhere."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Protocol

REPORT_EVERY_S = 0.1


class Report(Protocol):
    """Told how far something is: ``done`` of ``total``, or a share from 0 to 1."""

    def __call__(self, done: float, total: float = 1.0, /) -> None: ...


Cancelled = Callable[[], bool]


def throttled(tell: Callable[[float, float], object]) -> Report:
    """A report that is passed on at most ten times a second, and at the end."""
    last_s = 0.0

    def report(done: float, total: float = 1.0, /) -> None:
        nonlocal last_s
        if monotonic() - last_s >= REPORT_EVERY_S or done == total:
            last_s = monotonic()
            tell(done, total)

    return report


def silent(_done: float, _total: float = 1.0, /) -> None:
    """The report that nobody hears."""


def part(report: Report, low: float, high: float) -> Report:
    """The report of a part of the work, which goes from the share ``low`` of the whole to ``high``."""
    return lambda done, total=1.0, /: report(low + (high - low) * done / (total or 1.0))
