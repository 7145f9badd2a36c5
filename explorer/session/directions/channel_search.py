"""Channels of StyleSpace that belong to an attribute or to a part of the picture, looked for. Slow; for a worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.directions.classified_samples import sampled_evidence
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.region import Region
    from explorer.core.directions.style_channels import FoundChannel
    from explorer.core.inference.generator import Generator

    Found = tuple[FoundChannel, ...] | None

SAMPLES = 1000
"""That a classifier judges, to find the channels of an attribute."""

PICTURES = 4
"""At which gradients are taken, to find those of a region: that of the scene, and others."""

_LOOKED_AT = 3  # candidates that are drawn, for each that is wanted


def channels_of_attribute(
    model: OpenModel,
    classifier: Path,
    attribute: str,
    count: int,
    samples: int,
    seed: int,
    label: int | None,
    report: Report,
    cancelled: Cancelled,
) -> Found:
    """The channels whose values tell samples with an attribute from those without; None where it was cancelled.

    Parameters
    ----------
    model : OpenModel
    classifier : Path
        What judges the samples.
    attribute : str
        One that it tells.
    count : int
        How many channels are wanted.
    samples, seed, label :
        As for `sampled_evidence`.

    Raises
    ------
    Problem
        There is no such attribute, too few samples are on one side, or no channels were found in the model.
    """
    from explorer.core.directions.style_channels import attribute_channels
    from explorer.core.rendering.w_statistics import channels_of

    generator = require_channels(model)
    evidence = sampled_evidence(model, classifier, samples, seed, label, report, cancelled)
    if evidence is None:
        return None
    if attribute not in evidence.names:
        hint = f"It recognises: {', '.join(evidence.names) or 'none'}."
        raise Problem(f"The classifier has no attribute called {attribute}.", hint)
    assert evidence.latents is not None
    w = generator.points_of(evidence.latents, [label] * samples)
    styles = channels_of(generator.path, generator.style_layers, w, generator.card.styles)
    values = evidence.values[:, evidence.names.index(attribute)]
    known = np.isfinite(values)
    middle = 0.5 if set(np.unique(values[known])) <= {0.0, 1.0} else float(np.median(values[known]))
    return attribute_channels(styles[known], values[known] > middle, generator.style_layers, count)


def channels_in_region(
    model: OpenModel, scene: Scene, region: Region, count: int, seed: int, report: Report, cancelled: Cancelled
) -> Found:
    """The channels that change a region of the picture, and little else; None where it was cancelled.

    Gradients at the scene and at a few samples, from ``seed`` on, say which are worth a look; those are drawn.

    Raises
    ------
    Problem
        The region is not inside the picture, no gradients can be taken, or no channels were found in the model.
    """
    from explorer.core.directions.style_channels import measured_in_region, most_regional
    from explorer.core.rendering.latents import sample
    from explorer.training.projection.channel_gradients import channel_gradients

    generator, card = require_channels(model), model.generator.card
    region.mask(card.height, card.width)
    others = [
        replace(scene.plainly_at(sample(seed + place, card.latent_size, card.prior)), truncation=scene.truncation)
        for place in range(PICTURES - 1)
    ]
    rows = model.renderer.drawn_many([scene, *others]).reshape(PICTURES, -1)
    rows = np.pad(rows, ((0, 0), (0, generator.row_size - rows.shape[1])))
    slopes = channel_gradients(
        *(generator, rows, scene.label, region, seed), lambda done, total: report(0.5 * done / total), cancelled
    )
    if slopes is None:
        return None
    candidates = most_regional(*slopes, generator.style_layers, _LOOKED_AT * count)
    if not candidates:
        raise Problem("No channel changes this region.", "Draw a larger one.")
    return measured_in_region(
        *(model.renderer, scene, candidates, region, count),
        lambda done, total: report(0.5 + 0.5 * done / total),
        cancelled,
    )


def require_channels(model: OpenModel) -> Generator:
    """The generator of a model, if the channels of its layers were found; refuses any other."""
    generator = model.generator
    if not generator.style_layers:
        what = f"{model.name} has no channels of StyleSpace that can be found."
        raise Problem(what, "Open a StyleGAN2 or StyleGAN3.")
    return generator
