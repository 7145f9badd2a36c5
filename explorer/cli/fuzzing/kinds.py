"""What can be damaged: for each kind of file its originals, and how the program opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_SIZE = 8  # of the latents in files that are made here


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    originals : callable
        Writes whole files, or the files of a folder, into the folder it is given; gives those to be damaged. All lie
        there when one of them is opened.
    open : callable
        Opens one, or what it belongs to, as the program does; raises `Problem`, or what is a bug.
    """

    originals: Callable[[Path], list[Path]]
    open: Callable[[Path], object]


def _npz(folder: Path) -> list[Path]:
    from explorer.core.directions.direction import Direction
    from explorer.core.directions.files.store import save_directions

    draw = np.random.RandomState(0)
    np.savez(folder / "z.npz", z=draw.standard_normal((9, _SIZE)).astype(np.float32))
    np.savez_compressed(folder / "pca.npz", lat_comp=draw.standard_normal((3, 1, _SIZE)), lat_stdev=np.ones(3))
    vector = np.eye(_SIZE, dtype=np.float32)[0]
    save_directions(folder / "ours.npz", (Direction("smile", vector, "imported", "a file"),))
    return sorted(folder.glob("*.npz"))


def _open_npz(path: Path) -> None:
    from explorer.core.directions.files.importing import import_directions
    from explorer.core.models.card import ModelCard
    from explorer.core.problem import Problem
    from explorer.core.rendering.latent_files import numbers_in

    try:
        numbers_in(path, ModelCard(kind="generator", latent_size=_SIZE))
    except Problem:  # then it is one of directions, or neither
        import_directions(path, _SIZE)


def _scene(folder: Path) -> list[Path]:
    from explorer.core.rendering.picture_files import save_png
    from explorer.core.rendering.scene import Scene, scene_to_json

    draw = np.random.RandomState(0)
    scene = Scene("0" * 64, "faces", draw.standard_normal(_SIZE).astype(np.float32), 1, 0.7, 3, (("smile", 1.5),))
    save_png(folder / "scene.png", draw.randint(0, 255, (16, 16, 3)).astype(np.uint8), scene)
    (folder / "scene.json").write_text(scene_to_json(scene))
    return [folder / "scene.png", folder / "scene.json"]


def _open_scene(path: Path) -> None:
    from explorer.core.files import read_file
    from explorer.core.rendering.picture_files import scene_in_png
    from explorer.core.rendering.scene import scene_from_json

    if path.suffix == ".png":
        scene_in_png(path)
    else:
        scene_from_json(read_file(path, 1 << 22).decode("utf-8", "replace"))


def _run(folder: Path) -> list[Path]:
    import torch

    from explorer.training.runs.checkpoint import save_checkpoint
    from explorer.training.runs.run import Run
    from explorer.training.runs.spec import RunSpec

    torch.set_num_threads(1)  # threads do not survive a fork
    run = Run.create(folder / "run", RunSpec("vae", "portraits:8", 32, 3, channels=3, settings={"latent_size": 4}))
    learner = run.learner()
    learner.done_steps = 2
    save_checkpoint(learner, run.folder / "checkpoints")
    (run.folder / "losses.csv").write_text("step,loss,value\n1,loss,0.5\n2,loss,0.25\n")
    return sorted(path for path in run.folder.rglob("*") if path.suffix in (".json", ".csv", ".safetensors"))


def _open_run(path: Path) -> None:
    from explorer.core.models.file_kinds import run_of
    from explorer.training.runs.history import LossHistory
    from explorer.training.runs.run import Run
    from explorer.training.runs.run_folder import read_facts

    folder = run_of(path) or path.parent
    read_facts(folder)
    history = LossHistory(folder / "losses.csv")
    history.update()
    _ = history.last_step
    Run.open(folder).trained_learner()


def _weights(folder: Path) -> list[Path]:
    import torch
    from safetensors.torch import save_file

    tensors = _tiny_generator().state_dict()
    torch.save(tensors, folder / "zip.pt")
    torch.save({"epoch": 3, "netG": tensors}, folder / "old.pth", _use_new_zipfile_serialization=False)
    save_file(tensors, folder / "plain.safetensors")
    return sorted(folder.iterdir())


def _open_weights(path: Path) -> None:
    from explorer.training.weight_import.recognition import rebuilt
    from explorer.training.weight_import.weights import read_weights

    rebuilt(read_weights(path), {})


_PROGRAM = """import torch
from torch import nn
class FuzzedGenerator(nn.Module):
    def __init__(self, latent=5, side=8):
        super().__init__()
        self.side = side
        layers = [nn.Linear(latent, 16), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers, nn.Linear(16, side * side), nn.Tanh())
    def forward(self, z):
        x = self.body(z)
        return x.view(x.size(0), 1, self.side, self.side)
"""


def _source(folder: Path) -> list[Path]:
    import json

    cell = {"cell_type": "code", "source": _PROGRAM.splitlines(keepends=True)}
    (folder / "model.py").write_text(_PROGRAM)
    (folder / "model.ipynb").write_text(json.dumps({"cells": [cell]}))
    return [folder / "model.py", folder / "model.ipynb"]


def _open_source(path: Path) -> None:
    from explorer.training.weight_import.source.beside import SourceFiles
    from explorer.training.weight_import.source.choosing import SourceReader

    tensors = {f"body.{name}": tensor for name, tensor in _tiny_generator().state_dict().items()}
    SourceReader(tensors, SourceFiles((path,), is_given=True)).read({})


def _tiny_generator() -> Any:
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(1)
    return nn.Sequential(nn.Linear(5, 16), nn.LeakyReLU(0.2), nn.Linear(16, 64), nn.Tanh())


KINDS: Mapping[str, Kind] = {
    "weights": Kind(_weights, _open_weights),
    "npz": Kind(_npz, _open_npz),
    "scene": Kind(_scene, _open_scene),
    "run": Kind(_run, _open_run),
    "source": Kind(_source, _open_source),
}
