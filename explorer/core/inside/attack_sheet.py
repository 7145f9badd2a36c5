"""An attack as one picture: before, the noise enlarged, after, and with random signs, a row for each picture."""

from __future__ import annotations

import numpy as np

from explorer.core.inside.attack import Fooled, Pictures, enlarged_noise
from explorer.core.rendering.picture_files import sheet

_MOST_ROWS = 16


def attack_sheet(found: Fooled) -> Pictures:
    """The first pictures of an attack, (height, width, channels) uint8."""
    tiles = []
    for index in range(min(len(found.truth), _MOST_ROWS)):
        before, after, random = (each.pictures[index] for each in (found.before, found.after, found.random))
        tiles += [before, enlarged_noise(before, after), after, random]
    return sheet(np.stack(tiles), columns=4)
