"""Directions fitted to evidence: what the user asks for, and what is found. Slow; for a worker thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.core.directions.direction import LONGEST_NAME, Direction
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.session.directions.evidence import Evidence, encode
from explorer.session.jobs.report import Cancelled, Report, part

_REAL = 64  # pictures that any direction can be tried on later
_SHOWN = 3  # examples that were kept out, to try a direction on
_ENCODING = 0.95  # share of the work; fitting is the rest


@dataclass(frozen=True)
class FitRequest:
    """How a direction is to be fitted.

    Attributes
    ----------
    attribute : str
    method : str
        One of `explorer.core.directions.fitting.fit.METHODS`.
    balance : tuple of str
        Other attributes that must not tell the sides apart.
    share : float
        About what share of the examples to keep out, and judge on; 0 judges by cross-validation.
    seed : int
        Of what is kept out.
    """

    attribute: str
    method: str
    balance: tuple[str, ...] = ()
    share: float = 0.2
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Fitted:
    """A direction and what it can be tried on.

    Attributes
    ----------
    request : FitRequest
    direction : Direction
    kept : tuple of (d,) float32
        Latents of a few examples that it was not fitted to.
    real : tuple of (str, (d,) float32)
        Pictures to try any direction on, named, those first that it was not fitted to; none of samples.
    """

    request: FitRequest
    direction: Direction
    kept: tuple[Latent, ...]
    real: tuple[tuple[str, Latent], ...] = ()


def fitted(evidence: Evidence, request: FitRequest, report: Report, cancelled: Cancelled) -> Fitted | None:
    """The direction that is asked for; None where it was cancelled. The first fit encodes the pictures.

    Raises
    ------
    Problem
        As `encode` and `explorer.core.directions.fitting.fit.fit_direction`.
    """
    if not encode(evidence, part(report, 0.0, _ENCODING), cancelled):
        return None
    found = _fit(evidence, request)
    return replace(found, direction=_going_far(evidence, found.direction, cancelled))


def all_fitted(
    evidence: Evidence, requests: tuple[FitRequest, ...], report: Report, cancelled: Cancelled
) -> tuple[tuple[Fitted, ...], tuple[str, ...]] | None:
    """Those directions that can be fitted, and why the others cannot; None where it was cancelled."""
    encoding = 0.0 if evidence.latents is not None else 0.5
    if not encode(evidence, part(report, 0.0, encoding), cancelled):
        return None
    found, missed = [], []
    for place, request in enumerate(requests):
        if cancelled():
            return None
        try:
            fit = _fit(evidence, request)
            found.append(replace(fit, direction=_going_far(evidence, fit.direction, cancelled)))
        except Problem as problem:
            missed.append(f"{spoken(request.attribute)}: {problem.what}")
        report(encoding + (1.0 - encoding) * (place + 1) / len(requests))
    return tuple(found), tuple(missed)


def spoken(attribute: str) -> str:
    """An attribute's name as a name for people: ``hair=black`` is black hair."""
    thing, _, word = attribute.replace("_", " ").partition("=")
    return f"{thing}: {word}" if word else thing


def _going_far(evidence: Evidence, direction: Direction, cancelled: Cancelled) -> Direction:
    """The direction, knowing how far to go along it, if that can be found out."""
    from explorer.core.directions.span import with_span

    try:
        return with_span(direction, evidence.model.generator, None, cancelled)
    except Problem:  # it is measured anew when it is looked at, and told then
        return direction


def _fit(evidence: Evidence, request: FitRequest) -> Fitted:
    from explorer.core.directions.fitting.examples import Examples
    from explorer.core.directions.fitting.fit import fit_direction

    assert evidence.latents is not None
    held_out = evidence.held_out(request.share, request.seed) if request.share > 0.0 else None
    place = evidence.names.index(request.attribute)
    others = [index for index, name in enumerate(evidence.names) if name in request.balance and index != place]
    examples = Examples(
        evidence.latents,
        evidence.values[:, place].astype(np.float64),
        None if evidence.groups is None else tuple(evidence.groups),  # type: ignore[arg-type]
        evidence.values[:, others].astype(np.float64),
        tuple(evidence.names[index] for index in others),
        held_out,
    )
    direction = fit_direction(
        examples,
        request.method,
        spoken(request.attribute)[:LONGEST_NAME].strip(),
        request.attribute,
        evidence.source,
        examples.nuisance_names,
        request.seed,
    )
    details = {**direction.details, "hold_out": request.share}
    if evidence.pictures is None:
        details |= {"fitted_by": request.method, "samples": len(evidence)}
        direction = replace(direction, method="sampled")
    direction = replace(direction, details=details)
    real = () if evidence.pictures is None else _real(evidence.latents, examples.held_out)
    return Fitted(request, direction, _to_try(evidence.latents, examples.held_out), real)


def _real(latents: np.ndarray, held_out: np.ndarray | None) -> tuple[tuple[str, Latent], ...]:
    """Some of the pictures, evenly spread, those kept out first."""
    kept = np.zeros(len(latents), np.bool_) if held_out is None else held_out
    found: list[tuple[str, Latent]] = []
    for name, mask in (("Kept out", kept), ("Fitted to", ~kept)):
        there, wanted = np.flatnonzero(mask), _REAL - len(found)
        chosen = there[np.linspace(0, len(there) - 1, min(wanted, len(there))).astype(int)]
        found += [(f"{name} {place + 1}", latents[index].copy()) for place, index in enumerate(chosen)]
    return tuple(found)


def _to_try(latents: np.ndarray, held_out: np.ndarray | None) -> tuple[Latent, ...]:
    """A few of those kept out, evenly spread."""
    kept = np.flatnonzero(held_out) if held_out is not None else np.zeros(0, np.intp)
    chosen = kept[np.linspace(0, len(kept) - 1, min(_SHOWN, len(kept))).astype(int)]
    return tuple(latents[index].copy() for index in chosen)
