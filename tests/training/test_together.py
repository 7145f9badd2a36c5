"""Several processes that train together do what one would do alone."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from explorer.core.problem import Problem
from explorer.training.distributed import group
from explorer.training.distributed.batch_norm import share_statistics
from explorer.training.families import families
from explorer.training.runs.run import Run
from tests.training.conftest import draw_discs
from tests.training.test_families import small_run
from tests.training.together import ROOT, ended, started, train, train_all

pytestmark = pytest.mark.timeout(400)  # every process imports torch, which a busy machine takes long for

FAMILIES = sorted(families())
VARIED = {"mirror": True, "augment": True, "latent_size": 6, "critic_steps": 2, "bfloat16": False}
SEEDS = {"cvae": 1, "vaegan": 1}  # with the usual seed rounding takes one value over a ReLU's kink
NEAR = 1e-4  # of a loss, and of the largest weight of a tensor; most differ by 1e-6
KINKED = 3e-3  # once rounding took a value over a kink; where it does so, from step 2 on, differs between processors
SMALL = ["--size", "32", "--set", "width=0.1", "--set", "latent_size=4", "--device", "cpu"]
COMMAND = ["-m", "explorer", "train", "vae", "--data", "portraits:16", *SMALL]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of each family twice: one process trains those in ``one``, two together those in ``two``.

    The two stop half-way, at the wish of the second of them, and go on from the first one's checkpoint.
    """
    folder = tmp_path_factory.mktemp("together")
    for key in FAMILIES:
        pictures = draw_discs(folder / "pictures" / key)
        for side in ("one", "two"):
            (folder / side).mkdir(exist_ok=True)
            small_run(folder / side / key, key, pictures, seed=SEEDS.get(key, 3), **VARIED)
    train_all(folder / "one", folder / "cache")
    words = ["-m", "tests.training.together", str(folder / "two"), str(folder / "cache")]
    assert ended(started(words)) == [(0, ""), (0, "")]
    return folder


def losses(run: Path) -> dict[str, float]:
    with (run / "losses.csv").open() as file:
        return {f"{row['step']}: {row['loss']}": float(row["value"]) for row in csv.DictReader(file)}


def tensors(run: Path) -> dict[str, torch.Tensor]:
    newest = Run.open(run).newest_checkpoint()
    assert newest is not None
    return load_file(newest / "state.safetensors")


def apart(one: Path, two: Path) -> dict[str, float]:
    """How far the tensors of two runs are from each other, as a share of the largest value, or of 0.01."""
    ours, theirs = tensors(one), tensors(two)
    assert ours.keys() == theirs.keys()
    off = {name: (ours[name].double() - theirs[name].double()).abs().max() for name in ours}
    return {name: float(off[name] / ours[name].double().abs().max().clamp(min=0.01)) for name in ours}


@pytest.mark.parametrize("key", FAMILIES)
def test_two_processes_learn_what_one_learns_from_the_same_batches(key: str, trained: Path) -> None:
    one, two = trained / "one" / key, trained / "two" / key
    ours, theirs = losses(one), losses(two)
    begun = {name for name in ours if name.startswith("1:")}
    assert {name: theirs[name] for name in begun} == pytest.approx({n: ours[n] for n in begun}, rel=NEAR, abs=NEAR)
    assert theirs == pytest.approx(ours, rel=KINKED, abs=KINKED)
    assert median(apart(one, two).values()) < KINKED  # of a tensor whose gradient is next to nothing the sign may turn
    sheets = [sorted(path.name for path in run.glob("samples/*.png")) for run in (one, two)]
    assert sheets[0] == sheets[1]


def test_one_process_goes_on_with_what_two_began(trained: Path, tmp_path: Path) -> None:
    for side in ("one", "two"):
        shutil.copytree(trained / side / "dcgan", tmp_path / side)
        Run.open(tmp_path / side).extend(6)
        train(tmp_path / side, trained / "cache")
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=NEAR, abs=NEAR)
    assert max(apart(tmp_path / "one", tmp_path / "two").values()) < NEAR


@pytest.mark.parametrize(("shape", "affine"), [((6, 3, 4, 4), True), ((6, 3), True), ((6, 3, 4, 4), False)])
def test_a_shared_batch_norm_does_what_torch_does(shape: tuple[int, ...], affine: bool) -> None:
    torch.manual_seed(0)
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    plain, shared = nn.Sequential(kind(3, affine=affine)), nn.Sequential(kind(3, affine=affine))
    if affine:
        nn.init.normal_(plain[0].weight)
    shared.load_state_dict(plain.state_dict())
    share_statistics(shared)
    values, pull = torch.randn(shape) * 3 + 5, torch.randn(shape)
    told = []
    for norm in (plain, shared):
        given = values.clone().requires_grad_(True)
        found = norm(given)
        (found * pull).sum().backward()
        slopes = [given.grad, *(weight.grad for weight in norm.parameters())]
        told.append([found, norm.eval()(values), *slopes, *norm.state_dict().values()])
    assert list(plain.state_dict()) == list(shared.state_dict())
    for ours, theirs in zip(*told, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_sizes_that_can_be_shared_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "processes", lambda: 4)
    group.check_shared(32)
    with pytest.raises(Problem, match="30 pictures cannot be shared evenly by 4") as refused:
        group.check_shared(30)
    assert "28 or 32" in refused.value.hint
    with pytest.raises(Problem) as refused:
        group.check_shared(3)
    assert "batches of 4 " in refused.value.hint


def test_a_batch_that_cannot_be_shared_is_refused_by_one_of_them(tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = [*COMMAND, "--set", "batch_size=5", "--out", str(run)]
    (first, said), (second, rest) = ended(started(words))
    assert (first, second) == (2, 0)  # torchrun tells who failed
    assert "4 or 6" in said
    assert "Traceback" not in said
    assert rest == ""
    assert not run.exists()


def begun(run: Path) -> list[subprocess.Popen[str]]:
    """Two processes that train a run which takes long, once they have taken some steps."""
    words = ["--set", "batch_size=4", "--steps", "100000", "--save-every", "0.1", "--out", str(run)]
    found = started([*COMMAND, *words])
    assert found[0].stderr is not None
    for line in found[0].stderr:  # tqdm ends its lines with \r, which text mode reads as line ends
        if "loss=" in line:
            break
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_where_one_is_killed_the_other_ends_with_a_sentence(tmp_path: Path) -> None:
    both = begun(tmp_path / "run")
    both[1].kill()
    code, said = ended(both)[0]
    assert code == 2
    assert "Another of the 2 processes" in said
    assert "Traceback" not in said
    assert Run.open(tmp_path / "run").trained_learner().done_steps > 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_torchrun_starts_and_stops_a_training(tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *COMMAND]
    words += ["--set", "batch_size=4", "--steps", "100000", "--out", str(run)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen([sys.executable, *words], env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert child.stderr is not None
    for line in child.stderr:
        if "loss=" in line:
            break
    child.send_signal(signal.SIGINT)
    [(_, said)] = ended([child])
    assert "Stopped at step" in said
    assert Run.open(run).trained_learner().done_steps >= 20
