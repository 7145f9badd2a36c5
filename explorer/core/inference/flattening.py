"""A synthesis network that takes a w for every layer, as one that takes all of them in one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.core.inference.providers import BATCH
from explorer.core.models.graph import ModelFile, Port
from explorer.core.models.inputs import sources
from explorer.core.models.onnx_parts import ModelProto, NodeProto, made_node, made_tensor, made_value, type_number
from explorer.core.problem import Problem
from explorer.core.rendering.styles import MOST_STYLES

_ROW, _SHAPE = "latent-explorer/styles", "latent-explorer/styles-shape"


def style_shape(file: ModelFile) -> tuple[int, int]:
    """How many layers take a w, and how many numbers it has: 1 layer where there is no axis for them.

    Raises
    ------
    Problem
        Its input is neither (N, layers, numbers) nor (N, numbers).
    """
    found = sources(file.inputs)
    shape = found.main.shape if found is not None else ()
    layers, numbers = (1, *shape[1:]) if len(shape) == 2 else shape[1:] if len(shape) == 3 else (0, 0)
    if not (isinstance(layers, int) and isinstance(numbers, int) and 0 < layers <= MOST_STYLES and numbers > 0):
        listed = " × ".join(str(size or "?") for size in shape) or "something else"
        raise Problem(
            f"A mapping lies beside {file.path.name}, but it takes {listed}, not a w for each of its layers.",
            "Export both again: the generator takes (N, layers, numbers). Or move mapping.onnx away.",
        )
    return layers, numbers


def flattened(file: ModelFile) -> ModelFile:
    """The same synthesis with one row of layers * numbers in place of its w; path, hash and card stay the file's.

    Raises
    ------
    Problem
        As `style_shape`.
    """
    layers, numbers = style_shape(file)
    found = sources(file.inputs)
    assert found is not None
    model = ModelProto()
    model.CopyFrom(file.proto)
    _put_row(model, found.main, layers, numbers)
    return replace(file, proto=model)


def _put_row(model: ModelProto, main: Port, layers: int, numbers: int) -> None:
    own = (numbers,) if len(main.shape) == 2 else (layers, numbers)
    shape = made_tensor(np.array((-1, *own), np.int64))
    constant = made_node("Constant", [], [_SHAPE], value=shape)
    reshaped = made_node("Reshape", [_ROW, _SHAPE], [main.name])
    fed_by(model, main, _ROW, layers * numbers, [constant, reshaped])


def fed_by(model: ModelProto, main: Port, name: str, size: int, nodes: Sequence[NodeProto]) -> None:
    """Put an input of rows of ``size`` in the place of ``main``, which ``nodes`` make of it."""
    graph, kind = model.graph, type_number(main.dtype)
    row = made_value(name, kind, [main.shape[0] or BATCH, size])
    inputs = [row, *(value for value in graph.input if value.name != main.name)]
    leading = [*nodes, *graph.node]
    del graph.node[:], graph.input[:]
    graph.node.extend(leading)
    graph.input.extend(inputs)
