"""Principal components of pictures that come batch by batch: exact as long as what was seen fits into what is kept.

The scatter of N pictures, S = sum (x - m)(x - m)', is kept as a factor F with F'F = S, whose rows are perpendicular. A
batch B of M more is taken in by stacking (Ross, Lim, Lin & Yang, 2008, section 2.1)

    F;  B - mean of B;  sqrt(N M / (N + M)) (mean of B - m)

and turning the stack so that its rows are perpendicular again, by the eigenvectors of its smaller product with itself.
Where there are more rows than are kept, those with least variance go: nothing is lost before as many pictures, or as
many values, were seen as there are rows.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_NOTHING = 1e-5  # of the largest spread: what is less is rounding


class RunningScatter(nn.Module):
    """Mean and principal components of all rows seen so far.

    Parameters
    ----------
    size : int
        Numbers in a row.
    kept : int
        Rows of the factor; ``size`` loses nothing ever.
    """

    count: Tensor
    mean: Tensor
    factor: Tensor
    total: Tensor

    def __init__(self, size: int, kept: int) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros((), dtype=torch.float64))
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("factor", torch.zeros(min(kept, size), size))
        self.register_buffer("total", torch.zeros((), dtype=torch.float64))

    @torch.no_grad()
    def see(self, rows: Tensor) -> None:
        """Take rows (M, n) into account."""
        rows, mean = rows.double(), self.mean.double()
        theirs = rows.mean(0)
        both = self.count + len(rows)
        apart = (self.count * len(rows) / both).sqrt() * (theirs - mean)
        new = torch.cat([rows - theirs, apart[None]])
        self.total += new.square().sum()
        used = min(len(self.factor), int(self.count))
        self.factor.copy_(_turned(torch.cat([self.factor[:used].double(), new]), len(self.factor)))
        self.mean.copy_(mean + (theirs - mean) * (len(rows) / both))
        self.count.copy_(both)

    def components(self, count: int) -> tuple[Tensor, Tensor]:
        """The directions of most variance, (count, n) of length 1, and the standard deviations along them, (count,).

        A direction along which nothing varies is zero, and so is its deviation. The largest number of each is positive.
        """
        rows = self.factor[:count].double()
        lengths = rows.norm(dim=1)
        lengths = torch.where(lengths > _NOTHING * lengths.max(), lengths, 0.0)
        units = torch.where(lengths[:, None] > 0, rows / lengths.clamp(min=1e-300)[:, None], 0.0)
        largest = units.gather(1, units.abs().argmax(1, keepdim=True))
        units = torch.where(largest < 0, -units, units)
        return units.float(), (lengths / self.count.clamp(min=1.0).sqrt()).float()

    def share(self, count: int) -> Tensor:
        """The share of the variance that the first ``count`` directions tell, 0 to 1."""
        return (self.factor[:count].double().square().sum() / self.total.clamp(min=1e-300)).float()


def _turned(stack: Tensor, kept: int) -> Tensor:
    """The first ``kept`` perpendicular rows F with F'F as of ``stack`` (R, n), by falling length; zeros where fewer."""
    count, size = stack.shape
    if count > size:
        values, vectors = torch.linalg.eigh(stack.T @ stack)
        rows = values.clamp(min=0.0).sqrt()[:, None] * vectors.T
    else:
        _, vectors = torch.linalg.eigh(stack @ stack.T)
        rows = vectors.T @ stack
    found = stack.new_zeros(kept, size)
    chosen = rows.flip(0)[:kept]
    found[: len(chosen)] = chosen
    return found
