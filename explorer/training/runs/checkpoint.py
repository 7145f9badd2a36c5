"""Checkpoints: safetensors for what is large, JSON for the rest, there whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load, load_file, save, save_file
from torch import Tensor

from explorer.core.digits import whole_number
from explorer.core.files import read_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.training.distributed.group import is_first, of_first, processes
from explorer.training.learning.family import Learner

FORMAT = "latent-explorer/checkpoint"
VERSION = 1
_MOST_STEPS = 10**12
_LARGEST_REST = 64 << 20  # bytes
_TENSORS, _REST = "state.safetensors", "state.json"
_UNFINISHED = ".partial"


def save_checkpoint(learner: Learner, folder: Path, *, keep: int = 3) -> Path:
    """Write the learner's whole state to ``folder/step-NNNNNNNN``; the newest ``keep`` stay.

    The state is written under another name, flushed to the disk and then renamed, so that a checkpoint that can
    be seen is complete, whenever the process or the power went away.

    Raises
    ------
    Problem
        The disk is full or the folder cannot be written; earlier checkpoints are untouched.
    """
    final = folder / f"step-{learner.done_steps:08d}"
    partial = final.with_name(final.name + _UNFINISHED)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        tensors, rest = _state(learner)
        save_file(tensors, partial / _TENSORS)
        (partial / _REST).write_text(json.dumps(rest), encoding="utf-8")
        for name in (_TENSORS, _REST):
            _flush(partial / name)
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
        _forget_older(folder, keep)
    except (OSError, SafetensorError) as error:
        raise Problem(
            f"The checkpoint at step {learner.done_steps} could not be written to {folder} ({error}).",
            "Free some space or choose another folder, then resume: earlier checkpoints are intact.",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return final


def checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in ``folder``, oldest first."""
    found = folder.glob("step-*") if folder.is_dir() else []
    return sorted(path for path in found if whole_number(path.name[5:]) is not None and path.is_dir())


def step_of(checkpoint: Path) -> int:
    """The step at which a checkpoint was taken."""
    return int(checkpoint.name.removeprefix("step-"))


def load_checkpoint(learner: Learner, checkpoint: Path, *, weights_only: bool = False) -> None:
    """Put the state in ``checkpoint`` into ``learner``; ``weights_only`` leaves the optimisers as they are.

    Raises
    ------
    Problem
        A file is missing or damaged, or holds another network's state, or weights that are no finite numbers.
    """
    try:
        tensors = load_file(_ordinary(checkpoint / _TENSORS))
        rest = _rest(checkpoint / _REST)
        _restore(learner, tensors, rest, weights_only)
    except FileNotFoundError as error:
        missing = Path(str(error.filename or _TENSORS)).name
        raise Problem(
            f"The checkpoint {checkpoint.name} lacks its file {missing}.", "Resume from an earlier one."
        ) from None
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Problem(
            f"The checkpoint {checkpoint.name} cannot be read ({first}).",
            "It may be damaged, or the run's settings were changed by hand. Resume from an earlier one.",
        ) from None
    states = [network.state_dict() for network in learner.networks.values()]
    if not all(bool(torch.isfinite(value).all()) for state in states for value in state.values()):
        raise Problem(
            f"The checkpoint {checkpoint.name} holds weights that are not finite numbers.",
            "Resume from an earlier one.",
        )


def start_from(learner: Learner, checkpoint: Path) -> int:
    """Begin with the weights of another run's checkpoint, as far as they fit; gives how many tensors did.

    Raises
    ------
    Problem
        It cannot be read, or nothing in it fits.
    """
    try:
        tensors = load_file(_ordinary(checkpoint / _TENSORS))
    except (SafetensorError, OSError) as error:
        raise Problem(f"The checkpoint {checkpoint} cannot be read ({error}).", "Start from another.") from None
    taken = 0
    for name, network in learner.networks.items():
        own = network.state_dict()
        given = _below(tensors, f"network/{name}/")
        fitting = {key: value for key, value in given.items() if key in own and value.shape == own[key].shape}
        network.load_state_dict(fitting, strict=False)
        taken += len(fitting)
    if taken == 0:
        raise Problem(f"Nothing in {checkpoint} fits the networks of this run.", "Start from a run of its family.")
    return taken


def shapes_in(checkpoint: Path) -> dict[tuple[str, str], tuple[int, ...]]:
    """The shape of each tensor that a checkpoint keeps, by the names of its network and of itself; reads no tensor.

    Raises
    ------
    Problem
        It cannot be read.
    """
    try:
        with safe_open(_ordinary(checkpoint / _TENSORS), "pt") as file:
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise Problem(f"The checkpoint {checkpoint} cannot be read ({error}).", "Start from another.") from None
    parts = {name: name.removeprefix("network/").partition("/") for name in shapes if name.startswith("network/")}
    return {(parts[name][0], parts[name][2]): shapes[name] for name in parts}


