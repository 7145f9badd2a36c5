"""Steps of a painting as real ONNX models of a few nodes, of which it is known what they paint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.sampling.schedules import DiffusionSchedule, RasterSchedule

SPREAD = 0.5


def gaussian_step(
    folder: Path, size: int = 8, channels: int = 3, classes: int = 0, spread: float = SPREAD, **card: Any
) -> Path:
    """Writes ``step.onnx`` for pictures whose pixels are independent, N(0, spread^2): their v is known exactly.

    v = (1 - s^2) a b / (a^2 s^2 + b^2) x. Every class adds its own shade to v, "none" adds nothing. Of ``card`` some
    fields may be told otherwise. Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    square = spread**2
    weights: dict[str, np.ndarray] = {
        "turn": np.float32(np.pi / 2),
        "square": np.float32(square),
        "rest": np.float32(1.0 - square),
        "axes": np.array([-1, 1, 1, 1], np.int64),
    }
    nodes = [
        helper.make_node("Mul", ["t", "turn"], ["angle"]),
        helper.make_node("Cos", ["angle"], ["a"]),
        helper.make_node("Sin", ["angle"], ["b"]),
        helper.make_node("Mul", ["a", "b"], ["ab"]),
        helper.make_node("Mul", ["ab", "rest"], ["above"]),
        helper.make_node("Mul", ["a", "a"], ["aa"]),
        helper.make_node("Mul", ["aa", "square"], ["signal"]),
        helper.make_node("Mul", ["b", "b"], ["noise"]),
        helper.make_node("Add", ["signal", "noise"], ["below"]),
        helper.make_node("Div", ["above", "below"], ["share"]),
        helper.make_node("Reshape", ["share", "axes"], ["factor"]),
        helper.make_node("Mul", ["x", "factor"], ["plain" if classes else "v"]),
    ]
    sides: list[int | str] = ["N", channels, size, size]
    inputs = [_port("x", sides), _port("t", ["N"])]
    if classes:
        weights["shades"] = np.append(np.linspace(-0.5, 0.5, classes), 0.0).astype(np.float32)
        inputs.append(helper.make_tensor_value_info("label", TensorProto.INT64, ["N"]))
        nodes.append(helper.make_node("Gather", ["shades", "label"], ["shade"]))
        nodes.append(helper.make_node("Reshape", ["shade", "axes"], ["shades of all"]))
        nodes.append(helper.make_node("Add", ["plain", "shades of all"], ["v"]))
    own = ModelCard(
        name=folder.name,
        kind="sampler",
        latent_size=channels * size * size,
        height=size,
        width=size,
        channels=channels,
        classes=tuple(f"class {index}" for index in range(classes)),
        schedule=DiffusionSchedule.cosine(),
    )
    write_step(folder, nodes, inputs, [_port("v", sides)], weights, replace(own, **card))
    return folder


def raster_step(folder: Path, size: int = 8) -> Path:
    """Writes ``step.onnx`` for grey pictures of two levels: a pixel is likely to be what the one above it is.

    Its logits are minus and plus the pixel above. Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights: dict[str, np.ndarray] = {
        "begin": np.array([0], np.int64),
        "end": np.array([-1], np.int64),
        "rows": np.array([2], np.int64),
        "a row": np.array([0, 0, 1, 0, 0, 0, 0, 0], np.int64),
        "levels": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Slice", ["x", "begin", "end", "rows"], ["but the last"]),
        helper.make_node("Pad", ["but the last", "a row"], ["above"]),
        helper.make_node("Unsqueeze", ["above", "levels"], ["white"]),
        helper.make_node("Neg", ["white"], ["black"]),
        helper.make_node("Concat", ["black", "white"], ["logits"], axis=1),
    ]
    sides: list[int | str] = ["N", 1, size, size]
    card = ModelCard(
        name=folder.name,
        kind="sampler",
        latent_size=size * size,
        distribution="uniform",
        height=size,
        width=size,
        channels=1,
        schedule=RasterSchedule((-1.0, 1.0)),
    )
    write_step(folder, nodes, [_port("x", sides)], [_port("logits", ["N", 2, *sides[1:]])], weights, card)
    return folder


def write_step(folder: Path, nodes: Any, inputs: Any, outputs: Any, weights: Any, card: ModelCard | str) -> None:
    """Writes nodes as ``step.onnx`` with a card, or with a text in the place of one."""
    initializers = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "step", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    entry = model.metadata_props.add()
    entry.key, entry.value = CARD_KEY, card if isinstance(card, str) else card.to_json()
    onnx.save_model(model, folder / "step.onnx")


def _port(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
