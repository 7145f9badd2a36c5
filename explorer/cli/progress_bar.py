"""How the verbs show progress: a bar on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tqdm import tqdm

tqdm.monitor_interval = 0  # its thread would only mend bars that stand still


class _Stderr:
    """stderr, or nothing where there is none or it takes no more: no work ends because its bar cannot be shown."""

    def write(self, text: str) -> None:
        """Write what can be written."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """As `write`."""
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


def bar(**how: Any) -> Any:
    """A bar of tqdm's on stderr."""
    return tqdm(file=_Stderr(), **how)


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, as a function that takes how much is done and how much there is."""
    with bar(desc=what, unit=f" {unit}", leave=False, disable=None) as shown:

        def report(done: int, total: int) -> None:
            if done < shown.n:  # another part of the work begins
                shown.reset(total)
            shown.total = total
            shown.update(done - shown.n)

        yield report
