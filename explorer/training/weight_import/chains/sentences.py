"""What is said of what was guessed about a chain of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from explorer.training.weight_import.choices import EPSILON, HIDDEN, JOIN, LABELS, LAST, LATENT, NORM, SIZE, words_of
from explorer.training.weight_import.rebuilt import Choice

_OPEN = {
    HIDDEN: "The weights do not tell which activation is between its layers; {} was assumed.",
    LAST: "The weights do not tell how its pictures leave the last layer; {} was assumed.",
    LATENT: "The weights do not tell how its latents were distributed; {} was assumed.",
    EPSILON: "The weights do not tell which epsilon its batch normalisation has; {} was assumed.",
    SIZE: "The weights do not tell strides; {} pixels are the likeliest size of its pictures.",
    NORM: "The weights do not tell what its normalisation takes the mean of; {} was assumed.",
    LABELS: "The weights do not tell what enters its first layer; {} was assumed.",
    JOIN: "The weights do not tell how class and latent come together; {} was assumed.",
}
_CLOSED = {
    HIDDEN: "The statistics of its batch normalisation fit {} between its layers best.",
    LATENT: "The statistics of its batch normalisation fit latents that are {} best.",
    LABELS: "The statistics of its batch normalisation fit {} best.",
    JOIN: "The statistics of its batch normalisation fit {} best.",
    EPSILON: "The statistics of its batch normalisation fit an epsilon of {} best.",
}


def said(choices: Sequence[Choice], sure: frozenset[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for everything that was guessed, and none for what the user chose."""
    sentences = []
    for choice in choices:
        if choice.key in chosen:
            continue
        words = dict(choice.options).get(choice.taken) or words_of(choice.key, choice.taken)
        known = _CLOSED if choice.key in sure else _OPEN
        if sentence := known.get(choice.key):
            sentences.append(sentence.format(words))
    return tuple(sentences)
