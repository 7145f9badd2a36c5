"""Sources, damaged: what is followed must paint what Python itself would.

The program follows a source and never runs it. Here, where the damage was done to its tree, every word of it is one
of ours, and Python may run it: in a process of its own that may neither write, start others nor last. Where Python
makes the class as it stands, takes the weights strictly and paints, the picture that was followed is the same one to
a thousandth, or the reading says that something was changed. Where Python fails there is no picture to compare.
Sources with damaged bytes are not run; they must be opened or refused like all others.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.cli.fuzzing.forked import address_bytes, answer_of
from explorer.cli.fuzzing.fuzzed_weights import tiny_generator
from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Damage
from explorer.cli.fuzzing.source_damage import SOURCE, in_cell, words_of
from explorer.core.processes.confinement import confine
from explorer.training.weight_import.conversion_child import check_finite
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.source.beside import SourceFiles
from explorer.training.weight_import.source.choosing import SourceReader

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
_NETWORK, _LATENT = "FuzzedGenerator", 5
_PATIENCE_S, _MEMORY_BYTES = 5.0, 2**30  # beside what it has


def _originals(folder: Path) -> list[Path]:
    cell = {"cell_type": "code", "source": _PROGRAM.splitlines(keepends=True)}
    (folder / "model.py").write_text(_PROGRAM)
    (folder / "model.ipynb").write_text(json.dumps({"cells": [cell]}))
    return [folder / "model.py", folder / "model.ipynb"]


def _structure(path: Path) -> Mapping[str, Damage]:
    if path.suffix == ".py":
        return SOURCE
    return {**JSON, **{name: in_cell(damage) for name, damage in SOURCE.items()}}


def _tensors() -> dict[str, torch.Tensor]:
    return {f"body.{name}": tensor for name, tensor in tiny_generator().state_dict().items()}


def _open(path: Path) -> bool:
    found = SourceReader(_tensors(), SourceFiles((path,), is_given=True)).read({})
    if found is None:
        return False
    check_finite(path, found[0])
    text = path.read_text("utf-8", "replace")
    text = text if path.suffix == ".py" else "".join(json.loads(text)["cells"][0]["source"])
    return _is_ours(text) and _check(found[0], text)


def _is_ours(text: str) -> bool:
    """Whether all its words are among those that the damage knows."""
    try:
        return words_of(ast.parse(text)) <= words_of(ast.parse(_PROGRAM)) | words_of(None)
    except (SyntaxError, ValueError, RecursionError):
        return False


def _check(found: Rebuilt, text: str) -> bool:
    z = np.random.RandomState(1).standard_normal((3, _LATENT)).astype(np.float32)
    told = answer_of(lambda: _painted_by_python(text, z), _PATIENCE_S)
    if not told or "picture" not in told or found.card.latent_size != _LATENT or found.card.classes:
        return False
    with torch.no_grad():
        painted = found.networks["generator"](torch.from_numpy(z)).numpy()
    theirs = np.array(told["picture"], np.float32).reshape(told["shape"])
    if painted.size != theirs.size or not np.allclose(painted.reshape(theirs.shape), theirs, atol=1e-3, equal_nan=True):
        said = " ".join(found.problems)
        if not any(word in said for word in ("the weights are of", "differ from the source", "random numbers")):
            raise SilentError(f"Python paints {theirs.shape}, by which {painted.shape} differs: {said}")
    return True


def _painted_by_python(text: str, z: NDArray[np.float32]) -> dict[str, Any]:
    """What the class paints when Python runs it; nothing where it cannot."""
    confine(address_bytes() + _MEMORY_BYTES, int(_PATIENCE_S), ())
    names: dict[str, Any] = {"__name__": "fuzzed"}
    try:
        exec(compile(text, "fuzzed", "exec"), names)
        network = names[_NETWORK]()
        network.load_state_dict(_tensors(), strict=True)
        with torch.no_grad():
            picture = network.eval()(torch.from_numpy(z))
        return {"picture": picture.flatten().tolist()[:4096], "shape": list(picture.shape)}
    except Exception:  # noqa: BLE001 - of any kind that a damaged program raises
        return {}


SOURCES = Kind(_originals, _structure, _open, in_child=True)
