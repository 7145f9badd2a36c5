"""A run in a process of its own, which outlives the window: how it is started, and what it said at its end."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from explorer.core.problem import Problem
from explorer.paths import user_folder
from explorer.session.settings import Device
from explorer.session.train.training_job import spare_threads
from explorer.training.runs.run_folder import LOG_FILE, RunFacts, tail

_PROGRAM = "latent-explorer: "


def most_processes() -> int:
    """How many processes may share a training here: one for each core of the processor."""
    return os.cpu_count() or 1


def start_process(facts: RunFacts, device: Device, processes: int = 1) -> subprocess.Popen[bytes]:
    """Go on with the run in a process that nobody waits for; it is stopped through its folder.

    Parameters
    ----------
    processes : int
        With more than one, torchrun starts so many, which train the run together.

    Raises
    ------
    Problem
        The process could not be started, or the folder cannot be written.
    """
    from explorer.core.processes.child import start_apart

    folder = facts.folder.resolve()
    words = [*_launcher(processes), "explorer", "train", facts.family, "--out", str(folder), "--resume"]
    words += ["--device", device, "--threads", str(max(1, spare_threads() // processes))]
    try:
        with (folder / LOG_FILE).open("wb") as log:
            return start_apart(words, log)
    except OSError as error:
        raise Problem(
            f"The training of {facts.name} could not be started ({error.strerror}).",
            "Train it in the window, or choose another folder.",
        ) from None


def complaint(folder: Path) -> Problem | None:
    """What the last process said that could not train the run; None where it said nothing of the kind."""
    lines = [line for line in tail(folder / LOG_FILE).splitlines() if line.strip()]
    said = [line for line in lines if line.startswith(_PROGRAM)]  # torchrun says a lot after it
    if said:
        return Problem(said[-1].removeprefix(_PROGRAM), "")
    if any(line.startswith("Traceback") for line in lines):
        return Problem(f"The training stopped early: {lines[-1]}.", f"{LOG_FILE} in its folder has the details.")
    return None


def _launcher(processes: int) -> list[str]:
    """What starts so many processes of a module, up to the word before its name."""
    if processes == 1:
        return []
    logs = user_folder("cache") / "torchrun"  # empty folders, which torchrun would leave among those of others
    shutil.rmtree(logs, ignore_errors=True)
    where = ["--log-dir", str(logs)]
    return ["torch.distributed.run", "--standalone", "--nproc-per-node", str(processes), *where, "-m"]
