"""Real ONNX models of a few nodes, whose pictures visibly follow their latents."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from explorer.core.models.attribute import Attribute
from explorer.core.models.card import CARD_KEY, ModelCard

Range = tuple[float, float]


def tiny_generator(
    path: Path,
    latent: int = 4,
    size: int = 8,
    channels: int = 3,
    classes: int = 0,
    value_range: Range = (-1.0, 1.0),
    layout: str = "NCHW",
    batch: int | str = "N",
    card: bool = True,
    *,
    one_hot: bool = False,
    latent_axes: int = 2,
    distribution: str = "normal",
    opset: int = 17,
    seed: int = 0,
) -> Path:
    """Writes a generator: sigmoid(z W + b + class row), stretched to its value range. Returns ``path``.

    Every latent dimension paints its own smooth wave over the whole picture, and every class its own shade.
    ``latent_axes`` 4 takes (N, d, 1, 1), 1 takes (d,). ``one_hot`` classes are (N, k) floats, not (N,) int64.
    """
    low, high = value_range
    pixels = channels * size * size
    nodes, inputs, weights = [], [_port("z", _latent_shape(latent, latent_axes, batch))], {}
    weights["flat"] = np.array([-1, latent], np.int64)
    weights["waves"] = _waves(latent, channels, size, layout, seed)
    weights["bias"] = np.zeros(pixels, np.float32)
    nodes.append(helper.make_node("Reshape", ["z", "flat"], ["rows"]))
    nodes.append(helper.make_node("Gemm", ["rows", "waves", "bias"], ["painted"]))
    last = "painted"
    if classes:
        shades = np.linspace(-2, 2, classes, dtype=np.float32)[:, None] * np.ones(pixels, np.float32)
        weights["shades"] = shades
        inputs.append(_class_port(classes, one_hot, batch))
        look_up = ("MatMul", ["label", "shades"]) if one_hot else ("Gather", ["shades", "label"])
        nodes.append(helper.make_node(look_up[0], look_up[1], ["shade"]))
        nodes.append(helper.make_node("Add", ["painted", "shade"], ["shaded"]))
        last = "shaded"
    weights |= {"span": np.float32(high - low), "low": np.float32(low)}
    nodes.append(helper.make_node("Sigmoid", [last], ["unit"]))
    nodes.append(helper.make_node("Mul", ["unit", "span"], ["wide"]))
    nodes.append(helper.make_node("Add", ["wide", "low"], ["values"]))
    shape = _picture_shape(channels, size, layout, batch if latent_axes > 1 else 1)
    weights["shape"] = np.array([-1, *shape[1:]], np.int64)
    nodes.append(helper.make_node("Reshape", ["values", "shape"], ["picture"]))
    own = ModelCard(
        name=path.stem,
        kind="generator",
        latent_size=latent,
        distribution=distribution,
        value_range=value_range,
        layout=layout,
        height=size,
        width=size,
        channels=channels,
        classes=tuple(f"class {index}" for index in range(classes)),
    )
    return _write(path, nodes, inputs, [_port("picture", shape)], weights, own if card else None, opset)


def tiny_style_model(
    folder: Path,
    latent: int = 4,
    style: int = 5,
    layers: int = 3,
    size: int = 8,
    classes: int = 0,
    batch: int | str = "N",
    card: bool = True,
    *,
    fits: bool = True,
    told_mean: np.ndarray | None = None,
    one_hot: bool = False,
    seed: int = 0,
) -> Path:
    """Writes a style-based model: ``mapping.onnx`` and ``generator.onnx``. Returns the folder.

    The mapping is w = relu(z A + a) B + class row. Layer l of the synthesis paints waves of its own, so that its
    picture is sigmoid(sum over l of w_l waves_l). ``fits`` False makes it take a w of one number more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.RandomState(seed)
    _write_mapping(folder / "mapping.onnx", (latent, style, classes, one_hot, batch), draw, told_mean)
    taken = style if fits else style + 1
    pixels = 3 * size * size
    waves = np.stack([_waves(taken, 3, size, "NCHW", seed + 1 + layer) for layer in range(layers)])
    nodes = [
        helper.make_node("Reshape", ["w", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "waves"], ["painted"]),
        helper.make_node("Sigmoid", ["painted"], ["values"]),
        helper.make_node("Reshape", ["values", "shape"], ["picture"]),
    ]
    weights = {
        "flat": np.array([-1, layers * taken], np.int64),
        "waves": waves.reshape(layers * taken, pixels) / np.float32(layers),
        "shape": np.array([-1, 3, size, size], np.int64),
    }
    own = ModelCard(
        name=folder.name,
        kind="generator",
        latent_size=latent,
        styles=layers,
        style_size=style,
        value_range=(0.0, 1.0),
        height=size,
        width=size,
        channels=3,
        classes=tuple(f"class {index}" for index in range(classes)),
    )
    inputs, outputs = [_port("w", [batch, layers, taken])], [_port("picture", [batch, 3, size, size])]
    _write(folder / "generator.onnx", nodes, inputs, outputs, weights, own if card else None)
    return folder


