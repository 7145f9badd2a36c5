"""What the canvas should show, as one immutable value with one serial form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.json_text import number_in, parsed_json, whole_in, word_in
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions, Noise, Placement, condition_facts, conditions_from
from explorer.core.rendering.latents import LARGEST_SEED, Latent
from explorer.core.rendering.styles import (
    MOST_STYLES,
    StyleMix,
    StylePoint,
    check_range,
    digits_of,
    mix_facts,
    mix_from,
    numbers_from,
)

if TYPE_CHECKING:  # these and their serial forms are imported where a scene has some
    from explorer.core.drawing.drawing import Drawing
    from explorer.core.rendering.said import Said
    from explorer.core.sampling.settings import Sampling

FORMAT = "latent-explorer/scene"
VERSION = 6
_PLAIN, _STYLED, _CONDITIONED, _SAMPLED, _DRAWN = range(1, VERSION)  # versions of scenes that say nothing of later
# ones, so that they are the same text for ever
_LARGEST_LATENT = 1 << 16
_LARGEST_TRUNCATION = 10.0  # far beyond what any model can draw
_CONDITIONS = tuple(each.name for each in fields(Conditions))
LARGEST_STRENGTH = 1000.0
"""Farthest along a direction, in standard deviations."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything needed to draw one picture, and nothing else.

    Two scenes share every field that an edit left alone, so *did this change?* is
    always asked with ``is``, never with ``==``.

    Attributes
    ----------
    model : str
        SHA-256 (hexadecimal) of the generator's ONNX file; "" before one is open.
    model_name : str
        What the model was called where the scene was made. For people, not for looking up.
    z : (latent_size,) float32
        The point in latent space. Read-only.
    label : int or None
        The class to draw; None where the model has no classes.
    truncation : float
        How far ``z`` is kept from the prior's mean: 1 leaves it, 0 gives the mean.
    seed : int or None
        The seed that ``z`` was sampled with, while it is still that sample, but for what it says.
    directions : tuple of (str, float)
        Named directions and how far the latent is moved along each, in prior standard deviations.
    styled : StylePoint or None
        The point of W that was reached from ``z`` in a style-based model; see ``w``.
    mix : StyleMix or None
        The second latent of style mixing.
    cutoff : int or None
        How many layers of a style-based model are truncated, the coarse ones first; None for all.
    noise : Noise or None
        None for the model's own, as it is.
    placement : Placement or None
        How the content of StyleGAN3's pictures is moved; None where it is not.
    sampling : Sampling or None
        How a model that paints in steps is to paint; None for as it usually does.
    held_back : float or None
        How many of its last stages a growing generator leaves out; None where it leaves out none.
    drawing : Drawing or None
        What a translator is given; its latent, where it takes one, is ``z``. None where the model is no translator.
    said : Said or None
        The sentence that a part of ``z`` was made of; see ``sentence``.
    """

    model: str = ""
    model_name: str = ""
    z: Latent = field(default_factory=lambda: np.zeros(0, np.float32))
    label: int | None = None
    truncation: float = 1.0
    seed: int | None = None
    directions: tuple[tuple[str, float], ...] = ()
    styled: StylePoint | None = None
    mix: StyleMix | None = None
    cutoff: int | None = None
    noise: Noise | None = None
    placement: Placement | None = None
    sampling: Sampling | None = None
    held_back: float | None = None
    drawing: Drawing | None = None
    said: Said | None = None

    def __post_init__(self) -> None:
        self.z.flags.writeable = False

    @property
    def w(self) -> Latent | None:
        """The point of W or W+ that stands for what the mapping makes of ``z``; None once z or class are others."""
        point = self.styled
        return point.w if point is not None and point.z is self.z and point.label == self.label else None

    @property
    def sentence(self) -> str:
        """What it says in words; "" where it says nothing, or its latent is not any more what was made of them."""
        return self.said.sentence if self.said is not None and self.said.holds(self.z) else ""

    def keeping_said(self, z: Latent) -> Latent:
        """Another latent, but with what this scene says."""
        return self.said.kept(z) if self.said is not None and self.sentence else z

    def plainly_at(self, z: Latent) -> Scene:
        """The scene of a latent: neither truncated nor moved along directions nor mixed, under the same conditions."""
        return replace(
            Scene(self.model, self.model_name, z, self.label, drawing=self.drawing, said=self.said), **self._under
        )

    @property
    def conditions(self) -> Conditions:
        """What it is drawn under besides what makes its latent."""
        under = self._under
        return USUAL if all(each is None for each in under.values()) else Conditions(**under)

    @property
    def _under(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _CONDITIONS}

    @property
    def says_styles(self) -> bool:
        """Whether only a style-based model can draw it as it is meant."""
        return self.w is not None or self.mix is not None or self.cutoff is not None


def scene_in_w(base: Scene, w: Latent, label: int | None) -> Scene:
    """The scene of a point of W or W+ and nothing else, of the model of ``base`` and under its conditions."""
    return replace(base.plainly_at(base.z), label=label, styled=StylePoint(w, base.z, label))


def scene_to_json(scene: Scene) -> str:
    """The scene's serial form: one JSON object from which `scene_from_json` restores it to the bit."""
    return json.dumps(scene_facts(scene))


def scene_facts(scene: Scene) -> dict[str, Any]:
    """What `scene_to_json` writes, to be part of a larger text."""
    return {
        "format": FORMAT,
        "version": _version(scene),
        "model": {"hash": scene.model, "name": scene.model_name},
        "latent": digits_of(scene.z),
        "class": scene.label,
        "truncation": scene.truncation,
        "seed": scene.seed,
        "directions": [list(pair) for pair in scene.directions],
    } | _later_facts(scene)


