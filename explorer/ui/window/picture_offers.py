"""What can be done with pictures that were brought, and what each way needs; in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from explorer.core.models.in_steps import without_gradients
from explorer.session.models.brought import Brought
from explorer.session.models.opening import OpenModel

Way = Literal["edit", "draw", "unfold", "train", "directions", "quiz"]
_FEW = 2  # pictures that are no set yet
_SEVERAL = "They are in several places: put them into one folder, and open that."


@dataclass(frozen=True)
class PictureOffer:
    """One way to go on.

    Attributes
    ----------
    way : str
    title, words : str
        What it is called, and what comes of it, or why it cannot be.
    image : str
        Name of an icon.
    is_possible : bool
    """

    way: Way
    title: str
    words: str
    image: str
    is_possible: bool


def picture_offers(brought: Brought, model: OpenModel | None) -> tuple[PictureOffer, ...]:
    """All ways, those that cannot be gone too, with the reason."""
    one = len(brought.photos) == 1
    it, these = ("it", "this picture") if one else ("them", "these pictures")
    edit, draw, unfold, train, find, quiz = (
        _edit_obstacle(brought, model),
        "" if one else _set_obstacle(brought),
        _unfold_obstacle(brought),
        _set_obstacle(brought),
        _find_obstacle(brought, model),
        _quiz_obstacle(brought, model),
    )
    return (
        _offer("edit", f"Edit {it} in Your picture", "picture", edit, _EDIT.format(it=it)),
        _offer("draw", f"Translate {it if one else _all(brought, these)} in Draw", "draw", draw, _DRAW.format(it=it)),
        _offer("unfold", _unfold_title(brought, it, these), "unfold", unfold, _unfold(brought, model)),
        _offer("train", f"Train on {_all(brought, these)}", "train", train, _TRAIN),
        _offer("directions", f"Find directions with {_all(brought, these)}", "arithmetic", find, _FIND),
        _offer("quiz", f"Quiz with {_all(brought, these)}", "quiz", quiz, _QUIZ),
    )


_EDIT = "The open model draws {it} again, and its sliders and directions change {it}."
_DRAW = "A picture-to-picture model colours, enlarges, repairs or changes {it}."
_UNFOLDED = {
    "": "How likely is it, under each model that can say?",
    "diffusion": "Finds the noise that it is painted from.",
    "raster": "Takes it over pixel by pixel, to be finished in another way.",
}
_TRAIN = "A model of your own learns to draw such pictures."
_FIND = "What is known about them, from a labels.csv or a folder for each kind, becomes a slider."
_QUIZ = "Can you tell them from what the model made?"


def _offer(way: Way, title: str, image: str, obstacle: str, words: str) -> PictureOffer:
    return PictureOffer(way, title, obstacle or words, image, not obstacle)


def _all(brought: Brought, these: str) -> str:
    """What a set is, where it is more than what was brought."""
    if brought.is_whole or brought.source is None:
        return these
    held = "all pictures" if brought.is_at_least else f"all {brought.counted}"
    return f"{held} in {brought.source.name or brought.source}"


def _edit_obstacle(brought: Brought, model: OpenModel | None) -> str:
    if not brought.photos:
        return "They are in one file: unpack it, and open the pictures."
    if model is None:
        return "Open a model first."
    problem = without_gradients(model.generator.card)
    return "" if problem is None else problem.what


def _unfold_title(brought: Brought, it: str, these: str) -> str:
    return f"Open {it} in Unfold" if len(brought.photos) == 1 else f"Find the strangest of {_all(brought, these)}"


def _unfold_obstacle(brought: Brought) -> str:
    return "" if len(brought.photos) == 1 else _set_obstacle(brought)


def _unfold(brought: Brought, model: OpenModel | None) -> str:
    """What Unfold does with them, which for one picture depends on how the model paints."""
    from explorer.core.sampling.sampler import unfolding_of

    if len(brought.photos) != 1:
        return "Those that cost a model the most bits come first."
    return _UNFOLDED[unfolding_of(model.generator) if model is not None else ""]


def _set_obstacle(brought: Brought) -> str:
    if brought.source is None:
        return _SEVERAL
    if brought.photos and brought.count < _FEW:
        return "One picture is not enough: open a folder of many."
    return ""


def _find_obstacle(brought: Brought, model: OpenModel | None) -> str:
    if model is None:
        return "Open a model with an encoder first."
    if model.files.encoder is None:
        return f"{model.name} has no encoder to see them as points of its latent space."
    return _set_obstacle(brought)


def _quiz_obstacle(brought: Brought, model: OpenModel | None) -> str:
    return _set_obstacle(brought) if model is not None else "Open a model first."
