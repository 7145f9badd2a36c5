"""What goes into a model: the latent or the picture, the class, and what is held still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.graph import Port

INTEGERS = ("int8", "int16", "int32", "int64", "uint16", "uint32", "uint64")
REALS = ("float32", "float16", "float64")
_CLASS_WORDS = ("label", "class", "cond", "onehot", "one_hot", "target")
_LATENT_WORDS = ("latent", "code", "cont", "style", "noise", "z")
_TRUNCATION_WORDS = ("trunc", "psi")
_SEED_WORDS = ("seed", "random")
_SHOWN_WORDS = ("image", "picture", "photo", "seg", "mask", "map", "sketch", "edge", "input")
_SMALLEST_SIDE = 4
_MOST_INPUTS = 64  # a style-based generator of 1024 pixels takes seventeen noises

Batch = int | Literal["dynamic"]
Kind = Literal["truncation", "number", "noise", "seed", "switch"]


@dataclass(frozen=True)
class Held:
    """An input that keeps one value while the latent is explored.

    Attributes
    ----------
    port : Port
    kind : str
        ``truncation`` (held at 1, which truncates nothing), ``number`` (any other single number, held at 1), ``noise``
        (one sample of the standard normal, the same for every picture), ``seed`` (0) or ``switch`` (off).
    """

    port: Port
    kind: Kind

    def value(self, batch: int) -> NDArray[Any]:
        """What is fed, for ``batch`` pictures; noise is the same for each of them."""
        dtype = np.dtype(self.port.dtype)
        sizes = [size if isinstance(size, int) else 1 for size in self.port.shape]
        if self.kind == "noise":
            one = np.random.RandomState(0).standard_normal([1, *sizes[1:]]).astype(dtype)
            return np.repeat(one, self._rows(batch), axis=0)
        if sizes:
            sizes[0] = self._rows(batch)
        return np.full(sizes, self.kind in ("truncation", "number"), dtype)

    @property
    def follows_batch(self) -> bool:
        """Whether it has a row for each picture."""
        return bool(self.port.shape) and isinstance(self.port.shape[0], str)

    def _rows(self, batch: int) -> int:
        first = self.port.shape[0]
        return first if isinstance(first, int) else batch

    @property
    def says(self) -> str:
        """What is done with it, as a sentence."""
        how = {
            "truncation": "held at 1; truncation shortens the latent instead",
            "number": "held at 1",
            "noise": "one fixed noise",
            "seed": "held at 0",
            "switch": "off",
        }
        return f"Its input {self.port.name} is {how[self.kind]}."


@dataclass(frozen=True)
class Sources:
    """The inputs of a model: the one that matters, and the class where there is one.

    Attributes
    ----------
    main : Port
        A latent or a picture.
    label : Port or None
        Class numbers, or (N, k) numbers of which one is 1.
    more : tuple of Port
        Further parts of the latent, which follow ``main`` in one long vector.
    held : tuple of Held
        What is fed alike for every picture.
    style : Port or None
        The latent that a translator takes beside a picture, which is then ``main``.
    """

    main: Port
    label: Port | None = None
    more: tuple[Port, ...] = ()
    held: tuple[Held, ...] = ()
    style: Port | None = None

    @property
    def batch(self) -> Batch:
        """``dynamic``, or how many pictures every run takes."""
        shape = self.main.shape
        if len(shape) == 1 or (len(shape) == 3 and not vector_size(shape)):
            return 1
        first = shape[0]
        return first if isinstance(first, int) else "dynamic"

    @property
    def parts(self) -> tuple[int, ...]:
        """Numbers in each part of the latent; (0,) where the main input is none."""
        return tuple(vector_size(part.shape) for part in (self.main, *self.more))

    @property
    def width(self) -> int:
        """Numbers in one latent, or in one flat picture; 0 where the main input is neither."""
        return sum(self.parts) if all(self.parts) else 0

    @property
    def style_size(self) -> int:
        """Numbers in the latent beside a picture; 0 where there is none."""
        return vector_size(self.style.shape) if self.style is not None else 0

    def latents(self, z: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """What is fed for latents (N, width), by the inputs' names, each in its own shape and type."""
        ends = np.cumsum(self.parts)
        rows = np.split(z, ends[:-1], axis=1)
        ports = (self.main, *self.more)
        return {p.name: row.reshape(row_shape(p)).astype(p.dtype) for p, row in zip(ports, rows, strict=True)}

    def beside(self, count: int, label: int = 0) -> dict[str, NDArray[Any]]:
        """What is fed beside ``count`` latents of a class: its number or its row, and what is held."""
        feeds = {held.port.name: held.value(count) for held in self.held}
        if (port := self.label) is not None:
            if self.one_hot:
                feeds[port.name] = np.eye(self.classes, dtype=port.dtype)[[label] * count]
            else:
                shape = (count, *(1 for _ in port.shape[1:])) if port.shape else ()
                feeds[port.name] = np.full(shape, label, port.dtype)
        return feeds

    @property
    def classes(self) -> int:
        """Number of classes where the label's shape tells it, else 0."""
        return whole(self.label.shape[1]) if self.label and self.one_hot else 0

    @property
    def one_hot(self) -> bool:
        """Whether a class is given as k numbers of which one is 1."""
        return self.label is not None and len(self.label.shape) == 2 and whole(self.label.shape[1]) > 1


