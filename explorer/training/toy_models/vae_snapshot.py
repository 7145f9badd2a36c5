"""What is seen of a VAE in the plane at one moment: arrays and numbers, nothing of torch."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from explorer.training.toy_models.coverage import Coverage
from explorer.training.toy_models.point_sets import Points
from explorer.training.toy_models.snapshot import Floats
from explorer.training.toy_models.verdict import LabVerdict


@dataclass(frozen=True, eq=False)
class VAESnapshot:
    """One moment of training; d is 1 or 2.

    Attributes
    ----------
    round, step : int
        As in `Snapshot`.
    turn : str
        Who learned last: "both", "encoder", "decoder", or "" for nobody yet.
    real : (N, 2)
        Real points.
    means, spreads : (N, d)
        The ellipse of each real point: mean and standard deviation of q(z|x).
    codes : (N, d)
        One z for each, drawn anew every time: mean + spread * epsilon.
    rebuilt : (N, 2)
        What the decoder makes of ``codes``, without its noise.
    made : (N, 2)
        Samples: latents of the prior, which stay the same, decoded, with the noise.
    grid : (rows, columns, 2)
        Where the decoder puts an even grid of latents; one row where d is 1.
    reach : float
        How far the latent plane is looked at, each way, in standard deviations of the prior.
    terms : dict of str to float
        In nats a point: "reconstruction" E log p(x|z), "KL", "ELBO" (the first less the second), and "evidence".
    figures : Coverage
        Of ``made``.
    verdict : LabVerdict
    """

    round: int
    step: int
    turn: str
    real: Points
    means: Floats
    spreads: Floats
    codes: Floats
    rebuilt: Points
    made: Points
    grid: Floats
    reach: float
    figures: Coverage
    terms: dict[str, float] = field(default_factory=dict)
    verdict: LabVerdict = field(default_factory=lambda: LabVerdict("Nothing has started yet."))

    @property
    def is_finite(self) -> bool:
        """Whether the numbers are still numbers."""
        return all(bool(np.isfinite(each).all()) for each in (self.made, self.means, self.spreads))
