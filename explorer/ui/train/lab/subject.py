"""What the lab has to know of whom it trains: all that parts a GAN in the plane from a VAE."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explorer.training.toy_models.lab_presets import LabPreset
from explorer.ui.theme import Colours

Seen = Any
"""A `Snapshot` or a `VAESnapshot`: each subject knows its own."""

Ink = Literal["real", "made", "text"]
Marks = tuple[tuple[float, str], ...]
"""Values with a line of reference, and what they are called."""


@dataclass(frozen=True)
class PlotLine:
    """One curve of a plot: its name, its colour, and whether it is dashed."""

    name: str
    ink: Ink
    dashed: bool = False


@dataclass(frozen=True)
class LabPlotSpec:
    """One plot of the lab, over steps.

    Attributes
    ----------
    title, tip : str
    lines : tuple of PlotLine
    values : callable
        Their values at one moment; NaN for none.
    marks : callable
        The lines of reference that hold for a moment.
    bands : tuple of (int, int, Ink)
        What lies between two of the lines is filled with this colour.
    from_zero : bool
        Whether 0 is always to be seen.
    """

    title: str
    tip: str
    lines: tuple[PlotLine, ...]
    values: Callable[[Seen], tuple[float, ...]]
    marks: Callable[[Seen], Marks] = lambda _seen: ()
    bands: tuple[tuple[int, int, Ink], ...] = ()
    from_zero: bool = True


@dataclass(frozen=True)
class LabTurn:
    """A button that lets somebody learn once."""

    turn: str
    words: str
    tip: str
    key: str


@dataclass(frozen=True)
class LabFigure:
    """A number beside the plane: its name, its tool tip, and how it is written."""

    name: str
    tip: str
    words: Callable[[Seen], str]


STEP: Final = LabFigure("Step", "Training steps so far", lambda seen: f"{seen.step:,}")


def known(value: float, form: str) -> str:
    """A number in words, of those that may not be known yet."""
    return format(value, form) if math.isfinite(value) else "–"


@dataclass(frozen=True)
class Subject:
    """A kind of model that the lab trains.

    Attributes
    ----------
    name, tip : str
        On the switch.
    presets : tuple of LabPreset
    settings : dict of str to str
        The knobs that are shown, and what they are called.
    sliders : dict of str to (float, float, float)
        Knobs that have a slider too: lowest, highest and usual value.
    anew : tuple of str
        Those that make the networks begin anew.
    enabled : callable
        Names of knobs to whether they do anything now.
    turns : tuple of LabTurn
    captions : dict of str to str
        What is seen after each turn; "" before the first.
    layers : type
        A dataclass of switches, ...
    layer_words : dict of str to (str, str)
        ... what each is called, and its tool tip.
    figures : tuple of LabFigure
    plots : tuple of LabPlotSpec
    paint : callable
        Paints a moment into a place; layers and colours come last.
    plane_in : callable
        The square of the data within a place, beside letters of that height.
    opinion : callable
        What is said of a point (x, y) of the plane.
    opinion_hint : str
        What is said while the pointer is elsewhere.
    has_flow : bool
        Whether a graph of how numbers and slopes flow stands beside, and a slider leads from noise to output.
    """

    name: str
    tip: str
    presets: tuple[LabPreset, ...]
    settings: Mapping[str, str]
    sliders: Mapping[str, tuple[float, float, float]]
    anew: tuple[str, ...]
    enabled: Callable[[Any], Mapping[str, bool]]
    turns: tuple[LabTurn, ...]
    captions: Mapping[str, str]
    layers: type
    layer_words: Mapping[str, tuple[str, str]]
    figures: tuple[LabFigure, ...]
    plots: tuple[LabPlotSpec, ...]
    paint: Callable[[QPainter, QRectF, Seen, Any, Colours], None]
    plane_in: Callable[[QRectF, float], QRectF]
    opinion: Callable[[Seen, float, float], str]
    opinion_hint: str
    has_flow: bool = False
