"""What a model is, judged by the shapes that go in and come out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from explorer.core.models.graph import Port
from explorer.core.models.inputs import Sources, vector_size, whole
from explorer.core.rendering.transparency import has_alpha

_SMALLEST_SIDE = 4
_LARGEST_SIDE = 8192
_LARGEST_LATENT = 1 << 16

MEASURING = ("likelihood", "surprise")
"""Kinds of models that measure pictures in bits."""


@dataclass(frozen=True)
class Frame:
    """How one picture lies in a tensor.

    Attributes
    ----------
    layout : str
        ``NCHW``, ``NHWC``, ``flat`` (channels first, as PyTorch flattens) or ``flat-last`` (channels last, as Keras
        does).
    height, width, channels : int
        In pixels; 0 where a side is left open.
    """

    layout: str
    height: int
    width: int
    channels: int

    @property
    def channels_last(self) -> bool:
        """Whether the channels of a pixel follow each other."""
        return self.layout in ("NHWC", "flat-last")

    @property
    def is_flat(self) -> bool:
        """Whether a picture is one row of numbers."""
        return self.layout.startswith("flat")


@dataclass(frozen=True)
class Roles:
    """What a model is: its kind, and the parts its input and output play.

    Attributes
    ----------
    kind : str
        ``generator``, ``encoder``, ``critic`` or ``translator``; ``classifier`` where a card or the caller
        says so, for its shapes are those of the other two that look at pictures; ``likelihood`` or ``surprise`` where a
        card says so, for only it knows that numbers are bits.
    sources : Sources
    result : Port
        The output that is used; others are left alone.
    shown : Frame or None
        How a picture lies in the main input, where it is one.
    drawn : Frame or None
        How a picture lies in the result, where it is one.
    """

    kind: str
    sources: Sources
    result: Port
    shown: Frame | None = None
    drawn: Frame | None = None

    @property
    def numbers(self) -> int:
        """How many numbers the result holds for one input."""
        return _numbers(self.result, self.sources)


def frame(shape: tuple[int | str, ...], batch: int | str = "") -> Frame | None:
    """How a picture lies in a tensor of ``shape``; None where none does.

    Parameters
    ----------
    shape : tuple of int or str
    batch : int or str
        How many pictures lie in it, where that is known: a first axis of another size is none of pictures.
    """
    if len(shape) == 1:
        return _flat(whole(shape[0]))
    if len(shape) == 2:
        alone = batch == 1 and whole(shape[0]) > 1 and _sides(*shape)
        return Frame("NCHW", whole(shape[0]), whole(shape[1]), 1) if alone else _flat(whole(shape[1]))
    axes = shape[-3:] if len(shape) in (3, 4) else ()
    if not axes:
        return None
    known = (1, 2, 3, 4) if len(shape) == 4 else (1, 3, 4)  # 2: grey and alpha
    if axes[0] in known and _sides(axes[1], axes[2]):
        return Frame("NCHW", whole(axes[1]), whole(axes[2]), whole(axes[0]))
    if axes[2] in known and _sides(axes[0], axes[1]):
        return Frame("NHWC", whole(axes[0]), whole(axes[1]), whole(axes[2]))
    grey = len(shape) == 3 and (isinstance(shape[0], str) or shape[0] == batch) and _sides(*shape[1:])
    return Frame("NCHW", whole(shape[1]), whole(shape[2]), 1) if grey else None


def _sides(*sides: int | str) -> bool:
    return all(isinstance(s, str) or _SMALLEST_SIDE <= s <= _LARGEST_SIDE for s in sides)


def _flat(numbers: int) -> Frame | None:
    for channels in (1, 3):
        side = math.isqrt(numbers // channels)
        if side * side * channels == numbers and _sides(side):
            return Frame("flat", side, side, channels)
    return None


def roles(inputs: Sources, outputs: tuple[Port, ...]) -> Roles | None:
    """What a model with these inputs and outputs is; None where that is not understood.

    Parameters
    ----------
    inputs : Sources
    outputs : tuple of Port
        With the sizes they really have. Of those that fit, the one that holds the largest picture is taken: style-based
        generators give pictures of every stage.
    """
    found = [role for port in outputs if (role := _role(inputs, port))]
    painted = [role for role in found if role.drawn]
    return max(painted or found[:1], key=lambda role: role.numbers, default=None)


def measuring_roles(inputs: Sources, outputs: tuple[Port, ...], kind: str) -> Roles | None:
    """A likelihood or a surprise, as its card says; None where what goes in and out does not fit.

    A picture, and perhaps a class, gives one number, or a number for each pixel.
    """
    shown = frame(inputs.main.shape)
    if shown is None or has_alpha(shown.channels) or inputs.more:
        return None
    for port in outputs:
        if kind == "likelihood":
            fits = _numbers(port, inputs) == 1
        else:
            drawn = frame(port.shape, inputs.batch)
            fits = drawn is not None and (drawn.channels, drawn.height, drawn.width) == (1, shown.height, shown.width)
        if fits:
            return Roles(kind, inputs, port, shown=shown)
    return None


def told_roles(inputs: Sources, outputs: tuple[Port, ...], told: Frame) -> Roles | None:
    """A generator whose pictures lie as a person says; None where nothing in it has as many numbers."""
    count = told.height * told.width * told.channels
    fitting = [port for port in outputs if count and _numbers(port, inputs) == count]
    if not fitting or not 0 < inputs.width <= _LARGEST_LATENT:
        return None
    return Roles("generator", inputs, fitting[0], drawn=told)


def _role(inputs: Sources, port: Port) -> Roles | None:
    numbers = _numbers(port, inputs)
    shown, drawn = frame(inputs.main.shape), frame(port.shape, inputs.batch)
    latent = 0 < inputs.width <= _LARGEST_LATENT
    if drawn and latent and (not drawn.is_flat or numbers > inputs.width):
        return Roles("generator", inputs, port, drawn=drawn)
    if shown is None or has_alpha(shown.channels) or inputs.label is not None or inputs.more:
        return None
    if drawn and not drawn.is_flat:
        return Roles("translator", inputs, port, shown=shown, drawn=drawn)
    if len(port.shape) == 1 or numbers == 1:
        return Roles("critic", inputs, port, shown=shown)
    wide = bool(vector_size(port.shape))
    most = inputs.width - 1 if shown.is_flat else _LARGEST_LATENT
    return Roles("encoder", inputs, port, shown=shown) if wide and 1 < numbers <= most else None


def _numbers(port: Port, inputs: Sources) -> int:
    """How many numbers an output holds for one input."""
    alone = len(port.shape) == 1 and inputs.batch == 1
    return math.prod(whole(size) for size in (port.shape if alone else port.shape[1:]))
