"""The contact sheet: the tiles of a grid or a plane in one PNG, with the names of its rows and columns."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.core.exports.job import Cancelled, Progress, drawn
from explorer.core.files import replace_file
from explorer.core.generator import Pictures
from explorer.core.pictures import enlarged, png_bytes, rgb, sheet
from explorer.core.renderer import Renderer
from explorer.core.traversal.plan import Plan, scenes_of

PLAN_KEY = "latent-explorer-plan"
_SMALLEST_TILE = 48  # pixels; smaller tiles are enlarged, for their names must fit
_GAP, _MARGIN = 2, 8
_INK = (48, 48, 52)


def save_sheet(
    path: Path,
    renderer: Renderer,
    plan: Plan,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Saves the contact sheet of a plan, with its base scene and the plan inside.

    Raises
    ------
    Problem
        It cannot be drawn, or not be written there.
    Stopped
        It was cancelled; what was under the name stays.
    """
    with replace_file(path) as file:
        pictures = list(drawn(renderer, scenes_of(plan), progress, cancelled))
        file.write(sheet_bytes(np.stack(pictures), plan))


def sheet_bytes(pictures: Pictures, plan: Plan) -> bytes:
    """The contact sheet as the bytes of a PNG.

    Parameters
    ----------
    pictures : (rows * columns, height, width, channels) uint8
    plan : Plan
    """
    whole = labelled(pictures, plan.row_names, plan.column_names)
    return png_bytes(whole, plan.base, {PLAN_KEY: json.dumps(plan.facts())})


def labelled(pictures: Pictures, row_names: Sequence[str], column_names: Sequence[str]) -> Pictures:
    """Tiles on white, with names beside the rows and above the columns.

    Returns
    -------
    (height, width, 3) uint8
    """
    factor = math.ceil(_SMALLEST_TILE / min(pictures.shape[1:3]))
    tiles = sheet(np.stack([enlarged(rgb(picture), factor) for picture in pictures]), len(column_names), _GAP)
    return tiles
