"""Numbers that follow from those a run tells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.core.plots.metric_series import Rows

BOUND = "-ELBO"


def with_bound(rows: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows with minus the evidence lower bound, in nats a picture, where they tell both of its terms.

    -ELBO = E -log p(x|z) + KL(q(z|x) | p(z)), up to a constant of the noise (Kingma & Welling, 2014, eq. 3). Unlike the
    loss it has no beta in it, so runs of different betas can be compared.
    """
    told = dict(rows)
    if "reconstruction" not in told or "KL" not in told:
        return told
    (steps, error), (others, kl) = (
        [np.atleast_1d(np.asarray(part)) for part in told[n]] for n in ("reconstruction", "KL")
    )
    shared, first, second = np.intersect1d(steps, others, return_indices=True)
    return told | {BOUND: (shared, error[first] + kl[second])} if len(shared) else told
