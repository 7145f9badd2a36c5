"""The serial form of a drawing: whole numbers on the grid of its places, and its ground as a PNG."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np

from explorer.core.drawing.drawing import (
    FARTHEST,
    GRID,
    MOST_GROUND_PX,
    PRESSURE_STEPS,
    TOOLS,
    Drawing,
    Ground,
    Places,
    Stroke,
)
from explorer.core.drawing.legend import colour_from
from explorer.core.json_text import number_in

_MOST_STROKES, _MOST_POINTS = 10_000, 500_000
_LONGEST_GROUND = 4 * 2**20  # characters


def drawing_facts(drawing: Drawing) -> dict[str, Any]:
    """A drawing as plain values for JSON, from which `drawing_from` restores it to the bit."""
    return {
        "paper": list(drawing.paper),
        "ground": None if drawing.ground is None else _ground_text(drawing.ground),
        "strokes": [_stroke_facts(stroke) for stroke in drawing.strokes],
    }


def drawing_from(told: Any) -> Drawing:
    """The drawing that such facts describe.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type, out of its range or too much.
    """
    if not isinstance(told, dict) or not isinstance(told["strokes"], list):
        raise TypeError("its drawing is not an object with strokes")
    if len(told["strokes"]) > _MOST_STROKES:
        raise ValueError(f"its drawing has more than {_MOST_STROKES:,} strokes")
    strokes = tuple(_stroke(each) for each in told["strokes"])
    if sum(len(stroke.points) for stroke in strokes) > _MOST_POINTS:
        raise ValueError(f"its drawing has more than {_MOST_POINTS:,} points")
    ground = None if told["ground"] is None else _ground(told["ground"])
    return Drawing(strokes, ground, colour_from(told["paper"]))


def _stroke_facts(stroke: Stroke) -> dict[str, Any]:
    pressed = stroke.pressures
    facts = {
        "tool": stroke.tool,
        "points": np.rint(stroke.points.astype(np.float64) * GRID).astype(int).ravel().tolist(),
        "width": stroke.width,
        "colour": list(stroke.colour),
        "pressures": None if pressed is None else np.rint(pressed * PRESSURE_STEPS).astype(int).tolist(),
        "mirrored": stroke.is_mirrored,
    }
    return {key: value for key, value in facts.items() if value is not None and value is not False}


def _stroke(told: Any) -> Stroke:
    if not isinstance(told, dict) or told["tool"] not in TOOLS:
        raise ValueError("a stroke in it is made with an unknown tool")
    flat = _row(told["points"], GRID, -FARTHEST, 1.0 + FARTHEST)
    if not len(flat) or len(flat) % 2:
        raise ValueError("a stroke in it has no places (x, y)")
    pressures = None if told.get("pressures") is None else _row(told["pressures"], PRESSURE_STEPS, 0.0, 1.0)
    if pressures is not None and 2 * len(pressures) != len(flat):
        raise ValueError("a stroke in it does not have a pressure for each place")
    width, mirrored = number_in(told["width"], "width of a stroke"), told.get("mirrored", False)
    if not 0.0 < width <= 1.0:
        raise ValueError("a stroke in it is not from 0 to 1 wide")
    if not isinstance(mirrored, bool):
        raise ValueError("a stroke in it is neither mirrored nor not")
    return Stroke(told["tool"], flat.reshape(-1, 2), width, colour_from(told["colour"]), pressures, mirrored)


def _row(told: Any, steps: int, low: float, high: float) -> Places:
    """Whole numbers on a grid as shares."""
    if not isinstance(told, list) or not {int}.issuperset(map(type, told)):
        raise ValueError("places and pressures in it are not rows of whole numbers")
    if told and not low * steps <= min(told) <= max(told) <= high * steps:
        raise ValueError("a stroke in it goes far beyond the board")
    return (np.array(told, np.float64) / steps).astype(np.float32)


def _ground_text(ground: Ground) -> str:
    from PIL import Image  # at start-up, no drawing is needed

    file = io.BytesIO()
    Image.fromarray(ground).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")


def _ground(told: Any) -> Ground:
    if not isinstance(told, str) or len(told) > _LONGEST_GROUND:
        raise ValueError("its ground is not a picture")
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(told, validate=True)), formats=["PNG"]) as image:
            if max(image.size) > MOST_GROUND_PX:
                raise ValueError(f"its ground has more than {MOST_GROUND_PX} pixels a side")
            return np.array(image.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"its ground is a damaged picture: {error}") from None
