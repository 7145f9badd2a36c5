"""What a run's folder tells without torch: how far it is, what it drew, and whether somebody trains it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from explorer.core.digits import whole_number
from explorer.core.json_store import JsonStore
from explorer.core.json_text import parsed_json
from explorer.core.models.quality_figures import QualityFigures, quality_from
from explorer.core.problem import Problem
from explorer.core.words import plain
from explorer.training.runs.foreign_links import is_link, refuse_links

SPEC_FILE, LOG_FILE, FAILURE_FILE = "run.json", "training.log", "failure.json"
LOSSES_FILE, SPEED_FILE, QUALITY_FILE = "losses.csv", "speed.csv", "quality.csv"
CHECKPOINTS, SHEETS, RECONSTRUCTIONS, FITTED = "checkpoints", "samples", "reconstructions", "fitted"
_LARGEST_SPEC = 16 << 20  # bytes
_LOCK, _STOP, _KEEP = ".training.lock", ".stop", ".keep"
_PATIENCE_S = 0.5  # somebody who only looks whether a run is trained holds the lock for an instant
_TAIL_BYTES = 4096
_NEWEST_QUALITY = "quality.json"


@dataclass(frozen=True)
class RunFailure:
    """Why a run failed, in words, and the settings that may keep it from failing so again."""

    what: str
    hint: str
    changes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class RunFacts:
    """A run as its folder shows it.

    Attributes
    ----------
    folder : Path
    name, family, data : str
        The model's name (the folder's where it has none), the family's key and the source of the pictures.
    size : int
        Side of the pictures in pixels.
    steps : int
        How many it is to take in all.
    done_steps : int
        How many it has taken; of a run that nobody trains, those of its newest checkpoint.
    kept_step : int
        The step of the newest checkpoint; 0 before the first.
    sheet : Path or None
        The newest sheet of samples.
    is_trained : bool
        Whether somebody, in any process, trains it now.
    failure : RunFailure or None
        Why it ended, where that was not as it was meant.
    """

    folder: Path
    name: str
    family: str
    data: str
    size: int
    steps: int
    done_steps: int
    kept_step: int
    sheet: Path | None
    is_trained: bool
    failure: RunFailure | None = None

    @property
    def is_done(self) -> bool:
        """Whether it has taken all its steps."""
        return 0 < self.steps <= self.kept_step


class FolderGone(Problem):
    """A run's folder was moved or deleted while it was trained; what lies there now is not its own."""


def note_failure(folder: Path, failure: RunFailure | None) -> None:
    """Keep beside a run why it failed, for whoever looks at it later; None once it goes on."""
    with suppress(OSError, Problem):  # what cannot be written is known until the program ends
        refuse_links(folder)
        if failure is None:
            (folder / FAILURE_FILE).unlink(missing_ok=True)
        elif folder.is_dir():
            JsonStore(folder / FAILURE_FILE).write(asdict(failure), indent=1)


def failure_of(folder: Path) -> RunFailure | None:
    """Why a run failed when it was trained last; None where it did not, or that cannot be read."""
    file = folder / FAILURE_FILE
    try:
        if is_link(file) or not file.is_file() or file.stat().st_size > _TAIL_BYTES:
            return None
        told = parsed_json(file.read_bytes())
        changes = tuple((str(name), float(value)) for name, value in told["changes"])
        return RunFailure(plain(str(told["what"])), plain(str(told["hint"])), changes)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def run_facts(folder: Path) -> RunFacts | None:
    """What ``folder`` tells; None where it is no run, or its ``run.json`` is damaged."""
    try:
        return read_facts(folder)
    except Problem:
        return None


def read_facts(folder: Path) -> RunFacts:
    """What ``folder`` tells.

    Raises
    ------
    Problem
        It is no run, or its ``run.json`` is damaged.
    """
    spec = read_spec(folder)
    try:
        words = {name: str(spec.get(name, "")) for name in ("name", "family", "data")}
        size, steps = int(spec.get("size", 0)), int(spec.get("steps", 0))
    except (ValueError, TypeError):
        raise damaged(folder, "its size or its steps are not numbers") from None
    kept = kept_steps(folder)
    trained = is_trained(folder)
    done = max(last_step(folder), kept[-1] if kept else 0) if trained else (kept[-1] if kept else 0)
    found = sheets(folder)
    return RunFacts(
        folder=folder,
        name=words["name"] or folder.name,
        family=words["family"],
        data=words["data"],
        size=size,
        steps=steps,
        done_steps=done,
        kept_step=kept[-1] if kept else 0,
        sheet=found[-1] if found else None,
        is_trained=trained,
        failure=None if trained else failure_of(folder),
    )


