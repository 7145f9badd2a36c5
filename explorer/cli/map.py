"""``map``: samples laid out by PCA or t-SNE, as one picture of thumbnails."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from explorer.cli.models import model_argument, open_model
from explorer.cli.progress import progress_bar
from explorer.core.exports.scatter import export_map
from explorer.core.problem import Problem
from explorer.core.traversal.layout import sample_points
from explorer.core.traversal.maps import LIKENESSES, METHODS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--method", choices=METHODS, default="pca", help="how to lay out (default pca)")
    parser.add_argument(
        "--by",
        choices=LIKENESSES,
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
        with progress_bar("map", "steps") as tell:
            how = (options.method, options.by, options.seed)
            export_map(options.out, model.renderer, scenes, *how, progress=tell)
    finally:
        model.generator.close()
    return 0
