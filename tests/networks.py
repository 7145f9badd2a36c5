"""Real networks of a few nodes that look at pictures, whose gradients are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from explorer.core.models.attribute import Attribute
from explorer.core.models.card import CARD_KEY, ModelCard

Weights = np.ndarray


def write_network(
    path: Path,
    nodes: list[onnx.NodeProto],
    weights: dict[str, Weights],
    shape: tuple[int | str, ...],
    outputs: int,
    card: ModelCard | None,
) -> Path:
    """Writes a network from ``x`` to ``y`` (N, outputs). Returns ``path``."""
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    given = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, list(shape))
    made = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["N", outputs])
    graph = helper.make_graph(nodes, "tiny", [given], [made], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if card is not None:
        helper.set_model_props(model, {CARD_KEY: card.to_json()})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def softmax_network(
    path: Path,
    weights: Weights,
    side: int = 4,
    *,
    squash: str = "Softmax",
    names: tuple[str, ...] = (),
    card: bool = True,
    bias: Weights | None = None,
) -> Path:
    """Writes a classifier of grey pictures, black 0 and white 1: ``squash`` of pixels times ``weights`` (side², K)."""
    count = weights.shape[1]
    nodes = [
        helper.make_node("Flatten", ["x"], ["rows"]),
        helper.make_node("Gemm", ["rows", "weights", "bias"], ["logits"]),
        helper.make_node(squash, ["logits"], ["y"]),
    ]
    names = names or tuple(f"class {index}" for index in range(count))
    own = ModelCard(
        name=path.stem,
        kind="classifier",
        value_range=(0.0, 1.0),
        height=side,
        width=side,
        channels=1,
        attributes=tuple(Attribute(name) for name in names),
    )
    own_card = own if card else None
    bias = np.zeros(count) if bias is None else bias
    tensors = {"weights": weights.astype("f4"), "bias": bias.astype("f4")}
    return write_network(path, nodes, tensors, ("N", 1, side, side), count, own_card)


def convolving_critic(path: Path, side: int = 16, seed: int = 0, *, channels: int = 3) -> Path:
    """Writes a critic with two convolutions, of 4 and of 6 channels, and a dense layer. Returns ``path``."""
    rng = np.random.RandomState(seed)
    nodes = [
        helper.make_node("Conv", ["x", "first"], ["seen"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("LeakyRelu", ["seen"], ["bent"], alpha=0.2),
        helper.make_node("Conv", ["bent", "second"], ["seen again"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("LeakyRelu", ["seen again"], ["bent again"], alpha=0.2),
        helper.make_node("Flatten", ["bent again"], ["rows"]),
        helper.make_node("Gemm", ["rows", "last"], ["y"]),
    ]
    weights = {
        "first": rng.standard_normal((4, channels, 3, 3)) / 3,
        "second": rng.standard_normal((6, 4, 3, 3)) / 3,
        "last": rng.standard_normal((6 * (side // 4) ** 2, 1)) / 3,
    }
    card = ModelCard(name=path.stem, kind="critic", height=side, width=side, channels=channels)
    floats = {name: value.astype("f4") for name, value in weights.items()}
    return write_network(path, nodes, floats, ("N", channels, side, side), 1, card)
