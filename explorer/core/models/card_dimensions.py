"""The named dimensions of a card, read and checked: a card whose dimensions do not add up is refused in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from explorer.core.rendering.dimensions import PRIORS, ROLES, Dimension, named
from explorer.core.words import plain_name

_MOST = 1 << 16
_MOST_CHOICES = 1000


def dimensions_from(told: Any, latent_size: int) -> tuple[Dimension, ...]:
    """The dimensions that a card tells of: a list of names by index, or of objects with the fields of `Dimension`.

    Raises
    ------
    ValueError
        They are not such, or do not add up.
    """
    if not isinstance(told, list | tuple) or len(told) > _MOST:
        raise ValueError("its dimensions are a list of at most 65,536")
    if all(isinstance(one, str) for one in told):
        return named([plain_name(one) for one in told])
    found = tuple(_dimension(one) for one in told)
    _check_together(found, latent_size)
    return found


def _dimension(told: Any) -> Dimension:
    if not isinstance(told, Mapping):
        raise ValueError("a dimension is a name, or an object with a name and a start")
    known = {name: told[name] for name in (f.name for f in fields(Dimension)) if name in told}
    words = {name: known[name] for name in ("name", "prior", "role") if name in known}
    if not all(isinstance(word, str) for word in words.values()) or not words.get("name"):
        raise ValueError("a dimension has a name, and its prior and role are words")
    known["name"] = name = plain_name(known["name"])
    for whole in ("start", "size"):
        known[whole] = int(known.get(whole, 0 if whole == "start" else 1))
    for bound in known.keys() & {"low", "high"}:
        known[bound] = float(known[bound])
    known["choices"] = tuple(plain_name(str(each)) for each in known.get("choices", ()))
    known["shares"] = tuple(float(share) for share in known.get("shares", ()))
    found = Dimension(**known)
    if (fault := _fault(found)) is not None:
        raise ValueError(f"the dimension {name} {fault}")
    return found


def _fault(one: Dimension) -> str | None:
    """What cannot be of a dimension by itself; None where all is well."""
    if one.prior not in PRIORS or one.role not in ROLES:
        return f"cannot be drawn as {one.prior[:40]}" if one.prior not in PRIORS else f"cannot be a {one.role[:40]}"
    if one.start < 0 or one.size < 1:
        return "has no place in the latent"
    if not (math.isfinite(one.low) and math.isfinite(one.high) and one.low < one.high):
        return f"cannot run from {one.low:g} to {one.high:g}"
    if len(one.choices) > _MOST_CHOICES or len(set(one.choices)) != len(one.choices) or not all(one.choices):
        return "has choices without a name, or two of one name"
    if bool(one.choices) != (one.prior == "choices") or (one.role == "one-hot" and not one.choices):
        return "has choices but is not drawn from them" if one.choices else "is drawn from choices but has none"
    if one.choices and len(one.choices) != (2 if one.size == 1 else one.size):
        return f"has {len(one.choices)} choices in {one.size} numbers"
    is_share = len(one.shares) == len(one.choices) and min(one.shares, default=0.0) >= 0.0
    if one.shares and not (is_share and abs(math.fsum(one.shares) - 1.0) < 1e-3):
        return "has shares that are not one for each choice, adding up to 1"
    return None


def _check_together(found: Sequence[Dimension], latent_size: int) -> None:
    taken: dict[int, str] = {}
    for one in found:
        if latent_size and one.start + one.size > latent_size:
            raise ValueError(f"the dimension {one.name} lies beyond a latent of {latent_size}")
        for number in range(one.start, min(one.start + one.size, one.start + _MOST)):
            if number in taken:
                raise ValueError(f"the dimensions {taken[number]} and {one.name} overlap")
            taken[number] = one.name
    if len({one.name for one in found}) < len(found):
        raise ValueError("two of its dimensions have one name")
