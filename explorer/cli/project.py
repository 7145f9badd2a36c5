"""``project``: pictures of one's own as points of a latent space, and as the model draws them again."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.cli.condition_arguments import condition_arguments, conditioned
from explorer.cli.model_arguments import model_argument, open_model
from explorer.cli.output import remark, say, say_json
from explorer.cli.photos.photo_parts import check_tuning, model_folder, photo_parts, tune_argument
from explorer.cli.progress_bar import progress_bar
from explorer.cli.scene_arguments import Strengths, class_argument, class_index, direction_argument, strengths
from explorer.core.files import made_folder
from explorer.core.photos.photo_names import named_photos, names_of
from explorer.core.problem import Problem
from explorer.core.rendering.latent_points import SPACES
from explorer.core.rendering.picture_files import rgb, save_png, sheet
from explorer.core.rendering.scene import Scene
from explorer.session.photos.photo_projector import METHODS, Method, Points, Projector

if TYPE_CHECKING:
    from explorer.core.inference.generator import Pictures
    from explorer.session.models.opening import OpenModel
    from explorer.training.projection.latent_optimisation import Effort

_SKIPPED = 1
_MOST_STEPS = 100_000
_SHEET = "sheet.png"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("pictures", metavar="PICTURE", nargs="+", type=Path, help="photographs, or folders of them")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the results go")
    direction_argument(parser)
    class_argument(parser)
    parser.add_argument(
        "--pupils",
        metavar="X1,Y1,X2,Y2",
        help="where the pupils are, in pixels from the upper left of the upright photograph (default: they are found, "
        "or guessed where there is no face)",
    )
    parser.add_argument(
        "--method",
        choices=METHODS,
        help="ask the encoder, search by optimisation, or search from the encoder's answer too "
        "(default: the encoder where there is one, else optimise)",
    )
    parser.add_argument(
        "--space",
        choices=SPACES,
        help="where to search in a style-based model: latents, what the mapping makes of them, or a w for each layer "
        "(default: w where there is one)",
    )
    condition_arguments(parser)
    parser.add_argument("--steps", type=int, help="steps of the optimisation, in total (default 200)")
    tune_argument(parser)
    parser.add_argument("--seed", type=int, default=0, help="decides where the search starts (default 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Project as asked; 1 where some of the pictures were left out."""
    _check(options)
    files = list(named_photos(options.pictures))
    pupils = None if options.pupils is None else _points(options.pupils, len(files))
    with open_model(options.model, options.device) as model:
        asked = strengths(options, model)
        label = class_index(options.label, model.generator)
        under = conditioned(Scene(), options, model.generator).conditions
        method = _method(options, model)
        with Projector(model, method, _effort(options), label, options.space, under) as projector:
            made_folder(options.out)
            results, skipped = _all(projector, files, pupils, asked, options)
    _say(results, skipped, options)
    return _SKIPPED if skipped else 0


def _check(options: argparse.Namespace) -> None:
    check_tuning(options)
    if options.steps is not None and not 1 <= options.steps <= _MOST_STEPS:
        raise Problem(f"--steps is {options.steps}.", f"Choose from 1 to {_MOST_STEPS:,}.")
    if options.steps is not None and options.method == "encoder":
        raise Problem("The encoder takes no --steps.", "Leave --steps out, or add --method both.")
    if options.space not in (None, "z") and options.method == "encoder":
        raise Problem(f"The encoder gives latents, not points of {options.space.upper()}.", "Add --method both.")
    if not 0 <= options.seed < 2**32:
        raise Problem(f"The seed {options.seed} is out of range.", f"Seeds run from 0 to {2**32 - 1}.")


def _method(options: argparse.Namespace, model: OpenModel) -> Method:
    if options.method is not None:
        chosen: Method = options.method
        return chosen
    if model.files.encoder is None:
        return "optimise"
    return "encoder" if options.steps is None and options.space in (None, "z") else "both"


def _effort(options: argparse.Namespace) -> Effort | None:
    """How hard to search; None for the usual."""
    if options.method == "encoder" or (options.steps is None and options.seed == 0):
        return None
    from explorer.training.projection.latent_optimisation import Effort

    if options.steps is None:
        return Effort(seed=options.seed)
    return Effort.of_steps(options.steps, options.seed)


def _points(words: str, count: int) -> Points:
    if count != 1:
        raise Problem(f"--pupils belongs to one picture, but {count} are named.", "Project them one by one.")
    try:
        x1, y1, x2, y2 = (float(word) for word in words.split(","))
    except ValueError:
        raise Problem(f"--pupils {words} is not two points.", "Write for instance --pupils 120,140,190,141.") from None
    return (x1, y1), (x2, y2)


def _all(
    projector: Projector,
    files: Sequence[Path],
    pupils: Points | None,
    asked: Strengths,
    options: argparse.Namespace,
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Project every picture and save what comes of it; what was found, and what was left out."""
    from explorer.cli.photos.found_eyes import Eyes
    from explorer.core.photos.photo_files import read_photo

    out: Path = options.out
    results: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    rows: list[Pictures] = []
    problem = None
    eyes = Eyes(projector.model.generator.card, pupils)
    for file, name in zip(files, names_of(files), strict=True):
        try:
            photo, folder = read_photo(file), model_folder(options, name)
            with progress_bar(name, "steps") as report:
                points, how = eyes.of(photo)
                found = projector.found(photo, projector.alignment(photo, points), report)
            made = photo_parts(projector, found, asked, file.name, folder, options)
        except Problem as failure:
            problem = failure
            skipped.append({"picture": str(file), "reason": failure.what})
            continue
        for part, (picture, shown) in made.pictures.items():
            save_png(out / f"{name}-{part}.png", picture, shown)
        rows += [rgb(picture) for picture, _ in made.pictures.values()]
        results.append(
            {
                "picture": str(file),
                "name": name,
                "eyes": how,
                "method": found.method,
                "space": found.point.space,
                "steps": found.steps,
                "error": round(found.error, 6),
                "files": [f"{name}-{part}.png" for part in made.pictures],
            }
            | ({} if made.error is None else {"tuned": str(made.model), "tuned_error": round(made.error, 6)})
        )
    eyes.close()
    if problem is not None and not results:
        raise (
            problem
            if len(files) == 1
            else Problem(f"None of the {len(files)} pictures can be used. {problem.what}", problem.hint)
        )
    save_png(out / _SHEET, sheet(np.stack(rows), columns=2 + bool(asked) + (options.tune is not None)))
    return results, skipped


def _say(results: list[dict[str, Any]], skipped: list[dict[str, str]], options: argparse.Namespace) -> None:
    for left in skipped:
        remark(f"{left['picture']} was left out: {left['reason']}")
    if options.json:
        say_json({"pictures": results, "skipped": skipped, "sheet": str(options.out / _SHEET)})
        return
    for row in results:
        space = "" if row["space"] == "z" else f" in {row['space'].upper()}"
        how = f"{row['method']}{space}" + (f", {row['steps']} steps" if row["steps"] else "")
        how += ", no face was found" if row["eyes"] == "guessed" else ""
        tuned = f"; tuned, by {row['tuned_error']:.1%}: {row['tuned']}" if "tuned" in row else ""
        say(f"{row['picture']}: differs by {row['error']:.1%} on average ({how}){tuned}")
