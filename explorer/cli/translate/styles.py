"""The latent that a translator takes beside a picture: of a seed, or of a picture whose style is wanted."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import is_made_here
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.inference.translator import Translator
    from explorer.core.rendering.latents import Latent


def style_arguments(parser: argparse.ArgumentParser) -> None:
    """Let a verb choose a style."""
    style = parser.add_mutually_exclusive_group()
    style.add_argument("--seed", type=int, help="seed of the style, if the model has one (default: its mean)")
    style.add_argument("--style", type=Path, metavar="PICTURE", help="take the style of this picture")


def style_of(options: argparse.Namespace, translator: Translator) -> Latent | None:
    """The latent that is asked for, (style_size,) float32; None where none is.

    Raises
    ------
    Problem
        The model has no style, cannot read one from a picture, or the seed or the picture cannot be used.
    """
    if options.seed is None and options.style is None:
        return None
    if not translator.style_size:
        raise Problem(f"{translator.name} has one answer to a picture, and no styles.", "Leave --seed and --style out.")
    if options.style is not None:
        return _style_of_picture(translator, options.style, options)
    from explorer.core.rendering.latents import LARGEST_SEED, sample

    if not 0 <= options.seed <= LARGEST_SEED:
        raise Problem(f"The seed {options.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    return sample(options.seed, translator.style_size, translator.card.distribution)


def _style_of_picture(translator: Translator, picture: Path, options: argparse.Namespace) -> Latent:
    from explorer.core.inference.styles import StyleReader, style_reader_beside
    from explorer.core.photos.photo_files import read_photo

    path = style_reader_beside(translator)
    with closing(StyleReader.open(path, options.device, trusted=is_made_here(path))) as reader:
        return reader.style(read_photo(picture).pixels, translator)
