"""A card made by looking at the model, and a sentence for everything that had to be guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.initializers import table_rows
from explorer.core.models.inputs import INTEGERS
from explorer.core.models.interpretations import Reading
from explorer.core.models.roles import Frame, Roles
from explorer.core.rendering.transparency import colours_of, has_alpha

if TYPE_CHECKING:
    from explorer.core.models.probe import Seen

_USUAL_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
_USUAL_NAMES = ("generator", "encoder", "critic", "classifier", "likelihood", "surprise", "translator", "backwards")

_ALPHA = "Its pictures have an alpha channel: single pictures keep it, elsewhere they are laid over white."
_PRIOR = "It does not say how its latents are distributed; standard normal is assumed."

Said = tuple[str, ...]


def doubtful(says: Said) -> Said:
    """What of a card's guesses pictures may prove wrong: the prior can hardly be seen in them, alpha is no guess."""
    return tuple(said for said in says if said not in (_PRIOR, _ALPHA))


def as_told(found: Roles, told: Reading) -> tuple[Roles, Said]:
    """A generator's roles with its pictures lying as a person says, and a sentence where they cannot."""
    drawn = found.drawn
    if drawn is None or found.kind != "generator" or not {"layout", "height", "width", "channels"} & told.keys():
        return found, ()
    layout = told.get("layout", drawn.layout)
    frame = Frame(
        layout,
        told.get("height", drawn.height),
        told.get("width", drawn.width),
        told.get("channels", drawn.channels),
    )
    if frame.height * frame.width * frame.channels != found.numbers or frame.channels not in (1, 3, 4):
        what = f"{frame.height} x {frame.width} pixels of {frame.channels} values"
        return found, (f"Its pictures hold {found.numbers:,} numbers, which do not fit {what}; that was not used.",)
    return replace(found, drawn=frame), ()


def card_by_looking(
    file: ModelFile, found: Roles, seen: Seen | None, told: Reading | None = None
) -> tuple[ModelCard, Said]:
    """A card for a model that brings none.

    Parameters
    ----------
    file : ModelFile
    found : Roles
    seen : Seen or None
        What its result was in a test run.
    told : mapping, optional
        What a person said of its card, which goes before any guess.

    Returns
    -------
    (ModelCard, tuple of str)
        The card, and what had to be guessed for it.
    """
    told = told or {}
    card, says = replace(ModelCard(name=name_of(file.path)), **facts(found)), picture_guesses(found)
    if found.kind == "generator":
        value_range, said = value_range_of(seen, found.result.dtype)
        classes, more = class_names(file, found)
        card = replace(card, value_range=value_range, classes=classes)
        refused = unfit_classes(file, found, told)
        if refused:
            told = {name: value for name, value in told.items() if name != "classes"}
            says += (f"{refused} That was not used.",)
        if "layout" in told:
            says = ()
        says += () if "value_range" in told else said
        says += () if "distribution" in told else (_PRIOR,)
        says += () if "classes" in told else more
        said_too = ("value_range", "distribution", "classes")
        card = replace(card, **{name: told[name] for name in said_too if name in told})
    elif found.kind != "translator" and "value_range" in told:
        card = replace(card, value_range=told["value_range"])
    elif found.kind != "translator":  # of which the values are tried
        says += ("It does not say which values its pictures have; -1 to 1 is assumed.",)
    return card, says


def name_of(path: Path) -> str:
    """What to call a model without a card: its folder where all files are called alike, else its file."""
    return path.parent.name if path.stem in _USUAL_NAMES and path.parent.name else path.stem


def facts(found: Roles) -> dict[str, Any]:
    """What the graph itself tells of a card, by field name."""
    frame = found.drawn or found.shown or Frame("NCHW", 0, 0, 0)
    known = {
        "kind": found.kind,
        "layout": frame.layout,
        "height": frame.height,
        "width": frame.width,
        "channels": colours_of(frame.channels),
    }
    if found.kind == "generator":
        known["latent_size"] = found.sources.width
    if found.sources.style is not None:
        known["latent_size"] = found.sources.style_size
    if found.kind == "encoder":
        known["latent_size"] = found.numbers
    return known


def picture_guesses(found: Roles) -> Said:
    """What is odd about the pictures."""
    frame = found.drawn or found.shown
    if frame and has_alpha(frame.channels):
        return (_ALPHA,)
    if frame and frame.is_flat and frame.channels == 3:
        place = "last" if frame.channels_last else "first"
        return (f"Its pictures are flat; channels are taken to come {place}.",)
    return ()


def value_range_of(seen: Seen | None, dtype: str) -> tuple[tuple[float, float], Said]:
    """What black and white are, judged by a few pictures, and what had to be guessed."""
    if dtype == "uint8" or dtype in INTEGERS:
        return (0.0, 255.0), ()
    if seen is None or not seen.finite:
        return (-1.0, 1.0), ("Its test pictures have values that are not finite numbers.",)
    low, high = seen.low, seen.high
    for black, white in _USUAL_RANGES:
        if black - 0.002 <= low and high <= white + 0.002:
            return (black, white), ()
    said = f"Its test pictures run from {low:.3g} to {high:.3g}; "
    if max(-low, high) <= 2:
        return (-1.0, 1.0), (said + "-1 to 1 is shown and the rest is clipped.",)
    if high - low <= 1e-6 * max(high, -low):
        return (low - abs(low), high + abs(high)), (said + "they are all of one colour.",)
    return (low, high), (said + "these are taken as black and white.",)


def unfit_classes(file: ModelFile, found: Roles, told: Reading) -> str:
    """Why the classes that a person told cannot be those of a generator, a sentence; "" where they can."""
    if "classes" not in told:
        return ""
    if found.kind in ("encoder", "critic", "classifier"):  # whose outputs may be those of a classifier
        is_right = len(told["classes"]) == found.numbers
        return "" if is_right else f"It gives {found.numbers} numbers for a picture, not {len(told['classes'])}."
    count, label = len(told["classes"]), found.sources.label
    if label is None:
        return f"It has no input for a class: what it takes is a latent of {found.sources.width} numbers."
    known = found.sources.classes or table_rows(file.proto.graph, label.name)
    return f"It knows {known} classes, not {count}." if known and known != count else ""


def class_names(file: ModelFile, found: Roles) -> tuple[tuple[str, ...], Said]:
    """A name for each class, its number; none where the model takes no class."""
    label = found.sources.label
    if label is None:
        return (), ()
    count = found.sources.classes or table_rows(file.proto.graph, label.name)
    if count:
        return tuple(str(index) for index in range(count)), ()
    return ("0",), ("It takes a class, but how many there are was not found; only class 0 is drawn.",)
