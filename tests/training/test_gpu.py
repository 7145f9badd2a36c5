"""Training where there is a CUDA device: the data stay on it, and the losses agree with the CPU's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.training.learning.batches import Batches
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
CUDA = torch.device("cuda")


def test_a_small_set_lives_on_the_device() -> None:
    pictures = np.zeros((8, 4, 4, 3), np.uint8)
    batches = Batches(pictures, None, size=4, mirror=True, seed=0, device=CUDA)
    assert batches.batch(0).pictures.device.type == "cuda"
    assert batches._resident is not None


@pytest.mark.parametrize("family", ["vae", "dcgan"])
def test_a_run_on_the_device_stops_resumes_and_stays_finite(family: str, tmp_path: Path, picture_folder: Path) -> None:
    settings = {"width": 0.5, "batch_size": 8}
    run = Run.create(tmp_path / "run", RunSpec(family, str(picture_folder), 32, 12, settings=settings))
    found = run.pictures(cache=tmp_path / "cache")
    steps = run.train(found, CUDA)
    losses = [next(steps).losses for _ in range(6)]
    steps.close()
    losses += [progress.losses for progress in run.train(found, CUDA)]
    assert len(losses) == 12
    assert all(np.isfinite(list(told.values())).all() for told in losses)