def tiny_stylegan(folder: Path, seed: int = 0, channels: int = 6, latent: int = 4, style: int = 5) -> Path:
    """Writes a StyleGAN2 of 8 x 8 pixels with a ``mapping.onnx``: three convolutions and two ToRGB. Returns the folder.

    Its layers have styles, ``s0`` to ``s4``, and take w 0, 1, 1, 2 and 3.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.RandomState(seed)
    _write_mapping(folder / "mapping.onnx", (latent, style, 0, False, "N"), draw, None)
    nodes: list[onnx.NodeProto] = []
    weights: dict[str, Any] = {"start": draw.standard_normal((1, channels, 4, 4)), "axes": np.array([2, 3], np.int64)}

    def add(kind: str, inputs: list[str], result: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [result], **attributes))
        return result

    def layer(number: int, x: str, taken: int, after: int, up: bool = False) -> str:
        weights[f"place {number}"] = np.array(taken, np.int64)
        weights[f"affine {number}"] = draw.standard_normal((channels, style)) * 0.4
        weights[f"affine bias {number}"] = 1 + 0.3 * draw.standard_normal(channels)
        w = add("Gather", ["w", f"place {number}"], f"w{number}", axis=1)
        s = add("Gemm", [w, f"affine {number}", f"affine bias {number}"], f"s{number}", transB=1)
        x = add("Mul", [x, add("Unsqueeze", [s, "axes"], f"spread {number}")], f"scaled {number}")
        kernel = 2 if up else 1 if after == 3 else 3
        weights[f"weight {number}"] = (
            draw.standard_normal((channels, after, kernel, kernel) if up else (after, channels, kernel, kernel))
            / channels**0.5
            / kernel
        )
        if up:
            return add("ConvTranspose", [x, f"weight {number}"], f"conv {number}", strides=[2, 2])
        return add("Conv", [x, f"weight {number}"], f"conv {number}", pads=[kernel // 2] * 4)

    x = add("LeakyRelu", [layer(0, "start", 0, channels)], "lit 0", alpha=0.2)
    small = layer(1, x, 1, 3)
    x = add("LeakyRelu", [layer(2, x, 1, channels, up=True)], "lit 2", alpha=0.2)
    x = add("LeakyRelu", [layer(3, x, 2, channels)], "lit 3", alpha=0.2)
    weights["doubling"] = np.ones((3, 1, 2, 2))
    grown = add("ConvTranspose", [small, "doubling"], "grown", strides=[2, 2], group=3)
    add("Add", [grown, layer(4, x, 3, 3)], "picture")
    whole = {name: value if value.dtype == np.int64 else value.astype(np.float32) for name, value in weights.items()}
    own = ModelCard(name=folder.name, kind="generator", latent_size=latent, styles=4, style_size=style,
                    value_range=(-3.0, 3.0), height=8, width=8, channels=3)  # fmt: skip
    inputs, outputs = [_port("w", ["N", 4, style])], [_port("picture", ["N", 3, 8, 8])]
    _write(folder / "generator.onnx", nodes, inputs, outputs, whole, own)
    return folder


def _write_mapping(
    path: Path,
    form: tuple[int, int, int, bool, int | str],
    draw: np.random.RandomState,
    told_mean: np.ndarray | None,
) -> None:
    latent, style, classes, one_hot, batch = form
    weights: dict[str, Any] = {
        "A": draw.standard_normal((latent, 8)).astype(np.float32),
        "a": draw.standard_normal(8).astype(np.float32),
        "B": draw.standard_normal((8, style)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Gemm", ["z", "A", "a"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["lit"]),
        helper.make_node("MatMul", ["lit", "B"], ["mapped" if classes else "w"]),
    ]
    inputs = [_port("z", [batch, latent])]
    if classes:
        weights["shades"] = draw.standard_normal((classes, style)).astype(np.float32)
        inputs.append(_class_port(classes, one_hot, batch))
        look_up = ("MatMul", ["label", "shades"]) if one_hot else ("Gather", ["shades", "label"])
        nodes.append(helper.make_node(look_up[0], look_up[1], ["shade"]))
        nodes.append(helper.make_node("Add", ["mapped", "shade"], ["w"]))
    _write(path, nodes, inputs, [_port("w", [batch, style])], weights, None)
    if told_mean is not None:
        model = onnx.load(path)
        told = base64.b64encode(told_mean.astype("<f4").tobytes()).decode()
        helper.set_model_props(model, {"latent_explorer.w_mean": told})
        onnx.save(model, path)


def tiny_encoder(
    path: Path,
    latent: int = 4,
    size: int = 8,
    channels: int = 3,
    value_range: Range = (-1.0, 1.0),
    layout: str = "NCHW",
    batch: int | str = "N",
    card: bool = True,
    seed: int = 0,
) -> Path:
    """Writes an encoder: the picture's projections on the waves of `tiny_generator`. Returns ``path``."""
    waves = _waves(latent, channels, size, layout, seed).T / (channels * size * size)
    return _reader(path, "encoder", waves, (channels, size, value_range, layout, batch), card)


