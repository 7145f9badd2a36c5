"""Files of weights, damaged: an opened one must have the numbers that are in the file, and paint by them.

Neither safetensors nor the older form of ``torch.save`` has a checksum, so a changed number cannot be told from
another training's. It is no silent fault if the picture is that of the changed number. So the independent readings
are: for the tensors the bytes of the file, read without PyTorch and safetensors; for the picture of a perceptron two
lines of NumPy. A zip has checksums, and damage below them must be said; so must weights that are no finite numbers.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Damage, Draw
from explorer.cli.fuzzing.npy_damage import extreme_values
from explorer.cli.fuzzing.pickle_damage import PICKLE
from explorer.cli.fuzzing.safetensors_damage import SAFETENSORS
from explorer.cli.fuzzing.tensors_by_hand import (
    Arrays,
    painted_by_hand,
    same_numbers,
    tensors_in_legacy,
    tensors_in_safetensors,
    tensors_in_zip,
)
from explorer.cli.fuzzing.zip_damage import ZIP, in_members
from explorer.training.weight_import.conversion_child import check_finite, read
from explorer.training.weight_import.forms import check_file, checked_form
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.source.beside import SourceFiles
from explorer.training.weight_import.weights import read_weights

_LATENT, _NUMBERS = 5, 64


def tiny_generator() -> Any:
    """A perceptron that paints, always the same."""
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(1)  # threads do not survive a fork
    return nn.Sequential(nn.Linear(_LATENT, 16), nn.LeakyReLU(0.2), nn.Linear(16, _NUMBERS), nn.Tanh())


def _originals(folder: Path) -> list[Path]:
    from safetensors.torch import save_file

    tensors = tiny_generator().state_dict()
    torch.save(tensors, folder / "zip.pt")
    torch.save({"epoch": 3, "netG": tensors}, folder / "old.pth", _use_new_zipfile_serialization=False)
    save_file(tensors, folder / "plain.safetensors")
    return sorted(folder.iterdir())


def _structure(path: Path) -> Mapping[str, Damage]:
    if path.suffix == ".safetensors":
        return SAFETENSORS
    if path.suffix == ".pth":
        return {**PICKLE, "weights: extreme values": _extreme_at_the_end}
    within = {name: in_members(damage, "data.pkl") for name, damage in PICKLE.items()}
    return {**ZIP, **within, "weights: extreme values": in_members(extreme_values, "/0")}


def _extreme_at_the_end(data: bytes, draw: Draw) -> bytes:
    return data[:-256] + extreme_values(data[-256:], draw)


def _open(path: Path) -> bool:
    found, candidate, _ = read(path, SourceFiles((), is_given=False), {"hidden": "leaky"})
    check_finite(path, found)
    _check_checksums(path)
    told = _by_hand(path)
    if told is None:
        return False
    weights = read_weights(path).tensors
    for name, tensor in weights.items():
        if name in told and not same_numbers(tensor, told[name]):
            raise SilentError(f"{name} has other numbers than its file")
    inside = f"{candidate.where}." if candidate.where else ""
    return _check_picture(found, {name.removeprefix(inside): told[name] for name in told if name.startswith(inside)})


def _by_hand(path: Path) -> Arrays | None:
    form = checked_form(path, check_file(path))
    if form == "safetensors":
        return tensors_in_safetensors(path.read_bytes())
    return (tensors_in_zip if form == "zip" else tensors_in_legacy)(path.read_bytes())


def _check_checksums(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            bad, names = archive.testzip(), archive.namelist()
    except Exception as error:  # noqa: BLE001  # whatever zipfile says of it
        raise SilentError(f"zipfile finds it damaged: {error!r}") from None
    if bad is not None or len(set(names)) < len(names):
        raise SilentError(f"zipfile finds {bad} damaged, or a name twice: {names}")


@torch.no_grad()
def _check_picture(found: Rebuilt, tensors: Arrays) -> bool:
    z = np.random.RandomState(1).standard_normal((3, _LATENT)).astype(np.float32)
    by_hand = painted_by_hand(tensors, z, slope=0.2)
    if by_hand is None or found.card.latent_size != _LATENT:
        return False
    painted = found.networks["generator"](torch.from_numpy(z)).reshape(len(z), -1).numpy()
    if not np.allclose(painted, by_hand, atol=1e-4):
        raise SilentError(f"another picture than NumPy's, by {np.abs(painted - by_hand).max():.3g}")
    return True


WEIGHTS = Kind(_originals, _structure, _open, in_child=True)
