"""Folders of runs, damaged: what is shown of one must be what its files say.

The independent readings are: for ``run.json`` `json.loads`, whose fields are those of the run; for ``losses.csv`` a
look at each line by itself, for rows that every program reads alike, a whole number, a word and a number; for a
checkpoint the numbers behind the header of its safetensors file, which are those of the networks. Safetensors has no
checksum: other weights paint other pictures, and what is no number must be said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import torch

from explorer.cli.fuzzing.folder_damage import FOLDER
from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Damage
from explorer.cli.fuzzing.row_damage import ROWS
from explorer.cli.fuzzing.safetensors_damage import SAFETENSORS
from explorer.cli.fuzzing.tensors_by_hand import same_numbers, tensors_in_safetensors
from explorer.core.models.file_kinds import run_of
from explorer.training.learning.family import Learner
from explorer.training.runs.checkpoint import save_checkpoint
from explorer.training.runs.history import LossHistory
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import read_facts, run_facts
from explorer.training.runs.spec import RunSpec

_ROW = re.compile(rb"(\d{1,15}),([\w ]+),(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\r?", re.ASCII)


def _originals(folder: Path) -> list[Path]:
    torch.set_num_threads(1)  # threads do not survive a fork
    settings = {"latent_size": 2, "width": 0.25}
    run = Run.create(folder / "run", RunSpec("vae", "portraits:8", 16, 3, channels=3, settings=settings))
    learner = run.learner()
    learner.done_steps = 2
    save_checkpoint(learner, run.folder / "checkpoints")
    (run.folder / "losses.csv").write_text("step,loss,value\n1,loss,0.5\n1,kl,0.25\n2,loss,0.25\n2,kl,1e-3\n")
    (run.folder / "samples").mkdir()
    return sorted(path for path in run.folder.rglob("*") if path.suffix in (".json", ".csv", ".safetensors"))


def _structure(path: Path) -> Mapping[str, Damage]:
    return {".json": JSON, ".csv": ROWS, ".safetensors": SAFETENSORS}[path.suffix]


def _open(path: Path) -> bool:
    folder = run_of(path) or path.parent
    run_facts(folder)
    history = LossHistory(folder / "losses.csv")
    history.update()
    _check_losses(folder / "losses.csv", history)
    facts = read_facts(folder)
    run = Run.open(folder)
    told = json.loads((folder / "run.json").read_bytes())
    for name in ("family", "data", "size", "steps"):
        if str(getattr(facts, name)) != str(told[name]) or str(getattr(run.spec, name)) != str(told[name]):
            raise SilentError(f"its {name} is {getattr(facts, name)!r:.60} and not {told[name]!r:.60}")
    learner = run.trained_learner()
    newest = run.newest_checkpoint()
    if newest is None or learner.done_steps != json.loads((newest / "state.json").read_bytes())["step"]:
        raise SilentError("a step that its checkpoint does not say")
    _check_networks(newest / "state.safetensors", learner)
    return True


def _check_losses(path: Path, history: LossHistory) -> None:
    try:
        lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    except OSError:
        lines = []
    told = [found for line in lines if (found := _ROW.fullmatch(line))]
    for name in {found[2] for found in told}:
        steps, values = history[name.decode()]
        ours = list(zip(steps.tolist(), values.tolist(), strict=True))
        missing = [
            pair for found in told if found[2] == name and (pair := (int(found[1]), float(found[3]))) not in ours
        ]
        if missing:
            raise SilentError(f"rows of {name!r} are passed over: {missing[:3]}")


def _check_networks(path: Path, learner: Learner) -> None:
    told = tensors_in_safetensors(path.read_bytes())
    for name, network in learner.networks.items():
        for key, value in network.state_dict().items():
            if not same_numbers(value, told[f"network/{name}/{key}"]):
                raise SilentError(f"{key} of {name} has other numbers than its file")
            if not bool(torch.isfinite(value).all()):
                raise SilentError(f"{key} of {name} is not a finite number, which nothing says")


RUNS = Kind(_originals, _structure, _open, FOLDER)
