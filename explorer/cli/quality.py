"""``quality``: how good a model's samples are, beside real pictures, as numbers."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import model_argument, named_place, open_model
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.files import replace_file
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.cli.direction.readers import AttributeReader
    from explorer.core.directions.confirming import Confirmation
    from explorer.core.inference.generator import Generator
    from explorer.core.models.card import ModelCard
    from explorer.core.models.quality_figures import QualityFigures
    from explorer.core.sampling.noise_errors import NoiseError
    from explorer.session.models.opening import OpenModel
    from explorer.training.sources import Assumptions, PictureSet

_COUNT, _FEWEST, _MOST = 1000, 20, 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="the real pictures, as train takes them (default: those that a run learned from)",
    )
    assume_argument(parser)
    parser.add_argument("--hold-out", type=float, metavar="SHARE", help="share of them that was held out in training")
    parser.add_argument(
        "--psi",
        metavar="PSI,...",
        help="truncations to compare, such as 0.4,0.7,1: how variety is traded for fidelity, one per row (default 1)",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="save the figures of each psi as well, one per row")
    parser.add_argument("--count", type=int, default=_COUNT, help="use at most this many of each (default 1000)")
    parser.add_argument(
        "--factors",
        action="store_true",
        help="measure instead whether samples show what their named dimensions ask for, as a classifier sees them",
    )
    parser.add_argument(
        "--classifier", type=Path, metavar="FILE", help="that classifier (default: the one beside the model)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked."""
    if not _FEWEST <= options.count <= _MOST:
        raise Problem(f"Quality cannot be measured on {options.count} pictures.", f"Ask for {_FEWEST} to {_MOST:,}.")
    if options.factors and options.csv is not None:
        raise Problem("The figures of factors are not saved as a table.", "Leave --csv out, or use --json.")
    if options.factors:
        return _factors(options)
    truncations = _truncations(options.psi)
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
        measured = _measured(generator, model.path, found, data, share, options.count, truncations)
        errors = _noise_errors(model, found, share, options.count)
    if options.csv is not None:
        _save_trade(options.csv, truncations, measured)
    if options.psi is not None:
        _say_trade(truncations, measured, as_json=options.json)
        return 0
    (figures,) = measured
    if options.json:
        say_json(asdict(figures) | ({"noise_errors": [asdict(each) for each in errors]} if errors else {}))
    else:
        _say(figures)
        for each in errors:
            told = f"{each.explained:.1%} of v is predicted correctly"
            say(f"error at {each.time:.2f}    {each.error:8.4f}  removing noise from real pictures: {told}")
    return 0


def _factors(options: argparse.Namespace) -> int:
    """Say of each named dimension whether a classifier finds it in samples, and in real pictures where there are."""
    import numpy as np

    from explorer.cli.direction.readers import classifier_reader
    from explorer.core.directions.confirming import confirmations
    from explorer.core.traverse.layout import sample_points
    from explorer.training.quality.measuring import FIRST_SEED

    with open_model(options.model, options.device) as model, classifier_reader(model, options.classifier) as reader:
        card = model.generator.card
        if not any(one.choices or one.prior == "uniform" for one in card.dimensions):
            raise Problem(f"{model.name} has no named factors.", "Train a factor_gan or a factor_vae.")
        scenes = sample_points(model.generator, options.count, FIRST_SEED)
        asked, parts = np.stack([scene.z for scene in scenes]), []
        with progress_bar("samples", "samples") as report:
            for drawn in model.generator.stream(asked, [scene.label for scene in scenes]):
                parts.append(reader.read(drawn))
                report(sum(map(len, parts)), len(asked))
        found = confirmations(card.dimensions, asked, np.concatenate(parts), reader.names)
        if options.data is not None:
            real = _seen_in_real(options, card, reader)
            found = tuple(replace(one, of_real=other.figure) for one, other in zip(found, real, strict=True))
    if options.json:
        say_json([asdict(one) | {"verdict": one.verdict} for one in found])
    else:
        _say_factors(found)
        remark(f"Judged by {reader.words}, on {options.count} samples.")
    return 0


def _seen_in_real(options: argparse.Namespace, card: ModelCard, reader: AttributeReader) -> tuple[Confirmation, ...]:
    """What the classifier makes of real pictures whose factors are known."""
    import numpy as np

    from explorer.core.directions.confirming import confirmations
    from explorer.training.learning.attribute_columns import facts_of
    from explorer.training.sources import open_pictures

    with progress_bar("pictures", "pictures") as report:
        found = open_pictures(options.data, size=card.height, channels=card.channels, most=options.count,
                              assume=assumptions(options.assume, options.data), progress=report)  # fmt: skip
    facts = facts_of(found)
    known = np.full((len(found), card.latent_size), np.nan, np.float32)
    for place, name in enumerate(card.names):
        wanted = [each for each in (name, name.partition("=")[2]) if each in facts.names]
        if wanted:
            known[:, place] = facts.values[:, facts.names.index(wanted[0])]
    return confirmations(card.dimensions, known, reader.read(found.pictures), reader.names)


def _say_factors(found: Sequence[Confirmation]) -> None:
    wide = max(len(one.name) for one in found)
    for one in found:
        unit = "R²" if one.kind == "number" else "right"
        told = "" if one.figure is None else _figure(one.figure, one.kind)
        chance = "" if one.kind == "number" else f"by chance {_figure(one.by_chance, one.kind)}"
        real = "" if one.of_real is None else f"real pictures {_figure(one.of_real, one.kind)}"
        say(f"{one.name:{wide}}  {unit:5} {told:>7}  {one.verdict:13}  {real:21}  {chance}".rstrip())
    confirmed = sum(one.verdict == "confirmed" for one in found)
    say(f"{confirmed} of {len(found)} factors are confirmed: 90 % right, or an R² of 0.8.")


