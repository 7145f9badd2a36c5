"""What was taken for granted about pixels, and what looks wrong about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.picture_reading import PictureReading, range_of_all
from explorer.training.sources.source_report import Tally, counted

FEW_LEVELS = 20
"""Pictures that span fewer of 256 levels than this show hardly anything."""

_LOOKED_AT = 256  # pictures, evenly spread
_NEARLY_ALL = 0.98
_END = 8  # levels from black or white


def tell_pixels(pictures: NDArray[np.uint8], reading: PictureReading, tally: Tally) -> None:
    """Tell range, alpha, colour and pages of decoded (N, H, W, C) pictures; warn where they show hardly anything."""
    _tell_range(reading, tally)
    if clear := tally.traits["clear"]:
        tally.assume("alpha", reading.assume.alpha or "white", f"{_have(clear)} transparent parts")
    tally.assume("colour", "no" if pictures.shape[-1] == 1 else "yes")
    if reading.aligns_faces:
        tally.assume("align", "faces", "the eyes lie in one place")
    if reading.assume.half in ("left", "right"):
        tally.assume("half", reading.assume.half, "two lie side by side")
    if reading.assume.pages == "all":
        tally.assume("pages", "all")
    elif several := tally.traits["pages"]:
        tally.assume("pages", "first", f"{_have(several)} more")
    _warn(pictures, tally)


def settled(tally: Tally, stated: Assumptions) -> Assumptions:
    """What gives the same set again: what was stated, and what was found but might be found otherwise."""
    lasting: dict[str, str] = {
        name: tally.assumed[name][0] for name in ("range", "key", "classes", "parts") if name in tally.assumed
    }
    if lasting.get("range") in ("each", "0..255"):  # of bytes, or not to be stated in one word
        del lasting["range"]
    return replace(Assumptions(**lasting), **stated.stated())


def _have(count: int) -> str:
    return f"{counted(count)} {'has' if count == 1 else 'have'}"


def _tell_range(reading: PictureReading, tally: Tally) -> None:
    if reading.stated is not None:
        tally.assume("range", str(reading.stated))
    elif len(tally.depths) == 1:
        (depth,) = tally.depths.values()
        values = range_of_all(depth)
        tally.assume("range", str(values), f"{depth.kind}; {values.why}")
    elif tally.depths:
        each = (f"{range_of_all(depth)} of {kind}" for kind, depth in sorted(tally.depths.items()))
        tally.assume("range", "each", ", ".join(each))
    elif "range" not in tally.assumed:
        tally.assume("range", "0..255", "8 bits")


def _warn(pictures: NDArray[np.uint8], tally: Tally) -> None:
    few = np.unique(np.linspace(0, len(pictures) - 1, _LOOKED_AT).astype(int))
    seen = np.asarray(pictures[few])
    low, high = int(seen.min()), int(seen.max())
    hint = "If that is wrong, state the range (--assume range=LOW..HIGH; in the window under Assumptions)."
    if high - low < FEW_LEVELS and seen[0].size > 1:
        tally.warn(f"All pictures together span only {high - low + 1} of 256 levels ({low} to {high}). {hint}")
        return
    for word, share in (("black", (seen < _END).mean()), ("white", (seen > 255 - _END).mean())):
        if share > _NEARLY_ALL:
            tally.warn(f"{share:.0%} of all pixels are nearly {word}. {hint}")
