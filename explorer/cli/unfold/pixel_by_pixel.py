"""``unfold`` of a model that paints pixel by pixel: told a row at a time, and one's own picture painted to its end."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.painting import PaintingState, Values
from explorer.core.sampling.raster import RasterPainter, redrawn_after
from explorer.core.sampling.records import RecordedState, difference, recorded, whole_rows
from explorer.core.sampling.sampler import Sampler
from explorer.core.sampling.settings import USUALLY

USUALLY_KEPT = 0.5


def told_states(states: Iterable[PaintingState], sampler: Sampler) -> Iterator[PaintingState]:
    """Those that are worth telling: of a picture that is painted pixel by pixel one for each row."""
    return whole_rows(states, sampler.card.width) if isinstance(sampler.painter, RasterPainter) else iter(states)


def finished(
    picture: Values,
    scene: Scene,
    sampler: Sampler,
    options: argparse.Namespace,
    report: Callable[[int, int], None],
) -> tuple[list[RecordedState], Scene, dict[str, Any]]:
    """The upper part of a picture kept and the rest painted, the scene of that, and what is to be told."""
    painter, card = sampler.painter, sampler.card
    assert isinstance(painter, RasterPainter)
    how, labels = scene.sampling or USUALLY, sampler.classes_of([scene.label])
    rows = round((USUALLY_KEPT if options.keep is None else options.keep) * card.height)
    own = painter.latents_of(picture, labels, how)[0]
    shape = (card.channels, card.height, card.width)
    other = sample(scene.seed or 0, card.latent_size, card.prior)
    found = replace(scene, z=redrawn_after(own, rows * card.width, shape, other), seed=None)
    states = recorded(sampler, told_states(sampler.states(found.z[None], [scene.label], how), sampler), progress=report)
    shown, painted = sampler.as_bytes(painter.nearest(picture))[0], states[-1].canvas
    told = {"rows_kept": rows, "kept_off_of_255": 0.0, "changed_of_255": round(difference(painted, shown), 4)}
    if rows:
        told["kept_off_of_255"] = round(difference(painted[:rows], shown[:rows]), 4)
    return states, found, told
