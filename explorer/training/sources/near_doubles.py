"""Pictures that are nearly the same: bursts of one moment, copies in another size or a little edited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.training.runs.diversity import distances, thumbnails

ALIKE = 0.03
"""Root mean square distance of small grey thumbnails, 0 to 1, below which two pictures count as one."""

MOST = 3000
"""Pictures among which doubles are looked for; all are compared with all."""


def near_doubles(pictures: NDArray[np.uint8]) -> dict[int, int]:
    """The number of each picture (N, H, W, C) that is nearly an earlier one, and the number of the first of its kind.

    Of more than `MOST` pictures none are looked for.
    """
    if not 1 < len(pictures) <= MOST:
        return {}
    near = distances(*2 * [thumbnails(np.asarray(pictures))]) < ALIKE
    first: dict[int, int] = {}
    for later in range(1, len(pictures)):
        earlier = [int(at) for at in np.flatnonzero(near[later, :later]) if at not in first]
        if earlier:
            first[later] = earlier[0]
    return first