def _version(scene: Scene) -> int:
    """The lowest that says all of it."""
    if scene.sentence or scene.held_back is not None:
        return VERSION
    if scene.drawing is not None:
        return _DRAWN
    if scene.sampling is not None:
        return _SAMPLED
    return _CONDITIONED if scene.conditions is not USUAL else _STYLED if scene.says_styles else _PLAIN


def _later_facts(scene: Scene) -> dict[str, Any]:
    """What the scenes of later versions say besides, where they say it."""
    styles = _style_facts(scene) if scene.says_styles else {}
    under = condition_facts(scene.conditions) if scene.conditions is not USUAL else {}
    return styles | under | _drawing_facts(scene) | _said_facts(scene)


def _drawing_facts(scene: Scene) -> dict[str, Any]:
    if scene.drawing is None:
        return {}
    from explorer.core.drawing.drawing_json import drawing_facts

    return {"drawing": drawing_facts(scene.drawing)}


def _said_facts(scene: Scene) -> dict[str, Any]:
    if scene.said is None or not scene.sentence:
        return {}
    from explorer.core.rendering.said import said_facts

    return {"said": said_facts(scene.said)}


def _style_facts(scene: Scene) -> dict[str, Any]:
    return {
        "w": None if scene.w is None else digits_of(scene.w),
        "mix": None if scene.mix is None else mix_facts(scene.mix),
        "cutoff": scene.cutoff,
    }


def scene_from_json(text: str) -> Scene:
    """The scene that ``text`` describes.

    Raises
    ------
    Problem
        The text is not a scene, is of a newer version, or holds values that cannot be.
    """
    try:
        data = parsed_json(text, finite=False)
    except ValueError:
        data = None
    return scene_from(data)


def scene_from(data: Any) -> Scene:
    """The scene that such facts as `scene_facts` gives describe; raises as `scene_from_json` does."""
    if not (isinstance(data, dict) and data.get("format") == FORMAT):
        raise Problem("This text is not a scene of the latent explorer.", "Copy a scene, then paste it.")
    if isinstance(data.get("version"), bool) or data.get("version") not in range(_PLAIN, VERSION + 1):
        raise Problem(
            f"This scene is of version {data.get('version')}; this program reads versions up to {VERSION}.",
            "Update the latent explorer.",
        )
    try:
        return _scene(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Problem(f"This scene is damaged ({error}).", "Copy or save it again where it was made.") from None


def _scene(data: dict[str, Any]) -> Scene:
    z = numbers_from(data["latent"], "latent", _LARGEST_LATENT)
    truncation = number_in(data["truncation"], "truncation")
    directions = tuple(_direction(pair) for pair in data.get("directions", []))
    if not np.isfinite([truncation, *(alpha for _, alpha in directions)]).all():
        raise ValueError("a number in it is not finite")
    whole = {key: None if data.get(key) is None else whole_in(data[key], key) for key in ("class", "seed")}
    check_range("truncation", truncation, -_LARGEST_TRUNCATION, _LARGEST_TRUNCATION)
    check_range("seed", whole["seed"], 0, LARGEST_SEED)
    check_range("class", whole["class"], 0, _LARGEST_LATENT)
    for name, alpha in directions:
        check_range(f"strength of {name[:40]}", alpha, -LARGEST_STRENGTH, LARGEST_STRENGTH)
    w, mix, cutoff = _style(data) if data["version"] >= _STYLED else (None, None, None)
    conditions = conditions_from(data) if data["version"] >= _CONDITIONED else USUAL
    return Scene(
        model=word_in(data["model"]["hash"], "model's hash"),
        model_name=word_in(data["model"]["name"], "model's name"),
        z=z,
        label=whole["class"],
        truncation=truncation,
        seed=whole["seed"],
        directions=directions,
        styled=None if w is None else StylePoint(w, z, whole["class"]),
        mix=mix,
        cutoff=cutoff,
        **vars(conditions),
        drawing=_drawing(data),
        said=_said(data, z),
    )


def _drawing(data: dict[str, Any]) -> Drawing | None:
    if data["version"] < _DRAWN or data.get("drawing") is None:
        return None
    from explorer.core.drawing.drawing_json import drawing_from

    return drawing_from(data["drawing"])


def _said(data: dict[str, Any], z: Latent) -> Said | None:
    if data["version"] < VERSION or data.get("said") is None:
        return None
    from explorer.core.rendering.said import said_from

    return said_from(data["said"], z)


def _direction(told: Any) -> tuple[str, float]:
    if not isinstance(told, list | tuple) or len(told) != 2:
        raise ValueError("a direction in it is not a pair of a name and a strength")
    name, alpha = told
    return word_in(name, "direction's name"), number_in(alpha, "strength of a direction")


def _style(data: dict[str, Any]) -> tuple[Latent | None, StyleMix | None, int | None]:
    told, mix, cutoff = data.get("w"), data.get("mix"), data.get("cutoff")
    if cutoff is not None:
        check_range("truncation cutoff", cutoff := whole_in(cutoff, "truncation cutoff"), 0, MOST_STYLES)
    w = None if told is None else numbers_from(told, "w", _LARGEST_LATENT)
    mixed = None if mix is None else mix_from(mix, _LARGEST_LATENT)
    return w, mixed, cutoff
