"""An ONNX network run by torch, so that gradients pass through it.

With this any generator that can be opened can be inverted: an encoder can be fitted to it, or a picture projected
into its latent space, whatever it was trained with. It covers the operators of convolutional and fully connected
networks; the batch may be any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.training.projection.onnx_operators import OPERATORS

_STAGES = ("LeakyRelu", "Relu", "Elu", "Gelu")  # after which features are worth comparing
_LARGE = 2**28
"""Numbers between the layers, 1 GiB, from which on most are worked out again when gradients pass."""
_LEARNT = ("weight", "bias", "start", "const")
_DENSE = ("Conv", "ConvTranspose", "Gemm", "MatMul")


@dataclass(frozen=True, eq=False)
class _Step:
    """One node, and the values that nobody asks for after it."""

    kind: str
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]
    last_of: tuple[str, ...] = ()

    @property
    def is_costly(self) -> bool:
        """Whether it takes much longer than to keep what it gives."""
        return self.kind in _DENSE and self.attributes.get("group", 1) == 1


class OnnxNetwork(nn.Module):
    """An ONNX graph as a torch module; its weights are buffers and do not learn.

    Parameters
    ----------
    model : onnx.ModelProto
    eyes_only : bool
        Leave out what comes after the last non-linear stage, for networks whose `activations` alone matter.

    Raises
    ------
    Problem
        The graph uses an operator that is not known here.
    """

    def __init__(self, model: onnx.ModelProto, *, eyes_only: bool = False) -> None:
        super().__init__()
        graph = model.graph
        self._nodes = [
            _Step(node.op_type, tuple(node.input), tuple(node.output), _attributes(node)) for node in graph.node
        ]
        if eyes_only:
            stages = [place for place, step in enumerate(self._nodes) if step.kind in _STAGES]
            self._nodes = self._nodes[: max(stages, default=-1) + 1]
        unknown = sorted({step.kind for step in self._nodes} - OPERATORS.keys() - {"Constant"})
        if unknown:
            raise Problem(
                f"This network uses {', '.join(unknown)}, through which no gradients can be taken here.",
                "Use a convolutional or fully connected network.",
            )
        self._buffer_names: dict[str, str] = {}
        for name, value in _constants(graph):
            self._buffer_names[name] = f"weight_{len(self._buffer_names)}"
            self.register_buffer(self._buffer_names[name], torch.from_numpy(value.copy()))
        self._inputs = [value.name for value in graph.input if value.name not in self._buffer_names]
        self._output = graph.output[0].name
        self._is_large = False
        self._plans: dict[tuple[str, ...], list[list[_Step]]] = {}

    @classmethod
    def load(cls, path: Path, *, eyes_only: bool = False) -> OnnxNetwork:
        """The network in the ONNX file ``path``.

        Raises
        ------
        Problem
            The file is missing, damaged, against the policy, or uses an unknown operator.
        """
        return cls(read_model(path).proto, eyes_only=eyes_only)

    def forward(self, *given: Tensor) -> Tensor:
        """The first output for these inputs, in the order of the graph."""
        return self.run(*given, wanted=[self._output])[self._output]

    def run(self, *given: Tensor, wanted: Sequence[str], told: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
        """The values of the graph that are ``wanted``, by their names in the file; only what they need is run.

        ``told`` is taken in the place of weights of these names.
        """
        values: dict[str, Tensor] = dict(zip(self._inputs, given, strict=True))
        values |= {name: getattr(self, buffer) for name, buffer in self._buffer_names.items()} | dict(told or {})
        sparing, numbers = self._is_large and torch.is_grad_enabled(), 0
        for group in self._plan(tuple(wanted)):
            if sparing and len(group) > 1:
                values |= _run_again(group, values)
            else:
                for step in group:
                    values |= _results(step, values)
                    numbers += sum(values[name].numel() for name in step.outputs if name)
            for name in {name for step in group for name in step.last_of} & values.keys():
                del values[name]
        self._is_large = self._is_large or numbers > _LARGE
        return {name: values[name] for name in wanted}

    @property
    def weight_names(self) -> Set[str]:
        """What its weights are called in the file."""
        return self._buffer_names.keys()

    @property
    def learnt_names(self) -> list[str]:
        """What those weights are called that a trainer may have learnt.

        They are the ones called weight, bias or constant; where none is, those that layers multiply by and add.
        """
        real = [name for name in self._buffer_names if _is_of_many(self.weight(name))]
        named = [name for name in real if name.rpartition(".")[2] in _LEARNT]
        used = {name for step in self._nodes if step.is_costly for name in step.names}
        return named or [name for name in real if name in used]

    def weight(self, name: str) -> Tensor:
        """A weight by its name in the file."""
        return self.get_buffer(self._buffer_names[name])

    def activations(self, *given: Tensor) -> list[Tensor]:
        """What the network sees at each non-linear stage, (N, C, H, W) each: features to compare pictures by."""
        seen = self.run(*given, wanted=self.stages)
        return [seen[name] for name in self.stages if seen[name].ndim == 4]

    @property
    def stages(self) -> list[str]:
        """What its non-linear stages give, by their names in the file and in their order."""
        return [step.outputs[0] for step in self._nodes if step.kind in _STAGES]

    def _plan(self, wanted: tuple[str, ...]) -> list[list[_Step]]:
        if wanted not in self._plans:
            self._plans[wanted] = _forgetting(_grouped(_needed(self._nodes, wanted), wanted), wanted)
        return self._plans[wanted]


def _is_of_many(weight: Tensor) -> bool:
    return weight.is_floating_point() and weight.numel() > 1


def _needed(nodes: Sequence[_Step], wanted: Sequence[str]) -> list[_Step]:
    """The nodes that the wanted values need, in their order."""
    needed = set(wanted)
    steps: list[_Step] = []
    for node in reversed(nodes):
        if node.kind != "Constant" and needed.intersection(node.outputs):
            needed.update(name for name in node.names if name)
            steps.insert(0, node)
    return steps


def _forgetting(groups: Sequence[Sequence[_Step]], wanted: Sequence[str]) -> list[list[_Step]]:
    """The same groups, each step of which knows of which values it is the last to ask."""
    later = set(wanted)
    told: list[list[_Step]] = []
    for group in reversed(groups):
        steps: list[_Step] = []
        for step in reversed(group):
            last = tuple(name for name in dict.fromkeys((*step.names, *step.outputs)) if name and name not in later)
            later.update(step.names)
            steps.insert(0, replace(step, last_of=last))
        told.insert(0, steps)
    return told


def _grouped(steps: Sequence[_Step], wanted: Sequence[str]) -> list[list[_Step]]:
    """Steps in groups, in which each but the last gives what only another one of them asks for.

    Where memory is short, only what goes into a group is kept, and all in it is worked out again when gradients pass
    (Chen et al., 2016, Training Deep Nets with Sublinear Memory Cost). Costly steps are groups of their own, and parts
    that are joined stay apart.
    """
    asked = Counter(name for step in steps for name in set(step.names))
    asked.update(wanted)
    giver = {name: place for place, step in enumerate(steps) for name in step.outputs}
    groups: dict[int, list[int]] = {}
    for place, step in enumerate(steps):
        group = [place]
        if not (step.is_costly or step.kind == "Concat"):
            for name in dict.fromkeys(step.names):
                at = giver.get(name)
                if at is not None and asked[name] == 1 and len(steps[at].outputs) == 1 and not steps[at].is_costly:
                    group = groups.pop(at) + group
        groups[place] = sorted(group)
    return [[steps[at] for at in group] for _, group in sorted(groups.items())]


def _results(step: _Step, values: dict[str, Tensor]) -> dict[str, Tensor]:
    made = OPERATORS[step.kind](step.attributes, *(values[name] if name else None for name in step.names))
    return dict(zip(step.outputs, made if isinstance(made, tuple) else (made,), strict=False))


def _run_again(group: Sequence[_Step], values: dict[str, Tensor]) -> dict[str, Tensor]:
    """What a group gives, of which nothing else is kept for the gradients."""
    inside = {name for step in group for name in step.outputs}
    names = sorted({name for step in group for name in step.names if name and name not in inside})

    def worked_out(*given: Tensor) -> tuple[Tensor, ...]:
        own = dict(zip(names, given, strict=True))
        for step in group:
            own |= _results(step, own)
        return tuple(own[name] for name in group[-1].outputs)

    again: Any = checkpoint(
        worked_out, *(values[name] for name in names), use_reentrant=False, preserve_rng_state=False
    )
    return dict(zip(group[-1].outputs, again, strict=True))


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _constants(graph: onnx.GraphProto) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    for tensor in graph.initializer:
        yield tensor.name, _without_doubles(numpy_helper.to_array(tensor))
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                value = helper.get_attribute_value(attribute)
                array = numpy_helper.to_array(value) if attribute.name == "value" else np.array(value)
                yield node.output[0], _without_doubles(array)


def _without_doubles(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype(np.float32) if array.dtype == np.float64 else array
