"""``translate --strips``: right pictures spoilt as models take them, and what the models make of them, in strips."""

from __future__ import annotations

import argparse
from contextlib import ExitStack, closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from explorer.cli.model_arguments import is_made_here, translator_of
from explorer.cli.output import say, say_json
from explorer.cli.places import PICTURES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.core.drawing.given_words import ANY
from explorer.core.inference.translator import Translator
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png, sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.training.quality.translations import TranslationFigures
    from explorer.training.sources import PictureSet

    Pictures = NDArray[np.uint8]

_COLUMNS = 12
_FEWEST = 2  # an answer is compared with the right picture of another, too


def run(options: argparse.Namespace) -> int:
    """Spoil, translate, measure and save as asked."""
    if options.out is None or kind_of(options.out) not in PICTURES:
        raise Problem("Strips are one picture.", "Name a .png file.")
    if options.count < _FEWEST:
        raise Problem(f"{options.count} is too few to compare.", f"Ask for at least {_FEWEST} pictures.")
    with ExitStack() as stack:
        models = [_opened(name, options, stack) for name in (options.model, *options.against)]
        word = _given_of(models)
        found = _found(options, word, models[0])
        given = _given(found, word)
        answers = [_answers(model, given) for model in models]
    real = np.asarray(found.pictures)
    rows = np.concatenate([each[:_COLUMNS] for each in (given, *answers, real)])
    save_png(options.out, sheet(rows, columns=min(_COLUMNS, len(real))))
    _tell(models, given, answers, real, options)
    return 0


def _opened(name: str, options: argparse.Namespace, stack: ExitStack) -> Translator:
    path = translator_of(name)
    return stack.enter_context(closing(Translator.open(path, options.device, trusted=is_made_here(path))))


def _given_of(models: list[Translator]) -> str:
    """What all of them are given, in a word."""
    words = {str(model.card.config.get("given", "")) for model in models}
    sizes = {(model.height, model.width, model.channels) for model in models}
    word = words.pop()
    if not word or models[0].height != models[0].width:
        raise Problem(f"{models[0].name} does not say what kind of picture it takes.", "Choose a pix2pix model.")
    if word.startswith(ANY):
        raise Problem(
            f"{models[0].name} learned without pairs, so that no picture is the right answer.", "Leave --strips out."
        )
    if words or len(sizes) > 1:
        raise Problem("These models do not take the same pictures.", "Compare models that take the same.")
    return word


def _found(options: argparse.Namespace, word: str, model: Translator) -> PictureSet:
    from explorer.training.pairing import PARTNERS, opened_pairs
    from explorer.training.sources import open_pictures

    how = {"size": model.height, "channels": model.channels, "most": options.count}
    source = str(options.input)
    found = opened_pairs(source, word, **how) if word in PARTNERS else open_pictures(source, **how)
    if len(found) < _FEWEST:
        raise Problem(f"There are only {len(found)} pictures.", f"Name a source with at least {_FEWEST}.")
    return found


def _given(found: PictureSet, word: str) -> Pictures:
    from explorer.training.pairing import Givens

    order = np.arange(len(found))
    return Givens(found, word, 0).of(order, np.zeros_like(order))


def _answers(model: Translator, given: Pictures) -> Pictures:
    made = []
    with progress_bar(model.name, "pictures") as report:
        for picture in given:
            answer = model.translate(picture)
            assert answer is not None  # nobody stops it here
            made.append(answer.after)
            report(len(made), len(given))
    return np.stack(made)


def _tell(
    models: list[Translator], given: Pictures, answers: list[Pictures], real: Pictures, options: argparse.Namespace
) -> None:
    from explorer.training.quality.translations import translation_figures

    figures = [translation_figures(given, made, real) for made in answers]
    if options.json:
        rows = [{"model": model.name, **asdict(found)} for model, found in zip(models, figures, strict=True)]
        say_json({"out": str(options.out), "given": models[0].card.takes, "pictures": len(real), "models": rows})
        return
    first = figures[0]
    say(f"{'':<24} {'PSNR dB':>8} {'detail':>7} {'error':>6} {'wrong pair':>10} {'sharpness':>9} {'edges':>6}")
    say(f"{'given':<24} {first.given_psnr:>8.2f} {first.given_detail:>7.2f}")
    for model, found in zip(models, figures, strict=True):
        say(_row(model.name, found))
    say(f"{options.out}: given, {', '.join(model.name for model in models)} and the right pictures, in strips")


def _row(name: str, found: TranslationFigures) -> str:
    row = (
        f"{name:<24} {found.psnr:>8.2f} {found.detail:>7.2f} {found.error:>6.3f} {found.wrong_error:>10.3f} "
        f"{found.sharpness:>9.2f} {found.edges:>6.2f}"
    )
    told = [f"colours off by {found.colour_error:.1f} in Lab, greys by {found.grey_error:.1f}"]
    if found.hole_error is not None:
        told.append(f"in holes off by {found.hole_error:.3f}, the mean picture by {found.mean_error:.3f}")
    return f"{row}\n{'':<24} {'; '.join(told)}"