def tiny_critic(
    path: Path,
    size: int = 8,
    channels: int = 3,
    value_range: Range = (-1.0, 1.0),
    layout: str = "NCHW",
    batch: int | str = "N",
    card: bool = True,
) -> Path:
    """Writes a critic: the mean of the picture's values. Returns ``path``."""
    mean = np.full((channels * size * size, 1), 1 / (channels * size * size), np.float32)
    return _reader(path, "critic", mean, (channels, size, value_range, layout, batch), card)


def tiny_likelihood(
    path: Path,
    size: int = 8,
    channels: int = 1,
    classes: int = 0,
    batch: int | str = "N",
    card: bool = True,
    *,
    kind: str = "likelihood",
    value: float = 1.0,
) -> Path:
    """Writes a likelihood, or a ``surprise``: the squared values of pictures, -1 to 1. Returns ``path``.

    The likelihood gives ``value`` times their mean, the surprise times their sum over channels; class k adds k bits to
    either.
    """
    nodes = [helper.make_node("Mul", ["picture", "picture"], ["squares"])]
    of_pixels = kind == "surprise"
    reduce = "ReduceSum" if of_pixels else "ReduceMean"
    told = ["squares", "axes"] if of_pixels else ["squares"]
    axes = {} if of_pixels else {"axes": [1, 2, 3]}
    nodes.append(helper.make_node(reduce, told, ["summed"], keepdims=int(of_pixels), **axes))
    nodes.append(helper.make_node("Mul", ["summed", "value"], ["plain" if classes else "bits"]))
    weights: dict[str, Any] = {"axes": np.array([1], np.int64), "value": np.float32(value)}
    inputs = [_port("picture", [batch, channels, size, size])]
    if classes:
        weights["whole"] = np.array([-1, 1, 1, 1] if of_pixels else [-1], np.int64)
        inputs.append(_class_port(classes, one_hot=False, batch=batch))
        nodes.append(helper.make_node("Cast", ["label"], ["numbers"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Reshape", ["numbers", "whole"], ["extra"]))
        nodes.append(helper.make_node("Add", ["plain", "extra"], ["bits"]))
    own = ModelCard(
        name=path.stem,
        kind=kind,
        height=size,
        width=size,
        channels=channels,
        classes=tuple(f"class {index}" for index in range(classes)),
        measures="exact",
    )
    outputs = [_port("bits", [batch, 1, size, size] if of_pixels else [batch])]
    return _write(path, nodes, inputs, outputs, weights, own if card else None)


def tiny_classifier(
    path: Path,
    attributes: Sequence[str] = ("first", "second"),
    size: int = 8,
    channels: int = 3,
    value_range: Range = (-1.0, 1.0),
    seed: int = 0,
) -> Path:
    """Writes a classifier: how likely each wave of `tiny_generator` is in the picture. Returns ``path``."""
    pixels = channels * size * size
    weights = {
        "flat": np.array([-1, pixels], np.int64),
        "matrix": 20.0 * _waves(len(attributes), channels, size, "NCHW", seed).T / pixels,
    }
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "matrix"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["chances"]),
    ]
    own = ModelCard(
        name=path.stem,
        kind="classifier",
        value_range=value_range,
        layout="NCHW",
        height=size,
        width=size,
        channels=channels,
        attributes=tuple(Attribute(name) for name in attributes),
    )
    inputs = [_port("x", ["N", channels, size, size])]
    return _write(path, nodes, inputs, [_port("chances", ["N", len(attributes)])], weights, own)


def tiny_translator(
    path: Path,
    size: int = 8,
    channels: int = 3,
    value_range: Range = (-1.0, 1.0),
    batch: int | str = "N",
    card: ModelCard | None = None,
) -> Path:
    """Writes a translator: the picture's negative. Returns ``path``."""
    shape = [batch, channels, size, size]
    nodes = [helper.make_node("Neg", ["x"], ["minus"]), helper.make_node("Add", ["minus", "sum"], ["y"])]
    weights = {"sum": np.float32(sum(value_range))}
    return _write(path, nodes, [_port("x", shape)], [_port("y", shape)], weights, card)


def write_model(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: dict[str, Any] | None = None,
    opset: int = 17,
) -> Path:
    """Writes any graph without a card, for tests that need an odd one. Returns ``path``."""
    return _write(path, nodes, inputs, outputs, weights or {}, None, opset)


def port(name: str, shape: Sequence[int | str], dtype: str = "float32") -> onnx.ValueInfoProto:
    """An input or output for `write_model`."""
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), shape)


