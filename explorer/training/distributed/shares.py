"""Which rows of a batch are this process's, and random numbers of which every process takes those of its rows.

Process r of n has the rows r, r + n, r + 2n and so on. Of two batches one after the other in one tensor, such as real
and made pictures, these are the right rows too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.distributed.group import number, processes

Draw = Callable[..., Tensor]


def own_rows() -> slice:
    """The rows of a whole batch that are this process's; all for one that trains alone."""
    return slice(number(), None, processes())


def whole(rows: int) -> int:
    """How many rows all processes have, if this one has ``rows``."""
    return rows * processes()


def drawn(draw: Draw, shape: Sequence[int], rng: torch.Generator, rows: int = 0) -> Tensor:
    """Random numbers of this shape, the same for each row however many processes there are.

    Those of the whole batch are drawn, by every process alike.

    Parameters
    ----------
    draw : callable
        `torch.rand`, `torch.randn`, or what takes the same arguments.
    rows : int
        The dimension that counts pictures.
    """
    count = processes()
    sizes = [size * count if dim == rows else size for dim, size in enumerate(shape)]
    found = draw(sizes, generator=rng, device=rng.device)
    return found if count == 1 else found[(slice(None),) * rows + (own_rows(),)]


def check_shared(batch_size: int) -> None:
    """Make sure that every process has as many pictures of a batch.

    Raises
    ------
    Problem
        The processes do not divide it; the next sizes that they do are offered.
    """
    count = processes()
    if batch_size % count == 0:
        return
    below = batch_size // count * count
    sizes = [size for size in (below, below + count) if size > 1]
    raise Problem(
        f"A batch of {batch_size} pictures cannot be shared evenly by {count} processes.",
        f"Begin a run with batches of {' or '.join(map(str, sizes))} (--set batch_size={sizes[-1]}), "
        "or start another number of processes.",
    )
