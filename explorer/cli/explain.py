"""``explain``: how a family, a run or a model works, as Markdown: networks, objective, settings, paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import is_made_here, located
from explorer.cli.output import say
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.explain.explanation import Explanation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "what", metavar="FAMILY|RUN|MODEL", help="a family such as dcgan, a run's folder, or a model's name or path"
    )
    parser.add_argument("--size", type=int, help="families: side of the pictures that the networks are shown for")
    parser.add_argument("--channels", type=int, choices=(1, 3), help="families: grey or colour")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="families: change a setting")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there instead of printing it")


def run(options: argparse.Namespace) -> int:
    """Explain as asked."""
    from explorer.core.explain.markdown import markdown
    from explorer.core.files import replace_file

    text = markdown(_sheet(options))
    if options.out is None:
        say(text.rstrip("\n"))
        return 0
    with replace_file(options.out) as file:
        file.write(text.encode())
    say(str(options.out))
    return 0


def _sheet(options: argparse.Namespace) -> Explanation:
    what, of_family = options.what, bool(options.size or options.channels or options.set)
    if what.isidentifier() and not Path(what).exists() and not _is_model(what):
        from explorer.training.explain.training_sheets import family_sheet
        from explorer.training.families import family_called

        try:
            family_called(what)
        except Problem as problem:
            hint = f"{problem.hint} Runs and models can be explained, too: give a folder, a path or a model's name."
            raise Problem(problem.what.replace("family called", "family, run or model called"), hint) from None
        return family_sheet(what, dict(map(_pair, options.set)), options.size, options.channels)
    if of_family:
        raise Problem(f"{what} is not a family.", "--size, --channels and --set are for families: leave them out.")
    if _is_run(Path(what)):
        from explorer.training.explain.training_sheets import run_sheet

        return run_sheet(Path(what))
    from explorer.core.explain.model_sheet import model_sheet

    path = located(what)
    return model_sheet(path, trusted=is_made_here(path))


def _is_run(path: Path) -> bool:
    from explorer.training.runs.run_folder import SPEC_FILE

    return (path / SPEC_FILE).is_file()


def _is_model(name: str) -> bool:
    from explorer.paths import model_path

    return model_path(name).exists()


def _pair(words: str) -> tuple[str, str]:
    name, sign, value = words.partition("=")
    if not sign:
        raise Problem(f"{words} is not a setting.", "Write it as NAME=VALUE.")
    return name.strip(), value.strip()
