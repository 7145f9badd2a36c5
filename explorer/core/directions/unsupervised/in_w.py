"""Directions of W: found in the weights of a synthesis, or among the points that a mapping gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from onnx import ModelProto, helper, numpy_helper

from explorer.core.directions.direction import Direction, pointed, unit
from explorer.core.directions.unsupervised.ganspace import SAMPLES, Watched, check_samples, ganspace_directions
from explorer.core.directions.unsupervised.sefa import first_layers, sefa_directions
from explorer.core.directions.unsupervised.tracing import AffineLayer
from explorer.core.inference.batching import told_batches
from explorer.core.inference.flattening import fed_by, style_shape
from explorer.core.inference.generator import Generator
from explorer.core.inference.threads import one_thread
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import sources
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample

W_SAMPLES = 10_000
"""Of W, for its principal components: as many as GANSpace takes at least, and enough for a w of 512."""

_AT_ONCE = 500
_ONE, _SHAPE, _ROW = (f"latent-explorer/tied-{name}" for name in ("w", "shape", "row"))


def weight_directions(generator: Generator, count: int = 10, *, colours: bool = True) -> tuple[Direction, ...]:
    """The directions in a generator's weights, `sefa_directions`; `sefa_in_w` where its layers see w, never z."""
    file = read_model(generator.path)
    return sefa_directions(file, count) if generator.mapping is None else sefa_in_w(file, count, colours=colours)


def effect_directions(
    generator: Generator,
    count: int,
    samples: int | None = None,
    seed: int = 0,
    label: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    watched: Watched = "activations",
) -> tuple[Direction, ...] | None:
    """What random latents change most, `ganspace_directions`; `pca_in_w` where there is a mapping.

    Without ``samples``, so many are taken as either does well with.
    """
    if generator.mapping is not None:
        return pca_in_w(generator, count, samples or W_SAMPLES, seed, label, progress, cancelled)
    number = max(SAMPLES, 4 * generator.card.latent_size) if samples is None else samples
    return ganspace_directions(generator, count, number, seed, watched, label, progress, cancelled)


def sefa_in_w(file: ModelFile, count: int = 10, *, colours: bool = True) -> tuple[Direction, ...]:
    """SeFa on a synthesis, ``file`` as it is on disk: directions of W along which the affine layers of all styles move
    most together. As `sefa_directions`, and raises as that does.

    Without ``colours``, the styles of the layers that make colours (ToRGB) are left out, as in the authors' code; the
    source of the directions says which were taken.
    """
    found = sefa_directions(_tied(file), count, None if colours else _colours)
    with_them = any(map(_colours, first_layers(_tied(file))))
    said = "" if not with_them else ", ToRGB among them" if colours else ", without ToRGB"
    return tuple(replace(one, space="w", source=f"{one.source}{said}") for one in found)


def _colours(layer: AffineLayer) -> bool:
    """Whether a layer, by its names, gives the style of one that makes colours."""
    names = (layer.node.name, *layer.node.input, *layer.node.output)
    return any(re.search(r"to_?rgb|(^|[./])paint[./]", name, re.IGNORECASE) for name in names)


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
    check_samples(samples, card.style_size, "w")
    z = sample(seed, samples * card.latent_size, card.prior).reshape(samples, -1)
    batches = told_batches(samples, _AT_ONCE, progress, cancelled)
    parts = [generator.points_of(z[part], [label] * len(z[part])) for part in batches]
    if sum(map(len, parts)) < samples:
        return None
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
            vector=unit(pointed(columns[:, index])),
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


def _tied(file: ModelFile) -> ModelFile:
    """The synthesis with one w for all of its layers: its input is (N, style_size)."""
    layers, numbers = style_shape(file)
    found = sources(file.inputs)
    assert found is not None
    main, model = found.main, ModelProto()
    if len(main.shape) == 2:
        return file
    model.CopyFrom(file.proto)
    shape = numpy_helper.from_array(np.array((-1, 1, numbers), np.int64), _SHAPE)
    reshaped = helper.make_node("Reshape", [_ONE, _SHAPE], [_ROW])
    repeated = helper.make_node("Concat", [_ROW] * layers, [main.name], axis=1)
    fed_by(model, main, _ONE, numbers, [reshaped, repeated])
    model.graph.initializer.append(shape)
    return replace(file, proto=model)
