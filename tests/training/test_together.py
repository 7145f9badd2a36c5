"""Several processes that train together do what one would do alone."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from explorer.training.families import families
from explorer.training.run import Run
from explorer.training.run_folder import ask_to_stop, is_trained, last_step
from tests.training.conftest import draw_discs
from tests.training.test_families import small_run
from tests.training.together import ended, processes, train_all

FAMILIES = sorted(families())
VARIED = {"mirror": True, "augment": True, "latent_size": 6}
NEAR = 1e-4  # measured: 3e-6 of the losses


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of each family twice: one process trains those in ``one``, two together those in ``two``."""
    folder = tmp_path_factory.mktemp("together")
    for key in FAMILIES:
        pictures = draw_discs(folder / "pictures" / key)
        for side in ("one", "two"):
            (folder / side).mkdir(exist_ok=True)
            small_run(folder / side / key, key, pictures, steps=6, **VARIED)
    train_all(folder / "one", folder / "cache")
    words = ["-m", "tests.training.together", str(folder / "two"), str(folder / "cache")]
    assert ended(processes(words)) == [(0, ""), (0, "")]
    return folder


def losses(run: Path) -> dict[tuple[int, str], float]:
    with (run / "losses.csv").open() as file:
        return {(int(row["step"]), row["loss"]): float(row["value"]) for row in csv.DictReader(file)}


def weights(run: Path) -> dict[str, torch.Tensor]:
    newest = Run.open(run).newest_checkpoint()
    assert newest is not None
    return load_file(newest / "state.safetensors")


@pytest.mark.parametrize("key", FAMILIES)
def test_two_processes_learn_what_one_learns_from_the_same_batches(key: str, trained: Path) -> None:
    one, two = (losses(trained / side / key) for side in ("one", "two"))
    assert one.keys() == two.keys()
    if os.environ.get("TELL"):
        print(key, "losses", max(abs(two[n] - v) / max(abs(v), 1e-2) for n, v in one.items()))
    one, two = (weights(trained / side / key) for side in ("one", "two"))
    assert one.keys() == two.keys()
    if os.environ.get("TELL"):
        worst = {n: float((two[n].double() - v.double()).abs().max() / v.double().abs().max().clamp(min=1e-3)) for n, v in one.items()}
        print(sorted(worst.items(), key=lambda x: -x[1])[:4])
