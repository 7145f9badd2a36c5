"""The steps of a diffusion model in a row, as one network from a latent to a picture.

Each step turns by the same angle towards the clean picture, as DDIM does without chance (Song et al., 2021, eq. 12; for
v in Salimans & Ho, 2022, appendix D): with v = F(x, t) and d the angle of a step, x becomes x cos d - v sin d.

Its graph is not traced, which would take as long for every step as for one: the graph of the step is written down so
many times, and all copies read the same weights.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

from explorer.core.models.ports.step_ports import CANVAS, LABEL, TIME
from explorer.training.networks.denoiser import Denoiser

STEPS = 8
"""How many steps a generator takes that is exported in one piece."""


class Unrolled(nn.Module):
    """Latents (N, C * S * S), which are noise, and classes (N,) where there are any, to pictures (N, C, S, S).

    Parameters
    ----------
    denoiser : Denoiser
        Its weights serve every step.
    size, channels : int
        Of the pictures.
    steps : int
    """

    def __init__(self, denoiser: Denoiser, size: int, channels: int, steps: int = STEPS) -> None:
        super().__init__()
        self.denoiser, self.steps, self.shape = denoiser, steps, (channels, size, size)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        turn = math.pi / 2 / self.steps
        pictures = z.view(-1, *self.shape)
        for step in range(self.steps, 0, -1):
            times = torch.full_like(z[:, 0], step / self.steps)
            pictures = math.cos(turn) * pictures - math.sin(turn) * self.denoiser(pictures, times, label)
        return pictures


def unrolled_graph(step: ModelProto, steps: int = STEPS) -> ModelProto:
    """The graph of `Unrolled` from that of its denoiser: ``z`` (and ``label``) in, ``picture`` out.

    Parameters
    ----------
    step : ModelProto
        Takes ``x`` (N, C, S, S), ``t`` (N,) and perhaps ``label`` (N,), and gives v.
    steps : int
    """
    given = {value.name: value for value in step.graph.input}
    sides = [size.dim_value for size in given[CANVAS].type.tensor_type.shape.dim[1:]]
    batch = given[CANVAS].type.tensor_type.shape.dim[0].dim_param
    turn = math.pi / 2 / steps
    constants = [
        numpy_helper.from_array(np.array([-1, *sides], np.int64), "unrolled/shape"),
        numpy_helper.from_array(np.array([0], np.int64), "unrolled/first"),
        numpy_helper.from_array(np.array(math.cos(turn), np.float32), "unrolled/cosine"),
        numpy_helper.from_array(np.array(math.sin(turn), np.float32), "unrolled/sine"),
    ]
    nodes = [
        helper.make_node("Reshape", ["z", "unrolled/shape"], ["unrolled/canvas/0"]),
        helper.make_node("Shape", ["z"], ["unrolled/sizes"]),
        helper.make_node("Gather", ["unrolled/sizes", "unrolled/first"], ["unrolled/count"]),
    ]
    for number in range(steps):
        last = number == steps - 1
        nodes += _step_nodes(step.graph, number, 1.0 - number / steps, "picture" if last else "")
    latent = helper.make_tensor_value_info("z", TensorProto.FLOAT, [batch, math.prod(sides)])
    told = [given[LABEL]] if LABEL in given else []
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [batch, *sides])
    graph = helper.make_graph(nodes, "unrolled", [latent, *told], [picture], [*step.graph.initializer, *constants])
    return helper.make_model(graph, opset_imports=step.opset_import, ir_version=step.ir_version)


def _step_nodes(graph: GraphProto, number: int, time: float, result: str) -> list[NodeProto]:
    """One step, from the canvas of its number to that of the next: its own names, but the weights' own."""
    weights = {tensor.name for tensor in graph.initializer}
    before, after = f"unrolled/canvas/{number}", result or f"unrolled/canvas/{number + 1}"
    times = f"unrolled/times/{number}"
    shared = {CANVAS: before, TIME: times, LABEL: LABEL, "": ""}
    names = shared | {name: name for name in weights}

    def named(name: str) -> str:
        return str(names.get(name, f"{number}/{name}"))

    value = helper.make_tensor("value", TensorProto.FLOAT, [1], [time])
    nodes = [helper.make_node("ConstantOfShape", ["unrolled/count"], [times], value=value)]
    for node in graph.node:
        copy = NodeProto()
        copy.CopyFrom(node)
        copy.name = f"{number}/{node.name}"
        copy.input[:] = [named(name) for name in node.input]
        copy.output[:] = [named(name) for name in node.output]
        nodes.append(copy)
    kept, turned = f"unrolled/kept/{number}", f"unrolled/turned/{number}"
    nodes.append(helper.make_node("Mul", [before, "unrolled/cosine"], [kept]))
    nodes.append(helper.make_node("Mul", [named(graph.output[0].name), "unrolled/sine"], [turned]))
    nodes.append(helper.make_node("Sub", [kept, turned], [after]))
    return nodes
