"""``render``: pictures from seeds or from a scene, the same bytes as the window saves."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cli.condition_arguments import condition_arguments, conditioned
from explorer.cli.layer_arguments import draw_layer, layer_arguments
from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.places import kind_of
from explorer.cli.scene_arguments import (
    class_index,
    directed,
    direction_argument,
    latent_argument,
    placed,
    sampled,
    saved_scene,
    strengths,
    style_arguments,
)
from explorer.cli.style_arguments import mixing_arguments, styled
from explorer.cli.unfold.sampling_arguments import sampling_arguments
from explorer.core.files import made_folder, replace_file
from explorer.core.inference.generator import Generator
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import sheet
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.saved_pictures import FORMATS, Enlargement, resampled, save_picture
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.transparency import laid_over
from explorer.core.rendering.w_space import StyleRenderer

_MOST_PICTURES = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--seed", type=int, help="seed of the first picture; the next ones count up (default 0)")
    parser.add_argument("--count", type=int, default=1, help="how many pictures (default 1)")
    style_arguments(parser)
    latent_argument(parser)
    direction_argument(parser)
    mixing_arguments(parser)
    condition_arguments(parser)
    layer_arguments(parser)
    sampling_arguments(parser)
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a scene, as JSON or inside a saved PNG")
    parser.add_argument(
        "--from",
        dest="saved",
        type=Path,
        metavar="FILE",
        help="draw the latents or points of W and W+ in a .npy, .npz or .pt: saved --latents, projected_w.npz, e4e",
    )
    parser.add_argument("--latents", type=Path, metavar="OUT.npz", help="save the latents too, and the points of W")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--scale", type=float, default=1.0, metavar="1..16", help="enlarge the pictures (default 1)")
    size.add_argument("--size", type=int, metavar="PX", help="make the pictures this wide; their height follows")
    parser.add_argument("--pixels", action="store_true", help="enlarge without smoothing: every pixel is a square")
    parser.add_argument(
        "--format", choices=("png", "jpg", "webp"), help="file type of pictures in a folder (default png)"
    )
    out = "a .png, .jpg or .webp (picture or sheet), or a folder"
    parser.add_argument("--out", type=Path, required=True, metavar="OUT", help=out)


def run(options: argparse.Namespace) -> int:
    """Render as asked."""
    if options.layer_channels is not None and options.layer is None:
        raise Problem("--layer-channels has no effect without --layer.", "Name a layer too, such as --layer 3.")
    ending = _ending(options)
    with open_model(options.model, options.device) as model:
        asked = strengths(options, model)
        drawn = [placed(scene, options, model) for scene in _scenes(options, model.generator)]
        given = [conditioned(scene, options, model.generator) for scene in drawn]
        moved = [directed(scene, asked) for scene in given]
        scenes = [styled(scene, options, model.renderer) for scene in moved]
        for scene in scenes[:1]:
            model.check(scene)
        points = _points(scenes, model.renderer) if options.latents else {}
        if options.layer is not None:
            draw_layer(options, model.renderer, scenes)
        else:
            enlargement = Enlargement(options.scale, options.size, smooth=not options.pixels)
            pictures = [resampled(model.renderer.render(scene).whole, enlargement) for scene in scenes]
            _save(options.out, pictures, scenes, ending)
    if options.latents:
        with replace_file(options.latents) as file:
            np.savez(file, z=np.stack([scene.z for scene in scenes]), **points)
    return 0


def _points(scenes: list[Scene], renderer: Renderer) -> dict[str, Any]:
    """The points of W (N, style_size) or W+ (N, styles, style_size) of scenes, before truncation; none without a W."""
    if not isinstance(renderer, StyleRenderer):
        return {}
    points = [renderer.mapped(scene).reshape(-1, renderer.generator.card.style_size) for scene in scenes]
    if any(len(rows) > 1 for rows in points):
        return {
            "w": np.stack([np.broadcast_to(rows, (renderer.generator.card.styles, rows.shape[1])) for rows in points])
        }
    return {"w": np.concatenate(points)}


def _scenes(options: argparse.Namespace, generator: Generator) -> list[Scene]:
    if options.count < 1:
        raise Problem(f"--count is {options.count}.", "Ask for at least one picture.")
    if options.scene:
        if options.saved:
            raise Problem("A scene is one picture, but --from asks for others.", "Leave --from or --scene out.")
        if options.count > 1:
            raise Problem("A scene is one picture, but --count asks for more.", "Leave --count or --scene out.")
        return [saved_scene(options, generator)]
    label = class_index(options.label, generator)
    if options.saved:
        return _from_file(options, generator.card, sampled(generator, 0, options.psi, label))
    return [sampled(generator, (options.seed or 0) + i, options.psi, label) for i in range(options.count)]


def _from_file(options: argparse.Namespace, card: ModelCard, base: Scene) -> list[Scene]:
    """A scene of each row of a file of numbers."""
    from explorer.core.rendering.latent_files import numbers_in
    from explorer.training.weight_import.tensors import read_tensors

    if options.seed is not None or options.count > 1:
        raise Problem(
            "A file has its own latents, but a seed or a count is asked for.", "Leave --seed and --count out."
        )
    found = numbers_in(options.saved, card, read_tensors)
    if found.likely == "directions":
        what = f"{options.saved.name} seems to hold directions, not latents."
        raise Problem(what, f"Import them: direction import MODEL {options.saved.name}.")
    if len(found.rows) > _MOST_PICTURES:
        raise Problem(f"{options.saved.name} holds {len(found.rows):,} latents.", f"Save at most {_MOST_PICTURES:,}.")
    return [replace(scene, truncation=base.truncation) for scene in found.scenes(base)]


def _ending(options: argparse.Namespace) -> str:
    """What the names of the pictures end in."""
    named = kind_of(options.out)
    if named and named not in FORMATS:
        raise Problem(f"Pictures are not saved as {named}.", "Name a .png, .jpg or .webp file, or a folder.")
    asked = f".{options.format}" if options.format else named or ".png"
    if named and FORMATS[named] != FORMATS[asked]:
        raise Problem(f"{options.out.name} is not a {options.format} file.", "Leave --format out, or change the name.")
    return named or asked


def _save(out: Path, pictures: list[np.ndarray], scenes: list[Scene], ending: str) -> None:
    if kind_of(out):
        single = len(pictures) == 1
        picture = pictures[0] if single else sheet(laid_over(np.stack(pictures)))
        save_picture(out, picture, scenes[0] if single else None)
        return
    made_folder(out)
    for number, (picture, scene) in enumerate(zip(pictures, scenes, strict=True)):
        save_picture(out / f"{number:05d}{ending}", picture, scene)
