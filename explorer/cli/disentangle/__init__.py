"""``disentangle``: whether the dimensions of models' codes stand for single factors, by the usual measures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import located
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.disentanglement.table import HEADS, DisentanglementRow, save_scores
from explorer.core.problem import Problem
from explorer.core.words import plain
from explorer.session.disentangle.measuring import (
    FEWEST,
    DisentanglementRequest,
    DisentanglementTable,
    encoder_beside,
    measured,
)

_COUNT, _MOST = 1500, 20_000
_REPEATS = 3
_WIDTH = 13


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("models", nargs="+", metavar="MODEL", help="names or paths of models with encoders")
    parser.add_argument(
        "data", metavar="DATA", help="pictures whose factors are known, as train takes them, such as portraits:2000"
    )
    assume_argument(parser)
    parser.add_argument(
        "--factors", metavar="NAME,NAME,...", help="only these factors (default: all in which the pictures differ)"
    )
    parser.add_argument(
        "--count", type=int, default=_COUNT, help=f"use at most this many pictures (default {_COUNT:,})"
    )
    parser.add_argument(
        "--repeats", type=int, default=_REPEATS, help=f"random draws of these pictures (default {_REPEATS})"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="save the table as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked; what the factors themselves and zeros score stands beside it, to compare with."""
    if not FEWEST <= options.count <= _MOST:
        raise Problem(f"{options.count} pictures cannot be measured.", f"Ask for {FEWEST} to {_MOST:,}.")
    if not 1 <= options.repeats <= 100:
        raise Problem(f"Nothing can be drawn {options.repeats} times.", "Choose --repeats from 1 to 100.")
    models = tuple((name, encoder_beside(located(name), name)) for name in options.models)
    factors = tuple(word.strip() for word in options.factors.split(",") if word.strip()) if options.factors else None
    assume = assumptions(options.assume, options.data)
    request = DisentanglementRequest(
        models, options.data, factors, options.count, options.repeats, options.device, assume
    )
    with progress_bar("measured", "%") as tell:
        found = measured(request, lambda done, total=1.0, /: tell(round(100 * done / total), 100))
    assert found is not None
    tell_report(found.pictures.report)
    if options.csv is not None:
        save_scores(options.csv, found.rows)
    if options.json:
        known, rows = found.factors, [_as_data(row) for row in found.rows]
        say_json({"factors": list(known.names), "left_out": list(known.left_out), "rows": rows})
    else:
        _tell(found)
    return 0


def _as_data(row: DisentanglementRow) -> dict[str, object]:
    return {
        "model": row.model,
        **{name: round(value, 4) for name, value in asdict(row.mean).items()},
        "spread": {name: round(value, 4) for name, value in asdict(row.spread).items()},
        "tells": [{"factor": name, "code": code, "gap": round(gap, 4)} for name, code, gap in row.tells],
    }


def told_rows(rows: Sequence[DisentanglementRow]) -> list[str]:
    """The table as lines: what the measures are called, and below that a line for each row."""
    heads = "  ".join(head.rjust(_WIDTH) for head in HEADS)
    return [heads, *("  ".join(words.rjust(_WIDTH) for words in row.words) + f"  {plain(row.model)}" for row in rows)]


def _tell(found: DisentanglementTable) -> None:
    """Say it to people: a row a model, and below which dimension stands for which factor."""
    if left_out := found.factors.left_out:
        remark(f"Left out, because they do not vary or follow from another factor: {', '.join(map(plain, left_out))}.")
    say("\n".join(told_rows(found.rows)))
    for row in found.models:
        say(f"{plain(row.model)}: {row.told}")
