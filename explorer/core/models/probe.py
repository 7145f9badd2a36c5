"""One test run of a model: what really comes out of it, in which shape and range."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.providers import NATIVE_ERRORS, open_session
from explorer.core.json_text import parsed_json
from explorer.core.models.graph import ModelFile, Port
from explorer.core.models.inputs import Sources, sources, vector_size
from explorer.core.models.own_card import own_card
from explorer.core.models.ports.band_ports import BANDS, BandPorts, band_ports
from explorer.core.models.ports.step_ports import StepPorts, step_ports
from explorer.core.problem import Problem
from explorer.core.processes.memory import lacks_memory
from explorer.core.text.text_ports import TextPorts, text_ports
from explorer.core.worlds.dream_ports import WORLDS, WorldPorts, world_ports

_PICTURES = 4  # enough for a range; each is one run
_OPEN_SIDE = 64  # for pictures of any size
_LARGEST_RESULT = 2**28
_PIECE = 2**20  # numbers that are compared at a time
Wanted = Sources | StepPorts | BandPorts | WorldPorts | TextPorts
_EXTREMES = (0.0, 10.0)  # the latent at psi 0, and one that is further out than any is drawn


@dataclass(frozen=True)
class Seen:
    """What one output gave: its shape for the smallest batch, its extremes, and whether all was finite."""

    name: str
    shape: tuple[int, ...]
    low: float
    high: float
    finite: bool


@dataclass(frozen=True)
class Trial:
    """What a model gave for a few random inputs.

    Attributes
    ----------
    outputs : tuple of Seen
        Empty where the inputs were not understood, so that nothing ran.
    dynamic : bool
        Whether a batch of two gave two results.
    steady : bool
        Whether the same input gave the same result twice.
    """

    outputs: tuple[Seen, ...] = ()
    dynamic: bool = False
    steady: bool = True

    def to_json(self) -> str:
        """The serial form that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Trial:
        """The trial that ``text`` describes; ValueError where it describes none."""
        try:
            data = parsed_json(text)
            seen = [_read(output) for output in data["outputs"]]
            return cls(tuple(seen), bool(data["dynamic"]), bool(data["steady"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no trial: {error}") from None


def _read(output: dict[str, Any]) -> Seen:
    shape = tuple(int(size) for size in output["shape"])
    low, high = float(output["low"]), float(output["high"])
    return Seen(str(output["name"]), shape, low, high, bool(output["finite"]))


def run_trial(file: ModelFile) -> Trial:
    """Runs a model a few times on the CPU, in this process.

    Raises
    ------
    Problem
        onnxruntime cannot load or run it.
    """
    wanted = _wanted(file)
    if wanted is None:
        return Trial()
    session = open_session(file.proto.SerializeToString(), "cpu").session
    draw = np.random.RandomState(0)
    batch = 1 if wanted.batch == "dynamic" else int(wanted.batch)
    names = [port.name for port in file.outputs]
    try:
        given = [_feeds(wanted, batch, draw) for _ in range(_PICTURES)]
        first = session.run(names, given[0])
        steady = all(map(_alike, first, session.run(names, given[0])))
        seen = [_seen(name, value) for name, value in zip(names, first, strict=True)]
        del first  # pictures may be large
        for feeds in given[1:]:
            results = session.run(names, feeds)
            seen = [_with(before, value) for before, value in zip(seen, results, strict=True)]
            del results
        for scale in _EXTREMES:  # a model may need more time and memory there than anywhere else
            session.run(names, _feeds(wanted, batch, draw, scale))
    except NATIVE_ERRORS as error:
        raise _failed(file, error) from None
    dynamic = wanted.batch == "dynamic" and _doubles(session, wanted, seen, draw)
    return Trial(tuple(seen), dynamic, steady)


def _wanted(file: ModelFile) -> Wanted | None:
    """The inputs, as those of a step, of its bands, of a dream or of sentences where the card says that it is one."""
    card, _ = own_card(file)
    if card and card.kind in BANDS:
        return band_ports(file.inputs, card.kind)
    if card and card.kind in WORLDS:
        return world_ports(file.inputs)
    if card and card.kind == "text":
        return text_ports(file.inputs, card)
    return (
        step_ports(file.inputs) if card and card.kind == "sampler" else sources(file.inputs, card.kind if card else "")
    )


def _feeds(wanted: Wanted, batch: int, draw: np.random.RandomState, scale: float = 1.0) -> Mapping[str, NDArray[Any]]:
    """Random values for every input: normal latents or noise pictures, ``scale`` times the usual, and class 0."""
    if isinstance(wanted, StepPorts | BandPorts | WorldPorts | TextPorts):
        return wanted.trial(batch, draw, scale)
    ports = (wanted.main, *wanted.more, *([wanted.style] if wanted.style is not None else []))
    return {port.name: _test_value(port, batch, draw, scale) for port in ports} | wanted.beside(batch)


def _test_value(port: Port, batch: int, draw: np.random.RandomState, scale: float) -> NDArray[Any]:
    shape = _concrete(port, batch)
    if math.prod(shape) > _LARGEST_RESULT:
        raise Problem(f"Its input {port.name} is absurdly large.", "Choose another model.")
    if port.dtype == "uint8":
        return (draw.randint(0, 256, shape) * scale).clip(0, 255).astype(np.uint8)
    return (scale * draw.standard_normal(shape)).astype(port.dtype)


def _concrete(port: Port, batch: int) -> tuple[int, ...]:
    """Sizes for every axis: ``batch`` for an open first one, a usual side for others."""
    first = batch if len(port.shape) != 3 or vector_size(port.shape) else _OPEN_SIDE
    return tuple(
        size if isinstance(size, int) else (first if axis == 0 else _OPEN_SIDE) for axis, size in enumerate(port.shape)
    )


def _seen(name: str, value: Any) -> Seen:
    array = np.asarray(value)
    if array.size == 0 or array.dtype.kind not in "fiub":
        return Seen(name, array.shape, 0.0, 0.0, False)
    low, high = float(array.min()), float(array.max())
    finite = math.isfinite(low) and math.isfinite(high)
    return Seen(name, array.shape, low if finite else 0.0, high if finite else 0.0, finite)


def _with(before: Seen, value: Any) -> Seen:
    """The same of one more result."""
    seen = _seen(before.name, value)
    if seen.shape != before.shape:
        raise ValueError(f"its {before.name} is of another shape with every run")
    if not (before.finite and seen.finite):
        return Seen(before.name, before.shape, 0.0, 0.0, False)
    return Seen(before.name, before.shape, min(before.low, seen.low), max(before.high, seen.high), True)


def _doubles(session: Any, wanted: Wanted, seen: list[Seen], draw: np.random.RandomState) -> bool:
    try:
        results = session.run([s.name for s in seen], _feeds(wanted, 2, draw))
    except NATIVE_ERRORS:
        return False
    return all(np.shape(r)[:1] == (2,) and np.shape(r)[1:] == s.shape[1:] for r, s in zip(results, seen, strict=True))


def _alike(first: Any, second: Any) -> bool:
    """Whether two results differ by no more than rounding."""
    one, other = np.asarray(first), np.asarray(second)
    if one.dtype.kind not in "fiub" or one.size == 0 or one.shape != other.shape:
        return one.shape == other.shape
    one, other = one.reshape(-1), other.reshape(-1)
    pieces = [slice(start, start + _PIECE) for start in range(0, one.size, _PIECE)]
    span = max(_span(one[piece]) for piece in pieces)
    return all(np.allclose(one[p], other[p], rtol=1e-3, atol=1e-3 * span, equal_nan=True) for p in pieces)


def _span(numbers: NDArray[Any]) -> float:
    return float(np.nanmax(np.abs(numbers.astype(np.float64)))) if np.isfinite(numbers).any() else 0.0


def _failed(file: ModelFile, error: Exception) -> Problem:
    if lacks_memory(error):
        return Problem(f"{file.path.name} needs more memory than a test run may take.", "Choose a smaller model.")
    words = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    return Problem(f"{file.path.name} fails when it runs: {words}", "Export it again.")
