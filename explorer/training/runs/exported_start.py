"""A run that begins with the weights of an exported model, found in its ONNX files under the names torch gave them.

An exporter folds batch norm into the convolution before it: w' = w g / s and b' = b - m g / s, with mean m, deviation
s, scale g and shift b. Of the four only b' is left, but any others that make up the same network will do: batch norm is
given the mean and the deviation that it meets on a few pictures, that deviation as its scale, and the shift that makes
good for the mean. One without scale and shift of its own is given the mean -b' and the deviation 1. So the network is
what it was, and can learn on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from explorer.core.models.inspection import inspect
from explorer.core.models.model import GENERATOR, STEP, TRANSLATOR
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.training.learning.batches import StepBatches
from explorer.training.learning.family import Learner, NetworkExport
from explorer.training.networks.half_weights import SINGLE

_COUNT = 512  # latents or pictures by which batch norm is measured


def start_from_model(learner: Learner, model: Path, batches: StepBatches) -> tuple[str, ...]:
    """Begin with the weights of an exported model's networks, as far as they fit; gives which did not.

    A moving average and the network that it follows both begin with them.

    Parameters
    ----------
    model : Path
        A model's folder, or its ``generator.onnx`` or ``translator.onnx``.
    batches : StepBatches
        The pictures to learn from, by some of which folded batch norm is unfolded.

    Raises
    ------
    Problem
        A file cannot be read, or none fits.
    """
    origins = learner.origins()
    left: list[str] = []
    first = batches.batch(0).pictures
    rest = [batches.batch(step).pictures for step in range(1, math.ceil(_COUNT / len(first)))]
    pictures = torch.cat([first, *rest])
    exports = learner.exports()
    for role, module in origins.items():
        path = graph_of(model, role)
        if path is not None:
            inspect(path)  # tried in a process of its own before it is used
        if path is None or not _take(module, read_model(path).proto, _inputs(learner, exports[role], pictures)):
            left.append(role)
            continue
        _hand_on(learner, module)
    if len(left) == len(origins):
        raise Problem(
            f"No network of {model.stem} fits those of this run.",
            "Start from a model of this family, of the same size, latent and width.",
        )
    return tuple(left)


def graph_of(model: Path, role: str) -> Path | None:
    """The file of a network, by its name among `exports`, of the model at ``model``; None where it has none.

    A file of another name than those of a model's folder is taken for what draws.

    Raises
    ------
    Problem
        There is no model.
    """
    if not model.exists():
        raise Problem(f"There is no model {model}.", "It may have been moved or renamed.")
    if model.is_file() and model.name not in (GENERATOR, STEP, TRANSLATOR):
        return model if role in ("generator", "translator") else None
    found = (model if model.is_dir() else model.parent) / f"{role}.onnx"
    return found if found.is_file() else None


def fits(module: nn.Module, model: onnx.ModelProto, inputs: tuple[Tensor, ...]) -> bool:
    """Whether a graph has all the weights of ``module``, which takes ``inputs``, by the same names and shapes."""
    own, given = module.state_dict(), _given(module, model.graph)
    needed = _needed(module, _folded(module, model.graph, inputs))
    return all(name in given and given[name].shape == own[name].shape for name in needed)


def examples(module: nn.Module, export: NetworkExport) -> tuple[Tensor, ...]:
    """What a network takes, as its export has it, where the network is."""
    device = next((weight.device for weight in module.parameters()), torch.device("cpu"))
    return tuple(example.to(device) for example in export.inputs.values())


def _needed(module: nn.Module, folded: Mapping[str, Tensor]) -> set[str]:
    """The names of the weights that a graph has to have: those of batch norm that was folded away are made."""
    unfolded = {f"{name}.{key}" for name in folded for key in module.get_submodule(name).state_dict()}
    counts = ("num_batches_tracked", "seen")  # of what was seen: not in a graph
    return {name for name in module.state_dict() if name not in unfolded and not name.endswith(counts)}


def _take(module: nn.Module, model: onnx.ModelProto, inputs: tuple[Tensor, ...]) -> bool:
    """Put weights of the same names and shapes into ``module``; changes nothing and says so if one is missing."""
    if not fits(module, model, inputs):
        return False
    own, given, folded = module.state_dict(), _given(module, model.graph), _folded(module, model.graph, inputs)
    needed = _needed(module, folded)
    with torch.no_grad():
        for name in needed:
            own[name].copy_(given[name])
        _unfold({module.get_submodule(name): shift for name, shift in folded.items()}, module, inputs)
    return True


def _given(module: nn.Module, graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The weights that a graph has for ``module``, by the names that they have there."""
    values, within = dict(_weights(graph)), _prefix(module, graph)
    values |= dict(_group_norms(module, graph, values))
    return {name.removeprefix(within): value for name, value in values.items()}


def _prefix(module: nn.Module, graph: onnx.GraphProto) -> str:
    """What stands before the names of most of the module's weights: "network." where it was exported in another."""
    ends = [f".{name}" for name in module.state_dict()]
    found = Counter(
        each.name.removesuffix(end[1:]) for each in graph.initializer for end in ends if f".{each.name}".endswith(end)
    )
    return found.most_common(1)[0][0] if found else ""


