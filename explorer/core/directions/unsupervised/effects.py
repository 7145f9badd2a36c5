"""What latents do inside a generator or to its pictures, as rows of numbers that can be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, ValueInfoProto

from explorer.core.directions.unsupervised.sefa import first_layers
from explorer.core.inference.generator import Generator
from explorer.core.inference.providers import NATIVE_ERRORS, open_session
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import Sources, sources
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import cell_means

MOST_NUMBERS = 2**15
"""Of one effect; beyond, there are no activations to be had cheaply."""

_SIDE = 16  # pixels that a picture is averaged down to: what moves a direction is seen there
_BENDING = (
    *("Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu", "Softplus", "Sigmoid", "HardSigmoid"),
    *("Tanh", "Swish", "HardSwish", "Mish"),
)
_UNSUITABLE: tuple[type[Exception], ...] = (Problem, *NATIVE_ERRORS)

Effect = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From latents (N, d) to what they bring about, (N, numbers)."""


def picture_effect(generator: Generator, label: int | None = None) -> Effect:
    """The pictures, averaged down to at most 16 by 16 pixels, each between 0 and 255."""

    def effect(latents: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = generator.stream(latents, [label] * len(latents))
        return np.concatenate([cell_means(part, _SIDE).reshape(len(part), -1) for part in parts])

    return effect


def activation_effect(generator: Generator, label: int | None = None) -> Effect | None:
    """The first activations behind the first affine layer; None where they cannot be had cheaply.

    Only the part of the graph that leads to them is loaded and run.
    """
    if generator.mapping is not None:
        return None  # the first layers bend z, not the picture
    try:
        file = read_model(generator.path)
        name = _first_bend(file)
    except Problem:
        return None
    wanted = sources(file.inputs)
    if not name or wanted is None or generator.batch != "dynamic" or file.hash != generator.hash:
        return None
    try:
        session = open_session(_cut_at(file, name), "cpu").session
        given = np.asarray(session.run(None, _feeds(wanted, np.zeros((2, wanted.width)), label))[0])
    except _UNSUITABLE:
        return None
    if given.ndim < 2 or len(given) != 2 or given.size > 2 * MOST_NUMBERS:
        return None

    def effect(latents: NDArray[np.float32]) -> NDArray[np.float32]:
        result = np.asarray(session.run(None, _feeds(wanted, latents, label))[0], np.float32)
        return result.reshape(len(latents), -1)

    return effect


def _first_bend(file: ModelFile) -> str:
    """The first result of a non-linearity that the first affine layer leads to; "" where there is none."""
    reached = set(first_layers(file)[0].node.output)
    for node in file.proto.graph.node:
        if reached.isdisjoint(node.input):
            continue
        if node.op_type in _BENDING:
            return str(node.output[0])
        reached.update(node.output)
    return ""


def _cut_at(file: ModelFile, name: str) -> bytes:
    """The part of the model that leads to one inner tensor, which is its only result."""
    model = ModelProto()
    model.CopyFrom(file.proto)
    graph, wanted, leading = model.graph, {name}, []
    for node in reversed(file.proto.graph.node):  # in topological order, as the standard demands
        if not wanted.isdisjoint(node.output):
            wanted.update(node.input)
            leading.append(node)
    own = [tensor for tensor in file.proto.graph.initializer if tensor.name in wanted]
    del graph.node[:], graph.initializer[:], graph.output[:], graph.value_info[:]
    graph.node.extend(reversed(leading))
    graph.initializer.extend(own)
    graph.output.append(ValueInfoProto(name=name))
    return bytes(model.SerializeToString())


def _feeds(wanted: Sources, latents: NDArray[Any], label: int | None) -> dict[str, NDArray[Any]]:
    return wanted.latents(latents) | wanted.beside(len(latents), label or 0)
