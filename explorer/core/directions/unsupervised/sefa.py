"""Directions read out of a generator's own weights: closed-form factorisation (Shen & Zhou, 2021)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from explorer.core.directions.direction import Direction, pointed, unit
from explorer.core.directions.unsupervised.carrying import Carried
from explorer.core.directions.unsupervised.tracing import AffineLayer, traced
from explorer.core.inference.providers import NATIVE_ERRORS, open_session
from explorer.core.inference.threads import one_thread
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import sources
from explorer.core.problem import Problem

LARGEST_LATENT = 4096  # beyond, eigenvectors take minutes
_AT_ONCE = 256  # unit latents in one run of a layer

_IN, _OUT, _WEIGHT = "in", "out", "weight"


@one_thread()
def sefa_directions(
    file: ModelFile, count: int = 10, left_out: Callable[[AffineLayer], bool] | None = None
) -> tuple[Direction, ...]:
    """The directions along which the first affine layers move their result most.

    A step n along the latent changes the result of a layer y = A z + b by A n, whatever z is. Directions of
    length 1 that maximise the sum of \\|A n\\|^2 (Shen & Zhou, 2021, eq. 6) are eigenvectors of A^T A. Where the latent
    goes into several layers side by side, as a style does, their matrices are stacked. Each direction points where
    its largest component is positive.

    The authors' code scales every row of A to length 1 first; here, as in the paper, rows keep their weight.

    Parameters
    ----------
    file : ModelFile
        A generator, parsed and checked; it has run before.
    count : int
        How many are wanted, those with the largest eigenvalues first; fewer where the latent is smaller.
    left_out : callable, optional
        Says which layers do not count.

    Returns
    -------
    tuple of Direction
        ``sefa 1`` and so on; ``eigenvalue``, its ``share`` of the sum and the number of ``layers`` in details.

    Raises
    ------
    Problem
        The latent cannot be followed to an affine layer, or that layer's weights say nothing.
    """
    size = _latent_size(file)
    layers = tuple(layer for layer in first_layers(file) if left_out is None or not left_out(layer))
    gram = sum((_gram(layer, size, file) for layer in layers), np.zeros((size, size)))
    if not np.isfinite(gram).all() or not np.trace(gram) > 0.0:
        raise Problem(
            f"The first layer of {file.path.name} has weights that are not finite or all zero.",
            "Find directions by effect (PCA) or from examples instead.",
        )
    values, columns = np.linalg.eigh(gram)
    order = np.argsort(-values)[: max(count, 0)]
    shares = values / values.sum()
    return tuple(
        Direction(
            name=f"sefa {rank}",
            vector=unit(pointed(columns[:, index])),
            method="sefa",
            source=f"the weights of {_named(layers)}",
            details={
                "eigenvalue": float(max(values[index], 0.0)),
                "share": float(max(shares[index], 0.0)),
                "layers": len(layers),
            },
        )
        for rank, index in enumerate(order, 1)
    )


def first_layers(file: ModelFile) -> tuple[AffineLayer, ...]:
    """The affine layers that the latent goes into before anything mixes or bends it; at least one.

    Raises
    ------
    Problem
        There is none; says what was found instead.
    """
    wanted = sources(file.inputs)
    assert wanted is not None  # _latent_size has asked
    trace = traced(file, wanted.main, _latent_size(file))
    if trace.layers:
        return trace.layers
    met = " and ".join(trace.stopped[:3])
    raise Problem(
        f"{file.path.name} puts its latent through {met} before any affine layer."
        if met
        else f"The latent of {file.path.name} leads to no affine layer.",
        "Find directions by effect (PCA) or from examples instead.",
    )


def _latent_size(file: ModelFile) -> int:
    wanted = sources(file.inputs)
    if wanted is None or not wanted.width:
        given = ", ".join(f"{port.name} {port.shape}" for port in file.inputs) or "nothing"
        raise Problem(f"{file.path.name} takes no latent but {given}.", "Choose a generator.")
    if wanted.width > LARGEST_LATENT:
        raise Problem(
            f"The latent of {file.path.name} has {wanted.width:,} numbers; factorising takes up to {LARGEST_LATENT:,}.",
            "Find directions from examples instead.",
        )
    return wanted.width


def _named(layers: tuple[AffineLayer, ...]) -> str:
    first = layers[0].node.name or layers[0].node.output[0]
    kind = layers[0].node.op_type
    return f"{kind} {first[:60]}" if len(layers) == 1 else f"{len(layers)} layers, the first {kind} {first[:60]}"


def _gram(layer: AffineLayer, size: int, file: ModelFile) -> NDArray[np.float64]:
    """A^T A of one layer, (d, d): what its results for unit latents have in common.

    The layer itself is run on them, without its offset, so that transposes, strides, groups and padding mean what
    they mean to onnxruntime.
    """
    used = np.unique(layer.carried.numbers[layer.carried.numbers >= 0])
    try:
        rows = np.concatenate(list(_results(layer, used, file.opset)))
    except NATIVE_ERRORS as error:
        said = str(error).strip().splitlines()[0][:200]
        raise Problem(
            f"The first layer of {file.path.name} could not be run: {said}", "Export the model again."
        ) from None
    gram = np.zeros((size, size))
    gram[np.ix_(used, used)] = rows @ rows.T
    return gram


def _results(layer: AffineLayer, used: NDArray[np.int64], opset: int) -> Iterator[NDArray[np.float64]]:
    """The rows of A^T that belong to the numbers ``used`` of the latent, (some, outputs) each."""
    batched = _is_batched(layer)
    session = open_session(_layer_model(layer, opset), "cpu").session
    step = _AT_ONCE if batched else 1
    for start in range(0, len(used), step):
        part = used[start : start + step]
        fed = np.concatenate([_unit_latent(layer.carried, number) for number in part]) if batched else None
        shown = _unit_latent(layer.carried, part[0]) if fed is None else fed
        result = session.run([_OUT], {_IN: shown.astype(layer.weight.dtype)})[0]
        yield result.reshape(len(part), -1).astype(np.float64)


def _unit_latent(carried: Carried, number: int) -> NDArray[np.float64]:
    """What goes into the layer for the latent whose one ``number`` is 1 and whose others are 0."""
    return np.where(carried.numbers == number, carried.scale, 0.0)


def _is_batched(layer: AffineLayer) -> bool:
    """Whether the first axis of what goes in is that of the batch, and is also that of what comes out."""
    node, shape = layer.node, layer.carried.numbers.shape
    turned = any(a.name == "transA" and a.i for a in node.attribute)
    first = layer.slot == 0 and len(shape) >= 2 and shape[0] == 1 and not turned
    return first and (node.op_type != "MatMul" or layer.weight.ndim <= 2)


def _layer_model(layer: AffineLayer, opset: int) -> bytes:
    """A model of this layer alone, without its offset."""
    names = [_IN, _WEIGHT] if layer.slot == 0 else [_WEIGHT, _IN]
    attributes = {a.name: helper.get_attribute_value(a) for a in layer.node.attribute}
    node = helper.make_node(layer.node.op_type, names, [_OUT], **attributes)
    kind = helper.np_dtype_to_tensor_dtype(layer.weight.dtype)
    sides = [None, *layer.carried.numbers.shape[1:]]
    graph = helper.make_graph(
        [node],
        "layer",
        [helper.make_tensor_value_info(_IN, kind, sides)],
        [helper.make_tensor_value_info(_OUT, kind, None)],
        [numpy_helper.from_array(layer.weight, _WEIGHT)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return bytes(model.SerializeToString())
