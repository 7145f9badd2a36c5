"""Pictures drawn on the spot: faces and digits, data sets that need no download."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources.decoding import drawn_from_image
from explorer.training.sources.material import Drawn, ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.pictureset import Attributes
from explorer.training.sources.provenance import Provenance

if TYPE_CHECKING:
    from explorer.training.digits import Digits
    from explorer.training.portraits import Portraits

DEFAULT_COUNT = 20_000
"""How many pictures the bare word ``portraits`` or ``digits`` means."""

_FORM = re.compile(r"(?:portraits|digits)(?::(\d{1,9}))?(?::(\d{1,9}))?", re.IGNORECASE | re.ASCII)
_FIXED = re.compile(r":([a-z_]+=[^:]*)$", re.ASCII)
_NAME = "portrait-{}-{:07d}{}"
_PAIR = r"[a-z_]+=(?:[a-z]+|-?\d+(?:\.\d+)?)"
_NAMED = re.compile(rf"portrait-(\d+)-(\d{{7,}})(?:-({_PAIR}(?:,{_PAIR})*))?", re.ASCII)
_PROBES = 8


def asks_for_portraits(source: str) -> bool:
    """Whether ``source`` is the word ``portraits``, with or without a count and a seed."""
    return source.split(":")[0].lower() == "portraits"


def asks_for_digits(source: str) -> bool:
    """Whether ``source`` is the word ``digits``, with or without a count and a seed."""
    return source.split(":")[0].lower() == "digits"


def asks_for_driving(source: str) -> bool:
    """Whether ``source`` is the word ``drive``, with or without a count and a seed."""
    return source.split(":")[0].lower() == "drive"


def asks_for_gymnasium(source: str) -> bool:
    """Whether ``source`` names an environment of Gymnasium."""
    return source.split(":")[0].lower() == "gym" and ":" in source


def portrait_named(name: str) -> tuple[int, int, str] | None:
    """Seed of the set, index and what is settled of the portrait that a `PictureSet` calls so; None if none is."""
    found = _NAMED.fullmatch(name)
    return (int(found[1]), int(found[2]), found[3] or "") if found else None


def portraits_count(source: str) -> int:
    """How many portraits a source means; problems as for `portraits_material`."""
    return _count_and_seed(_without_fixed(source)[0])[0]


def _without_fixed(source: str) -> tuple[str, str]:
    """The source, and what its end settles of all portraits; "" where it says nothing of the kind."""
    found = _FIXED.search(source)
    return (source[: found.start()], found[1]) if found else (source, "")


def _count_and_seed(source: str) -> tuple[int, int]:
    form = _FORM.fullmatch(source)
    if form is None:
        word = "digits" if asks_for_digits(source) else "portraits"
        raise Problem(f"{source} is not understood.", f"Write {word}, {word}:20000 or {word}:20000:7.")
    return int(form[1] or DEFAULT_COUNT), int(form[2] or 0)


def portraits_material(source: str, size: int, reading: PictureReading | None = None) -> ListedSource:
    """``portraits[:COUNT[:SEED]][:FACTOR=VALUE,...]``, to be drawn at ``size`` pixels.

    Raises
    ------
    Problem
        The count or the seed is no number, or such a set cannot be drawn.
    """
    from explorer.training.portraits import Portraits  # a painter's shop that most sources do without

    plain, fixed = _without_fixed(source)
    count, seed = _count_and_seed(plain)
    portraits = Portraits(count, size, seed, fixed=fixed)
    suffix, all_with = (f"-{fixed}", f", all with {fixed}") if fixed else ("", "")
    names, values = portraits.attributes()

    def draw(index: int, size: int, channels: int) -> Drawn:
        return drawn_from_image(Image.fromarray(portraits.picture(index)), size, channels, reading)

    return ListedSource(
        title=f"{count:,} portraits with seed {seed}{all_with}",
        names=[_NAME.format(seed, index, suffix) for index in range(count)],
        stamp=_stamp(portraits, count),
        draw=draw,
        channels=3,
        attributes=Attributes(tuple(names), values),
        provenance=Provenance(
            f"{count:,} procedural portraits, seed {seed}{all_with}", "MIT", "Drawn by Latent explorer itself"
        ),
    )


def digits_material(source: str, size: int, reading: PictureReading | None = None) -> ListedSource:
    """``digits[:COUNT[:SEED]]``, to be drawn at ``size`` pixels; raises as `portraits_material`."""
    from explorer.training.digits import NAMES, Digits

    count, seed = _count_and_seed(source)
    if not count:
        raise Problem("A set of 0 digits has no pictures.", "Ask for one at least.")
    digits = Digits(count, size, seed)

    def draw(index: int, size: int, channels: int) -> Drawn:
        return drawn_from_image(Image.fromarray(digits.picture(index)), size, channels, reading)

    return ListedSource(
        title=f"{count:,} digits with seed {seed}",
        names=[f"digit-{seed}-{index:07d}" for index in range(count)],
        stamp=_stamp(digits, count),
        draw=draw,
        channels=1,
        labels=np.array([digits.label(index) for index in range(count)], np.int64),
        classes=NAMES,
        provenance=Provenance(f"{count:,} drawn digits, seed {seed}", "MIT", "Drawn by Latent explorer itself"),
    )


def _stamp(drawn: Portraits | Digits, count: int) -> str:
    """A few of the pictures, hashed: whatever changes the drawing code changes this."""
    probes = range(0, count, max(1, count // _PROBES))
    return hashlib.sha256(b"".join(drawn.picture(index).tobytes() for index in probes)).hexdigest()
