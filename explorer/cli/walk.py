"""``walk``: a way from seed to seed as a film, as numbered frames, or as latents."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from explorer.cli.condition_arguments import condition_arguments, conditioned
from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.output import say
from explorer.cli.places import FILMS, TABLES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import (
    Strengths,
    class_index,
    directed,
    direction_argument,
    numbers,
    sampled,
    strengths,
    style_arguments,
)
from explorer.cli.style_arguments import require_w, space_argument
from explorer.cli.unfold.sampling_arguments import sampling_arguments
from explorer.core.exports.animation import save_animation, save_frames
from explorer.core.exports.latent_tables import save_latents
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_in_w
from explorer.core.rendering.walks import ClosedWalk
from explorer.core.traverse.latent_paths import EASINGS, KINDS, LatentPath, Trajectory, frames, scenes_along
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.path_judge import judged

_SEEDS = "0,1"
_TURNS, _MOST_TURNS = 2, 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--seeds", metavar="1,2,3", help="go through these (default 0,1)")
    way.add_argument("--random", type=int, metavar="SEED", help="a random walk that ends where it started")
    style_arguments(parser)
    direction_argument(parser)
    condition_arguments(parser)
    sampling_arguments(parser)
    space_argument(parser, "go straight through W, or through the space of the latents")
    parser.add_argument("--frames", type=int, default=60, help="how many pictures (default 60)")
    parser.add_argument("--fps", type=float, default=30.0, help="pictures a second (default 30)")
    parser.add_argument("--loop", action="store_true", help="go back to the first seed")
    parser.add_argument("--kind", choices=KINDS, help="straight, or along great circles (default slerp)")
    parser.add_argument("--easing", choices=EASINGS, help="where to slow down (default linear)")
    parser.add_argument(
        "--judge", action="store_true", help="say how fast the pictures change, and how real the critic finds them"
    )
    parser.add_argument("--turns", type=int, help="how much changes on a random walk (default 2)")
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
    _check_way(options)
    with open_model(options.model, options.device) as model:
        asked = strengths(options, model)
        if options.space == "w":
            scenes = _scenes_in_w(options, model.renderer, asked)
        else:
            scenes = [directed(scene, asked) for scene in _scenes(options, model.generator)]
        walked = [conditioned(scene, options, model.generator) for scene in scenes]
        _save(options, model.renderer, walked)
        if options.judge:
            _judge(options, model, walked)
    return 0


def _judge(options: argparse.Namespace, model: OpenModel, scenes: list[Scene]) -> None:
    if len(scenes) < 2:
        raise Problem("A single picture is not a path to judge.", "Ask for more --frames.")
    stretches = 1 if options.random is not None else max(1, len(_seeds(options)) - (not options.loop))
    steps = len(scenes) if options.loop or options.random is not None else len(scenes) - 1  # a loop leaves its end out
    with progress_bar("judge", "steps") as report:
        found = judged(
            model,
            scenes,
            stretches / steps,
            lambda done, total=1.0: report(round(100 * done / total), 100),
            lambda: False,
        )
    assert found is not None  # nobody cancels
    say(found.in_words())


def _check_way(options: argparse.Namespace) -> None:
    if options.space == "w" and (options.random is not None or options.kind not in (None, "lerp")):
        raise Problem("Through W a walk is straight, from seed to seed.", "Leave --random and --kind out.")
    if options.random is None:
        if options.turns is not None:
            raise Problem("Only a random walk has --turns.", "Leave --turns out, or add --random.")
        return
    if options.turns is not None and not 1 <= options.turns <= _MOST_TURNS:
        raise Problem(f"A walk cannot have {options.turns} turns.", f"Choose from 1 to {_MOST_TURNS}.")
    for name in ("kind", "easing"):
        if getattr(options, name) is not None:
            raise Problem(f"A random walk has no --{name}.", f"Leave --{name} or --random out.")


def _scenes(options: argparse.Namespace, generator: Generator) -> list[Scene]:
    label = class_index(options.label, generator)
    seeds = _seeds(options) if options.random is None else [options.random]
    keys = [sampled(generator, seed, options.psi, label) for seed in seeds]
    return scenes_along(keys[0], frames(_course(options, generator, keys), options.frames))


def _scenes_in_w(options: argparse.Namespace, renderer: Renderer, asked: Strengths) -> list[Scene]:
    """A path from point to point of W: each is truncated and moved as its own picture is."""
    require_w(renderer)
    generator, label = renderer.generator, class_index(options.label, renderer.generator)
    keys = [directed(sampled(generator, seed, options.psi, label), asked) for seed in _seeds(options)]
    path = LatentPath(renderer.points(keys), "lerp", options.easing or "linear", loop=options.loop)
    kept = tuple(pair for pair in asked if renderer.moves_channels(pair[0]))  # no w can stand for these
    made = [scene_in_w(keys[0], w, keys[0].label) for w in frames(path, options.frames)]
    return [replace(scene, directions=kept) for scene in made]


def _seeds(options: argparse.Namespace) -> list[int]:
    return numbers(_SEEDS if options.seeds is None else options.seeds, "--seeds", "seeds", "1,2,3")


def _course(options: argparse.Namespace, generator: Generator, keys: list[Scene]) -> Trajectory:
    card = generator.card
    if options.random is None:
        latents = [scene.z for scene in keys]
        return LatentPath(latents, options.kind or "slerp", options.easing or "linear", options.loop, card.prior)
    turns = _TURNS if options.turns is None else options.turns
    return ClosedWalk(keys[0].z, options.random, card.prior, turns)


def _save(options: argparse.Namespace, renderer: Renderer, scenes: list[Scene]) -> None:
    kind = kind_of(options.out)
    with progress_bar("walk", "frames") as report:
        if kind in FILMS:
            save_animation(options.out, renderer, scenes, options.fps, progress=report)
        elif kind in TABLES:
            save_latents(options.out, scenes, progress=report)
        else:
            save_frames(options.out, renderer, scenes, progress=report)