_port = port


def hungry_model(path: Path, numbers: int = 2**34) -> Path:
    """Asks for 64 GB that shape inference cannot foresee, as their number depends on the latent."""
    nodes = [
        helper.make_node("ReduceSum", ["z"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
        helper.make_node("Cast", ["nothing"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Add", ["whole", "many"], ["count"]),
        helper.make_node("ConstantOfShape", ["count"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["total"], keepdims=0),
        helper.make_node("Add", ["z", "total"], ["picture"]),
    ]
    return write_model(
        path,
        nodes,
        [port("z", ["N", 4])],
        [port("picture", ["N", 4])],
        {"zero": np.float32(0), "many": np.array([numbers])},
    )


def _reader(
    path: Path, kind: str, matrix: np.ndarray, form: tuple[int, int, Range, str, int | str], card: bool
) -> Path:
    channels, size, value_range, layout, batch = form
    weights = {"flat": np.array([-1, channels * size * size], np.int64), "matrix": matrix}
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("MatMul", ["rows", "matrix"], ["result"]),
    ]
    own = ModelCard(
        name=path.stem,
        kind=kind,
        latent_size=matrix.shape[1] if kind == "encoder" else 0,
        value_range=value_range,
        layout=layout,
        height=size,
        width=size,
        channels=channels,
    )
    inputs = [_port("x", _picture_shape(channels, size, layout, batch))]
    outputs = [_port("result", [batch, matrix.shape[1]])]
    return _write(path, nodes, inputs, outputs, weights, own if card else None)


def _waves(latent: int, channels: int, size: int, layout: str, seed: int) -> np.ndarray:
    """One smooth pattern a latent dimension, (latent, pixels) float32, pixels in the order of the layout."""
    draw = np.random.RandomState(seed)
    down, across = np.mgrid[0:size, 0:size] / size
    waves = []
    for _ in range(latent):
        steep, turn = draw.uniform(1, 7, (2, channels, 1, 1)), draw.uniform(0, 6.28, (channels, 1, 1))
        waves.append(np.cos(steep[0] * down + steep[1] * across + turn))
    stacked = np.stack(waves)
    if layout == "NHWC":
        stacked = stacked.transpose(0, 2, 3, 1)
    return stacked.reshape(latent, -1).astype(np.float32)


def _latent_shape(latent: int, axes: int, batch: int | str) -> list[int | str]:
    return {1: [latent], 2: [batch, latent], 4: [batch, latent, 1, 1]}[axes]


def _picture_shape(channels: int, size: int, layout: str, batch: int | str) -> list[int | str]:
    shapes: dict[str, list[int | str]] = {
        "NCHW": [batch, channels, size, size],
        "NHWC": [batch, size, size, channels],
        "flat": [batch, channels * size * size],
    }
    return shapes[layout]


def _class_port(classes: int, one_hot: bool, batch: int | str) -> onnx.ValueInfoProto:
    return _port("label", [batch, classes]) if one_hot else _port("label", [batch], "int64")


def _write(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    weights: dict[str, Any],
    card: ModelCard | None,
    opset: int = 17,
) -> Path:
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    if card is not None:
        helper.set_model_props(model, {CARD_KEY: card.to_json()})
    path.write_bytes(model.SerializeToString())
    return path


def tiny_stylist(path: Path, size: int = 8, style: int = 2, card: ModelCard | None = None) -> Path:
    """Writes a translator with a latent: the picture's negative, lighter by the latent's sum. Returns ``path``."""
    shape = ["N", 3, size, size]
    nodes = [
        helper.make_node("Neg", ["picture"], ["minus"]),
        helper.make_node("ReduceSum", ["z", "axis"], ["sum"], keepdims=1),
        helper.make_node("Reshape", ["sum", "column"], ["shade"]),
        helper.make_node("Add", ["minus", "shade"], ["answer"]),
    ]
    weights = {"axis": np.array([1], np.int64), "column": np.array([-1, 1, 1, 1], np.int64)}
    inputs = [_port("picture", shape), _port("z", ["N", style])]
    return _write(path, nodes, inputs, [_port("answer", shape)], weights, card)
