"""How learning rates go over a run: what each is multiplied by at a step, 0 to 1."""

from __future__ import annotations

import math


def cosine_pace(step: int, steps: int, warm_up: float = 1.0) -> float:
    """A half cosine down to 0 (Loshchilov & Hutter, 2017, eq. 5), up to which it rises for ``warm_up`` steps."""
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / steps))) * min(1.0, (step + 1) / warm_up)


def late_pace(step: int, steps: int, warm_up: float = 1.0) -> float:
    """All of it after ``warm_up`` steps of rising; over the second half straight down to a hundredth."""
    return min(1.0, 0.01 + 2.0 * max(0.0, 1.0 - step / steps), (step + 1) / warm_up)


def game_pace(step: int, steps: int) -> float:
    """The same for networks that play against each other: to a fiftieth, and no warm-up."""
    return max(0.02, min(1.0, 2.0 * (1.0 - step / steps)))
