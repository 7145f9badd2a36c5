"""``render``: pictures from seeds or from a scene, the same bytes as the window saves."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.cli.models import model_argument, open_model
from explorer.core.files import made_folder, replace_file
from explorer.core.generator import Generator
from explorer.core.latents import LARGEST_SEED, sample
from explorer.core.pictures import save_png, sheet
from explorer.core.problem import Problem
from explorer.core.scene import Scene
from explorer.session.opening import scene_in_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first picture; the next ones count up (default 0)"
    )
    parser.add_argument("--count", type=int, default=1, help="how many pictures (default 1)")
    parser.add_argument(
        "--psi", type=float, help="truncation: 1 leaves the sample, 0 gives the mean (default 1)"
    )
    parser.add_argument("--class", dest="label", metavar="CLASS", help="index or name of the class to draw")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a scene, as JSON or inside a saved PNG")
    parser.add_argument("--latents", type=Path, metavar="OUT.npz", help="save the latents too")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="OUT", help="a .png (picture or sheet) or a folder"
    )


def run(options: argparse.Namespace) -> int:
    """Render as asked."""
    model = open_model(options.model, options.device)
    try:
        scenes = _scenes(options, model.generator)
        pictures = [model.renderer.render(scene).picture for scene in scenes]
    finally:
        model.generator.close()
    _save(options.out, pictures, scenes)
    if options.latents:
        with replace_file(options.latents) as file:
            np.savez(file, z=np.stack([scene.z for scene in scenes]))
    return 0


def _scenes(options: argparse.Namespace, generator: Generator) -> list[Scene]:
    first = _read_scene(options.scene, generator) if options.scene else None
    if options.count < 1:
        raise Problem(f"--count is {options.count}.", "Ask for at least one picture.")
    if first and options.count > 1:
        raise Problem("A scene is one picture, but --count asks for more.", "Leave --count or --scene out.")
    label = _label(options.label, generator)
    if first:
        changes = {"truncation": options.psi, "label": label}
        return [replace(first, **{name: value for name, value in changes.items() if value is not None})]
    return [_sampled(options, generator, options.seed + i, label) for i in range(options.count)]


def _sampled(options: argparse.Namespace, generator: Generator, seed: int, label: int | None) -> Scene:
    if not 0 <= seed <= LARGEST_SEED:
        raise Problem(f"The seed {seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    card = generator.card
    z = sample(seed, card.latent_size, card.distribution)
    psi = 1.0 if options.psi is None else options.psi
    drawn = label if label is not None or not card.classes else 0
    return Scene(generator.hash, card.name, z, drawn, psi, seed)


def _read_scene(path: Path, generator: Generator) -> Scene:
    scene = scene_in_file(path)
    if scene.model and scene.model != generator.hash:
        raise Problem(
            f"This scene was made with another model, {scene.model_name or scene.model[:12]}.",
            "Name the model that it was made with.",
        )
    return scene


def _label(word: str | None, generator: Generator) -> int | None:
    classes = generator.card.classes
    if word is None:
        return None
    if not classes:
        raise Problem(f"{generator.card.name} has no classes.", "Leave --class out.")
    if word in classes:
        return classes.index(word)
    if word.isdigit() and int(word) < len(classes):
        return int(word)
    raise Problem(
        f"There is no class {word}.", f"The classes are 0 to {len(classes) - 1}: {', '.join(classes)}."
    )


def _save(out: Path, pictures: list[np.ndarray], scenes: list[Scene]) -> None:
    if out.suffix.lower() == ".png":
        single = len(pictures) == 1
        picture = pictures[0] if single else sheet(np.stack(pictures))
        save_png(out, picture, scenes[0] if single else None)
        return
    if out.suffix:
        raise Problem(f"Pictures are saved as PNG, not as {out.suffix}.", "Name a .png file or a folder.")
    made_folder(out)
    for number, (picture, scene) in enumerate(zip(pictures, scenes, strict=True)):
        save_png(out / f"{number:05d}.png", picture, scene)
