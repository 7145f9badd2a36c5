"""Hidden drafts, written in full before they get their name; what killed programs left of them is cleared."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.core.problem import Problem

if sys.platform != "win32":
    import fcntl

_FRESH_S = 60.0  # a draft is not locked yet just after it was made, and no more just before it gets its name
PATIENCE_S = 10.0  # with whoever else changes a folder
_LOOKS_EVERY_S = 0.01
_cleared: set[Path] = set()
_alone = threading.RLock()
_ours: set[Path] = set()  # folders in which this program is alone


def draft_of(target: Path) -> Path:
    """A hidden name beside ``target``, to write under until all is there."""
    if not target.name:
        raise Problem(f"{target} is a whole disk, and cannot be replaced.", "Choose a name inside it.")
    return target.with_name(f"{_beginning(target)}{secrets.token_hex(4)}")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep out other threads and programs that ask for the same folder here; on Windows, other threads.

    Whoever is alone already may ask again.

    Raises
    ------
    Problem
        Another keeps us out for longer than any change takes.
    """
    folder, until_s = Path(os.path.realpath(folder)), time.monotonic() + PATIENCE_S
    if not _alone.acquire(timeout=PATIENCE_S):
        raise _kept_out(folder)
    try:
        if folder in _ours:
            yield
            return
        with held(folder, until_s):
            _ours.add(folder)
            try:
                yield
            finally:
                _ours.discard(folder)
    finally:
        _alone.release()


def _kept_out(folder: Path) -> Problem:
    return Problem(f"{folder} is being changed by another program.", "Wait until that has ended, then try again.")


@contextmanager
def held(draft: Path, until_s: float | None = None) -> Iterator[None]:
    """Show other processes that a draft, file or folder, is being written; with a time, wait for them until then.

    Raises
    ------
    Problem
        It was waited for in vain.
    """
    descriptor = _locked(draft, until_s)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def clear_left(target: Path) -> None:
    """Remove drafts of ``target`` that nobody writes any more; looks once in each process."""
    if target in _cleared:
        return
    _cleared.add(target)
    ours = re.compile(re.escape(_beginning(target)) + "[0-9a-f]{8}")
    try:
        for entry in os.scandir(target.parent):
            if ours.fullmatch(entry.name):
                _clear(Path(entry.path), entry.stat(follow_symlinks=False))
    except OSError:  # the writing will say what stands in the way
        return


def _beginning(target: Path) -> str:
    return f".{target.name[:100]}."


def _clear(draft: Path, found: os.stat_result) -> None:
    if time.time() - found.st_mtime < _FRESH_S:
        return
    if sys.platform == "win32":
        if stat.S_ISREG(found.st_mode):
            draft.unlink()  # which fails as long as somebody has it open
        return
    descriptor = _locked(draft)
    if descriptor is None:
        return
    os.close(descriptor)
    shutil.rmtree(draft, ignore_errors=True) if stat.S_ISDIR(found.st_mode) else draft.unlink()


def _locked(draft: Path, until_s: float | None = None) -> int | None:
    """A lock on a draft, to be closed; None where another has it, unless it waits, or none is to be had."""
    if sys.platform == "win32":
        return None
    try:
        descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError as error:
            waits = isinstance(error, BlockingIOError) and until_s is not None
            if not waits or time.monotonic() > (until_s or 0.0):
                os.close(descriptor)
                if waits:
                    raise _kept_out(draft) from None
                return None
        time.sleep(_LOOKS_EVERY_S)
