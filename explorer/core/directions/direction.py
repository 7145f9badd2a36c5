"""A direction: a way to move through latent space that has a name, and how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.problem import Problem
from explorer.core.proportions import wilson
from explorer.core.rendering.latents import Latent

_ROUNDING = 1e-4  # of vectors of length 1: what another machine or library may make of the same sums

_LARGE = 1e150  # beyond it, squares have no number
LONGEST_NAME = 60
LAYERS = "layers moved"
"""Among the details of a direction of some layers: the first and the last."""

Z, W, S = "z", "w", "s"
CHANNELS = "channels"
"""Among the details of a direction of StyleSpace: the layer and the number of each of its channels."""
SPAN, CHANGE = "span", "change at span"
"""Among the details of a direction: how far its strips and sliders go, and what the ends differ by (two samples: 1)."""
JUDGED = "judged"
"""Among the details of a direction: the grade and the reason that a classifier gave when it was made or looked at."""
EXAMPLES, PAIRS = "examples", "pairs"
"""What a direction can be judged by: single examples on their side, or pairs in order."""

USUAL_SPAN = 3.0
"""In standard deviations of the prior, of a direction whose own nobody measured."""

_FAINT = 0.12  # of what two samples differ by; below this one has to search for the change

CHANCE = "On examples it had not seen, it does no better than chance."


@dataclass(frozen=True)
class HeldOut:
    """How well a direction tells examples apart that it was not fitted to.

    Attributes
    ----------
    accuracy : float
        Share of them that fall on the right side, or of pairs that are in order, 0 to 1.
    low, high : float
        Ends of its 95 % Wilson interval.
    examples : int
        How many examples, or pairs, there were.
    what : {"examples", "pairs"}
        A pair is in order where its example with the attribute lies further along than that without it: what
        a direction fitted to pairs is for, as it cannot know where a person's own zero lies.
    """

    accuracy: float
    low: float
    high: float
    examples: int
    what: str = EXAMPLES

    @classmethod
    def counted(cls, hits: int, trials: int, what: str = EXAMPLES) -> HeldOut:
        """The share of hits among at least one trial, with its interval."""
        return cls(hits / trials, *wilson(hits, trials), trials, what)


@dataclass(frozen=True, eq=False)
class Direction:
    """A unit vector of the latent space with its name and its story.

    Attributes
    ----------
    name : str
        Unique among a model's directions; what scenes refer to.
    vector : (latent_size,) float32
        Of length 1, so that alpha counts standard deviations of the prior. Read-only.
    method : str
        How it was found: ``mean``, ``pairs``, ``logistic``, ``svm``, ``marked``, ``sampled``, ``pca``,
        ``sefa``, ``channel``, ``local``, ``locked``, ``focused`` or ``imported``.
    source : str
        From what, in words: the data and attribute, the classifier, the file; "" where there is nothing to say.
    attribute : str
        The attribute it was fitted to; "" where it was not.
    examples : (int, int)
        How many examples with and without the attribute it was fitted to; (0, 0) where there were none.
    held_out : HeldOut or None
        How well it tells examples, or the sides of pairs, apart that were kept out of the fit.
    notes : tuple of str
        Warnings and remarks, a sentence each.
    details : mapping
        Further figures by name, as JSON knows them: an eigenvalue, what it was locked against, the seed.
    space : {"z", "w", "s"}
        Whether it moves the latent, or the point of W of a style-based model; then ``vector`` is (style_size,), or
        (styles * style_size,) where layers are moved differently, and alpha counts the width of W. In StyleSpace it
        has a number for each of the `CHANNELS` in its details, and alpha counts the deviations of these.
    """

    name: str
    vector: Latent
    method: str
    source: str = ""
    attribute: str = ""
    examples: tuple[int, int] = (0, 0)
    held_out: HeldOut | None = None
    notes: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    space: str = Z

    def __post_init__(self) -> None:
        check_name(self.name)
        self.vector.flags.writeable = False
        if self.space == S and len(self.channels) != self.vector.size:
            raise Problem(f"{self.name} does not say which channels it moves.", "Find it again.")

    @property
    def channels(self) -> tuple[tuple[int, int], ...]:
        """The layer and the number of each channel that it moves; none where it moves Z or W."""
        told = self.details.get(CHANNELS) if self.space == S else None
        try:
            return tuple((count_from(layer), count_from(number)) for layer, number in told or ())
        except (TypeError, ValueError):
            return ()

    @property
    def span(self) -> float:
        """How far its strips and sliders go to both sides."""
        return float(self.details[SPAN]) if self.has_span else USUAL_SPAN

    @property
    def has_span(self) -> bool:
        """Whether its span was measured, or set."""
        told = self.details.get(SPAN)
        return isinstance(told, int | float) and not isinstance(told, bool) and 0.0 < told < _LARGE

    @property
    def is_faint(self) -> bool:
        """Whether pictures were seen to change hardly at all, even at its span."""
        told = self.details.get(CHANGE)
        return isinstance(told, int | float) and told < _FAINT

    @property
    def alone(self) -> HeldOut | None:
        """Where ``held_out`` counts pairs: how many single examples fall on the right side; else None."""
        told = self.details.get("alone")
        try:
            return None if not isinstance(told, Mapping) else judged_from(told)
        except (KeyError, TypeError, ValueError):
            return None


def judged_from(facts: Mapping[str, Any]) -> HeldOut:
    """The `HeldOut` of its fields by name, as JSON knows them.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type, or cannot be.
    """
    accuracy, low, high = (float(facts[key]) for key in ("accuracy", "low", "high"))
    if not 0.0 <= low <= accuracy <= high <= 1.0:
        raise ValueError(f"an accuracy of {accuracy:g} from {low:g} to {high:g} cannot be")
    count, what = count_from(facts["examples"]), facts.get("what", EXAMPLES)
    if what not in (EXAMPLES, PAIRS):
        raise ValueError(f"{str(what)[:40]} cannot be judged by")
    return HeldOut(accuracy, low, high, count, what)


def count_from(value: Any) -> int:
    """A count from JSON; TypeError where it is none."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{str(value)[:40]} is not a count")
    return value


