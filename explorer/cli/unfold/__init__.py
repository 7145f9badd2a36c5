"""``unfold``: how a picture comes about in a model that paints in steps, and from which noise one's own would come."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.output import say, say_json
from explorer.cli.places import FILMS, PICTURES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import class_argument, class_index, sampled, saved_scene
from explorer.cli.unfold.own_picture import check_own, own_arguments, painted_from, picture_for
from explorer.cli.unfold.pixel_by_pixel import told_states
from explorer.cli.unfold.sampling_arguments import as_sampled, sampling_arguments
from explorer.core.exports.animation import save_film
from explorer.core.files import new_folder, replace_file
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.picture_files import png_bytes, save_png
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.core.sampling.painting import PaintingState
from explorer.core.sampling.records import (
    RecordedState,
    ended_as_drawn,
    frames_of,
    recorded,
    rows_of,
    save_rows,
    sheet_of,
)
from explorer.core.sampling.sampler import Sampler, sampler_of
from explorer.core.sampling.settings import USUALLY

_FPS = 12.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--seed", type=int, help="seed of the noise that it is painted from (default 0)")
    class_argument(parser)
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a scene, as JSON or inside a saved PNG")
    sampling_arguments(parser)
    own_arguments(parser)
    parser.add_argument("--fps", type=float, default=_FPS, help=f"steps a second in a film (default {_FPS:g})")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="OUT",
        help="a .gif or .mp4 (each step, and beside it the expected picture), a .png (some steps), "
        "a .csv (numbers), or a new folder for all steps, of which the last is what render saves",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(psi=None)


def run(options: argparse.Namespace) -> int:
    """Unfold as asked."""
    kind = "" if options.out is None else kind_of(options.out)
    if kind not in ("", ".csv", *FILMS, *PICTURES):
        raise Problem(f"Steps are not saved as {kind}.", "Name a .gif, .mp4, .png or .csv file, or a new folder.")
    if options.out is None and not options.json and options.latents is None:
        raise Problem("No file was named for the steps.", "Add --out, such as --out steps.gif, or --json.")
    check_own(options)
    with open_model(options.model, options.device) as model:
        sampler = sampler_of(model.generator)
        scene = as_sampled(_scene(options, sampler, model.generator.hash), options, sampler)
        model.check(scene)
        with progress_bar("unfold", "steps") as report:
            if options.own is None:
                latent = model.renderer.latent(scene)
                painted = recorded(sampler, _states(scene, latent, sampler), progress=report)
                states = ended_as_drawn(painted, model.renderer, scene)
                told: dict[str, Any] = {}
            else:
                picture = picture_for(options.own, sampler)
                states, scene, told = painted_from(picture, scene, sampler, options, report)
    paints_it = options.back is None and options.hole is None
    _save(options, kind, states, scene if paints_it else None)
    _say(options, states, scene, told)
    return 0


def _scene(options: argparse.Namespace, sampler: Sampler, model: str) -> Scene:
    if options.scene is not None:
        if options.own is not None:
            raise Problem("A scene has its own latent, but --from asks for a picture's.", "Leave one of them out.")
        return saved_scene(options, sampler)
    return replace(sampled(sampler, options.seed or 0, None, class_index(options.label, sampler)), model=model)


def _states(scene: Scene, latent: Latent, sampler: Sampler) -> Iterator[PaintingState]:
    return told_states(sampler.states(latent[None], [scene.label], scene.sampling), sampler)


def _save(options: argparse.Namespace, kind: str, states: list[RecordedState], scene: Scene | None) -> None:
    """Saves what is asked for; with the ``scene`` that paints the last picture, where one does."""
    if options.latents is not None and scene is not None:
        with replace_file(options.latents) as file:
            np.savez(file, z=scene.z[None])
    if options.out is None:
        return
    if kind in FILMS:
        frames = frames_of(states)
        comment = "" if scene is None else scene_to_json(scene)
        save_film(options.out, frames, len(frames), options.fps, comment=comment)
    elif kind in PICTURES:
        save_png(options.out, sheet_of(states))
    elif kind == ".csv":
        save_rows(options.out, states)
    else:
        with new_folder(options.out) as draft:
            for state in states:
                is_last = state.step == state.steps
                (draft / f"{state.step:05d}.png").write_bytes(png_bytes(state.canvas, scene if is_last else None))
                (draft / f"{state.step:05d}-expected.png").write_bytes(png_bytes(state.guess))


def _say(options: argparse.Namespace, states: list[RecordedState], scene: Scene, told: dict[str, Any]) -> None:
    how = scene.sampling or USUALLY
    if options.json:
        facts = {"model": scene.model_name, "seed": scene.seed, "class": scene.label, **vars(how), **told}
        say_json({**facts, "states": rows_of(states), "out": None if options.out is None else str(options.out)})
        return
    for name, value in told.items():
        say(f"{name.replace('_', ' ')}: {value}")
    if options.out is not None:
        say(f"{options.out}: {states[-1].steps} steps")
