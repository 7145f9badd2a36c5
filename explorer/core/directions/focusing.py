"""Focusing: what is left of a direction when the rest of the picture is to stay as it is.

A direction that was fitted to examples takes along whatever comes with the attribute: of the portraits without a smile,
many are in black and white. How far a step v of the latent changes pictures is told by the generator's pull-back
metric, M = E J(z)ᵀJ(z), J being the slope of pictures in z (Arvanitidis et al., 2018, section 3): vᵀMv is the mean
square of the change. Of all steps with aᵀv = 1, a being the direction, M⁻¹a has the least of it. As in a damped natural
gradient (Martens, 2020, section 6) it is M / mean(M) + λI that is inverted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from explorer.core.directions.direction import Direction, Z, unit
from explorer.core.directions.files.naming import free_name
from explorer.core.directions.fitting.examples import Doubles
from explorer.core.directions.unsupervised.effects import picture_effect
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import prior_deviation, sample

SAMPLES, DAMPING = 32, 0.3
_STEP = 0.35  # deviations of the prior: far enough that bytes tell the slope, near enough that it is one
_LARGEST = 1024  # dimensions whose slopes are taken, each by two pictures for every sample


def picture_metric(
    generator: Generator,
    samples: int = SAMPLES,
    seed: int = 0,
    label: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Doubles | None:
    """M = E J(z)ᵀJ(z) over samples z of the prior, J by central differences of pictures of 16 by 16 pixels.

    Parameters
    ----------
    generator : Generator
    samples, seed : int
        How many latents, and the seed they are drawn with.
    label : int or None
        The class drawn, for models that have some.
    progress, cancelled : callable, optional
        Told (done, total) after every sample; asked as often.

    Returns
    -------
    (d, d) float64, or None
        Its mean eigenvalue is 1. None where it was cancelled.

    Raises
    ------
    Problem
        The latent is too large, or pictures do not depend on it.
    """
    card = generator.card
    size, effect = card.latent_size, picture_effect(generator, label)
    if size > _LARGEST:
        what = f"The latent of {card.name} has {size:,} numbers; focusing takes up to {_LARGEST:,}."
        raise Problem(what, "Make the direction independent of others instead.")
    steps = _STEP * prior_deviation(card.prior) * np.eye(size, dtype=np.float32)
    latents = sample(seed, samples * size, card.prior).reshape(samples, size)
    metric: Doubles = np.zeros((size, size))
    for done, z in enumerate(latents, 1):
        if cancelled is not None and cancelled():
            return None
        ahead, behind = np.split(effect(np.concatenate([z + steps, z - steps])).astype(np.float64), 2)
        metric += (ahead - behind) @ (ahead - behind).T
        if progress is not None:
            progress(done, samples)
    mean = np.trace(metric) / size
    if mean == 0.0:
        raise Problem(
            f"The pictures of {card.name} are the same for every latent.", "Check the model with another tool."
        )
    return np.asarray(metric / mean)


def focused(
    direction: Direction, metric: ArrayLike, damping: float = DAMPING, name: str = "", taken: Sequence[str] = ()
) -> Direction:
    """A direction that changes as much of its attribute and less of everything else.

    Parameters
    ----------
    direction : Direction
        Of the latent itself.
    metric : (d, d)
        As `picture_metric` gives it.
    damping : float
        λ, above 0: the smaller, the less of the picture changes, and the less of the attribute in a step of length 1.
    name : str
        By default the direction's with ``, focused`` after it.
    taken : sequence of str
        Names that others have.

    Returns
    -------
    Direction
        By the method ``focused``. Its details say ``focused`` (what), ``damping``, ``left``, the cosine to the first
        direction, and ``calm``, how far it changes pictures as a share of how far that did, both at one step. What the
        first one was fitted to is kept; its held-out accuracy is not, as it was not measured for this one.

    Raises
    ------
    Problem
        The direction moves W or StyleSpace, or the damping is not above 0.
    """
    if direction.space != Z:
        raise Problem(f"{direction.name} does not move the latent itself.", "Focus directions of Z.")
    if not 0.0 < damping < np.inf:
        raise Problem(f"A damping of {damping:g} is not above 0.", f"Choose one such as {DAMPING}.")
    cost, start = np.asarray(metric, np.float64), direction.vector.astype(np.float64)
    found = np.linalg.solve(cost + damping * np.eye(len(cost)), start)
    found /= np.linalg.norm(found)
    calm = float(np.sqrt((found @ cost @ found) / (start @ cost @ start)))
    return Direction(
        name=name or free_name(direction.name, (direction.name, *taken), ", focused"),
        vector=unit(found),
        method="focused",
        source=direction.source,
        attribute=direction.attribute,
        examples=direction.examples,
        details={"focused": direction.name, "damping": damping, "left": float(found @ start), "calm": calm},
    )
