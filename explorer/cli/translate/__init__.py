"""``translate``: what a model from picture to picture makes of your pictures and drawings."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.model_arguments import is_made_here, model_argument, translator_of
from explorer.cli.output import remark, say, say_json
from explorer.cli.places import FILMS, PICTURES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.cli.translate.readings import remember_given
from explorer.cli.translate.styles import style_arguments, style_of
from explorer.core.drawing.given_words import CHOICES
from explorer.core.photos.photo_names import named_photos, names_of
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.exports.translated_files import TranslatedFile, TranslationSettings
    from explorer.core.inference.translator import Translator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument(
        "input", type=Path, metavar="INPUT", help="a picture, a folder of them, or a scene saved from Draw (PNG, JSON)"
    )
    parser.add_argument("--out", type=Path, metavar="OUT", help="a .png; for a folder of pictures a new folder")
    parser.add_argument(
        "--film", type=Path, metavar="FILM", help="the strokes of a scene as they were drawn, as .mp4 or .gif"
    )
    parser.add_argument(
        "--fit",
        choices=("crop", "whole"),
        default="crop",
        help="from a picture of another shape, take the middle, or all of it with a margin (default crop)",
    )
    parser.add_argument(
        "--spoil", action="store_true", help="first turn each photo into what the model takes, such as its lines"
    )
    parser.add_argument(
        "--takes",
        metavar="WORD",
        help=f"what the model takes, if it does not say so; remembered for its file: {', '.join(CHOICES)}",
    )
    parser.add_argument("--backwards", action="store_true", help="translate the other way round")
    style_arguments(parser)
    parser.add_argument("--beside", action="store_true", help="put what went in beside what came out")
    parser.add_argument(
        "--strips",
        action="store_true",
        help="take INPUT as the right answers (a folder, or a source as train takes it, such as portraits:200:7): turn "
        "them into what the model takes, and put inputs, answers and right answers into strips of one picture, with "
        "figures",
    )
    parser.add_argument(
        "--against", action="append", default=[], metavar="MODEL", help="strips: another model that takes the same"
    )
    parser.add_argument("--count", type=int, default=200, help="strips: use at most this many pictures (default 200)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Translate as asked; 1 where some of several pictures could not be."""
    if options.out is None and (options.strips or options.film is None):
        raise Problem("No file was named for the result.", "Add --out answer.png.")
    if options.strips:
        from explorer.cli.translate import strips

        return strips.run(options)
    if options.against:
        raise Problem("Models are compared in strips.", "Add --strips.")
    _check_places(options)
    from explorer.core.inference.translator import Translator

    files = list(named_photos([options.input]))
    path = translator_of(options.model, backwards=options.backwards)
    if options.takes is not None:
        remember_given(path, options.takes)
    with closing(Translator.open(path, options.device, trusted=is_made_here(path))) as translator:
        how = _settings(options, translator)
        if options.film:
            _save_film(translator, options, how)
        failed = 0
        rows: list[dict[str, Any]] = []
        if options.out and options.input.is_dir():
            rows, failed = _translate_all(translator, files, options, how)
        elif options.out:
            rows = [_translate(translator, options, how)]
        _say(translator, rows, options)
    return 1 if failed else 0


def _check_places(options: argparse.Namespace) -> None:
    if options.film:
        kind = kind_of(options.film)
        if kind not in FILMS:
            raise Problem(f"A film is saved as .gif or .mp4, not as {kind or 'a folder'}.", "Change the ending.")
    if options.out is None:
        return
    kind = kind_of(options.out)
    if options.input.is_dir():
        if kind:
            raise Problem(f"{options.out.name} is one file, and {options.input.name} a folder.", "Name a new folder.")
    elif kind not in PICTURES:
        raise Problem(f"A picture is saved as PNG, not as {kind or 'a folder'}.", "Name a .png file.")


def _settings(options: argparse.Namespace, translator: Translator) -> TranslationSettings:
    from explorer.core.exports.translated_files import TranslationSettings

    given = translator.given if options.spoil else ""
    style = style_of(options, translator)
    return TranslationSettings(fit=options.fit, given=given, z=style, is_beside=options.beside)


def _translate(translator: Translator, options: argparse.Namespace, how: TranslationSettings) -> dict[str, Any]:
    from explorer.core.exports.translated_files import translated_file

    found = translated_file(translator, options.input, how)
    found.save(options.out)
    return _row(found, options.out)


def _translate_all(
    translator: Translator, files: list[Path], options: argparse.Namespace, how: TranslationSettings
) -> tuple[list[dict[str, Any]], int]:
    from explorer.core.exports.translated_files import save_translations

    def tell(file: Path, problem: Problem) -> None:
        remark(f"{file}: {problem.what} {problem.hint}".rstrip())

    named = list(zip(files, names_of(files), strict=True))
    with progress_bar("translate", "pictures") as report:
        done = save_translations(translator, named, options.out, how, progress=report, failed=tell)
    return [_row(found, options.out / name) for found, name in done], len(files) - len(done)


def _save_film(translator: Translator, options: argparse.Namespace, how: TranslationSettings) -> None:
    from explorer.core.exports.stroke_film import save_stroke_film
    from explorer.core.exports.translated_files import drawn_scene_in, scene_for

    scene = None if options.input.is_dir() else drawn_scene_in(options.input)
    if scene is None:
        what = f"{options.input.name} is not a drawing that knows its strokes."
        raise Problem(what, "Name a picture that was saved from Draw.")
    with progress_bar("translate", "frames") as report:
        save_stroke_film(options.film, translator, scene_for(translator, scene, how)[0], progress=report)


def _row(found: TranslatedFile, out: Path) -> dict[str, Any]:
    return {"picture": str(found.file), "out": str(out), "ms": round(found.took_ms, 1), "said": list(found.said)}


def _say(translator: Translator, rows: list[dict[str, Any]], options: argparse.Namespace) -> None:
    film = {"film": str(options.film)} if options.film else {}
    if options.json:
        taken = {"model": translator.name, "takes": translator.card.takes, "given": translator.given}
        say_json({**taken, "guessed_by": translator.given_why, "pictures": rows, **film})
        return
    for row in rows:
        said = " ".join(row["said"])
        say(f"{row['out']}: {row['ms']:g} ms" + (f". {said}" if said else ""))
    if options.film:
        say(str(options.film))
