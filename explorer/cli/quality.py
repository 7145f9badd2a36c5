"""``quality``: how good a model's samples are, beside real pictures, as numbers."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import model_argument, named_place, open_model
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.inference.generator import Generator
    from explorer.core.models.quality_figures import QualityFigures
    from explorer.training.sources import Assumptions, PictureSet

_COUNT, _FEWEST, _MOST = 1000, 20, 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument(
        "--data", metavar="SOURCE", help="the real pictures, as for train (default: those that a run learned from)"
    )
    assume_argument(parser)
    parser.add_argument("--hold-out", type=float, metavar="SHARE", help="share of them that was held out in training")
    parser.add_argument("--count", type=int, default=_COUNT, help="at most so many of each (default 1000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked."""
    if not _FEWEST <= options.count <= _MOST:
        raise Problem(f"Quality cannot be measured on {options.count} pictures.", f"Ask for {_FEWEST} to {_MOST:,}.")
    data, assume = options.data, assumptions(options.assume, options.data)
    share = options.hold_out
    if data is None:
        data, assume, share = _of_run(named_place(options.model), share)
    from explorer.training.sources import open_pictures

    with open_model(options.model, options.device) as model:
        generator = model.generator
        card = generator.card
        if card.height != card.width:
            raise Problem(f"{model.name} draws {card.width} x {card.height} pixels.", "Only squares can be measured.")
        share = share if share is not None else (card.hold_out or (0.0, 0))[0]
        most = options.count if share == 0 else int(1.2 * options.count / share) + _FEWEST
        size, channels = card.height, card.channels
        with progress_bar("pictures", "pictures") as report:
            found = open_pictures(data, size=size, channels=channels, most=most, assume=assume, progress=report)
        tell_report(found.report)
        figures = _measured(generator, model.path, found, data, share, options.count)
    if options.json:
        say_json(asdict(figures))
    else:
        _say(figures)
    return 0


def _of_run(place: Path, share: float | None) -> tuple[str, Assumptions, float]:
    from explorer.training.runs.run import Run
    from explorer.training.sources import Assumptions

    if not (place / "run.json").is_file():
        raise Problem("No real pictures were named.", "Add --data SOURCE, for instance --data portraits:2000:7.")
    spec = Run.open(place).spec
    return spec.data, Assumptions.of(spec.assume), spec.hold_out if share is None else share


def _measured(
    generator: Generator, place: Path, found: PictureSet, data: str, share: float, count: int
) -> QualityFigures:
    import numpy as np

    from explorer.core.traverse.layout import sample_points
    from explorer.training.quality.measuring import FIRST_SEED, QualityReference, chosen_for_quality
    from explorer.training.quality.picture_bins import PictureBins
    from explorer.training.quality.picture_features import features_for

    real, is_held_out = chosen_for_quality(found, share, count)
    if len(real) < _FEWEST:
        raise Problem(f"There are only {len(real)} real pictures.", f"Name a source with {_FEWEST} at least.")
    features = features_for(found.pictures.shape[3], found.pictures.shape[1], data=data, model=place)
    scenes = sample_points(generator, len(real), FIRST_SEED)
    parts = []
    with progress_bar("samples", "samples") as report:
        for drawn in generator.stream(np.stack([scene.z for scene in scenes]), [scene.label for scene in scenes]):
            parts.append(drawn)
            report(sum(map(len, parts)), len(scenes))
    made, bins = np.concatenate(parts), PictureBins.of(real.pictures)
    figures = QualityReference.of(real, features, is_held_out=is_held_out).compared(made)
    return replace(figures, different_bins=bins.different(made), bins=len(bins.counts))


def _say(figures: QualityFigures) -> None:
    say(f"kernel distance  {figures.kernel_distance:8.3f}  0 at best")
    say(f"precision        {figures.precision:8.3f}  share of samples that lie among real pictures")
    say(f"recall           {figures.recall:8.3f}  share of real pictures that lie among samples")
    say(f"fine detail      {figures.fine_detail:8.3f}  1 is as much as in real pictures, less is softer, more noisier")
    say(f"different bins   {figures.different_bins:8}  of {figures.bins} kinds of real pictures; one in 20 by chance")
    remark(f"Measured with {figures.told_with}.")
