"""``likelihood``: what pictures cost in bits per dimension, by one model or several; strange ones cost more.

Models that are told the class tell it, too: by Bayes' rule.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from explorer.cli.assuming import assume_argument
from explorer.cli.likelihood.costs import Costs, measured
from explorer.cli.likelihood.measured_pictures import pictures_for
from explorer.cli.likelihood.telling import as_data, tell
from explorer.cli.model_arguments import is_made_here, likelihood_of
from explorer.cli.output import say_json
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood

_COUNT, _MOST = 100, 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("models", nargs="+", metavar="MODEL", help="name or path of a model, a folder or a run")
    parser.add_argument("data", metavar="DATA", help="a picture, or pictures as train takes them")
    assume_argument(parser)
    parser.add_argument("--sort", action="store_true", help="the strangest first, by the first model")
    parser.add_argument("--count", type=int, default=_COUNT, help=f"use at most this many pictures (default {_COUNT})")
    parser.add_argument(
        "--hold-out",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="only those that training held out by this share",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure as asked."""
    if not 1 <= options.count <= _MOST:
        raise Problem(f"{options.count} pictures cannot be measured.", f"Ask for 1 to {_MOST:,}.")
    if not 0.0 <= options.hold_out < 1.0:
        raise Problem(f"A share of {options.hold_out:g} cannot be held out.", "Give one from 0 to 1, such as 0.05.")
    costs: list[Costs] = []
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(_opened(name, options.device))) for name in options.models]
        for likelihood in opened:
            costs.append(measured(likelihood, pictures_for(likelihood, options, report=not costs)))
    if options.json:
        say_json(as_data(costs, sort=options.sort))
    else:
        tell(costs, sort=options.sort)
    return 0


def _opened(name: str, device: str) -> Likelihood:
    from explorer.core.likelihood.likelihood import Likelihood

    file = likelihood_of(name)
    return Likelihood.open(file, device, trusted=is_made_here(file))  # type: ignore[arg-type]
