"""``shoot``: pictures of the window, drawn without a screen: of one page, or of all of them on sheets."""

from __future__ import annotations

import argparse
import re
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Literal

from explorer.cli.model_arguments import located, named_place
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.paths import model_path, models_folder

_SIZE, _SCALE, _MODEL = (1280, 720), 1.0, "faces"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "panel",
        nargs="?",
        metavar="PANEL[:VIEW]",
        help="which panel, such as explore, and which of its views, such as traverse:grid",
    )
    parser.add_argument("--model", metavar="MODEL", help="name of a bundled model, or a path (default: the first)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the picture shown (default 1)")
    parser.add_argument("--size", type=_size, metavar="WxH", help="default 1280x720")
    parser.add_argument("--scale", type=float, help="screen pixels for each pixel of the size (default 1)")
    parser.add_argument("--theme", choices=("dark", "light"), help="default dark")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="OUT.png")
    where.add_argument(
        "--sheet",
        type=Path,
        metavar="FOLDER",
        help="instead of one panel, every page and dialog, on a sheet for each size, theme and scale; those that are "
        "not given are 960x600, 1280x720 and 2560x1440, dark and light, 1 and 2",
    )


def _size(word: str) -> tuple[int, int]:
    if not re.fullmatch(r"[1-9]\d{2,3}x[1-9]\d{2,3}", word):
        raise argparse.ArgumentTypeError(f"{word} is not a size; write 1280x720")
    width, height = word.split("x")
    return int(width), int(height)


def run(options: argparse.Namespace) -> int:
    """Shoot as asked."""
    if not 0 <= options.seed <= LARGEST_SEED:
        raise Problem(f"The seed {options.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    if options.scale is not None and not 0.5 <= options.scale <= 4.0:
        raise Problem(f"The scale {options.scale:g} is out of range.", "It runs from 0.5 to 4.")
    if options.model:
        named_place(options.model)
    if options.sheet is not None:
        return _shoot_all(options)
    if options.panel is None:
        raise Problem("No panel was named.", "Name one, such as explore, or ask for all with --sheet.")
    _shoot_one(options)
    return 0


def _shoot_one(options: argparse.Namespace) -> None:
    from explorer.cli.offscreen import application

    app = application(options.scale or _SCALE)
    from explorer.app import build
    from explorer.cli.shooting.camera import open_model, save, show_page, wait_for_calm

    theme: Literal["dark", "light"] = options.theme or "dark"
    with (
        tempfile.TemporaryDirectory() as scratch,
        closing(build(Path(scratch) / "settings.ini", theme=theme)) as window,
    ):
        show_page(window, *options.panel.lower().split(":", 1))
        window.resize(*options.size or _SIZE)
        window.show()
        entries = window.studio.catalog.bundled()
        path = model_path(options.model) if options.model else (entries[0].path if entries else None)
        if path is not None:
            open_model(window, path, options.seed)
            wait_for_calm(window)
        app.processEvents()
        save(window.grab(), options.out)


def _shoot_all(options: argparse.Namespace) -> int:
    if options.panel is not None:
        raise Problem("A sheet shows every page.", "Name a panel with --out, or none with --sheet.")
    from explorer.cli.offscreen import application

    folder = options.sheet.absolute()
    model = located(options.model) if options.model else models_folder() / _MODEL
    if options.scale is None:
        from explorer.cli.shooting.sheets import SCALES, shoot_at_scales

        return shoot_at_scales(_words(options, folder, model), SCALES)
    application(options.scale)
    from explorer.cli.shooting.sheets import SIZES, THEMES, Shots, shoot_all

    sizes = [options.size] if options.size else SIZES
    shoot_all(Shots(folder, model, options.seed, sizes, [options.theme] if options.theme else THEMES), options.scale)
    return 0


def _words(options: argparse.Namespace, folder: Path, model: Path) -> list[str]:
    """The same request for another process, which stands elsewhere."""
    words = ["--sheet", str(folder), "--model", str(model.absolute()), "--seed", str(options.seed)]
    words += ["--size", "{}x{}".format(*options.size)] if options.size else []
    return words + (["--theme", options.theme] if options.theme else [])
