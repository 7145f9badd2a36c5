"""Pages of samples to look through: seeds that count up, or that were chosen."""

from __future__ import annotations


class SamplePages:
    """Remembers the pages that were looked at; after the last one lie new samples.

    Parameters
    ----------
    first : int
        The first seed of the first page.
    count : int
        How many samples it has.
    """

    def __init__(self, first: int, count: int) -> None:
        self._pages = [tuple(range(first, first + count))]
        self.index = 0

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the page in sight."""
        return self._pages[self.index]

    @property
    def next_seed(self) -> int:
        """A seed that neither it nor any after it has been on a page."""
        return 1 + max(max(page) for page in self._pages)

    def turn(self, step: int, count: int) -> None:
        """Go one page forward (1) or back (-1); a new one has ``count`` samples."""
        if self.index + step == len(self._pages):
            start = self.next_seed
            self._pages.append(tuple(range(start, start + count)))
        self.index = max(self.index + step, 0)

    def add(self, seeds: tuple[int, ...]) -> None:
        """Go to a page of its own for ``seeds``."""
        self._pages.append(seeds)
        self.index = len(self._pages) - 1
