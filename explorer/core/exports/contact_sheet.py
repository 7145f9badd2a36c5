"""The contact sheet: the tiles of a grid or a plane in one PNG, with the names of its rows and columns."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from explorer.core.exports.export_job import Cancelled, Progress, drawn, shortened
from explorer.core.exports.legend_strip import INK
from explorer.core.files import replace_file
from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import enlarged, png_bytes, rgb
from explorer.core.rendering.renderer import Renderer
from explorer.core.traverse.plan import TilePlan, scenes_of

PLAN_KEY = "latent-explorer-plan"
_SMALLEST_TILE = 64  # pixels; smaller tiles are enlarged, so that their names fit
_GAP, _MARGIN = 2, 6
_LONGEST_NAME = 24
_MOST_PIXELS = 170_000_000  # with more of them, common programs take a picture for an attack


def save_sheet(
    path: Path,
    renderer: Renderer,
    plan: TilePlan,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves the contact sheet of a plan, with its base scene and the plan inside.

    Raises
    ------
    Problem
        It is too large, cannot be drawn, or not be written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    card = renderer.generator.card
    sheet = ContactSheet(plan.row_names, plan.column_names, card.height, card.width)
    with replace_file(path) as file:
        for index, picture in enumerate(drawn(renderer, scenes_of(plan), progress, cancelled)):
            sheet.put(*divmod(index, plan.columns), picture)
        file.write(png_bytes(sheet.pixels, plan.base, {PLAN_KEY: json.dumps(plan.facts())}))


class ContactSheet:
    """A white sheet with names beside the rows and above the columns, on which tiles are put.

    Parameters
    ----------
    row_names, column_names : sequence of str
    height, width : int
        Of a tile's picture; small ones are enlarged by a whole factor.

    Attributes
    ----------
    pixels : (height, width, 3) uint8

    Raises
    ------
    Problem
        It would be too large for other programs to open.
    """

    def __init__(self, row_names: Sequence[str], column_names: Sequence[str], height: int, width: int) -> None:
        self._factor = math.ceil(_SMALLEST_TILE / min(height, width, _SMALLEST_TILE))
        self._down, self._across = height * self._factor + _GAP, width * self._factor + _GAP
        rows, columns = [_short(name) for name in row_names], [_short(name) for name in column_names]
        font = ImageFont.load_default(min(max(self._across / 6, 11), 28))
        self._left = _MARGIN + max(math.ceil(font.getlength(name)) for name in rows) + _MARGIN
        self._top = _MARGIN + math.ceil(font.getbbox("0g")[3]) + _MARGIN // 2
        self.pixels = self._blank(len(rows), len(columns))
        self._write(rows, columns, font)

    def put(self, row: int, column: int, picture: Pictures) -> None:
        """Put a tile's picture, (height, width, 1 or 3) uint8, in its place."""
        tile = enlarged(rgb(picture), self._factor)
        top, left = self._top + row * self._down, self._left + column * self._across
        self.pixels[top : top + tile.shape[0], left : left + tile.shape[1]] = tile

    def _blank(self, rows: int, columns: int) -> Pictures:
        height = self._top + rows * self._down - _GAP + _MARGIN
        width = self._left + columns * self._across - _GAP + _MARGIN
        if height * width > _MOST_PIXELS:
            raise Problem(
                f"This sheet would have {width:,} × {height:,} pixels, more than most programs open.",
                "Choose fewer rows or columns.",
            )
        return np.full((height, width, 3), 255, np.uint8)

    def _write(
        self, rows: Sequence[str], columns: Sequence[str], font: ImageFont.FreeTypeFont | ImageFont.ImageFont
    ) -> None:
        image = Image.fromarray(self.pixels)
        pen = ImageDraw.Draw(image)
        for row, name in enumerate(rows):
            middle = self._top + row * self._down + (self._down - _GAP) / 2
            pen.text((self._left - _MARGIN, middle), name, INK, font, anchor="rm")
        for column, name in enumerate(columns):
            centre = self._left + column * self._across + (self._across - _GAP) / 2
            pen.text((centre, self._top - _MARGIN // 2), name, INK, font, anchor="ms")
        self.pixels = np.array(image)


def _short(name: str) -> str:
    return shortened(name.replace("−", "-"), _LONGEST_NAME)  # the font has no minus sign
