"""Runs trained by this process, or by several together: ``python -m tests.training.together FOLDER CACHE``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import torch

from explorer.training.batches import Batches
from explorer.training.family import Learner
from explorer.training.run import Run
from explorer.training.sources import PictureSet
from explorer.training.together.group import joined

ROOT = Path(__file__).parents[2]


class Steady(Run):
    """A run whose optimisers do not go by the sign of a gradient: they would make steps of what is rounding only."""

    def begun(self, found: PictureSet, device: torch.device) -> tuple[Learner, Batches]:
        learner, batches = super().begun(found, device)
        for optimizer in learner.optimizers.values():
            for group in optimizer.param_groups:
                group["eps"] = 1e-2
        return learner, batches


def train_all(folder: Path, cache: Path) -> None:
    """Train every run in a folder to its end."""
    for spec in sorted(folder.glob("*/run.json")):
        run = Steady.open(spec.parent)
        for _ in run.train(run.pictures(cache=cache), torch.device("cpu")):
            pass


def processes(words: list[str], count: int = 2) -> list[subprocess.Popen[str]]:
    """So many processes that train together, each started with the same words after ``python``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    known = {"WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    known |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    own = [{"RANK": str(number), "LOCAL_RANK": str(number)} for number in range(count)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return [
        subprocess.Popen([sys.executable, *words], env=os.environ | known | each, **pipes) for each in own
    ]


def ended(started: list[subprocess.Popen[str]], limit_s: float = 100.0) -> list[tuple[int, str]]:
    """The exit code of each process and what it said; none is left behind."""
    try:
        said = [process.communicate(timeout=limit_s)[1] for process in started]
        return [(process.returncode, words) for process, words in zip(started, said, strict=True)]
    finally:
        for process in started:
            process.kill()
            process.communicate()


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined(torch.device("cpu")):
        train_all(Path(sys.argv[1]), Path(sys.argv[2]))
