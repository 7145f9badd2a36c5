"""What the colours of a map mean, as a strip of words and swatches to put below it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.core.exports.export_job import shortened
from explorer.core.inference.generator import Pictures
from explorer.core.traverse.map_facts import Colouring, gradient_at

INK = (60, 60, 66)
_FONT_PX, _ROW, _SWATCH, _GAP, _BAR = 20, 32, 18, 8, 160  # pixels
_LONGEST_WORD = 28

_Item = tuple[str, Image.Image | None]  # a word, and what is painted before it


def legend(colouring: Colouring, width: int) -> Pictures:
    """The legend on white, as wide as asked for and as high as it needs to be.

    Returns
    -------
    (height, width, 3) uint8
    """
    font = ImageFont.load_default(_FONT_PX)
    rows: list[list[tuple[float, _Item]]] = [[]]
    left = float(_GAP)
    for word, mark in _items(colouring):
        wide = (mark.width + _GAP if mark is not None else 0) + font.getlength(word) + 2 * _GAP
        if rows[-1] and left + wide > width:
            rows.append([])
            left = float(_GAP)
        rows[-1].append((left, (word, mark)))
        left += wide
    image = Image.new("RGB", (width, _ROW * len(rows) + _GAP), "white")
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        middle = _GAP + _ROW * number + _ROW // 2
        for start, (word, mark) in row:
            if mark is not None:
                image.paste(mark, (round(start), middle - mark.height // 2))
            beside = start + (mark.width + _GAP if mark is not None else 0)
            pen.text((beside, middle), word, INK, font, anchor="lm")
    return np.asarray(image)


def _items(colouring: Colouring) -> Iterator[_Item]:
    yield f"{shortened(colouring.name, _LONGEST_WORD)}:", None
    if colouring.ends is not None:
        low, high = colouring.ends
        yield f"{low:.3g}", None
        bar = np.tile(gradient_at(np.linspace(0.0, 1.0, _BAR)), (_SWATCH, 1, 1))
        yield f"{high:.3g}", Image.fromarray(bar)
    for word, ink in colouring.swatches:
        yield shortened(word, _LONGEST_WORD), Image.new("RGB", (_SWATCH, _SWATCH), ink)