def _rest(path: Path) -> Any:
    if _ordinary(path).stat().st_size > _LARGEST_REST:
        raise ValueError(f"its {_REST} is larger than {_LARGEST_REST >> 20} MB")
    return parsed_json(read_file(path, _LARGEST_REST))


def _ordinary(path: Path) -> Path:
    """A file itself; a pipe would be waited for, and a device read without end."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))
    return path


def share_state(learner: Learner) -> None:
    """Give the learners of all processes that train together the state of the first one's."""
    if processes() == 1:
        return
    tensors, rest = _state(learner)
    given = load(of_first(save(tensors)))
    state = json.loads(of_first(json.dumps(rest).encode()))
    if not is_first():
        _restore(learner, given, state, weights_only=False)


def _state(learner: Learner) -> tuple[dict[str, Tensor], dict[str, Any]]:
    tensors = {
        f"network/{name}/{key}": value
        for name, network in learner.networks.items()
        for key, value in network.state_dict().items()
    }
    groups: dict[str, Any] = {}
    for name, optimizer in learner.optimizers.items():
        state = optimizer.state_dict()
        groups[name] = state["param_groups"]
        for index, values in state["state"].items():
            for key, value in values.items():
                tensors[f"optimizer/{name}/{index}/{key}"] = torch.as_tensor(value).detach()
    tensors["random/learner"] = learner.rng.get_state()
    # Every tensor gets memory of its own, row by row: safetensors refuses shared or strided ones.
    plain = {key: value.detach().cpu().clone(memory_format=torch.contiguous_format) for key, value in tensors.items()}
    return plain, {"format": FORMAT, "version": VERSION, "step": learner.done_steps, "optimizers": groups}


def _restore(learner: Learner, tensors: dict[str, Tensor], rest: dict[str, Any], weights_only: bool) -> None:
    if rest.get("format") != FORMAT or rest.get("version") != VERSION:
        raise ValueError("it is of another format or a newer version")
    for name, network in learner.networks.items():
        network.load_state_dict(_below(tensors, f"network/{name}/"))
    learner.done_steps = _step(rest["step"])
    if weights_only:
        return
    for name, optimizer in learner.optimizers.items():
        optimizer.load_state_dict(_optimizer_state(optimizer, tensors, name, rest["optimizers"][name]))
    _restore_random(learner, tensors["random/learner"])


def _step(step: object) -> int:
    if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step <= _MOST_STEPS:
        raise ValueError("its step is not a count")
    return step


def _restore_random(learner: Learner, state: Tensor) -> None:
    if state.shape == learner.rng.get_state().shape:
        learner.rng.set_state(state)
    else:  # the run moved between processor and GPU, whose random streams differ anyway
        learner.rng.manual_seed(learner.done_steps)


def _optimizer_state(
    optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor], name: str, groups: list[dict[str, Any]]
) -> dict[str, Any]:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in _below(tensors, f"optimizer/{name}/").items():
        place, slot = key.split("/")
        index = whole_number(place)
        if index is None or index >= len(parameters):
            raise ValueError(f"it holds a state of parameter {place[:20]}, which there is not")
        parameter = parameters[index]
        if value.shape == parameter.shape:  # keep the parameter's memory format, which the fused kernels expect
            value = torch.empty_like(parameter).copy_(value)
        state.setdefault(index, {})[slot] = value
    if not isinstance(groups, list) or len(groups) != len(optimizer.param_groups):
        raise ValueError("its optimiser has other groups of parameters")
    pairs = zip(optimizer.param_groups, groups, strict=True)
    return {"state": state, "param_groups": [_checked_group(own, group) for own, group in pairs]}


def _checked_group(own: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
    """Settings of an optimiser as they were kept; those that its version of torch did not know are as they are."""
    for key in group.keys() - {"params"}:
        if key not in own or _kind(own[key]) != _kind(group[key]):
            raise ValueError(f"its optimiser has a setting {str(key)[:20]} that cannot be")
    return {**own, **group, "params": group["params"]}


def _kind(value: Any) -> Any:
    """What a setting is: a number, so many of them, or a switch, which may be undecided."""
    if isinstance(value, list | tuple):
        return [_kind(each) for each in value]
    if value is None or isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _forget_older(folder: Path, keep: int) -> None:
    """Remove all but the newest checkpoints, and what a process that was killed left of one."""
    for old in (*checkpoints(folder)[:-keep], *folder.glob(f"step-*{_UNFINISHED}")):
        shutil.rmtree(old, ignore_errors=True)
