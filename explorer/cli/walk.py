"""``walk``: a way from seed to seed as a film, as numbered frames, or as latents."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.cli.models import model_argument, open_model
from explorer.cli.places import FILMS, TABLES, kind_of
from explorer.cli.progress import progress_bar
from explorer.cli.scenes import class_index, sampled, style_arguments
from explorer.core.exports.animation import save_animation
from explorer.core.exports.frames import save_frames
from explorer.core.exports.latents import save_latents
from explorer.core.generator import Generator
from explorer.core.problem import Problem
from explorer.core.renderer import Renderer
from explorer.core.scene import Scene
from explorer.core.traversal.paths import (
    EASINGS,
    KINDS,
    Course,
    frames,
    path_through,
    random_loop,
    scenes_along,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--seeds", metavar="1,2,3", default="0,1", help="go through these (default 0,1)")
    way.add_argument("--random", type=int, metavar="SEED", help="a random walk that ends where it began")
    style_arguments(parser)
    parser.add_argument("--frames", type=int, default=60, help="how many pictures (default 60)")
    parser.add_argument("--fps", type=float, default=30.0, help="pictures a second (default 30)")
    parser.add_argument("--loop", action="store_true", help="go back to the first seed")
    parser.add_argument(
        "--kind", choices=KINDS, default="slerp", help="straight, or along great circles (default slerp)"
    )
    parser.add_argument(
        "--easing", choices=EASINGS, default="linear", help="where to slow down (default linear)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="OUT",
        help="a .mp4 or .gif, a new folder for frames, or a .npz or .csv for latents",
    )


def run(options: argparse.Namespace) -> int:
    """Walk as asked."""
    kind = kind_of(options.out)
    if kind not in ("", *FILMS, *TABLES):
        raise Problem(f"A walk is not saved as {kind}.", "Name a .mp4, .gif, .npz or .csv file, or a folder.")
    model = open_model(options.model, options.device)
    try:
        _save(options, model.renderer, _scenes(options, model.generator))
    finally:
        model.generator.close()
    return 0


def _scenes(options: argparse.Namespace, generator: Generator) -> list[Scene]:
    seeds = _numbers(options.seeds) if options.random is None else [options.random]
    label = class_index(options.label, generator)
    keys = [sampled(generator, seed, options.psi, label) for seed in seeds]
    course: Course = path_through(
        [scene.z for scene in keys], options.kind, options.easing, loop=options.loop
    )
    if options.random is not None:
        course = random_loop(options.random, generator.card.latent_size, generator.card.distribution)
    return scenes_along(keys[0], frames(course, options.frames))


def _save(options: argparse.Namespace, renderer: Renderer, scenes: list[Scene]) -> None:
    kind = kind_of(options.out)
    with progress_bar("walk", "frames") as tell:
        if kind in FILMS:
            save_animation(options.out, renderer, scenes, options.fps, progress=tell)
        elif kind in TABLES:
            save_latents(options.out, scenes, progress=tell)
        else:
            save_frames(options.out, renderer, scenes, progress=tell)


def _numbers(words: str) -> list[int]:
    try:
        return [int(word) for word in words.split(",")]
    except ValueError:
        raise Problem(
            f"--seeds {words} is not a list of seeds.", "Write for instance --seeds 1,2,3."
        ) from None