def _group_norms(
    module: nn.Module, graph: onnx.GraphProto, values: Mapping[str, Tensor]
) -> Iterator[tuple[str, Tensor]]:
    """Scales and shifts of group norms: an exporter makes them a product and a sum without names."""
    makers = {name: node for node in graph.node for name in node.output}
    users = {name: node for node in graph.node for name in node.input}
    names = [name for name, _ in module.named_modules()]
    for node in graph.node:
        if node.op_type != "InstanceNormalization":
            continue
        convolution = makers.get(makers[node.input[0]].input[0])  # behind what lays the groups out
        name = convolution.input[1].removesuffix(SINGLE).removesuffix(".weight") if convolution else ""
        after = names[names.index(name) + 1 :][:1] if name in names else []
        if not after or not isinstance(module.get_submodule(after[0]), nn.GroupNorm):
            continue
        product = users[users[node.output[0]].output[0]]
        total = users[product.output[0]]
        for key, wanted, user in (("weight", "Mul", product), ("bias", "Add", total)):
            if user.op_type == wanted and user.input[1] in values:
                yield f"{after[0]}.{key}", values[user.input[1]].flatten()


def _weights(graph: onnx.GraphProto) -> Iterator[tuple[str, Tensor]]:
    """The weights of a graph as torch lays them out, by their names."""
    turned = {
        node.input[1].removesuffix(SINGLE)
        for node in graph.node
        if node.op_type == "Gemm" and not any(a.name == "transB" and a.i for a in node.attribute)
    }
    for initializer in graph.initializer:
        value = torch.from_numpy(np.array(numpy_helper.to_array(initializer)))
        yield initializer.name, value.T if initializer.name in turned else value


def _folded(module: nn.Module, graph: onnx.GraphProto, inputs: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """By the name of each batch norm that was folded into the convolution before it: the shift that is left of it."""
    values, within, norms = dict(_weights(graph)), _prefix(module, graph), _norms_after(module, inputs)
    found: dict[str, Tensor] = {}
    for node in graph.node:
        if node.op_type not in ("Conv", "ConvTranspose") or len(node.input) < 3 or node.input[2] not in values:
            continue
        name = node.input[1].removesuffix(SINGLE).removesuffix(".weight").removeprefix(within)
        if name in norms:
            found[norms[name]] = values[node.input[2]]
    return found


def _norms_after(module: nn.Module, inputs: tuple[Tensor, ...]) -> dict[str, str]:
    """By the name of each convolution without a bias: the batch norm that is given what it makes."""
    made: dict[int, str] = {}
    found: dict[str, str] = {}
    kept: list[Tensor] = []  # so that no two have one id

    def note(name: str, part: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
        if isinstance(part, nn.BatchNorm2d) and id(given[0]) in made:
            found[made[id(given[0])]] = name
        elif isinstance(part, nn.Conv2d | nn.ConvTranspose2d) and part.bias is None:
            kept.append(result)
            made[id(result)] = name

    hooks = [part.register_forward_hook(partial(note, name)) for name, part in module.named_modules()]
    try:
        _run(module, inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _unfold(folded: Mapping[nn.Module, Tensor], module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """Give each batch norm what makes it add its shift alone, in one pass from the first of them to the last."""

    def meet(norm: nn.Module, given: tuple[Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d)
        variance, mean = torch.var_mean(given[0].float(), (0, 2, 3), correction=0)
        assert norm.running_mean is not None and norm.running_var is not None
        if not norm.affine:
            norm.running_mean.copy_(-folded[norm])
            norm.running_var.fill_(1.0 - norm.eps)
            return
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(folded[norm].to(mean) + mean)

    hooks = [norm.register_forward_pre_hook(meet) for norm in folded]
    try:
        _run(module, inputs)
    finally:
        for hook in hooks:
            hook.remove()


@torch.no_grad()
def _run(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    """Let a network work as it does once it has learned."""
    was_training = module.training
    try:
        module.eval()(*inputs)
    finally:
        module.train(was_training)


def _inputs(learner: Learner, export: NetworkExport, pictures: Tensor) -> tuple[Tensor, ...]:
    """What an exported network takes, many times over."""
    found = []
    for name, example in export.inputs.items():
        if name == "z":
            found.append(learner.sample(_COUNT))
        elif name == "picture":
            found.append(pictures[:_COUNT])
        else:
            found.append(example[torch.arange(_COUNT) % len(example)].to(pictures.device))
    return tuple(found)


def _hand_on(learner: Learner, module: nn.Module) -> None:
    """Let whatever a moving average with ``module`` in it follows have its weights, too."""
    for network in learner.networks.values():
        if not any(weight is own for weight in network.parameters() for own in module.parameters()):
            continue
        state = network.state_dict()
        shapes = {name: value.shape for name, value in state.items()}
        for other in learner.networks.values():
            theirs = {name: value.shape for name, value in other.state_dict().items()}
            if other is not network and theirs == shapes:
                other.load_state_dict(state)
