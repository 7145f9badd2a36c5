"""All candidates of a source drawn by a few threads, in stable order and with bounded memory.

Pillow lets go of the interpreter lock while it decodes, so threads are enough. Only a handful of pieces is in
flight at a time, and their results are taken in the order in which they were asked for.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from explorer.training.sources.decoding import quiet_pillow
from explorer.training.sources.material import Cancelled, Drawn, Material, Unreadable
from explorer.training.sources.report import Tally
from explorer.training.sources.rows import Rows

Advance = Callable[[int, int], None]
"""Called with the number of candidates done and of all candidates."""

Stop = Callable[[], bool]
"""Asked between pieces whether to give up."""

_PIECE = 16
_THREADS = min(8, os.cpu_count() or 1)
_Result = Drawn | str  # a picture, or the reason why there is none


def draw_all(
    material: Material,
    size: int,
    channels: int | None,
    rows: Rows,
    tally: Tally,
    advance: Advance,
    stop: Stop,
) -> list[int]:
    """Append every good picture to ``rows`` and give the candidates' indices that became one.

    With ``channels`` None, ``rows`` takes 3 channels and is told at the end whether all were grey.

    Raises
    ------
    Cancelled
        ``stop()`` became true.
    """
    total = len(material.names)
    kept: list[int] = []
    grey = True
    advance(0, total)
    for first, results in _pieces(material, size, channels or 3, stop):
        for index, result in enumerate(results, first):
            if isinstance(result, str):
                tally.skip(material.names[index], result)
                continue
            rows.append(result.pixels)
            tally.use(result.mode, result.width, result.height)
            kept.append(index)
            grey = grey and result.grey
        advance(first + len(results), total)
    rows.finish(grey=channels is None and grey)
    return kept


def _pieces(material: Material, size: int, channels: int, stop: Stop) -> Iterator[tuple[int, list[_Result]]]:
    def draw(first: int) -> list[_Result]:
        stretch = range(first, min(first + _PIECE, len(material.names)))
        return [_result(material, index, size, channels) for index in stretch]

    waiting: deque[tuple[int, Future[list[_Result]]]] = deque()
    starts = iter(range(0, len(material.names), _PIECE))
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="decoding")
    with quiet_pillow():
        try:
            while True:
                while len(waiting) < 2 * _THREADS and (start := next(starts, None)) is not None:
                    waiting.append((start, pool.submit(draw, start)))
                if not waiting:
                    return
                if stop():
                    raise Cancelled(f"Opening {material.title} was cancelled.")
                first, future = waiting.popleft()
                yield first, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _result(material: Material, index: int, size: int, channels: int) -> _Result:
    try:
        return material.draw(index, size, channels)
    except Unreadable as reason:
        return str(reason)
