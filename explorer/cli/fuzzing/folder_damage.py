"""Damage to the folder of a run: names, links, and what is missing or of another kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from explorer.cli.fuzzing.mutants import Draw, one_of

FolderDamage = Callable[[Path, Draw], None]

_STEPS = (
    "step-",
    "step-³",
    "step-" + "9" * 200,
    "step--1",
    "step-00000003.partial",
    "step-1e5",
    "step-999999999999",
    "x",
)


def _rename_step(folder: Path, draw: Draw) -> None:
    """A checkpoint is called otherwise, or another one stands beside it that is empty."""
    step = one_of(sorted(folder.glob("checkpoints/step-*")), draw)
    new = step.with_name(one_of(_STEPS, draw))
    if draw.randint(2):
        step.rename(new)
    else:
        new.mkdir()


def _link(folder: Path, draw: Draw) -> None:
    """A file or folder of the run is a link to another place."""
    path = one_of(_inside(folder), draw)
    _remove(path)
    path.symlink_to(one_of(("/etc", "/dev/zero", "/etc/passwd", path.name, "nowhere", str(folder)), draw))


def _drop(folder: Path, draw: Draw) -> None:
    _remove(one_of(_inside(folder), draw))


def _otherwise(folder: Path, draw: Draw) -> None:
    """A file is a folder, a pipe, or empty."""
    path = one_of([path for path in _inside(folder) if path.is_file()], draw)
    _remove(path)
    (path.mkdir, lambda: os.mkfifo(path), path.touch)[draw.randint(3)]()


def _more(folder: Path, draw: Draw) -> None:
    """There is more than a run has."""
    for name in one_of((("samples/step-³.png",), (".training.lock/x",), (".stop/x",), ("samples/step-1.png/x",)), draw):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


FOLDER: Mapping[str, FolderDamage] = {
    "folder: name of a step": _rename_step,
    "folder: a link": _link,
    "folder: something dropped": _drop,
    "folder: something else": _otherwise,
    "folder: something more": _more,
}
"""Damage to a run's folder."""
