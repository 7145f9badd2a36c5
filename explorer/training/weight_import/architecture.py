"""A network as a list of steps, which can be shown, edited, kept as JSON, and built."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.training.weight_import.choices import words_of_activation

ARCHITECTURE = "layers"
"""The key of an edited list of steps among the answers; it overrides those that are about single layers."""

WEIGHTED = ("dense", "up", "conv", "norm", "affine", "slope")
"""Steps with weights: they stand for one layer of the file each, and stay in their order."""

ADDED = ("act", "view", "enlarge", "shuffle", "crop")
"""Steps without weights: of them the file knows nothing."""


class UnfitStepError(Problem):
    """A step that cannot take what the one before it gives.

    Attributes
    ----------
    place : int
        Of the step, from 0.
    sizes : tuple of tuple of int
        What leaves each step before it.
    """

    def __init__(self, place: int, what: str, sizes: tuple[tuple[int, ...], ...] = ()) -> None:
        super().__init__(f"These layers do not follow each other at step {place + 1}: {what}.", "Change the list.")
        self.place, self.sizes = place, sizes


_MOST_STEPS = 256
_LARGEST_SIDE = 4096
_MOST_TEXT = 1 << 16
_MOST_PADDING, _MOST_TIMES = 64, 16
_WHOLE = {"stride": 1, "padding": 0, "more": 0, "factor": 2}


@dataclass(frozen=True)
class Step:
    """One step from a latent to a picture.

    Attributes
    ----------
    op : str
        ``dense``, ``up`` (a transposed convolution), ``conv``, ``norm`` (batch normalisation), ``affine`` (another),
        ``slope`` (PReLU);
        ``act``, ``view`` (numbers seen as pictures), ``enlarge``, ``shuffle`` (pixels out of channels), ``crop``.
    layer : str
        The name of the layer whose weights it has; "" where it has none.
    kind : str
        Of an activation, one of `choices.HIDDEN_OPTIONS`; of an enlargement ``nearest`` or ``bilinear``; of another
        normalisation ``instance``, ``layer`` or ``group-8``.
    size : tuple of int
        Channels, height and width of a view; height and width of a crop.
    stride, padding, more : int
        Of a convolution; ``more`` is the output padding of a transposed one.
    epsilon : float
        Of a normalisation.
    factor : int
        Of an enlargement, or of the shuffling of pixels.
    guessed : tuple of str
        Which of these are guessed.
    """

    op: str
    layer: str = ""
    kind: str = ""
    size: tuple[int, ...] = ()
    stride: int = 1
    padding: int = 0
    more: int = 0
    epsilon: float = 1e-5
    factor: int = 2
    guessed: tuple[str, ...] = ()


_WORDS = {
    "dense": "dense layer",
    "up": "transposed convolution",
    "conv": "convolution",
    "norm": "batch normalisation",
    "affine": "normalisation",
    "slope": "PReLU",
    "act": "activation",
    "view": "view as pictures",
    "enlarge": "enlargement",
    "shuffle": "pixel shuffle",
    "crop": "crop",
}
_SHOWN: dict[str, tuple[str, ...]] = {
    "up": ("stride", "padding", "more"),
    "conv": ("stride", "padding"),
    "norm": ("epsilon",),
    "affine": ("kind",),
    "act": ("kind",),
    "view": ("size",),
    "enlarge": ("factor", "kind"),
    "shuffle": ("factor",),
    "crop": ("size",),
}
"""What can be said of a step, by its ``op``."""

Architecture = tuple[Step, ...]

_USUAL = {field.name: field.default for field in fields(Step) if field.name != "op"}


def words_of_step(step: Step) -> str:
    """What a step is, in words."""
    return _WORDS[step.op]


def values_of(step: Step) -> tuple[str, ...]:
    """The names of the fields of a step that can be changed."""
    return _SHOWN.get(step.op, ())


def value_in_words(step: Step, field: str) -> str:
    """One of those fields and its value, in words."""
    value = getattr(step, field)
    if step.op == "act":
        return words_of_activation(value)
    if isinstance(value, tuple):
        return " × ".join(map(str, value))
    word = "output padding" if field == "more" else "" if field == "kind" else field
    return f"{word} {value:g}".strip() if isinstance(value, float) else f"{word} {value}".strip()


def in_words(step: Step) -> str:
    """A step in words: what it is, its layer, and what can be changed; a question mark after what is guessed."""
    told = [f"{value_in_words(step, key)}{'?' if key in step.guessed else ''}" for key in values_of(step)]
    return " ".join(filter(None, (words_of_step(step), step.layer, ", ".join(told))))


def as_text(steps: Architecture) -> str:
    """Steps as JSON, what is usual left out."""
    kept = [{key: value for key, value in asdict(step).items() if _USUAL.get(key) != value} for step in steps]
    return json.dumps(kept)


def from_text(text: str, layers: Mapping[str, Any]) -> Architecture:
    """Steps out of JSON.

    Parameters
    ----------
    text : str
    layers : mapping of str
        The layers of the file by their names: each step that has weights must name one, and none may be left out.

    Raises
    ------
    Problem
        It is no list of steps, or not of these layers.
    """
    steps = steps_in(text)
    _check(steps, layers)
    return steps


def steps_in(text: str) -> Architecture:
    """Steps out of JSON, whatever layers they name; none out of "".

    Raises
    ------
    Problem
        It is no list of steps.
    """
    if not text:
        return ()
    try:
        return tuple(_step(each) for each in parsed_json(text[:_MOST_TEXT]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        hint = "It is a JSON list of steps, as convert --json shows it."
        raise Problem("The list of layers cannot be read.", hint) from None


def _step(told: Mapping[str, Any]) -> Step:
    whole = {key: int(told.get(key, usual)) for key, usual in _WHOLE.items()}
    step = Step(
        op=str(told["op"]),
        layer=str(told.get("layer", "")),
        kind=str(told.get("kind", "")),
        size=tuple(int(side) for side in told.get("size", ())),
        epsilon=float(told.get("epsilon", 1e-5)),
        guessed=tuple(str(name) for name in told.get("guessed", ())),
        **whole,
    )
    sides_fit = all(1 <= each <= _LARGEST_SIDE for each in step.size) and 1 <= step.stride <= _MOST_PADDING
    pads_fit = 0 <= step.padding <= _MOST_PADDING and 0 <= step.more <= _MOST_PADDING
    if (
        not (sides_fit and pads_fit and 1 <= step.factor <= _MOST_TIMES and 0.0 <= step.epsilon <= 100.0)
        or step.op not in WEIGHTED + ADDED
    ):
        raise ValueError
    return step


def _check(steps: Sequence[Step], layers: Mapping[str, Any]) -> None:
    named = [step.layer for step in steps if step.op in WEIGHTED]
    lacking, strange = [name for name in layers if name not in named], [name for name in named if name not in layers]
    if lacking or strange or len(set(named)) < len(named) or len(steps) > _MOST_STEPS:
        which = ", ".join((lacking or strange or named)[:3])
        raise Problem(f"The list of layers does not name each layer of the file once: {which}.", "Name each once.")
