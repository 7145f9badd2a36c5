"""Settings that describe themselves, so that a form or a command line can be drawn from them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from explorer.core.problem import Problem


@dataclass(frozen=True)
class Knob:
    """How to show one field of a config: its range, its unit and what it does.

    ``choices`` lists the allowed words of a text field; an empty tuple allows any text.
    ``low`` and ``high`` bound a number and are ignored for text and yes/no fields.
    """

    low: float
    high: float
    help: str
    unit: str = ""
    choices: tuple[str, ...] = ()


def knob(default: Any, low: float, high: float, help: str, unit: str = "") -> Any:
    """Declare a numeric config field together with the `Knob` that shows it."""
    return field(default=default, metadata={"knob": Knob(low, high, help, unit)})


def switch(default: bool, help: str) -> Any:
    """Declare a yes/no config field."""
    return field(default=default, metadata={"knob": Knob(0, 1, help)})


def choice(default: str, choices: tuple[str, ...], help: str) -> Any:
    """Declare a text config field that takes one of ``choices``; any text where that is empty."""
    return field(default=default, metadata={"knob": Knob(0, 0, help, choices=choices)})


@dataclass(frozen=True)
class NetworkSettings:
    """The knobs of every family that learns a generator."""

    batch_size: int = knob(32, 2, 1024, "Pictures in one step.")
    mirror: bool = switch(False, "Flip half of the pictures left to right; doubles a set without writing in it.")
    latent_size: int = knob(64, 1, 1024, "Dimensions of the latent.")
    width: float = knob(1.0, 0.1, 8.0, "Channels of both networks, as a multiple of the usual.")


def knobs(config: type) -> dict[str, Knob]:
    """The knobs of a config class, by field name, in the order they were written."""
    return {f.name: f.metadata["knob"] for f in fields(config) if "knob" in f.metadata}


def configured(config: type, settings: dict[str, Any]) -> Any:
    """An instance of ``config`` with ``settings`` (words or values) put in and checked.

    Raises
    ------
    Problem
        A name is unknown, a word is no number, or a value lies outside its range.
    """
    known = knobs(config)
    if unknown := sorted(set(settings) - set(known)):
        raise Problem(f"There is no setting called {unknown[0]}.", f"The settings are: {', '.join(known)}.")
    defaults = config()
    return config(**{n: _read(n, getattr(defaults, n), known[n], v) for n, v in settings.items()})


def _read(name: str, default: Any, knob: Knob, given: Any) -> Any:
    if isinstance(default, bool):
        return _read_switch(name, given)
    if isinstance(default, str):
        if knob.choices and given not in knob.choices:
            raise Problem(f"{name} cannot be {given}.", f"Choose one of: {', '.join(knob.choices)}.")
        return str(given)
    return _read_number(name, default, knob, given)


def _read_switch(name: str, given: Any) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    word = str(given).lower()
    if word not in words:
        raise Problem(f"{name} is a switch and cannot be {given}.", "Write yes or no.")
    return words[word]


def _read_number(name: str, default: float, knob: Knob, given: Any) -> float:
    kind = type(default)
    try:
        value: float = kind(given)
    except (TypeError, ValueError, OverflowError):
        noun = "a whole number" if kind is int else "a number"
        raise Problem(f"{name} must be {noun}, not {given!r}.", knob.help) from None
    if not knob.low <= value <= knob.high:
        raise Problem(f"{name} = {given} is out of range.", f"It runs from {knob.low:g} to {knob.high:g}.")
    return value
