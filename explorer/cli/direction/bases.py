"""Where directions are judged from: samples of the prior, or pictures that were kept out of the fit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.cli.direction.fit import HOLD_OUT
from explorer.cli.direction.labelled_pictures import column, encoded_examples, labelled_pictures
from explorer.cli.direction.readers import AttributeReader
from explorer.cli.output import remark
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED, Latents, sample
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.training.sources import PictureSet

_COUNT = 256
_FIRST_SEED = 50_000  # far from the seeds that people look at, and from those that directions are fitted to
_WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


@dataclass(frozen=True, eq=False)
class Bases:
    """Latents to begin at.

    Attributes
    ----------
    latents : (N, d) float32
    words : str
        What they are.
    names : tuple of N str or None
        Of the pictures that they were encoded from; None for samples.
    """

    latents: Latents
    words: str
    names: tuple[str, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """What they are, as JSON knows it."""
        return {"bases": self.words, "pictures": None if self.names is None else list(self.names)}


def sampled_bases(model: OpenModel, count: int | None, seed: int | None) -> Bases:
    """Samples of ``count`` seeds from ``seed`` on."""
    card = model.generator.card
    number, first = count or _COUNT, _FIRST_SEED if seed is None else seed
    last = first + number - 1
    if not 0 <= first <= last <= LARGEST_SEED:
        raise Problem(f"There are no seeds from {first} to {last}.", f"Choose 0 to {LARGEST_SEED}.")
    latents = [sample(each, card.latent_size, card.prior) for each in range(first, last + 1)]
    return Bases(np.stack(latents), f"{number:,} samples of {model.name} (seeds {first} to {last})")


def kept_out_bases(
    model: OpenModel, options: argparse.Namespace, directions: Sequence[Direction], reader: AttributeReader
) -> Bases:
    """What the encoder makes of the pictures of a source that neither the fits nor, if it can be, the reader saw.

    Raises
    ------
    Problem
        There is no encoder, the source cannot be used, or no picture is left.
    """
    asked = _asked(options, directions)
    found = labelled_pictures(model, options.data, options.attributes, options.assume)
    unseen, words = _unseen(found, asked), ", ".join(f"{share:.0%}, seed {seed}" for share, seed in asked)
    words = f"held out of the fit ({words})"
    _warn(directions, found, unseen)
    wanted = unseen & _wanted(found, options.attribute)
    both = wanted if reader.hold_out is None else wanted & _unseen(found, [reader.hold_out])
    if reader.hold_out is not None and options.hold_out is None and both.any():
        wanted, words = both, f"{words} and of what {reader.words} was trained on"
    _warn_of_reader(reader, int(wanted.sum()), int((wanted & both).sum()))
    index = np.flatnonzero(wanted)
    if not len(index):
        raise Problem(
            f"None of the {len(found):,} pictures is both held out and asked for.",
            "Raise --hold-out, or leave --attribute out.",
        )
    if options.count is not None and options.count < len(index):
        index = index[np.linspace(0, len(index) - 1, options.count).round().astype(int)]
    kept = found.subset(index)
    latents = encoded_examples(model, kept, np.zeros(len(kept))).latents
    only = f" with {', '.join(options.attribute)}" if options.attribute else ""
    return Bases(latents, f"{len(kept):,} of {len(found):,} pictures{only}, {words}, rebuilt", kept.names)


def _asked(options: argparse.Namespace, directions: Sequence[Direction]) -> list[tuple[float, int]]:
    """Shares and seeds of what is held out: as the command line says, else as of every fit."""
    if options.hold_out is not None and not 0.0 < options.hold_out <= 1.0:
        raise Problem(f"--hold-out is {options.hold_out}.", "Choose a share above 0 and up to 1, such as 0.2.")
    fitted = [(share, seed) for share, seed in map(_fitted_with, directions) if share]
    if options.hold_out is None and options.seed is None:
        return list(dict.fromkeys(fitted)) or [(HOLD_OUT, 0)]
    share = options.hold_out or min((share for share, _ in fitted), default=HOLD_OUT)
    return [(share, 0 if options.seed is None else options.seed)]


def _unseen(found: PictureSet, held_out: Sequence[tuple[float, int]]) -> NDArray[np.bool_]:
    """Which pictures are held out by all of these shares and seeds, (N,)."""
    unseen = np.ones(len(found), np.bool_)
    for share, seed in held_out:
        unseen &= found.held_out(share, seed)
    return unseen


def _warn(directions: Sequence[Direction], found: PictureSet, unseen: NDArray[np.bool_]) -> None:
    """Say which directions may have been fitted to pictures that they are judged on."""
    for direction in directions:
        held, own = _fitted_with(direction)
        if held is not None and (unseen & ~found.held_out(held, own)).any():
            _note(
                f"{direction.name} held {held:.0%} out with the seed {own}; "
                "if these are the pictures that it was fitted to, its figures are too good."
            )


def _warn_of_reader(reader: AttributeReader, judged: int, unseen: int) -> None:
    """Say whether what judges may know the pictures that are to be judged."""
    if reader.hold_out is None:
        _note(f"{reader.words} does not say what it held out; it is too sure about pictures it was trained on.")
    elif unseen < judged:
        share, seed = reader.hold_out
        _note(
            f"{reader.words} held {share:.0%} out with the seed {seed}: {judged - unseen:,} of the {judged:,} pictures "
            "may be among those it was trained on, and it is too sure about these."
        )
    else:
        _note(f"{judged:,} pictures were seen neither by the fit nor by {reader.words}.")


def _note(words: str) -> None:
    remark(f"note: {words}")


def _fitted_with(direction: Direction) -> tuple[float | None, int]:
    """The share that was held out of a fit to pictures, and its seed; None where that is not known."""
    share, seed = direction.details.get("hold_out"), direction.details.get("seed")
    if direction.method == "sampled" or not isinstance(share, float | int):
        return None, 0
    return float(share), seed if isinstance(seed, int) else 0


def _wanted(found: PictureSet, conditions: Sequence[str]) -> NDArray[np.bool_]:
    """Which pictures have all the values asked for, (N,)."""
    wanted = np.ones(len(found), np.bool_)
    for condition in conditions:
        name, _, word = condition.rpartition("=")
        if not name:
            raise _no_value(condition)
        wanted &= np.isclose(column(found, name)[1], _value(condition, word))
    return wanted


def _value(condition: str, word: str) -> float:
    try:
        return _WORDS[word.lower()] if word.lower() in _WORDS else float(word)
    except ValueError:
        raise _no_value(condition) from None


def _no_value(condition: str) -> Problem:
    return Problem(f"--attribute {condition} names no value.", "Write it as smiling=0.")
