"""Many pictures in few sizes of batch, so that memory stays bounded and a provider meets few shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

_LARGEST = {"CPU": 8, "CUDA": 64}  # beyond 8, a batch outgrows a processor's caches and only gets slower
_SIDE = {"CPU": 56, "CUDA": 128}  # pictures with more pixels than this squared come in smaller batches


def largest_chunk(height: int, width: int, provider: str) -> int:
    """How many pictures of a size one run should take there: a power of two, at least 1."""
    most = _LARGEST[provider]
    fitting = max(most * _SIDE[provider] ** 2 // max(height * width, 1), 1)
    return min(most, 1 << (fitting.bit_length() - 1))


def chunks(count: int, batch: int | str, largest: int) -> Iterator[slice]:
    """Which of ``count`` pictures each run makes.

    A model of a fixed batch size gets that size every time, and the last slice may be short of it: pad it.
    Others get powers of two, from ``largest`` down, so that nothing is calculated for nothing.
    """
    start = 0
    while start < count:
        left = count - start
        size = batch if isinstance(batch, int) else min(largest, 1 << (left.bit_length() - 1))
        yield slice(start, min(start + size, count))
        start += size


def told_batches(
    count: int,
    size: int,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[slice]:
    """``count`` things, ``size`` at a time; after each batch ``progress`` is told how many are done, of how many.

    Once ``cancelled``, asked before each, says yes, nothing more comes: whoever has fewer than ``count`` was cancelled.
    """
    for start in range(0, count, size):
        if cancelled is not None and cancelled():
            return
        end = min(start + size, count)
        yield slice(start, end)
        if progress is not None:
            progress(end, count)
