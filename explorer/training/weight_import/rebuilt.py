"""What a layout makes of somebody's weights: networks, a card, and what the weights could not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.models.card import ModelCard

if TYPE_CHECKING:  # what is chosen is also shown by a window that has no torch yet
    from torch import nn

    from explorer.training.weight_import.architecture import Architecture


@dataclass(frozen=True)
class Choice:
    """Something that the weights cannot tell.

    Attributes
    ----------
    key : str
        E.g. ``last``.
    question : str
        In words, e.g. "Which values do its pictures have?"
    options : tuple of (str, str)
        Keys and words of what can be taken.
    taken : str
        The key of the option that these networks were built with.
    guessed : bool
        Whether that is neither what the user chose nor what something in the weights decided.
    """

    key: str
    question: str
    options: tuple[tuple[str, str], ...]
    taken: str
    guessed: bool = True


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """Networks with their weights in them.

    Attributes
    ----------
    layout : str
        In words, e.g. "DCGAN" or "Convolutional VAE (Burgess et al., 2018)".
    networks : mapping of str to Module
        ``generator`` always; ``encoder``, ``critic``, ``mapping`` where there are. In eval mode, weights loaded
        strictly. A generator takes latents (N, d) float32, and classes (N,) int64 where the card names any.
    card : ModelCard
        Latent size, sides, channels, value range, distribution, classes.
    choices : tuple of Choice
        What the weights cannot tell.
    problems : tuple of str
        Sentences: what was guessed.
    architecture : Architecture
        The steps of the generator, where it is one chain of layers; else empty.
    sizes : tuple of tuple of int
        What leaves each step, without the batch.
    """

    layout: str
    networks: Mapping[str, nn.Module]
    card: ModelCard
    choices: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()
    architecture: Architecture = ()
    sizes: tuple[tuple[int, ...], ...] = ()
