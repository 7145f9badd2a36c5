"""The same work without a window: one verb, one module."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from errno import ENAMETOOLONG
from importlib import import_module
from typing import Any, NoReturn

from explorer import __version__
from explorer.cli.output import remark
from explorer.core.problem import Problem
from explorer.paths import model_path

#: Verb to what it does, in the order that the help shows them. Each has a module of its name, or of `_ELSEWHERE`.
VERBS = {
    "inspect": "say what a model file is and where it runs",
    "render": "draw pictures from seeds or from a scene",
    "grid": "draw a grid of latent dimensions as a contact sheet",
    "walk": "draw a path from seed to seed as a film or as frames",
    "map": "draw a map of samples, similar ones close together",
    "unfold": "show how a picture forms in a model that paints in steps",
    "project": "find pictures of your own in a latent space, and edit them",
    "translate": "turn pictures or drawings into others, with a model that learned how",
    "pupils": "find the eyes in photographs, and cut the faces out alike",
    "direction": "find, list and judge directions of a latent space",
    "quiz": "which picture is real? pack a quiz as a page, write answers as a table",
    "train": "train a model on pictures",
    "world": "train a world model, drive in it and in its dream, and judge it",
    "explain": "say how a family, a run or a model works: networks, objective, settings, paper",
    "quality": "measure how close a model's samples come to real pictures",
    "likelihood": "say how many bits pictures cost, by models that know how likely pictures are",
    "sentences": "measure whether pictures show what was said, for models that take sentences",
    "disentangle": "measure whether the dimensions of codes stand for single factors of pictures",
    "attack": "change a picture so little that nobody notices, but a network takes it for something else",
    "dream": "grow what a part of a network likes to see, from noise or a picture",
    "export": "write a training run as ONNX models",
    "start": "write into a model's file which samples it starts with",
    "convert": "write weights that others saved with PyTorch as ONNX models",
    "blend": "join coarse layers of one StyleGAN with fine layers of another",
    "shoot": "take a picture of the window, without a screen",
    "bench": "measure this program against onnxruntime itself",
    "fuzz": "open damaged models by the thousand, to see that none does harm",
}

_ELSEWHERE = {"attack": "inside.attack", "dream": "inside.dream"}
"""Verbs whose modules lie in a folder of several."""

REFUSED = 2


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}: {message}. See {self.prog} --help.\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:  # refused here, by the verb itself: its help is the one to look into
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown


def run_verb(arguments: Sequence[str]) -> int:
    """Run one verb; gives the exit code: 0 done, 1 done but for what stderr names, 2 refused (a sentence on
    stderr says why)."""
    parser = _parser(arguments)
    options = parser.parse_args(arguments)
    try:
        if getattr(options, "source", None) and hasattr(options, "model"):
            import_module("explorer.cli.model_arguments").remember_source(options.model, options.source)
        code: int = options.run(options)
        return code
    except Problem as problem:
        remark(f"{parser.prog}: {problem.what} {problem.hint}".rstrip())
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away, as `| head` does; nothing is left to say
        return 0
    except OSError as error:
        if error.errno != ENAMETOOLONG:
            raise
        remark(f"{parser.prog}: {str(error.filename)[:60]}… is longer than a name may be. Check what was typed.")
        return REFUSED


def is_mistyped(word: str) -> bool:
    """Whether ``word`` was meant for a verb: it is a plain word, and no file or model has that name."""
    return word.isalpha() and word not in VERBS and not model_path(word).exists()


def refuse_mistyped(word: str) -> int:
    """Say which verb was probably meant, or which there are; gives the exit code."""
    meant = get_close_matches(word.lower(), VERBS, 1)
    hint = f"Did you mean {meant[0]}?" if meant else f"The verbs are: {', '.join(VERBS)}."
    remark(f"latent-explorer: There is no verb and no file called {word}. {hint}")
    return REFUSED


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="latent-explorer",
        description="Explore the latent spaces of generative models. Without a verb, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, parser_class=_Parser)
    for verb, summary in VERBS.items():
        about = verbs.add_parser(verb, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if verb in arguments[:1]:  # only the verb asked for is imported: some need torch or Qt
            module = import_module(f"explorer.cli.{_ELSEWHERE.get(verb, verb)}")
            module.add_arguments(about)
            about.set_defaults(run=module.run)
    return parser
