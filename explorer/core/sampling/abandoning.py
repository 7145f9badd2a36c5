"""In whose name a picture is painted: asked between two steps whether anybody still wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNWANTED: ContextVar[Callable[[], bool]] = ContextVar("unwanted", default=lambda: False)


class AbandonedError(Exception):
    """A painting was given up between two steps: there is no picture, and nobody waits for one."""


@contextmanager
def abandoned_if(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Give up what is painted in this block, by this thread, between two steps after ``unwanted`` said yes.

    Raises
    ------
    AbandonedError
        From within the block.
    """
    token = _UNWANTED.set(unwanted)
    try:
        yield
    finally:
        _UNWANTED.reset(token)


def give_up_if_abandoned() -> None:
    """Raise `AbandonedError` where nobody wants what is painted any more."""
    if _UNWANTED.get()():
        raise AbandonedError
