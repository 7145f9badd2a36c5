"""Files read and replaced whole, with every failure said in words."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

from explorer.core.drafts import clear_left, draft_of, held
from explorer.core.problem import Problem

_HASH = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}


def read_file(path: Path, largest_bytes: int) -> bytes:
    """The bytes of an ordinary file of at most ``largest_bytes``.

    Raises
    ------
    Problem
        There is nothing there, it is a folder or a device, it may not be read, or it is too large.
    """
    try:
        _check_ordinary(path, os.stat(path), largest_bytes)
        return read_opened(path, os.open(path, READING), largest_bytes)
    except OSError as error:
        raise unreadable(path, error) from None
    except ValueError:  # a zero byte in the name
        raise Problem("This is not a file name.", "Choose another file.") from None


def read_opened(path: Path, descriptor: int, largest_bytes: int) -> bytes:
    """As `read_file`, of a file that was opened, whatever has its name now; closes it. May raise OSError."""
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        _check_ordinary(path, found, largest_bytes)
        return file.read(found.st_size)  # no more is asked for, since room for all of that is taken first


def hash_of(path: Path) -> str:
    """SHA-256 of the bytes of an ordinary file, hexadecimal.

    Raises
    ------
    Problem
        As `read_file`, but a file may be of any size.
    """
    try:
        _check_ordinary(path, os.stat(path), sys.maxsize)
        with open(os.open(path, READING), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from None
    except ValueError:  # a zero byte in the name
        raise Problem("This is not a file name.", "Choose another file.") from None


class Hashes:
    """`hash_of` files, reckoned once for each state of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int], str] = {}

    def of(self, path: Path) -> str:
        """The hash of a file as it is now; raises as `hash_of` does."""
        try:
            state = path.stat()
        except OSError as error:
            raise unreadable(path, error) from None
        key = (path, state.st_mtime_ns, state.st_size)
        if key not in self._known:
            self._known[key] = hash_of(path)
        return self._known[key]


def path_in(text: str) -> Path | None:
    """The path that a note of this program says; None where nothing can be there, or the system does not let one look.

    Paths are kept for long, and may be damaged, of another system, or of a place that cannot be reached any more.
    """
    try:
        os.lstat(text)
    except (FileNotFoundError, NotADirectoryError):  # perhaps it comes back
        pass
    except (OSError, ValueError):  # too long, without end, forbidden; or no name at all
        return None
    return Path(text) if text else None


def name_by(model: str) -> str:
    """What to call a file kept for the model with this hash: 64 hexadecimal digits, whatever a foreign file says."""
    return model if _HASH.fullmatch(model) else hashlib.sha256(model.encode("utf-8", "replace")).hexdigest()


# A pipe that is put there meanwhile must not block us.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _check_ordinary(path: Path, found: os.stat_result, largest_bytes: int) -> None:
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise Problem(f"{path.name or path} is a folder, not a file.", "Choose a file inside it.")
    if not stat.S_ISREG(mode):
        raise Problem(f"{path.name} is a device or a pipe, not a file.", "Choose an ordinary file.")
    if found.st_size > largest_bytes:
        raise _too_large(path, largest_bytes)


def _too_large(path: Path, largest_bytes: int) -> Problem:
    return Problem(
        f"{path.name} is larger than {largest_bytes / 2**20:,.0f} MB, the most that is read.",
        "Choose a smaller file.",
    )


def missing(path: Path) -> Problem:
    """What to say where there is nothing at ``path``."""
    return Problem(f"There is no file {path}.", "It may have been moved or renamed.")