def read_spec(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says, as it stands there; problems as for `read_facts`."""
    try:
        if (folder / SPEC_FILE).exists() and not (folder / SPEC_FILE).is_file():
            raise ValueError("it is a folder, a pipe or a device")
        with (folder / SPEC_FILE).open("rb") as file:
            text = file.read(_LARGEST_SPEC + 1)
        if len(text) > _LARGEST_SPEC:
            raise ValueError(f"it is larger than {_LARGEST_SPEC >> 20} MB")
        spec = parsed_json(text)
    except (FileNotFoundError, NotADirectoryError):
        raise Problem(f"{folder} is not a training run: it lacks {SPEC_FILE}.", "Choose a run's folder.") from None
    except (OSError, ValueError) as error:
        raise damaged(folder, error) from None
    if not isinstance(spec, dict):
        raise damaged(folder, "it holds something else")
    return spec


def damaged(folder: Path, error: object) -> Problem:
    """What to say of a ``run.json`` that cannot be read."""
    why = error.strerror if isinstance(error, OSError) else error
    return Problem(f"The run in {folder} cannot be read: {why}.", f"Look at its {SPEC_FILE}.")


def kept_steps(folder: Path) -> list[int]:
    """The steps of the checkpoints, oldest first."""
    found = (whole_number(path.name[5:]) for path in _numbered(folder / CHECKPOINTS))
    return sorted(step for step in found if step is not None)


def sheets(folder: Path) -> list[Path]:
    """The sheets of samples, oldest first."""
    return sorted(
        path
        for path in _numbered(folder / SHEETS)
        if path.suffix == ".png" and whole_number(path.stem[5:]) is not None and path.is_file()
    )


def last_step(folder: Path) -> int:
    """The last step in ``losses.csv``; 0 where there is none. Reads only the end of the file."""
    for line in reversed(tail(folder / LOSSES_FILE).splitlines()):
        step = whole_number(line.split(",", 1)[0])
        if step is not None and line.count(",") >= 2:
            return step
    return 0


def keep_quality(folder: Path, figures: QualityFigures) -> None:
    """Keep how good samples were when they were last measured."""
    JsonStore(folder / _NEWEST_QUALITY).write(asdict(figures))


def newest_quality(folder: Path, up_to: int) -> QualityFigures | None:
    """How good samples were when last measured; None before, or where that was after the step ``up_to``."""
    found = JsonStore(folder / _NEWEST_QUALITY).read(quality_from, None)
    return found if found is not None and found.step <= up_to else None


def tail(file: Path) -> str:
    """The last whole lines of a text file; "" where there is none."""
    if not file.is_file():  # a pipe would be waited for, and a device read without end
        return ""
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, opened.seek(0, os.SEEK_END) - _TAIL_BYTES))
            text = opened.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return text[: text.rfind("\n") + 1]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Train the run in ``folder`` as the only one.

    Raises
    ------
    Problem
        Somebody trains it already, or something in it is a link to another place.
    """
    from filelock import FileLock, Timeout

    refuse_links(folder)
    try:
        with FileLock(folder / _LOCK, timeout=_PATIENCE_S):
            for request in (_STOP, _KEEP):  # meant for whoever trained it before
                (folder / request).unlink(missing_ok=True)
            yield
    except Timeout:
        raise Problem(f"The run in {folder} is being trained already.", "Stop that first.") from None


def is_trained(folder: Path) -> bool:
    """Whether somebody, in this process or another, trains the run."""
    from filelock import FileLock, Timeout

    if is_link(folder / _LOCK) or not (folder / _LOCK).exists():
        return False
    try:
        with FileLock(folder / _LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that may only be read
        return False


def ask_to_stop(folder: Path) -> None:
    """Ask whoever trains the run to keep a checkpoint and stop after the step under way."""
    refuse_links(folder)
    (folder / _STOP).touch()


def is_asked_to_stop(folder: Path) -> bool:
    """Whether somebody asked the run to stop."""
    return (folder / _STOP).exists()


def ask_to_keep(folder: Path) -> None:
    """Ask whoever trains the run to keep a checkpoint after the step under way, and go on."""
    refuse_links(folder)
    (folder / _KEEP).touch()


def take_keep_request(folder: Path) -> bool:
    """Whether somebody asked for a checkpoint; asking is over with that."""
    if not (folder / _KEEP).exists():
        return False
    (folder / _KEEP).unlink(missing_ok=True)
    return True


def _numbered(folder: Path) -> list[Path]:
    try:
        return list(folder.glob("step-*"))
    except OSError:
        return []
