"""``map``: samples laid out by PCA or t-SNE, as one picture of thumbnails."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

from explorer.cli.models import model_argument, open_model
from explorer.cli.progress import progress_bar
from explorer.core.exports.job import drawn
from explorer.core.exports.scatter import save_map, thumbnail
from explorer.core.latents import Latents
from explorer.core.problem import Problem
from explorer.core.traversal.layout import PcaMap, Points, features, sample_points
from explorer.core.traversal.tsne import tsne


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument(
        "--method", choices=("pca", "tsne"), default="pca", help="how to lay out (default pca)"
    )
    parser.add_argument(
        "--by",
        choices=("pictures", "latents"),
        default="pictures",
        help="whose likeness counts (default pictures)",
    )
    parser.add_argument("--count", type=int, default=400, help="how many samples (default 400)")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first; the next ones count up (default 0)"
    )
    parser.add_argument("--psi", type=float, default=1.0, help="truncation of all of them (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.png", help="the map")


def run(options: argparse.Namespace) -> int:
    """Draw the map as asked."""
    if options.out.suffix.lower() != ".png":
        raise Problem(
            f"A map is saved as PNG, not as {options.out.suffix or 'no kind'}.", "Name a .png file."
        )
    if not math.isfinite(options.psi):
        raise Problem(f"--psi cannot be {options.psi}.", "Choose a number, usually from 0 to 1.")
    model = open_model(options.model, options.device)
    try:
        scenes = sample_points(model.generator, options.count, options.seed, options.psi)
        with progress_bar("samples", "pictures") as tell:
            pictures = np.stack([thumbnail(picture) for picture in drawn(model.renderer, scenes, tell)])
    finally:
        model.generator.close()
    latents = np.stack([scene.z for scene in scenes])
    points = _points(options, latents, features(pictures) if options.by == "pictures" else None)
    facts = {name: getattr(options, name) for name in ("method", "by", "count", "seed", "psi")}
    save_map(options.out, pictures, points, scenes, facts)
    return 0


def _points(options: argparse.Namespace, latents: Latents, told: np.ndarray | None) -> Points:
    if options.method == "pca":
        return PcaMap.fit(latents, told).points
    with progress_bar("t-SNE", "steps") as tell:
        points = tsne(latents if told is None else told, options.seed, progress=tell)
    assert points is not None  # nobody cancels it here
    return points
