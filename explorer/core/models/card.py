"""What a model says of itself: the card that travels inside its ONNX file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from explorer.core.json_text import parsed_json
from explorer.core.models.card_dimensions import dimensions_from
from explorer.core.photos.pupils import Pupils, checked_pupils, pupils_in
from explorer.core.rendering.dimensions import Dimension
from explorer.core.rendering.latents import LARGEST_SEED, Prior, can_truncate
from explorer.core.rendering.named_prior import prior_of
from explorer.core.words import plain, plain_name

if TYPE_CHECKING:  # what few cards have is read by modules that are imported where a card has it
    from explorer.core.drawing.legend import Legend
    from explorer.core.models.attribute import Attribute
    from explorer.core.models.quality_figures import QualityFigures
    from explorer.core.sampling.schedules import Schedule
    from explorer.core.text.vocabulary import Vocabulary
    from explorer.core.worlds.world_facts import WorldFacts

CARD_KEY = "latent_explorer.card"

_WORDS = {
    "kind": (
        "generator",
        "encoder",
        "critic",
        "classifier",
        "translator",
        "mapping",
        "likelihood",
        "surprise",
        "sampler",
        "row",
        "pixel",
        "dream",
        "controller",
        "text",
        "unknown",
    ),
    "distribution": ("normal", "uniform"),
    "layout": ("NCHW", "NHWC", "flat", "flat-last"),
    "measures": ("", "exact", "bound"),
}
_TEXTS = ("name", *_WORDS, "family", "data", "licence", "attribution", "frame", "takes")
_LONGEST = 2000  # characters
_NAMES = ("name", "family")
_MOST_CLASSES = 100_000
_MOST_SEEDS = 100
LARGEST_PSI = 1.5
_MOST_LEVELS = 1 << 16
_SIZES = ("latent_size", "styles", "style_size", "height", "width", "channels", "steps", "measure_samples", "levels")


class NewerCardError(ValueError):
    """A card says something that a later version of this program may understand."""


@dataclass(frozen=True)
class ModelCard:
    """How to feed a model, how to read its pictures, and where it comes from.

    Attributes
    ----------
    name : str
        The model's name, for people.
    kind : str
        ``generator`` (latent to picture), ``encoder`` (picture to latent), ``critic`` (picture to score),
        ``classifier`` (picture to attributes), ``translator`` (picture to picture), ``mapping`` (latent to a w, for
        a style-based generator), ``likelihood`` (picture to bits per dimension), ``surprise`` (picture to the bits of
        each pixel), ``sampler`` (one step of a painting), ``row`` and ``pixel`` (two parts of it), ``dream`` (state and
        action to the next state), ``controller`` (state to action), ``text`` (words to a part of a latent) or
        ``unknown``.
    latent_size : int
        Dimensions of the latent.
    distribution : str
        Prior of each latent dimension, independently: ``normal`` (0, 1) or ``uniform`` (-1 to 1).
    dimensions : tuple of Dimension
        The parts of the latent that have a name, and perhaps a prior, bounds and choices of their own.
    styles, style_size : int
        How many layers of a style-based generator take a w, and how many numbers that has; both 0 where there is
        no mapping from z to w.
    value_range : (float, float)
        What black and white are in the network's own pictures.
    layout : str
        ``NCHW``, ``NHWC``, ``flat`` (channels first) or ``flat-last``: the axes of the network's own pictures.
    height, width, channels : int
        Of one picture, in pixels.
    classes : tuple of str
        Names of the classes of a conditional model, by index; empty where there are none.
    class_shares : tuple of float
        How common each class is, in all 1, where samples are to be drawn so; empty where that is not said.
    family, config, steps, seed :
        How it was trained: family key, settings by name, number of training steps, random seed.
    data, licence, attribution : str
        What it was trained on, under which licence, and whom to thank.
    frame : str
        How the pictures were aligned, in words; "" where they were not.
    pupils : ((x, y), (x, y)) or None
        Where the pupils lie in every picture, as shares of its width and height; None where pictures were
        not aligned by them. A card that has only the words is read as if it had both.
    takes : str
        What a translator takes, in words, such as "outlines, black on white"; "" for other kinds, or where unknown.
    legend : tuple of (str, (int, int, int))
        Where a translator takes a painted map: what each colour stands for, what lies behind first; else empty.
    parity : float or None
        Largest difference from the torch original over batches of 1, 2 and 5: of pictures in steps of 1/255,
        of other outputs in thousandths of the largest.
    measures : str
        What the bits of a ``likelihood`` or ``surprise`` are: ``exact``, or a ``bound`` above what is exact; "" for
        other kinds.
    measure_samples : int
        How many random draws such a bound is a mean of; they are constants of the graph. 0 where none are drawn.
    levels : int
        How many values each number of a picture can have, for those bits.
    hold_out : (float, int) or None
        Share of the pictures that were kept out of training, 0 to 1, and the seed that chose them; None where that
        is not known.
    attributes : tuple of Attribute
        What a classifier tells of a picture, in the order of its outputs; empty for other kinds.
    seeds : tuple of int
        Samples worth being seen first, chosen by somebody who looked; empty where nobody has.
    truncation : float
        The psi that these were chosen at, and that the model is shown with at first, 0 to 1.5.
    quality : QualityFigures or None
        How good samples were when the model was last measured in its training; None where it was not.
    schedule : DiffusionSchedule, RasterSchedule or None
        In which order a sampler paints; None for other kinds.
    world : WorldFacts or None
        The actions of a dream or a controller, its pace and the parts of its state; None for other kinds.
    vocabulary : Vocabulary or None
        The words that a text network knows, and its longest sentence; None for other kinds.
    """

    name: str = ""
    kind: str = "unknown"
    latent_size: int = 0
    distribution: str = "normal"
    dimensions: tuple[Dimension, ...] = ()
    styles: int = 0
    style_size: int = 0
    value_range: tuple[float, float] = (-1.0, 1.0)
    layout: str = "NCHW"
    height: int = 0
    width: int = 0
    channels: int = 0
    classes: tuple[str, ...] = ()
    class_shares: tuple[float, ...] = ()
    family: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 0
    seed: int | None = None
    data: str = ""
    licence: str = ""
    attribution: str = ""
    frame: str = ""
    takes: str = ""
    legend: Legend = ()
    pupils: Pupils | None = None
    parity: float | None = None
    hold_out: tuple[float, int] | None = None
    attributes: tuple[Attribute, ...] = ()
    seeds: tuple[int, ...] = ()
    truncation: float = 1.0
    quality: QualityFigures | None = None
    measures: str = ""
    measure_samples: int = 0
    levels: int = 256
    schedule: Schedule | None = None
    world: WorldFacts | None = None
    vocabulary: Vocabulary | None = None

    @property
    def offers_truncation(self) -> bool:
        """Whether truncation in Z or W is of use: not where latents of Z all lie at one distance from the mean.

        Unless the model is to be shown with some, as a flow may be, for whose samples it is a temperature. What paints
        in steps has a temperature of its own.
        """
        if self.schedule is not None:
            return False
        return bool(self.styles) or self.truncation != 1.0 or can_truncate(self.latent_size, self.prior)

    @cached_property
    def prior(self) -> Prior:
        """How latents are drawn: by ``distribution`` alone, unless dimensions have priors of their own."""
        return prior_of(self.latent_size, self.distribution, self.dimensions)

    @property
    def prior_words(self) -> str:
        """The prior in words: ``normal``, or how many dimensions have a name and a prior, and how the rest is drawn."""
        prior = self.prior
        if isinstance(prior, str):
            return prior
        rest = f", the rest {prior.rest}" if prior.is_free.any() else ""
        return f"{len(prior.dimensions)} named{rest}"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each number of the latent is called, by index; "" where it has no name. Choices are "hat=beret"."""
        found = [""] * self.latent_size
        for dimension in self.dimensions:
            for number in range(dimension.size):
                choice = f"={dimension.choices[number]}" if dimension.choices and dimension.size > 1 else ""
                at = dimension.start + number
                if at < self.latent_size:
                    found[at] = dimension.name + (choice or (f" {number}" if dimension.size > 1 else ""))
        return tuple(found)

    def dimension_name(self, index: int) -> str:
        """What to call a dimension of the latent: z and its number where it has no name."""
        return (self.names[index] if self.dimensions and index < self.latent_size else "") or f"z{index}"

    def to_json(self) -> str:
        """The card as one JSON object, keys in a fixed order."""
        return json.dumps(asdict(self), default=dict)

    @classmethod
    def from_json(cls, text: str) -> ModelCard:
        """The card that ``text`` describes; unknown keys are ignored, so newer cards can be read.

        Raises
        ------
        NewerCardError
            Its kind or its schedule is none that this version knows.
        ValueError
            The text is not a JSON object, or a value is of the wrong type or cannot be.
        """
        try:
            data = parsed_json(text)
            if not isinstance(data, dict):
                raise ValueError("a model card is a JSON object")
            known = {f.name for f in fields(cls)} & data.keys()
            return cls(**_checked({name: data[name] for name in known}))
        except (TypeError, OverflowError, AttributeError, RecursionError) as error:
            raise ValueError(str(error)) from None


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a card in their own types; ValueError or TypeError where one cannot be."""
    if isinstance(kind := values.get("kind", "unknown"), str) and kind not in _WORDS["kind"]:
        raise NewerCardError(f"that it is of the kind {kind[:60]}")
    for name in values.keys() & set(_TEXTS):
        if not isinstance(values[name], str) or values[name] not in _WORDS.get(name, (values[name],)):
            raise ValueError(f"{name} cannot be {str(values[name])[:60]}")
        values[name] = plain_name(values[name]) if name in _NAMES else plain(values[name], _LONGEST)
    for name in values.keys() & set(_SIZES):
        values[name] = int(values[name])
        if values[name] < 0:
            raise ValueError(f"{name} cannot be negative")
    if not 2 <= values.get("levels", 256) <= _MOST_LEVELS:
        raise ValueError(f"a picture cannot have {values['levels']} levels")
    low, high = (float(value) for value in values.get("value_range", (-1.0, 1.0)))
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"pictures cannot run from {low} to {high}")
    values["value_range"] = (low, high)
    classes = values.get("classes", ())
    if len(classes) > _MOST_CLASSES:
        raise ValueError(f"there cannot be {len(classes):,} classes")
    values["classes"] = tuple(plain_name(str(name)) for name in classes)
    values["class_shares"] = _shares(values.get("class_shares", ()), len(classes))
    values["dimensions"] = dimensions_from(values.get("dimensions", ()), values.get("latent_size", 0))
    told = values.get("pupils")
    values["pupils"] = pupils_in(values.get("frame", "")) if told is None else checked_pupils(told)
    values["hold_out"] = _hold_out(values.get("hold_out"))
    for name, read in _PARTS.items():
        if (told := values.pop(name, None)) is not None:
            values[name] = read(told)
    values["config"] = dict(values.get("config", {}))
    _check_depth(values["config"])
    values["seeds"] = tuple(int(seed) for seed in values.get("seeds", ()))
    if len(values["seeds"]) > _MOST_SEEDS or not all(0 <= seed <= LARGEST_SEED for seed in values["seeds"]):
        raise ValueError(f"seeds are at most {_MOST_SEEDS} whole numbers from 0 to {LARGEST_SEED}")
    values["truncation"] = float(values.get("truncation", 1.0))
    if not 0.0 <= values["truncation"] <= LARGEST_PSI:
        raise ValueError(f"a truncation of {values['truncation']:g} lies outside 0 to {LARGEST_PSI:g}")
    for name, kind in (("seed", int), ("parity", float)):
        values[name] = None if values.get(name) is None else kind(values[name])
    return values


def _legend(told: Any) -> Legend:
    if told == []:
        return ()
    from explorer.core.drawing.legend import legend_from

    return legend_from(told)


def _attributes(told: Any) -> tuple[Attribute, ...]:
    if told == []:
        return ()
    from explorer.core.models.attribute import attribute_from

    return tuple(attribute_from(each) for each in told)


def _quality(told: Any) -> QualityFigures | None:
    from explorer.core.models.quality_figures import quality_from

    return quality_from(told)


def _schedule(told: Any) -> Schedule:
    from explorer.core.sampling.schedules import schedule_from

    return schedule_from(told)


def _world(told: Any) -> WorldFacts:
    from explorer.core.worlds.world_facts import world_from

    return world_from(told)


def _vocabulary(told: Any) -> Vocabulary:
    from explorer.core.text.vocabulary import vocabulary_from

    return vocabulary_from(told)


_PARTS: dict[str, Callable[[Any], Any]] = {
    "legend": _legend,
    "attributes": _attributes,
    "quality": _quality,
    "schedule": _schedule,
    "world": _world,
    "vocabulary": _vocabulary,
}


def _shares(told: Sequence[Any], classes: int) -> tuple[float, ...]:
    shares = tuple(float(share) for share in told)
    if shares and (len(shares) != classes or min(shares) < 0.0 or not abs(math.fsum(shares) - 1.0) < 1e-3):
        raise ValueError("shares of classes are one for each, adding up to 1")
    return shares


def _check_depth(value: object, levels: int = 20) -> None:
    if not levels:
        raise ValueError("its config is nested too deeply")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        _check_depth(each, levels - 1)


def _hold_out(told: object) -> tuple[float, int] | None:
    if told is None:
        return None
    if not isinstance(told, list | tuple) or len(told) != 2:
        raise ValueError("what was held out is a share and a seed")
    share, seed = float(told[0]), int(told[1])
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share of {share:g} cannot be held out")
    return share, seed
