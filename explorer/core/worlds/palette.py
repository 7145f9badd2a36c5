"""The colours of the drawn world, by day and at dusk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Light:
    """A colour by day and at dusk, 0 to 255."""

    day: tuple[int, int, int]
    dusk: tuple[int, int, int]

    def at(self, dusk: NDArray[np.float32]) -> NDArray[np.float32]:
        """(B, 1, 1, 3) between the two, for each of (B,) hours from 0 (day) to 1 (dusk)."""
        day, late = np.array(self.day, np.float32), np.array(self.dusk, np.float32)
        found: NDArray[np.float32] = (day + dusk[:, None] * (late - day))[:, None, None, :]
        return found


ZENITH, HAZE = Light((92, 172, 238), (62, 44, 104)), Light((214, 238, 250), (252, 150, 92))
SUN = Light((255, 246, 190), (255, 226, 128))
FAR_HILLS, HILLS = Light((126, 172, 196), (122, 74, 118)), Light((86, 150, 112), (74, 52, 92))
GRASS, MOWN = Light((104, 190, 76), (70, 108, 76)), Light((80, 164, 62), (50, 82, 66))
ROAD, PATCH = Light((112, 112, 120), (78, 72, 92)), Light((104, 104, 112), (70, 64, 84))
RED, WHITE = Light((222, 58, 50), (170, 50, 70)), Light((246, 246, 240), (214, 190, 200))
LEAVES, LEAVES_LIT = Light((38, 120, 56), (30, 54, 58)), Light((70, 158, 70), (58, 80, 70))
TRUNK, SHADOW = Light((112, 78, 48), (58, 42, 52)), Light((66, 66, 74), (42, 38, 54))
BLUE, YELLOW = Light((58, 104, 222), (64, 88, 190)), Light((246, 204, 60), (220, 168, 60))
ORANGE, OWN = Light((250, 130, 34), (232, 104, 40)), Light((232, 50, 62), (190, 40, 66))
GLASS, LAMP = Light((40, 48, 64), (26, 26, 44)), Light((236, 60, 60), (255, 70, 60))
DARK = Light((34, 34, 40), (22, 20, 32))
