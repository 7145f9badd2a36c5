"""Linear algebra on one thread: on small matrices several only wait for each other, for minutes on a busy machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

_lock = Lock()
_inside = 0  # how many blocks are under way, in any thread
_limit: Any = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this block numpy's and scikit-learn's linear algebra takes one thread.

    The limit is one of the whole process. Blocks may overlap, in several threads: the last to end lifts it.
    """
    global _inside
    with _lock:
        if not _inside:
            _do(_set)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _do(_lift)


def _do(act: Callable[[], None]) -> None:
    """Act in a thread that ends at once: threadpoolctl heeds only the first that asked for as long as it lives."""
    thread = Thread(target=act, name="thread-limit")
    thread.start()
    thread.join()


def _set() -> None:
    global _limit
    import scipy.linalg  # noqa: F401 - brings a library of its own, which must be there to be limited
    from threadpoolctl import threadpool_limits

    _limit = threadpool_limits(1, user_api="blas")


def _lift() -> None:
    global _limit
    if _limit is not None:
        _limit.restore_original_limits()
    _limit = None
