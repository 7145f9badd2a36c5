"""``direction``: directions of a latent space: found, imported, listed, freed of others, focused, judged, removed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.direction import channels, derive, fit, judge, listing, local, spans
from explorer.cli.model_arguments import model_argument, open_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.session.models.opening import OpenModel

    Part = Callable[[OpenModel, argparse.Namespace], int]

#: Part to what it does, what describes its arguments, and what does it.
_PARTS = {
    "fit": ("fit a direction to examples with and without an attribute", fit.add_arguments, fit.fit),
    "import": ("take directions from another tool's file", derive.import_arguments, derive.bring),
    "sefa": (
        "read directions out of the weights of the first layers (SeFa)",
        derive.factorise_arguments,
        derive.factorise,
    ),
    "pca": ("find what random latents change most (GANSpace)", derive.pca_arguments, derive.analyse),
    "channels": (
        "find channels of StyleSpace that change an attribute or a region",
        channels.add_arguments,
        channels.find,
    ),
    "local": (
        "find what can change inside a rectangle of one picture while the rest of it stays",
        local.add_arguments,
        local.find,
    ),
    "lock": ("make a direction that is independent of others", derive.lock_arguments, derive.lock),
    "focus": ("make a direction that leaves the rest of the picture alone", derive.focus_arguments, derive.focus),
    "layers": ("let a direction of W move some layers only", derive.layers_arguments, derive.restrict),
    "judge": ("measure what else directions change", judge.add_arguments, judge.judge),
    "span": ("measure or set how far strips and sliders of directions go", spans.add_arguments, spans.measure),
    "list": ("list a model's directions", None, listing.list_all),
    "remove": ("remove directions of a model", listing.remove_arguments, listing.remove),
}
_READING = ("list", "remove", "lock", "layers")  # running the model little or not at all: no device to choose
_MAKING = ("fit", "import", "sefa", "pca", "channels", "local", "lock", "focus", "layers")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    for name, (summary, describe, work) in _PARTS.items():
        part = parts.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        model_argument(part, runs=name not in _READING)
        if describe is not None:
            describe(part)
        if name in _MAKING:
            _add_place(part)
        part.add_argument("--json", action="store_true", help="print one JSON object")
        part.set_defaults(part=work)


def run(options: argparse.Namespace) -> int:
    """Do the part that was asked for."""
    with open_model(options.model, options.device) as model:
        part: Part = options.part
        return part(model, options)


def _add_place(part: argparse.ArgumentParser) -> None:
    part.add_argument("--name", help="what to call it; several are numbered")
    part.add_argument("--replace", action="store_true", help="replace directions of the same name")
    part.add_argument("--out", type=Path, metavar="FILE", help="a file other than the model's own, created or added to")