def _figure(value: float, kind: str) -> str:
    return f"{value:.3f}" if kind == "number" else f"{value:.1%}"


def _of_run(place: Path, share: float | None) -> tuple[str, Assumptions, float]:
    from explorer.training.runs.run import Run
    from explorer.training.sources import Assumptions

    if not (place / "run.json").is_file():
        raise Problem("No real pictures were named.", "Add --data SOURCE, for instance --data portraits:2000:7.")
    spec = Run.open(place).spec
    return spec.data, Assumptions.of(spec.assume), spec.hold_out if share is None else share


def _truncations(words: str | None) -> list[float]:
    """What ``--psi`` says; 1 where it says nothing."""
    from explorer.core.models.card import LARGEST_PSI

    try:
        found = [1.0] if words is None else [float(word) for word in words.split(",")]
    except ValueError:
        found = [-1.0]
    if not all(0.0 <= psi <= LARGEST_PSI for psi in found):
        raise Problem(f"--psi {words} is not understood.", f"Write for instance 0.4,0.7,1; up to {LARGEST_PSI:g}.")
    return found


def _say_trade(truncations: Sequence[float], measured: Sequence[QualityFigures], *, as_json: bool) -> None:
    if as_json:
        say_json([{"psi": psi} | asdict(each) for psi, each in zip(truncations, measured, strict=True)])
        return
    say(f"{'psi':>5} {'precision':>10} {'recall':>7} {'kernel distance':>16} {'fine detail':>12}")
    for psi, each in zip(truncations, measured, strict=True):
        say(f"{psi:5g} {each.precision:10.3f} {each.recall:7.3f} {each.kernel_distance:16.3f} {each.fine_detail:12.3f}")
    remark(f"Measured with {measured[0].told_with}.")


def _save_trade(path: Path, truncations: Sequence[float], measured: Sequence[QualityFigures]) -> None:
    """Write a CSV, a line for each psi."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["psi", *asdict(measured[0])])
    writer.writeheader()
    writer.writerows({"psi": psi} | asdict(each) for psi, each in zip(truncations, measured, strict=True))
    with replace_file(path) as file:
        file.write(text.getvalue().encode())


def _measured(
    generator: Generator,
    place: Path,
    found: PictureSet,
    data: str,
    share: float,
    count: int,
    truncations: Sequence[float],
) -> list[QualityFigures]:
    """The figures of as many samples as there are real pictures, for each truncation."""
    import numpy as np

    from explorer.core.rendering.renderer import renderer_of
    from explorer.core.traverse.layout import sample_points
    from explorer.training.quality.measuring import FIRST_SEED, QualityReference, chosen_for_quality
    from explorer.training.quality.picture_bins import PictureBins
    from explorer.training.quality.picture_features import features_for

    real, is_held_out = chosen_for_quality(found, share, count)
    if len(real) < _FEWEST:
        raise Problem(f"There are only {len(real)} real pictures.", f"Name a source with at least {_FEWEST}.")
    features = features_for(found.pictures.shape[3], found.pictures.shape[1], data=data, model=place)
    renderer, bins = renderer_of(generator), PictureBins.of(real.pictures)
    reference, measured = QualityReference.of(real, features, is_held_out=is_held_out), []
    with progress_bar("samples", "samples") as report:
        for turn, psi in enumerate(truncations):
            scenes, parts, done = sample_points(generator, len(real), FIRST_SEED, psi), [], turn * len(real)
            for drawn in generator.stream(renderer.drawn_many(scenes), [scene.label for scene in scenes]):
                parts.append(drawn)
                done += len(drawn)
                report(done, len(truncations) * len(real))
            made = np.concatenate(parts)
            figures = reference.compared(made)
            measured.append(replace(figures, different_bins=bins.different(made), bins=len(bins.counts)))
    return measured


def _noise_errors(model: OpenModel, found: PictureSet, share: float, count: int) -> list[NoiseError]:
    """How well a diffusion takes noise off the real pictures; none for other models."""
    from explorer.core.models.model import STEP
    from explorer.core.sampling.noise_errors import noise_errors
    from explorer.core.sampling.sampler import sampler_of
    from explorer.core.sampling.schedules import DiffusionSchedule
    from explorer.training.quality.measuring import chosen_for_quality

    if model.files.step is None and model.generator.path.name != STEP:
        return []
    sampler = sampler_of(model.generator)
    if not isinstance(sampler.card.schedule, DiffusionSchedule):
        return []
    real, _ = chosen_for_quality(found, share, count)
    classes = sampler.card.classes
    labels = [None] * len(real) if real.labels is None or not classes else [int(label) for label in real.labels]
    return noise_errors(sampler, real.pictures, [None if label is None or label < 0 else label for label in labels])


def _say(figures: QualityFigures) -> None:
    say(f"kernel distance  {figures.kernel_distance:8.3f}  0 at best")
    say(f"precision        {figures.precision:8.3f}  share of samples that lie among real pictures")
    say(f"recall           {figures.recall:8.3f}  share of real pictures that lie among samples")
    say(f"fine detail      {figures.fine_detail:8.3f}  1 is as much as in real pictures, less is softer, more noisier")
    say(f"different bins   {figures.different_bins:8}  of {figures.bins} kinds of real pictures; one in 20 by chance")
    remark(f"Measured with {figures.told_with}.")
