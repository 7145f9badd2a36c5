"""``disentangle``: whether the dimensions of models' codes stand for single factors, by the usual measures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.assuming import assume_argument, assumptions, tell_report
from explorer.cli.model_arguments import is_made_here, located
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.disentanglement.known_factors import KnownFactors, factors_from
from explorer.core.disentanglement.table import DisentanglementRow, scored
from explorer.core.problem import Problem
from explorer.core.words import plain

if TYPE_CHECKING:
    from explorer.core.disentanglement.scores import Codes
    from explorer.training.sources import PictureSet

_COUNT, _FEWEST, _MOST = 1500, 100, 20_000
_REPEATS = 3
_HEADS = ("MIG", "DCI D", "DCI C", "DCI I", "FactorVAE", "SAP", "modularity")
_WIDTH = 13
_FACTORS, _NOTHING = "the factors themselves", "zeros"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("models", nargs="+", metavar="MODEL", help="models with encoders, as for the other verbs")
    parser.add_argument(
        "data", metavar="DATA", help="pictures of which factors are known, as for train, such as portraits:2000"
    )
    assume_argument(parser)
    parser.add_argument(
        "--factors", metavar="NAME,NAME,...", help="only these factors (default: all in which the pictures differ)"
    )
    parser.add_argument("--count", type=int, default=_COUNT, help=f"at most so many pictures (default {_COUNT:,})")
    parser.add_argument("--repeats", type=int, default=_REPEATS, help=f"draws of these pictures (default {_REPEATS})")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked; what the factors themselves and zeros score stands beside it, to compare with."""
    if not _FEWEST <= options.count <= _MOST:
        raise Problem(f"{options.count} pictures cannot be measured.", f"Ask for {_FEWEST} to {_MOST:,}.")
    if not 1 <= options.repeats <= 100:
        raise Problem(f"Nothing can be drawn {options.repeats} times.", "Choose --repeats from 1 to 100.")
    rows: list[DisentanglementRow] = []
    known: KnownFactors | None = None
    for name in options.models:
        codes, known = _codes(name, options, tells=known is None)
        rows.append(_scored(name, codes, known, options.repeats))
    assert known is not None
    references = known.values.astype(np.float32), np.zeros((len(known.values), len(known.names)), np.float32)
    for name, codes in zip((_FACTORS, _NOTHING), references, strict=True):
        rows.append(_scored(name, codes, known, options.repeats))
    if options.json:
        say_json(
            {"factors": list(known.names), "left_out": list(known.left_out), "rows": [_as_data(row) for row in rows]}
        )
    else:
        _tell(rows, known)
    return 0


def _scored(name: str, codes: Codes, factors: KnownFactors, repeats: int) -> DisentanglementRow:
    with progress_bar(name, "draws") as report:
        return scored(name, codes, factors, repeats, report)


def _codes(name: str, options: argparse.Namespace, *, tells: bool) -> tuple[Codes, KnownFactors]:
    """What the encoder of a model makes of the pictures, and what is known of these."""
    from explorer.core.inference.perception import Encoder

    file = located(name).with_name("encoder.onnx")
    if not file.is_file():
        raise Problem(
            f"{plain(name)} has no encoder, so what its dimensions stand for cannot be measured.",
            "Train one for it: train inversion --set generator=MODEL.",
        )
    encoder = Encoder.open(file, options.device, trusted=is_made_here(file))
    try:
        found = _pictures(encoder.card.height, encoder.card.channels, options)
        sound, factors = _known(found, options)
        if tells:
            tell_report(found.report)
        return encoder.latents(found.pictures[sound]), factors
    finally:
        encoder.close()


def _pictures(size: int, channels: int, options: argparse.Namespace) -> PictureSet:
    from explorer.training.sources import open_pictures

    with progress_bar("pictures", "pictures") as told:
        return open_pictures(
            options.data,
            size=size,
            channels=channels,
            most=options.count,
            assume=assumptions(options.assume, options.data),
            progress=told,
        )


def _known(found: PictureSet, options: argparse.Namespace) -> tuple[NDArray[np.intp], KnownFactors]:
    """Of which pictures all factors are known, and these."""
    from explorer.training.learning.attribute_columns import facts_of

    facts = facts_of(found)
    wanted = [word.strip() for word in options.factors.split(",") if word.strip()] if options.factors else None
    sound = np.flatnonzero(np.isfinite(facts.values).all(axis=1)) if facts.names else np.arange(0)
    if len(sound) < _FEWEST:
        raise Problem(
            f"Of {len(sound)} of these pictures all factors are known, which is too few.",
            f"Choose {_FEWEST} or more with labels or attributes, such as portraits:2000.",
        )
    return sound, factors_from(facts.names, facts.values[sound], wanted)


def _as_data(row: DisentanglementRow) -> dict[str, object]:
    return {
        "model": row.model,
        **{name: round(value, 4) for name, value in asdict(row.mean).items()},
        "spread": {name: round(value, 4) for name, value in asdict(row.spread).items()},
        "tells": [{"factor": name, "code": code, "gap": round(gap, 4)} for name, code, gap in row.tells],
    }


def _tell(rows: Sequence[DisentanglementRow], known: KnownFactors) -> None:
    """Say it to people: a row a model, and below which dimension stands for which factor."""
    if known.left_out:
        remark(f"Left out, as these do not vary or another factor tells them: {', '.join(map(plain, known.left_out))}.")
    say("  ".join(head.rjust(_WIDTH) for head in _HEADS))
    for row in rows:
        pairs = zip(asdict(row.mean).values(), asdict(row.spread).values(), strict=True)
        say("  ".join(f"{mean:.3f} ± {spread:.3f}".rjust(_WIDTH) for mean, spread in pairs) + f"  {plain(row.model)}")
    for row in rows[:-2]:
        best = sorted(row.tells, key=lambda each: -each[2])
        told = ", ".join(f"z{code} {plain(name)} ({gap:.2f})" for name, code, gap in best if gap >= 0.1)
        say(f"{plain(row.model)}: {told or 'no dimension stands for one factor alone'}")
