"""Folders for what is only half made, which do not outlive their process for long."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.core.files import made_folder, unwritable

_LOCK = ".latent-explorer-scratch"  # also what tells a folder of ours from those of others
_RANDOM = r"[a-z0-9_]{8}"  # what `tempfile.mkdtemp` adds


@contextmanager
def scratch_beside(out: Path, kind: str) -> Iterator[Path]:
    """A hidden folder beside ``out``, on the same disk, that is removed with all in it when the block ends.

    Those that were left beside ``out`` by a process that was killed are removed too.

    Parameters
    ----------
    out : Path
        What will be made; its parents are made now.
    kind : str
        What tells such folders from those of others, e.g. ``export``.

    Raises
    ------
    Problem
        It cannot be made, or the block could not write: a sentence about ``out``.
    """
    from filelock import FileLock

    parent = made_folder(out.absolute().parent)
    _sweep(parent, kind)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{kind}-", dir=parent))
        try:
            with FileLock(folder / _LOCK):
                (folder / "made").mkdir()
                yield folder / "made"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise unwritable(out, error) from None


def _sweep(parent: Path, kind: str) -> None:
    """Remove the folders of ours that no living process holds."""
    for folder in parent.glob(f".{kind}-*"):
        if re.fullmatch(re.escape(f".{kind}-") + _RANDOM, folder.name) and not folder.is_symlink() and _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    from filelock import FileLock, Timeout

    lock = folder / _LOCK
    try:
        if lock.is_symlink() or not lock.is_file():
            return False
        with FileLock(lock, timeout=0):
            return True
    except (OSError, Timeout):
        return False
