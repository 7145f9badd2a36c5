"""``translate``: what a model from picture to picture makes of your pictures."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.model_arguments import is_made_here, model_argument, translator_of
from explorer.cli.output import remark, say, say_json
from explorer.cli.photos.photo_names import named_photos, names_of
from explorer.cli.places import PICTURES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator
    from explorer.core.photos.resizing import Pixels


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("input", type=Path, metavar="INPUT", help="a picture or drawing, or a folder of them")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="OUT", help="a .png; for a folder of pictures a new folder"
    )
    parser.add_argument(
        "--fit",
        choices=("crop", "whole"),
        default="crop",
        help="of a picture of another shape take the middle, or all of it with a margin (default crop)",
    )
    parser.add_argument("--beside", action="store_true", help="put what went in beside what came out")
    parser.add_argument(
        "--strips",
        action="store_true",
        help="take INPUT for the right pictures (a folder, or a source as for train, portraits:200:7 say): spoil them "
        "as the model takes them, and put given, answers and right ones into strips of one picture, with figures",
    )
    parser.add_argument(
        "--against", action="append", default=[], metavar="MODEL", help="strips: another model that is given the same"
    )
    parser.add_argument("--count", type=int, default=200, help="strips: at most so many pictures (default 200)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Translate as asked; 1 where some of several pictures could not be."""
    if options.strips:
        from explorer.cli.translate import strips

        return strips.run(options)
    if options.against:
        raise Problem("Models are compared in strips.", "Add --strips.")
    _check_out(options)
    from explorer.core.inference.translator import Translator

    files = list(named_photos([options.input]))
    path = translator_of(options.model)
    with closing(Translator.open(path, options.device, trusted=is_made_here(path))) as translator:
        if options.input.is_dir():
            rows, failed = _translate_all(translator, files, options)
        else:
            rows, failed = [_translate(translator, files[0], options.out, options)], 0
        _say(translator, rows, options)
    return 1 if failed else 0


def _check_out(options: argparse.Namespace) -> None:
    kind = kind_of(options.out)
    if options.input.is_dir():
        if kind:
            raise Problem(f"{options.out.name} is one file, and {options.input.name} a folder.", "Name a new folder.")
    elif kind not in PICTURES:
        raise Problem(f"A picture is saved as PNG, not as {kind or 'a folder'}.", "Name a .png file.")


def _translate_all(
    translator: Translator, files: list[Path], options: argparse.Namespace
) -> tuple[list[dict[str, Any]], int]:
    from explorer.core.files import new_folder

    rows, failed = [], 0
    with new_folder(options.out) as draft, progress_bar("translate", "pictures") as report:
        for number, (file, name) in enumerate(zip(files, names_of(files), strict=True), start=1):
            try:
                row = _translate(translator, file, draft / f"{name}.png", options)
                rows.append({**row, "out": str(options.out / f"{name}.png")})
            except Problem as problem:
                failed += 1
                remark(f"{file}: {problem.what} {problem.hint}".rstrip())
            report(number, len(files))
        if not rows:
            raise Problem(f"None of the {len(files):,} pictures could be translated.", "See above what is wrong.")
    return rows, failed


def _translate(translator: Translator, file: Path, out: Path, options: argparse.Namespace) -> dict[str, Any]:
    from explorer.core.photos.photo_files import read_photo
    from explorer.core.rendering.picture_files import save_png

    found = translator.translate(read_photo(file).pixels, fit=options.fit)
    assert found is not None  # nobody stops it here
    save_png(out, _beside(found.before, found.after) if options.beside else found.after)
    return {"picture": str(file), "out": str(out), "ms": round(found.took_ms, 1), "said": list(found.said)}


def _beside(before: Pixels, after: Pixels) -> Pixels:
    """Both in one picture, what went in on the left, as large as what came out."""
    import numpy as np

    from explorer.core.rendering.picture_files import fitted

    height, width = after.shape[:2]
    return np.concatenate([fitted(each, height, width, 3) for each in (before, after)], axis=1)


def _say(translator: Translator, rows: list[dict[str, Any]], options: argparse.Namespace) -> None:
    if options.json:
        say_json({"model": translator.name, "takes": translator.card.takes, "pictures": rows})
        return
    for row in rows:
        said = " ".join(row["said"])
        say(f"{row['out']}: {row['ms']:g} ms" + (f". {said}" if said else ""))
