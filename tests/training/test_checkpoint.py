"""Checkpoints are whole or absent, whatever happens while they are written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer.core.problem import Problem
from explorer.training.families import family_called
from explorer.training.learning.family import Learner, TrainingTask
from explorer.training.runs.checkpoint import checkpoints, load_checkpoint, save_checkpoint
from explorer.training.runs.run import Run


def small_learner() -> Learner:
    family = family_called("vae")
    return family.learner(family.config(width=0.1, latent_size=4), TrainingTask(32, 1), 0)


def test_what_a_killed_process_left_of_a_checkpoint_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / "step-00000007.partial").mkdir()
    (tmp_path / "step-00000007.partial" / "state.safetensors").write_bytes(b"half")
    kept = save_checkpoint(small_learner(), tmp_path)
    assert list(tmp_path.iterdir()) == [kept]


def test_breaking_off_while_a_checkpoint_is_written_leaves_nothing_torn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(small_learner(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    learner = small_learner()
    for learner.done_steps in (1, 2, 30, 400):
        save_checkpoint(learner, tmp_path, keep=2)
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000030", "step-00000400"]


@pytest.mark.parametrize("name", ["state.safetensors", "state.json"])
@pytest.mark.parametrize("instead", ["nothing", "a device", "a pipe"])
def test_a_missing_file_is_named(tmp_path: Path, name: str, instead: str) -> None:
    kept = save_checkpoint(small_learner(), tmp_path)
    (kept / name).unlink()
    if instead == "a device":
        (kept / name).symlink_to("/dev/zero")
    elif instead == "a pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(kept / name)
    with pytest.raises(Problem, match=name):
        load_checkpoint(small_learner(), kept)


@pytest.mark.parametrize("name", ["state.safetensors", "state.json"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, share: float) -> None:
    kept = save_checkpoint(small_learner(), tmp_path)
    content = (kept / name).read_bytes()
    (kept / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(Problem, match="cannot be read"):
        load_checkpoint(small_learner(), kept)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits on file sizes")
def test_a_full_disk_leaves_the_earlier_checkpoint(tmp_path: Path) -> None:
    import resource

    learner = small_learner()
    learner.done_steps = 1
    save_checkpoint(learner, tmp_path)
    learner.done_steps = 2
    kept, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, kept[1]))
    try:
        with pytest.raises(Problem, match="could not be written"):
            save_checkpoint(learner, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000001"]
    assert os.listdir(tmp_path) == ["step-00000001"]


ENDLESS = """
import sys
from pathlib import Path
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
import torch
torch.set_num_threads(1)
settings = {"width": 0.1, "batch_size": 2, "latent_size": 4}
run = Run.create(Path(sys.argv[1]), RunSpec("vae", sys.argv[2], size=32, steps=10**6, settings=settings))
for progress in run.train(run.pictures(cache=Path(sys.argv[3])), torch.device("cpu"), every_s=0.0):
    print(progress.step, flush=True)
"""


def test_a_killed_run_resumes_from_a_whole_checkpoint(tmp_path: Path, picture_folder: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-c", ENDLESS, str(run), str(picture_folder), str(tmp_path / "cache")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 8:
                child.kill()  # wherever it is, most likely in the middle of a checkpoint
                break
    resumed = Run.open(run)
    learner = resumed.trained_learner()
    assert learner.done_steps >= 7
    steps = resumed.train(resumed.pictures(cache=tmp_path / "cache"), torch.device("cpu"))
    assert next(steps).step == learner.done_steps + 1
    steps.close()


def test_a_run_may_move_to_a_device_with_other_random_numbers(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    learner = small_learner()
    kept = save_checkpoint(learner, tmp_path)
    tensors = load_file(kept / "state.safetensors")
    tensors["random/learner"] = torch.zeros(16, dtype=torch.uint8)  # as long as a GPU's state
    save_file(tensors, kept / "state.safetensors")
    moved = small_learner()
    load_checkpoint(moved, kept)
    assert torch.isfinite(moved.sample(3)).all()


def test_random_numbers_go_on_where_the_checkpoint_left_them(tmp_path: Path) -> None:
    learner = small_learner()
    learner.sample(5)
    kept = save_checkpoint(learner, tmp_path)
    resumed = small_learner()
    load_checkpoint(resumed, kept)
    assert torch.equal(resumed.sample(3), learner.sample(3))


def test_both_files_are_on_the_disk_before_the_checkpoint_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, fsync = [], os.fsync

    def watched(descriptor: int) -> None:
        assert not checkpoints(tmp_path)
        flushed.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    kept = save_checkpoint(small_learner(), tmp_path)
    assert {file.stat().st_ino for file in kept.iterdir()} <= set(flushed)


@pytest.mark.parametrize(
    "change",
    [
        lambda state, group, tensors: state.update(step=float(10**15)),
        lambda state, group, tensors: state.update(step=-1),
        lambda state, group, tensors: state.update(step="7"),
        lambda state, group, tensors: group.update(lr="fast"),
        lambda state, group, tensors: group.update(lr=[0.1] * 3),
        lambda state, group, tensors: group.update(betas=[0.9]),
        lambda state, group, tensors: group.pop("params"),
        lambda state, group, tensors: group.update(strange=1),
        lambda state, group, tensors: tensors.update({"optimizer/pair/999/exp_avg": torch.zeros(2)}),
        lambda state, group, tensors: tensors.update({"optimizer/pair/-1/exp_avg": torch.zeros(2)}),
        lambda state, group, tensors: tensors.update({"optimizer/pair/²/exp_avg": torch.zeros(2)}),
        lambda state, group, tensors: tensors.update({"optimizer/pair/1": torch.zeros(2)}),
    ],
)
def test_a_state_that_somebody_else_made_up_is_refused(tmp_path: Path, change: Any) -> None:
    kept = save_checkpoint(small_learner(), tmp_path)
    state, tensors = json.loads((kept / "state.json").read_text()), load_file(kept / "state.safetensors")
    change(state, state["optimizers"]["pair"][0], tensors)
    (kept / "state.json").write_text(json.dumps(state))
    save_file(tensors, kept / "state.safetensors")
    with pytest.raises(Problem, match="cannot be read"):
        load_checkpoint(small_learner(), kept)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_finite_numbers_are_told(tmp_path: Path, value: float) -> None:
    learner = small_learner()
    saved = save_checkpoint(learner, tmp_path)
    tensors = load_file(saved / "state.safetensors")
    name = next(key for key, tensor in tensors.items() if key.startswith("network/") and tensor.is_floating_point())
    tensors[name].view(-1)[0] = value
    save_file(tensors, saved / "state.safetensors")
    with pytest.raises(Problem, match="not finite numbers"):
        load_checkpoint(small_learner(), saved)