def unreadable(path: Path, error: OSError) -> Problem:
    """What to say of a file that the system does not let one read."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return missing(path)
    if error.errno in _LOCKED:
        return Problem(f"There is no permission to read {path.name}.", "Change its permissions, or copy it elsewhere.")
    return Problem(f"{path.name} could not be read ({error.strerror}).", "Copy it to another disk and try again.")


def set_aside(file: Path, word: str = "damaged", also: tuple[str, ...] = ()) -> Path:
    """Give ``file`` a new name beside the old one, with ``word`` in it, and gives that. May raise OSError.

    Files whose names are that of ``file`` and one of the endings ``also`` move with it.
    """
    aside = file.with_name(f"{file.stem}.{word}-{secrets.token_hex(4)}{file.suffix}")
    for ending in ("", *also):
        if os.path.exists(f"{file}{ending}"):
            os.rename(f"{file}{ending}", f"{aside}{ending}")
    return aside


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write into that takes the place of ``path`` when the block ends, whole or not at all.

    The bytes go to a hidden file in the same folder, reach the disk, and only then get the name. When the
    block raises, what was under the name stays and the hidden file is removed; when the program is killed, the
    next one that writes the same file removes it.

    Raises
    ------
    Problem
        The disk is full, the folder is missing or may not be written, or what has that name is no file.
    """
    target = Path(os.path.realpath(path))
    _check_replaceable(path, target)
    draft = draft_of(target)
    clear_left(target)
    try:
        with open(draft, "xb") as file, held(draft):
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        _remove(draft)


def _check_replaceable(path: Path, target: Path) -> None:
    """Refuse to put a file in the place of a device, a pipe or a folder."""
    try:
        mode = os.stat(target).st_mode
    except OSError:  # nothing is there, or the writing will say what stands in the way
        return
    if stat.S_ISDIR(mode):
        raise Problem(f"{path.name or path} was not saved: a folder has that name.", "Choose another name.")
    if not stat.S_ISREG(mode):
        raise Problem(f"{path.name} was not saved: a device or a pipe has that name.", "Choose another name.")


def _remove(draft: Path) -> None:
    try:
        draft.unlink(missing_ok=True)
    except OSError:
        pass  # the disk is gone or read-only; the failure that led here is being reported already


def unwritable(path: Path, error: OSError) -> Problem:
    """Why ``path`` was not written."""
    if error.errno in _FULL:
        return Problem(f"{path.name} was not saved: the disk is full.", "Make room, or save it on another disk.")
    if error.errno in _LOCKED:
        return Problem(
            f"{path.name} was not saved: the folder {path.parent} cannot be written to.",
            "Choose another folder.",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return Problem(f"{path.name} was not saved: {_lacking(path.parent)}.", "Choose another folder.")
    if error.errno == errno.EISDIR:
        return Problem(f"{path.name} was not saved: a folder has that name.", "Choose another name.")
    return Problem(f"{path.name} was not saved ({error.strerror}).", "Choose another name or folder.")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into that gets the name ``path`` when the block ends, whole or not at all.

    When the block raises, the folder is removed with all that is in it.

    Raises
    ------
    Problem
        Something has that name already, other than an empty folder; or it cannot be made or written there.
    """
    target = Path(os.path.realpath(path))
    draft = draft_of(target)
    try:
        _check_free(target)
        clear_left(target)
        draft.mkdir()
        with held(draft):
            yield draft
        if target.is_dir():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_free(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise Problem(f"The folder {folder} is not empty.", "Choose a new folder, or an empty one.")
    if folder.exists() and not folder.is_dir():
        raise Problem(f"{folder} is a file, not a folder.", "Choose another name.")


def _lacking(folder: Path) -> str:
    """Why nothing can be written into ``folder``."""
    if folder.is_dir():
        return f"nothing can be written into the folder {folder}"
    file = next((place for place in (folder, *folder.parents) if place.exists()), None)
    if file is not None and not file.is_dir():
        return f"{file} is a file, not a folder"
    return f"there is no folder {folder}"


def made_folder(path: Path) -> Path:
    """``path``, made with all its parents where it was not there.

    Raises
    ------
    Problem
        It cannot be made there, or a file has that name.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise Problem(f"{path} is a file, not a folder.", "Choose another name.") from None
    except OSError as error:
        raise unwritable(path, error) from None
    return path


def free_name(path: Path) -> Path:
    """``path``, or, where something has that name, the first of ``name-2``, ``name-3`` and so on that is free."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(name for name in names if not name.exists())
