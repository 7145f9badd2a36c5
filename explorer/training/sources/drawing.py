"""All candidates of a source drawn by a few threads, in stable order and with bounded memory.

Pillow lets go of the interpreter lock while it decodes, so threads are enough. Only a handful of pieces is in
flight at a time, and their results are taken in the order in which they were asked for.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from explorer.training.sources.decoded_rows import Rows
from explorer.training.sources.decoding import quiet_pillow
from explorer.training.sources.material import Cancelled, Drawn, ListedSource, UnreadablePictureError
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.source_report import Tally

Advance = Callable[[int, int], None]
"""Called with the number of candidates done and of all candidates."""

Stop = Callable[[], bool]
"""Asked between pieces whether to give up."""

_PIECE = 16
_LOOK_S = 0.5
_THREADS = min(8, os.cpu_count() or 1)
_Result = Drawn | str  # a picture, or the reason why there is none


@dataclass(frozen=True)
class DecodingJob:
    """One source to decode: what to draw and how, and whom to tell."""

    material: ListedSource
    size: int
    channels: int | None
    memory_limit: int
    advance: Advance
    stop: Stop
    reading: PictureReading = field(default_factory=PictureReading)

    @property
    def channels_drawn(self) -> int | None:
        """As asked for, or as the source knows; None means that only decoding will tell."""
        return self.channels or self.material.channels

    @property
    def need_bytes(self) -> int:
        """Room for all pictures, in colour unless it is known that they are grey."""
        return len(self.material.names) * self.size**2 * (self.channels_drawn or 3)


def draw_all(job: DecodingJob, rows: Rows, tally: Tally) -> list[int]:
    """Append every good picture to ``rows`` and give the indices of the candidates that became one.

    Where the number of channels is not known, ``rows`` takes 3 and is told at the end whether all are grey.

    Raises
    ------
    Cancelled
        ``job.stop()`` became true.
    """
    names = job.material.names
    kept: list[int] = []
    grey = True
    job.advance(0, len(names))
    for first, results in _pieces(job):
        for index, result in enumerate(results, first):
            if isinstance(result, str):
                tally.skip(names[index], result)
                continue
            rows.append(result.pixels)
            tally.use(result)
            kept.append(index)
            grey = grey and result.grey
        job.advance(first + len(results), len(names))
    rows.finish(grey=job.channels_drawn is None and grey)
    return kept


def _pieces(job: DecodingJob) -> Iterator[tuple[int, list[_Result]]]:
    count = len(job.material.names)
    done: list[None] = []  # grows by one with each picture; appending is safe in any thread

    def draw(first: int) -> list[_Result]:
        return [_result(job, index, done) for index in range(first, min(first + _PIECE, count))]

    waiting: deque[tuple[int, Future[list[_Result]]]] = deque()
    starts = iter(range(0, count, _PIECE))
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="decoding")
    with quiet_pillow():
        try:
            while True:
                while len(waiting) < 2 * _THREADS and (start := next(starts, None)) is not None:
                    waiting.append((start, pool.submit(draw, start)))
                if not waiting:
                    return
                first, future = waiting.popleft()
                yield first, _awaited(job, future, done)
        finally:
            job.reading.over.set()
            pool.shutdown(wait=True, cancel_futures=True)
            job.reading.over.clear()


def _awaited(job: DecodingJob, future: Future[list[_Result]], done: list[None]) -> list[_Result]:
    """What a thread makes, telling meanwhile how far all of them are."""
    while True:
        if job.stop():
            raise Cancelled(f"Opening {job.material.title} was cancelled.")
        if wait((future,), _LOOK_S).done:
            return future.result()
        job.advance(len(done), len(job.material.names))


def _result(job: DecodingJob, index: int, done: list[None]) -> _Result:
    try:
        return job.material.draw(index, job.size, job.channels_drawn or 3)
    except UnreadablePictureError as reason:
        return str(reason)
    finally:
        done.append(None)
