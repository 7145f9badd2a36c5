"""A picture as a translator takes it, to be drawn upon: its lines, or the picture without what the model puts back."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState

from explorer.core.drawing.drawing import Ground
from explorer.core.drawing.given_words import SMALL, times_of
from explorer.core.drawing.lacking import without_colour, without_detail
from explorer.core.drawing.tracing import filtered_lines, with_dabs
from explorer.core.photos.resizing import with_channels
from explorer.core.rendering.picture_files import fitted

_SEED = 1  # of the hand that traces: the same picture has the same lines


def ground_of(picture: Ground, given: str, height: int, width: int) -> Ground:
    """What a model that is given this takes of a picture (any height, any width, 1 or 3), (height, width, 3).

    Its middle is taken where its shape is another. No map of segments can be made of it: it then stays as it is.
    """
    part = fitted(with_channels(picture, 3), height, width, 3)
    if given in ("lines", "lines+dabs"):
        return _traced(part, has_dabs=given != "lines")
    if given == "grey":
        return without_colour(part)
    if given.partition(":")[0] == SMALL:
        return without_detail(part, times_of(given) or 1)
    return part


def _traced(part: Ground, *, has_dabs: bool) -> Ground:
    chance = RandomState(_SEED)
    lines = filtered_lines(part, chance)
    found = with_dabs(lines, part, chance) if has_dabs else lines[..., None]
    return np.ascontiguousarray(np.broadcast_to(found, part.shape))
