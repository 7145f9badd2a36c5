"""How the verbs show progress: a bar on stderr, where that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

tqdm.monitor_interval = 0  # its thread would only mend bars that stand still


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, as a function that takes how much is done and how much there is."""
    with tqdm(desc=what, unit=f" {unit}", leave=False, disable=None) as bar:

        def report(done: int, total: int) -> None:
            if done < bar.n:  # another part of the work begins
                bar.reset(total)
            bar.total = total
            bar.update(done - bar.n)

        yield report
