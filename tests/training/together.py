"""Runs trained by this process, or by several together: ``python -m tests.training.together FOLDER CACHE``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from itertools import count
from pathlib import Path

import torch

from explorer.training.distributed.batch_norm import share_statistics
from explorer.training.distributed.group import joined, number, processes
from explorer.training.learning.batches import Batches
from explorer.training.learning.family import Learner
from explorer.training.runs.run import Run
from explorer.training.sources import PictureSet

ROOT = Path(__file__).parents[2]


class Steady(Run):
    """A run in which rounding stays rounding, so that two ways to the same numbers can be compared.

    Its optimisers do not go by the sign of a gradient, however small. Its batch norms are the shared ones, whether
    there is anybody to share with or not: torch's own are right to 1e-5 only where channels come last, which puts
    some values on the other side of a ReLU's kink.
    """

    def begun(self, found: PictureSet, device: torch.device) -> tuple[Learner, Batches]:
        learner, batches = super().begun(found, device)
        for network in learner.networks.values():
            share_statistics(network)
        for optimizer in learner.optimizers.values():
            for group in optimizer.param_groups:
                group["eps"] = 1e-2
        return learner, batches


def train_all(folder: Path, cache: Path, *, stops: bool = False) -> None:
    """Train every run in a folder to its end; of several processes the last may stop all half-way, and they go on."""
    for spec in sorted(folder.glob("*/run.json")):
        if stops:
            train(spec.parent, cache, Steady.open(spec.parent).spec.steps // 2)
        train(spec.parent, cache)


def train(folder: Path, cache: Path, until: int | None = None) -> None:
    """Train the run in a folder, as far as the last of all processes lets it."""
    run = Steady.open(folder)
    asked, is_last = count(1), number() == processes() - 1  # it is asked once a step
    found = run.pictures(cache=cache)
    list(run.train(found, torch.device("cpu"), is_over=lambda: next(asked) == until and is_last))


def started(words: list[str], many: int = 2) -> list[subprocess.Popen[str]]:
    """So many processes that train together, each started with the same words after ``python``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    known = {"WORLD_SIZE": str(many), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    known |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    own = [{"RANK": str(number), "LOCAL_RANK": str(number)} for number in range(many)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return [subprocess.Popen([sys.executable, *words], env=os.environ | known | each, **pipes) for each in own]


def ended(all_of_them: list[subprocess.Popen[str]], limit_s: float = 300.0) -> list[tuple[int, str]]:
    """The exit code of each process and what it said; none is left behind."""
    try:
        said = [process.communicate(timeout=limit_s)[1] for process in all_of_them]
        return [(process.returncode, words) for process, words in zip(all_of_them, said, strict=True)]
    finally:
        for process in all_of_them:
            process.kill()
            process.communicate()


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined(torch.device("cpu")):
        train_all(Path(sys.argv[1]), Path(sys.argv[2]), stops=True)
