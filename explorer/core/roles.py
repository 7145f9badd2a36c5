"""What a model is, judged by the shapes that go in and come out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from explorer.core.graph import Port

_SMALLEST_SIDE = 4
_LARGEST_SIDE = 8192
_LARGEST_LATENT = 1 << 16
_INTEGERS = ("int32", "int64")
_REALS = ("float32", "float16", "float64")


@dataclass(frozen=True)
class Frame:
    """How one picture lies in a tensor.

    Attributes
    ----------
    layout : str
        ``NCHW``, ``NHWC`` or ``flat`` (channels first, as PyTorch flattens).
    height, width, channels : int
        In pixels; 0 where a side is left open.
    """

    layout: str
    height: int
    width: int
    channels: int


@dataclass(frozen=True)
class Sources:
    """The inputs of a model: the one that matters, and the class where there is one.

    Attributes
    ----------
    main : Port
        A latent or a picture.
    label : Port or None
        Class numbers, or (N, k) numbers of which one is 1.
    """

    main: Port
    label: Port | None = None

    @property
    def batch(self) -> int | Literal["dynamic"]:
        """``dynamic``, or how many pictures every run takes."""
        if len(self.main.shape) in (1, 3):
            return 1
        first = self.main.shape[0]
        return first if isinstance(first, int) else "dynamic"

    @property
    def width(self) -> int:
        """Numbers in one latent, or in one flat picture; 0 where the main input is neither."""
        shape = self.main.shape
        if len(shape) == 1:
            return _whole(shape[0])
        if len(shape) == 2 or (len(shape) == 4 and shape[2:] == (1, 1)):
            return _whole(shape[1])
        return 0

    @property
    def classes(self) -> int:
        """Number of classes where the label's shape tells it, else 0."""
        return _whole(self.label.shape[1]) if self.label and self.one_hot else 0

    @property
    def one_hot(self) -> bool:
        """Whether a class is given as k numbers of which one is 1."""
        return self.label is not None and self.label.dtype not in _INTEGERS


@dataclass(frozen=True)
class Roles:
    """What a model is: its kind, and the parts its input and output play.

    Attributes
    ----------
    kind : str
        ``generator``, ``encoder``, ``critic`` or ``translator``; ``classifier`` where a card or the caller
        says so, for its shapes are those of the other two that look at pictures.
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
        return math.prod(_whole(size) for size in self.result.shape[1:])


def sources(inputs: tuple[Port, ...]) -> Sources | None:
    """The main input and the class; None where the inputs are not understood."""
    reals = [p for p in inputs if p.dtype in (*_REALS, "uint8") and 1 <= len(p.shape) <= 4]
    labels = [p for p in inputs if p.dtype in _INTEGERS and len(p.shape) <= 2]
    if len(inputs) > 2 or len(reals) + len(labels) < len(inputs) or not reals:
        return None
    if len(reals) == 1:
        return Sources(reals[0], labels[0] if labels else None)
    reals.sort(key=lambda port: _sounds_like_a_class(port.name))
    main, label = reals
    return Sources(main, label) if len(label.shape) == 2 and _whole(label.shape[1]) else None


def _sounds_like_a_class(name: str) -> bool:
    return (
        any(word in name.lower() for word in ("label", "class", "cond", "onehot", "one_hot")) or name in "cy"
    )


def frame(shape: tuple[int | str, ...]) -> Frame | None:
    """How a picture lies in a tensor of ``shape``; None where none does."""
    if len(shape) == 2:
        return _flat(_whole(shape[1]))
    axes = shape[-3:] if len(shape) in (3, 4) else ()
    if not axes:
        return None
    if axes[0] in (1, 3, 4) and _sides(axes[1], axes[2]):
        return Frame("NCHW", _whole(axes[1]), _whole(axes[2]), _whole(axes[0]))
    if axes[2] in (1, 3, 4) and _sides(axes[0], axes[1]):
        return Frame("NHWC", _whole(axes[0]), _whole(axes[1]), _whole(axes[2]))
    return None


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
        With the sizes they really have; the first one that fits is taken.
    """
    found = (_role(inputs, port) for port in outputs)
    return next((role for role in found if role), None)


def _role(inputs: Sources, port: Port) -> Roles | None:
    numbers = math.prod(_whole(size) for size in port.shape[1:])
    shown, drawn = frame(inputs.main.shape), frame(port.shape)
    latent = 0 < inputs.width <= _LARGEST_LATENT
    if drawn and latent and (drawn.layout != "flat" or numbers > inputs.width):
        return Roles("generator", inputs, port, drawn=drawn)
    if shown is None or shown.channels == 4 or inputs.label is not None:
        return None
    if drawn and drawn.layout != "flat":
        return Roles("translator", inputs, port, shown=shown, drawn=drawn)
    if len(port.shape) == 1 or numbers == 1:
        return Roles("critic", inputs, port, shown=shown)
    wide = len(port.shape) == 2 or (len(port.shape) == 4 and port.shape[2:] == (1, 1))
    most = inputs.width - 1 if shown.layout == "flat" else _LARGEST_LATENT
    return Roles("encoder", inputs, port, shown=shown) if wide and 1 < numbers <= most else None


def _whole(size: int | str) -> int:
    return max(size, 0) if isinstance(size, int) else 0
