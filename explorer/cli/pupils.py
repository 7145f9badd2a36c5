"""``pupils``: where the eyes are in photographs, the faces cut out as models want them, and how exact that is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.photos.photo_names import named_photos, names_of
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.photos.pupil_finder import PupilFinder
    from explorer.core.photos.pupil_trials import Errors, FinderVerdict

_SKIPPED = 1
_LARGEST_SIZE = 2048


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("pictures", metavar="PICTURE", nargs="*", type=Path, help="photographs, or folders of them")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the aligned faces there, as PNG")
    parser.add_argument("--size", type=int, default=256, help="side of the aligned faces in pixels (default 256)")
    parser.add_argument(
        "--judge",
        metavar="SOURCE",
        help="measure how exactly eyes are found, on aligned faces that are turned and scaled",
    )
    parser.add_argument("--frame", help="how those are aligned, as train takes it (default: as --out writes them)")
    parser.add_argument(
        "--hold-out", type=float, default=0.0, metavar="SHARE", help="judge by what a run with this held out never saw"
    )
    parser.add_argument("--count", type=int, default=500, help="how many photographs to judge by (default 500)")
    parser.add_argument("--seed", type=int, default=0, help="decides how they are turned and scaled (default 0)")
    parser.add_argument("--finder", type=Path, metavar="ONNX", help="an exported run of the family pupils")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Find or judge; 1 where some pictures were left out."""
    _check(options)
    from explorer.core.photos.pupil_finder import PupilFinder

    with PupilFinder.open(options.finder) as finder:
        return _judge(finder, options) if options.judge is not None else _find(finder, options)


def _check(options: argparse.Namespace) -> None:
    if bool(options.pictures) == (options.judge is not None):
        raise Problem("Name photographs, or aligned faces to judge by.", "Give PICTURE ... or --judge SOURCE.")
    if not 8 <= options.size <= _LARGEST_SIZE:
        raise Problem(f"--size is {options.size}.", f"Choose from 8 to {_LARGEST_SIZE}.")
    if not 1 <= options.count <= 100_000:
        raise Problem(f"--count is {options.count}.", "Choose from 1 to 100000.")
    if not 0 <= options.hold_out <= 0.9:
        raise Problem(f"The share {options.hold_out:g} cannot be held out.", "It runs from 0 to 0.9.")
    if options.seed < 0:
        raise Problem(f"The seed {options.seed} is out of range.", "Seeds start at 0.")


def _find(finder: PupilFinder, options: argparse.Namespace) -> int:
    files = list(named_photos(options.pictures))
    if options.out is not None:
        from explorer.core.files import made_folder

        made_folder(options.out)
    rows, skipped = [], []
    for file, name in zip(files, names_of(files), strict=True):
        try:
            rows.append(_found(finder, file, name, options))
        except Problem as problem:
            if len(files) == 1:
                raise
            skipped.append({"picture": str(file), "reason": problem.what})
            remark(f"{file} was left out: {problem.what}")
    if options.json:
        say_json({"pictures": rows, "skipped": skipped})
    return _SKIPPED if skipped else 0


def _found(finder: PupilFinder, file: Path, name: str, options: argparse.Namespace) -> dict[str, Any]:
    from explorer.core.photos.alignment import aligned
    from explorer.core.photos.photo_files import read_photo
    from explorer.core.photos.pupils import FRAME
    from explorer.core.rendering.picture_files import save_png

    photo = read_photo(file)
    found = finder.find(photo.pixels)
    if found is None:
        raise Problem(f"No face was found in {file.name}.", "Say where the eyes are: project --pupils.")
    points = [[round(each * photo.reduction, 1) for each in point] for point in found.points]
    row: dict[str, Any] = {"picture": str(file), "pupils": points, "sure": round(found.sure, 3)}
    if options.out is not None:
        row["file"] = f"{name}.png"
        save_png(options.out / row["file"], aligned(photo.pixels, found.alignment(FRAME), options.size))
    if not options.json:
        (x1, y1), (x2, y2) = points
        doubt = "" if found.is_sure else ", not sure"
        say(f"{file}: {x1:g},{y1:g},{x2:g},{y2:g} ({found.sure:.0%}{doubt})")
    return row


def _judge(finder: PupilFinder, options: argparse.Namespace) -> int:
    import numpy as np

    from explorer.core.photos.pupil_trials import judged
    from explorer.core.photos.pupils import FRAME, pupils_in
    from explorer.training.sources import open_pictures

    pupils = FRAME if options.frame is None else pupils_in(options.frame)
    if pupils is None:
        raise Problem("--frame does not say where the pupils are.", 'Write "pupils at 30 % and 70 % of the width …".')
    with progress_bar("pictures", "pictures") as report:
        pictures = open_pictures(options.judge, size=128, channels=3, progress=report)
    chosen = np.flatnonzero(pictures.held_out(options.hold_out)) if options.hold_out else np.arange(len(pictures))
    if not len(chosen):
        raise Problem("Nothing was held out of these pictures.", "Choose a larger share, or leave --hold-out out.")
    with progress_bar("judging", "photographs") as report:
        verdict = judged(
            finder, pictures.pictures[chosen], pupils, count=options.count, seed=options.seed, progress=report
        )
    _tell(verdict, len(chosen), options)
    return 0


def _tell(verdict: FinderVerdict, pictures: int, options: argparse.Namespace) -> None:
    groups = (*verdict.errors, verdict.sure_errors, verdict.differences)
    if options.json:
        told = {group.title: group.told() for group in groups}
        say_json({"pictures": pictures, "errors": told, "sure": verdict.sure, "alarms": verdict.alarms})
        return
    from explorer.core.photos.pupil_trials import WITHIN

    say(f"Error of the worse pupil, in % of the distance of the eyes; {pictures} aligned pictures")
    say(f"{'':18}{'faces':>7}{f'<= {WITHIN:.0%}':>9}{'50%':>7}{'90%':>7}{'95%':>7}{'99%':>7}")
    for line in _lines(groups):
        say(line)
    say(f"Sure of {verdict.sure:.1%} of the faces, and of {verdict.alarms:.1%} of photographs without one")


def _lines(groups: Sequence[Errors]) -> list[str]:
    return [
        f"{group.title:18}{len(group.values):7}{group.within:9.1%}"
        + "".join(_percent(group.at(percent)) for percent in (50, 90, 95, 99))
        for group in groups
    ]


def _percent(error: float) -> str:
    return f"{100 * error:7.2f}" if error < 10 else f"{'none':>7}"