def row_shape(port: Port) -> tuple[int, ...]:
    """The shape that rows of numbers take for an input of latents."""
    own = tuple(int(size) for size in port.shape[1:])
    return (-1, *own) if own else (-1,)


def whole(size: int | str) -> int:
    """A size that is known; 0 for one that is left open."""
    return max(size, 0) if isinstance(size, int) else 0


def vector_size(shape: Sequence[int | str]) -> int:
    """Numbers in one row of a tensor that holds a vector a row, with axes of 1 or without; 0 where it holds none."""
    if len(shape) == 1:
        return whole(shape[0])
    if len(shape) == 2:
        return whole(shape[1])
    long = [size for size in shape[1:] if size != 1]
    if len(long) > 1 or not all(isinstance(size, int) for size in shape[1:]):
        return 0
    if len(shape) == 3 and isinstance(shape[0], int) and shape[0] > 1:  # channels of one row or column of pixels
        return 0
    return whole(long[0]) if long else 1


def sources(inputs: tuple[Port, ...], kind: str = "") -> Sources | None:
    """What each input is for; None where that is not understood.

    Whatever it is called, a single input is the one that matters. ``kind`` is what its card says that a model is.
    """
    if kind in ("", "translator"):
        translating = translating_sources(inputs, is_known=bool(kind))
        if translating is not None:
            return translating
    if len(inputs) == 1:
        main = inputs[0]
        real = main.dtype in (*REALS, "uint8") and 1 <= len(main.shape) <= 4
        return Sources(main) if real else None
    if not 1 < len(inputs) <= _MOST_INPUTS:
        return None
    held = [found for port in inputs if (found := _held(port)) is not None]
    rest = [port for port in inputs if all(port is not found.port for found in held)]
    noises = _noises(rest)
    held += [Held(port, "noise") for port in noises]
    return _told_apart([port for port in rest if port not in noises], tuple(held))


def translating_sources(inputs: tuple[Port, ...], *, is_known: bool = False) -> Sources | None:
    """What each input of a translator with a latent is for: a picture and a vector; None where they are not these.

    A generator may take pictures of noise beside its latent. So unless it ``is_known`` to be a translator, the picture
    has to be called one.
    """
    held = tuple(found for port in inputs if (found := _held(port)) is not None)
    rest = [port for port in inputs if all(port is not found.port for found in held)]
    shown = [port for port in rest if len(port.shape) == 4 and port.dtype in (*REALS, "uint8")]
    styles = [port for port in rest if len(port.shape) < 4 and port.dtype in REALS and vector_size(port.shape)]
    if len(rest) != 2 or len(shown) != 1 or len(styles) != 1:
        return None
    named = is_known or (_sounds(shown[0].name, _SHOWN_WORDS) and not _sounds(shown[0].name, ("noise",)))
    return Sources(shown[0], held=held, style=styles[0]) if named else None


def _held(port: Port) -> Held | None:
    """A switch, a seed or a single number."""
    single = math.prod(whole(size) or 1 for size in port.shape) == 1 and len(port.shape) <= 2
    if port.dtype == "bool":
        return Held(port, "switch")
    if port.dtype in INTEGERS and single and _sounds(port.name, _SEED_WORDS):
        return Held(port, "seed")
    if port.dtype not in REALS or not single or _sounds(port.name, _CLASS_WORDS):
        return None
    if _sounds(port.name, _TRUNCATION_WORDS):
        return Held(port, "truncation")
    return Held(port, "number") if not any(isinstance(size, str) for size in port.shape) else None


def _noises(ports: list[Port]) -> list[Port]:
    """Pictures of noise beside a latent."""
    if not any(vector_size(port.shape) > 1 and port.dtype in REALS for port in ports):
        return []
    return [
        port
        for port in ports
        if len(port.shape) == 4
        and port.dtype in REALS
        and all(isinstance(size, int) for size in port.shape[1:])
        and min(int(size) for size in port.shape[2:]) >= _SMALLEST_SIDE
    ]


def _told_apart(ports: list[Port], held: tuple[Held, ...]) -> Sources | None:
    """The latent or picture, its further parts, and the class."""
    labels = [p for p in ports if p.dtype in INTEGERS and len(p.shape) <= 2]
    reals = [p for p in ports if p.dtype in (*REALS, "uint8") and 1 <= len(p.shape) <= 4]
    if len(labels) + len(reals) < len(ports) or len(labels) > 1 or not reals:
        return None
    if not labels and len(reals) > 1:
        named = [p for p in reals if _sounds(p.name, _CLASS_WORDS) or p.name.lower() in ("c", "y")]
        labels = named[:1] or _last_unnamed(reals)
        reals = [p for p in reals if p not in labels]
    main, *more = reals
    if more and not all(vector_size(part.shape) and len(part.shape) > 1 for part in reals):
        return None
    return Sources(main, labels[0] if labels else None, tuple(more), held)


def _last_unnamed(reals: list[Port]) -> list[Port]:
    """Of two vectors the second one, unless its name says that it belongs to the latent: most likely a class."""
    last = reals[-1]
    vectors = len(reals) == 2 and len(last.shape) == 2 and whole(last.shape[1])
    return [last] if vectors and not _sounds(last.name, _LATENT_WORDS) else []


def _sounds(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.lower() for word in words)
