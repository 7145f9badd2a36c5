"""``map``: samples or one's own pictures laid out by PCA, t-SNE or UMAP, as one picture of thumbnails."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.output import remark
from explorer.cli.places import check_png
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import check_psi
from explorer.core.digits import whole_number
from explorer.core.exports.export_job import drawn
from explorer.core.exports.map_picture import export_map, thumbnails
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.clusters import GROUPINGS, clusters_of, purity_in_words
from explorer.core.traverse.layout import features, sample_points
from explorer.core.traverse.map_facts import Fact, fact_called
from explorer.core.traverse.map_requests import LIKENESSES, METHODS, Likeness, check_layout
from explorer.session.traverse.map_pictures import PORTRAITS, own_pictures, sample_facts

if TYPE_CHECKING:
    from explorer.core.inference.generator import Pictures
    from explorer.session.models.opening import OpenModel
    from explorer.training.sources import Assumptions, SourceReport

_Content = tuple[Sequence[Scene], "Pictures | None", Sequence[Fact], "SourceReport | None"]
_STEPS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--method", choices=METHODS, default="pca", help="how to lay out (default pca)")
    parser.add_argument(
        "--by",
        choices=LIKENESSES,
        help="whose likeness counts (default: pictures of samples, latents of --data)",
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="pictures to encode instead of samples: folder, zip, tar, IDX, npz or portraits; needs an encoder",
    )
    assume_argument(parser)
    parser.add_argument("--attribute", metavar="NAME", help="what to colour by: class, or an attribute of the pictures")
    parser.add_argument(
        "--clusters", metavar="K", help="colour by this many clusters: 8 by k-means, spectral:8 by their neighbours"
    )
    parser.add_argument(
        "--count", type=int, default=400, help="how many samples, or at most how many pictures (default 400)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the first sample; the next ones count up (default 0)"
    )
    parser.add_argument("--psi", type=float, default=1.0, help="truncation of all samples (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.png", help="the map")


def run(options: argparse.Namespace) -> int:
    """Draw the map as asked."""
    check_png(options.out, "A map")
    check_psi(options.psi)
    check_layout(options.count, options.method)
    assume = assumptions(options.assume, options.data)
    with open_model(options.model, options.device) as model, progress_bar("map", "steps") as report:
        scenes, pictures, facts, told = _content(model, options, assume, report)
        fact = None if options.attribute is None else fact_called(options.attribute, facts)
        if told is not None and options.data != PORTRAITS:  # of which nothing is assumed
            tell_report(told)
        by: Likeness = options.by or ("pictures" if pictures is None else "latents")
        if options.clusters:
            pictures = thumbnails(drawn(model.renderer, scenes, report) if pictures is None else pictures)
            fact = _clusters(options, scenes, pictures, by, facts)
        how = (options.method, by, options.seed)
        export_map(options.out, model.renderer, scenes, *how, pictures=pictures, fact=fact, progress=report)
    return 0


def _clusters(
    options: argparse.Namespace, scenes: Sequence[Scene], pictures: Pictures, by: Likeness, facts: Sequence[Fact]
) -> Fact:
    """The clusters that were asked for; how pure they are is said."""
    grouping, colon, number = options.clusters.rpartition(":")
    count, grouping = whole_number(number), grouping if colon else GROUPINGS[0]
    if count is None or grouping not in GROUPINGS:
        raise Problem(f"{options.clusters} is not a number of clusters.", "Give a number, as in 8, or spectral:8.")
    seen = features(pictures) if by == "pictures" else np.stack([scene.z for scene in scenes])
    found = clusters_of(seen, grouping, count, options.seed)
    if words := purity_in_words(found, facts):
        remark(f"{words}.")
    return found


def _content(
    model: OpenModel, options: argparse.Namespace, assume: Assumptions | None, report: Callable[[int, int], None]
) -> _Content:
    """What lies on the map: scenes, their real pictures where there are some, what is known of them and assumed."""
    if options.data is None:
        scenes = sample_points(model.generator, options.count, options.seed, options.psi)
        return scenes, None, sample_facts(scenes, model.generator.card), None
    found = own_pictures(
        model,
        options.data,
        options.count,
        lambda done, total=1.0: report(round(_STEPS * done / total), _STEPS),
        assume=assume,
    )
    assert found is not None  # nobody cancels
    return found.scenes, found.pictures, found.facts, found.report