def check_name(name: str) -> None:
    """Refuse what no direction can be called: nothing, too much, or with spaces around it."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME or name != name.strip():
        raise Problem(
            f"A direction cannot be called {name[:LONGEST_NAME]!r}.",
            f"Choose a name of 1 to {LONGEST_NAME} characters.",
        )


def unit(vector: ArrayLike) -> Latent:
    """``vector``, (d,), scaled to length 1, as float32.

    Raises
    ------
    Problem
        It has a value that is not finite, or no length.
    """
    return long_unit(vector).astype(np.float32)


def long_unit(vector: ArrayLike) -> NDArray[np.float64]:
    """As `unit`, but in float64."""
    long = np.asarray(vector, np.float64)
    if not np.isfinite(long).all():
        raise Problem("The direction has a value that is not finite.", "Fit or export it again.")
    largest = float(np.abs(long).max(initial=0.0))
    if largest > _LARGE:
        long = long / largest
    length = float(np.linalg.norm(long))
    if length < 1e-12:
        raise Problem("The direction has no length: nothing tells the examples apart.", "Add other examples.")
    return long / length


def pointed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (..., d), each or its opposite, whichever has a positive largest component: else chance would decide."""
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=-1, keepdims=True), axis=-1)
    return np.where(largest < 0.0, -vectors, vectors)


def are_one_way(one: Direction, other: Direction) -> bool:
    """Whether two directions lead the same way, but for rounding; what they are called does not matter."""
    alike = (one.vector.shape, one.space, one.channels) == (other.vector.shape, other.space, other.channels)
    return alike and float(np.linalg.norm(one.vector - other.vector)) < _ROUNDING


def vectors(directions: Iterable[Direction]) -> dict[str, Latent]:
    """The vectors by name, as a `Renderer` takes them: (d,) of Z, (1, d) of W or (1, styles * d) of W+, and of
    StyleSpace (1, k, 3): layer, number and weight of each channel.
    """
    return {one.name: _as_drawn(one) for one in directions}


def _as_drawn(one: Direction) -> Latent:
    if one.space == S:
        return np.column_stack([np.array(one.channels, np.float32), one.vector])[None]
    return one.vector[None] if one.space == W else one.vector


def fits(direction: Direction, latent_size: int, style_size: int = 0) -> bool:
    """Whether a direction is of the size that its space has in a model; channels are looked for when it is drawn."""
    size = direction.vector.size
    if direction.space == S:
        return style_size > 0
    return size % max(style_size, 1) == 0 < style_size if direction.space == W else size == latent_size


def in_layers(direction: Direction, layers: tuple[int, int], styles: int, style_size: int) -> Direction:
    """The same direction of W, but of some layers alone, as SeFa and GANSpace are used.

    Parameters
    ----------
    direction : Direction
    layers : (int, int)
        The first and the last; all of them make it one for all layers again.
    styles, style_size : int
        Of the model.

    Raises
    ------
    Problem
        It moves Z or channels, or none of these layers.
    """
    if direction.space != W:
        what = "z, which all layers share" if direction.space == Z else "channels, each of one layer"
        raise Problem(f"{direction.name} moves {what}.", "Choose a direction of W.")
    told = {key: value for key, value in direction.details.items() if key not in (SPAN, CHANGE, JUDGED)}
    rows = direction.vector.reshape(-1, style_size)
    moved = rows[rows.any(axis=1)]
    if (moved == moved[0]).all():
        rows = moved[:1]  # what is alike may be taken to any layers
        if layers == (0, styles - 1):
            told.pop(LAYERS, None)
            return replace(direction, vector=unit(rows[0]), details=told)
    part = np.zeros((styles, style_size), np.float32)
    part[layers[0] : layers[1] + 1] = np.broadcast_to(rows, part.shape)[layers[0] : layers[1] + 1]
    if not part.any():
        raise Problem(f"{direction.name} does not move the layers {layers[0]} to {layers[1]}.", "Choose others.")
    return replace(direction, vector=unit(part.reshape(-1)), details={**told, LAYERS: list(layers)})
