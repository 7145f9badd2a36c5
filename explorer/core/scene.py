"""What the canvas should show, as one immutable value with one serial form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.latents import LARGEST_SEED
from explorer.core.problem import Problem

FORMAT = "latent-explorer/scene"
VERSION = 1
_LARGEST_LATENT = 1 << 16
_LARGEST_TRUNCATION = 10.0  # far beyond what any model can draw
LARGEST_STRENGTH = 1000.0
"""Farthest along a direction, in standard deviations."""

Latent = NDArray[np.float32]


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
        The seed that ``z`` was sampled with, while it is still that sample.
    directions : tuple of (str, float)
        Named directions and how far the latent is moved along each, in prior standard deviations.
    """

    model: str = ""
    model_name: str = ""
    z: Latent = field(default_factory=lambda: np.zeros(0, np.float32))
    label: int | None = None
    truncation: float = 1.0
    seed: int | None = None
    directions: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        self.z.flags.writeable = False


def scene_to_json(scene: Scene) -> str:
    """The scene's serial form: one JSON object from which `scene_from_json` restores it to the bit."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "model": {"hash": scene.model, "name": scene.model_name},
            "latent": [
                float(str(value)) for value in scene.z
            ],  # the shortest digits that give the float32 back
            "class": scene.label,
            "truncation": scene.truncation,
            "seed": scene.seed,
            "directions": [list(pair) for pair in scene.directions],
        }
    )


def scene_from_json(text: str) -> Scene:
    """The scene that ``text`` describes.

    Raises
    ------
    Problem
        The text is not a scene, is of a newer version, or holds values that cannot be.
    """
    try:
        data = json.loads(text)
        known = isinstance(data, dict) and data.get("format") == FORMAT
    except (ValueError, RecursionError):
        known = False
    if not known:
        raise Problem("This text is not a scene of the latent explorer.", "Copy a scene, then paste it.")
    if data.get("version") != VERSION:
        raise Problem(
            f"This scene is of version {data.get('version')}; this program reads version {VERSION}.",
            "Update the latent explorer.",
        )
    try:
        return _scene(data)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Problem(
            f"This scene is damaged ({error}).", "Copy or save it again where it was made."
        ) from None


def _scene(data: dict[str, Any]) -> Scene:
    latent = np.array(data["latent"], dtype=np.float64)
    if latent.ndim != 1 or latent.size > _LARGEST_LATENT:
        raise ValueError(f"its latent has shape {latent.shape}")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused below
        z = latent.astype(np.float32)
    truncation = float(data["truncation"])
    directions = tuple((str(name), float(alpha)) for name, alpha in data.get("directions", []))
    if not np.isfinite([*z, truncation, *(alpha for _, alpha in directions)]).all():
        raise ValueError("a number in it is not finite")
    whole = {key: None if data.get(key) is None else int(data[key]) for key in ("class", "seed")}
    _check_range("truncation", truncation, -_LARGEST_TRUNCATION, _LARGEST_TRUNCATION)
    _check_range("seed", whole["seed"], 0, LARGEST_SEED)
    _check_range("class", whole["class"], 0, _LARGEST_LATENT)
    for name, alpha in directions:
        _check_range(f"strength of {name[:40]}", alpha, -LARGEST_STRENGTH, LARGEST_STRENGTH)
    return Scene(
        model=str(data["model"]["hash"]),
        model_name=str(data["model"]["name"]),
        z=z,
        label=whole["class"],
        truncation=truncation,
        seed=whole["seed"],
        directions=directions,
    )


def _check_range(what: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f"its {what} is {value:.12g}, not from {low:.12g} to {high:.12g}")
