"""Directions of W: found in the weights of a synthesis, or among the points that a mapping gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from onnx import ModelProto, helper, numpy_helper

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.unsupervised.sefa import sefa_directions
from explorer.core.inference.flattening import style_shape
from explorer.core.inference.generator import Generator
from explorer.core.inference.providers import BATCH
from explorer.core.inference.threads import one_thread
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import sources
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample

W_SAMPLES = 10_000
"""Of W, for its principal components: as many as GANSpace takes at least, and enough for a w of 512."""

_AT_ONCE = 500
_ONE, _SHAPE, _ROW = (f"latent-explorer/tied-{name}" for name in ("w", "shape", "row"))


def sefa_in_w(file: ModelFile, count: int = 10) -> tuple[Direction, ...]:
    """SeFa on a synthesis: directions of W along which the affine layers of all styles move most together.

    Parameters
    ----------
    file : ModelFile
        The synthesis as it is on disk.
    count : int

    Returns
    -------
    tuple of Direction
        As `sefa_directions`, of the space w.

    Raises
    ------
    Problem
        As `sefa_directions`.
    """
    return tuple(replace(found, space="w") for found in sefa_directions(_tied(file), count))


@one_thread()
def pca_in_w(
    generator: Generator,
    count: int,
    samples: int,
    seed: int = 0,
    label: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Direction, ...] | None:
    """The principal components of W, as GANSpace finds them for StyleGAN (Härkönen et al., 2020, section 2.1).

    Parameters
    ----------
    generator : Generator
        With a mapping.
    count : int
        How many are wanted; fewer where W is smaller.
    samples : int
    seed : int
    label : int or None
        The class of all samples.
    progress, cancelled : callable, optional
        Told (done, total) samples; asked every 500 of them.

    Returns
    -------
    tuple of Direction, or None
        ``pca 1`` and so on, of the space w; ``share`` of the variance, ``deviation``, ``samples`` and ``seed`` in
        details. None where it was cancelled.

    Raises
    ------
    Problem
        Too few samples are asked for, or W does not vary.
    """
    card = generator.card
    if samples < 2 * card.style_size:
        raise Problem(
            f"{samples:,} samples are too few for a w of {card.style_size:,}.",
            f"Take at least {2 * card.style_size:,}.",
        )
    z = sample(seed, samples * card.latent_size, card.distribution).reshape(samples, -1)
    parts = []
    for start in range(0, samples, _AT_ONCE):
        if cancelled is not None and cancelled():
            return None
        part = z[start : start + _AT_ONCE]
        parts.append(generator.points_of(part, [label] * len(part)))
        if progress is not None:
            progress(start + len(part), samples)
    return _components(np.concatenate(parts).astype(np.float64), count, f"points of W of {card.name}", seed)


def _components(w: np.ndarray, count: int, source: str, seed: int) -> tuple[Direction, ...]:
    values, columns = np.linalg.eigh(np.cov(w, rowvar=False))
    if not np.isfinite(values).all() or not values[-1] > 1e-12:
        raise Problem("All samples have the same w.", "Choose another model or class.")
    order = [index for index in np.argsort(-values)[: max(count, 0)] if values[index] > 1e-9 * values[-1]]
    details = {"samples": len(w), "seed": seed}
    return tuple(
        Direction(
            name=f"pca {rank}",
            vector=unit(_pointed(columns[:, index])),
            method="pca",
            source=source,
            details={
                "share": float(values[index] / values.sum()),
                "deviation": float(np.sqrt(values[index])),
                **details,
            },
            space="w",
        )
        for rank, index in enumerate(order, 1)
    )


def _pointed(vector: np.ndarray) -> np.ndarray:
    """The vector or its opposite: the one whose largest component is positive."""
    return -vector if vector[np.abs(vector).argmax()] < 0 else vector


def _tied(file: ModelFile) -> ModelFile:
    """The synthesis with one w for all of its layers: its input is (N, style_size)."""
    layers, numbers = style_shape(file)
    found = sources(file.inputs)
    assert found is not None
    main, model = found.main, ModelProto()
    if len(main.shape) == 2:
        return file
    model.CopyFrom(file.proto)
    graph = model.graph
    shape = numpy_helper.from_array(np.array((-1, 1, numbers), np.int64), _SHAPE)
    nodes = [
        helper.make_node("Reshape", [_ONE, _SHAPE], [_ROW]),
        helper.make_node("Concat", [_ROW] * layers, [main.name], axis=1),
        *graph.node,
    ]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(main.dtype))
    others = [value for value in graph.input if value.name != main.name]
    one = helper.make_tensor_value_info(_ONE, kind, [main.shape[0] or BATCH, numbers])
    del graph.node[:], graph.input[:]
    graph.node.extend(nodes)
    graph.input.extend([one, *others])
    graph.initializer.append(shape)
    return replace(file, proto=model)
