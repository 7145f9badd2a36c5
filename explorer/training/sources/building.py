"""From a listed source to decoded pictures: in memory, or in a file when there are too many."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np

from explorer.core.problem import Problem
from explorer.training.sources.cache import CacheEntry, Kept, opened
from explorer.training.sources.decoded_rows import FileRows, MemoryRows, NoRoomError
from explorer.training.sources.drawing import DecodingJob, draw_all
from explorer.training.sources.material import NOT_READABLE
from explorer.training.sources.source_report import Tally


def build(job: DecodingJob, place: CacheEntry, cache: Path) -> Kept:
    """Decode everything, once.

    The tally of the result holds what was found while decoding; trouble with the disk is noted in the
    material's tally, which is not cached.

    Raises
    ------
    Cancelled
        ``job.stop()`` became true; nothing is left behind.
    Problem
        There is room neither in memory nor on the disk.
    """
    if job.need_bytes <= job.memory_limit:
        built = _in_memory(job)
        if built.kept and NOT_READABLE not in built.tally.skipped:
            _remember(job, place, built)
        return built
    try:
        return _in_file(job, place, cache)
    except (NoRoomError, OSError):
        if job.need_bytes > 2 * job.memory_limit:
            raise Problem(
                f"{job.material.title} needs {_gb(job.need_bytes)} at {job.size}x{job.size} pixels, "
                f"and there is no room for that in {cache}.",
                "Free some disk space, choose another cache folder, or use a smaller size.",
            ) from None
        _note_no_room(job)
        return _in_memory(job)


def physical_memory_bytes() -> int:
    """The computer's memory; 8 GB where it will not say."""
    if sys.platform != "win32" and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 8 << 30


def _in_memory(job: DecodingJob) -> Kept:
    rows = MemoryRows(len(job.material.names), job.size, job.channels_drawn or 3)
    tally = Tally()
    kept = draw_all(job, rows, tally)
    rows.pictures.flags.writeable = False
    return Kept(rows.pictures, kept, tally)


def _remember(job: DecodingJob, place: CacheEntry, built: Kept) -> None:
    partial = None
    try:
        partial = place.partial()
        with partial.open("wb") as file:
            np.save(file, built.pictures, allow_pickle=False)
        place.store(partial, built.kept, built.tally)
    except OSError:
        _note_no_room(job)
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


def _in_file(job: DecodingJob, place: CacheEntry, cache: Path) -> Kept:
    partial = place.partial()
    if shutil.disk_usage(cache).free < job.need_bytes:
        raise NoRoomError(f"less than {_gb(job.need_bytes)} are free")
    try:
        kept, tally = _drawn_into(partial, job)
        path = place.store(partial, kept, tally)
    finally:
        partial.unlink(missing_ok=True)
    return Kept(opened(path, job.memory_limit), kept, tally)


def _drawn_into(partial: Path, job: DecodingJob) -> tuple[list[int], Tally]:
    tally = Tally()
    rows = FileRows(partial, job.size, job.channels_drawn or 3)
    try:
        return draw_all(job, rows, tally), tally
    finally:
        rows.close()


def _note_no_room(job: DecodingJob) -> None:
    job.material.tally.note("The pictures could not be kept on disk, so they will be decoded again next time.")


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
