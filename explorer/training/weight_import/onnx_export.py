"""Rebuilt networks as ONNX files: written layer by layer where that can be, compared with torch in any case."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.training.runs.export import exported, parity_of, refuse_unlike
from explorer.training.weight_import.onnx_graphs import UnknownLayerError, graph_of


def export(kind: str, network: nn.Module, card: ModelCard, path: Path) -> None:
    """Write a network as an ONNX file that carries its card.

    Raises
    ------
    Problem
        Its results differ from those of torch.
    """
    inputs, result = _example(kind, card), "pictures" if kind == "generator" else "result"
    shape = _shape(network, inputs)
    try:
        model = graph_of(network, {name: tensor.shape[1:] for name, tensor in inputs.items()}, result, shape)
    except UnknownLayerError:
        model = _generally(network, inputs, result, shape)
    own = replace(card, kind=kind if kind in ("generator", "encoder", "critic") else "unknown")
    if kind != "generator":
        own = replace(own, classes=())
    own = replace(own, parity=parity_of(model, network, inputs))
    refuse_unlike(kind, own.parity or 0.0)
    entry = model.metadata_props.add()
    entry.key, entry.value = CARD_KEY, own.to_json()
    onnx.save_model(model, path)


def _generally(network: nn.Module, inputs: dict[str, Any], result: str, shape: tuple[int, ...]) -> onnx.ModelProto:
    """A network of any modules: by torch's tracing exporter, which takes a second or two, else by its newer one."""
    try:
        return traced(network, inputs, result, shape)
    except Exception:  # noqa: BLE001 - an exporter that is going away may fail in any way; the other one decides
        return exported(network, inputs, result)


def traced(network: nn.Module, inputs: dict[str, Any], result: str, shape: tuple[int, ...]) -> onnx.ModelProto:
    """A network of any modules, by the exporter that traces it."""
    file: Any = io.BytesIO()  # the exporter is declared to take names alone
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is the older exporter
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            file,
            input_names=list(inputs),
            output_names=[result],
            dynamic_axes={name: {0: "N"} for name in (*inputs, result)},
            dynamo=False,
        )
    model = onnx.load_model_from_string(file.getvalue())
    for place, size in enumerate(shape, 1):
        model.graph.output[0].type.tensor_type.shape.dim[place].dim_value = size
    return model


def _example(kind: str, card: ModelCard) -> dict[str, Any]:
    """Two inputs of a network, by the names that the exported one is to give them."""
    rng = torch.Generator().manual_seed(0)
    if kind in ("encoder", "critic"):
        return {"pictures": torch.rand((2, card.channels, card.height, card.width), generator=rng)}
    z = {"z": torch.randn((2, card.latent_size), generator=rng)}
    if kind == "generator" and card.classes:
        return {**z, "label": torch.tensor([0, len(card.classes) - 1])}
    return z


def _shape(network: nn.Module, inputs: dict[str, Any]) -> tuple[int, ...]:
    with torch.no_grad():
        return tuple(network(*inputs.values()).shape[1:])
