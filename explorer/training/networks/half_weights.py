"""Weights written with half the digits: a file of half the size, whose network still works in single precision."""

from __future__ import annotations

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

SINGLE = "/single"  # what a weight's name ends with once it was made single again
_FEWEST = 256  # numbers of a tensor that is worth it


def with_half_weights(model: ModelProto) -> ModelProto:
    """The same graph with its large tensors as float16, under their names, made single when it is opened.

    A weight is off by a part in 2,048 at most, where it is not tiny. What such a network gives has to be compared with
    the original, as `parity_of` does.
    """
    halved = ModelProto()
    halved.CopyFrom(model)
    graph, casts = halved.graph, []
    singles: dict[str, str] = {}
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < _FEWEST:
            continue
        singles[tensor.name] = f"{tensor.name}{SINGLE}"
        casts.append(helper.make_node("Cast", [tensor.name], [singles[tensor.name]], to=TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name))
    for node in graph.node:
        node.input[:] = [singles.get(name, name) for name in node.input]
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    return halved
