"""Local directions: what can change inside a rectangle of one picture while the rest of it stays.

J is the slope of the picture in the latent, taken at this very picture, and split into the pixels inside the rectangle
and those outside. Of all steps v, vᵀAv / vᵀ(B + λ mean(A + B) I)v is largest along the first generalised eigenvectors
of A = J_inᵀJ_in and B = J_outᵀJ_out (Zhu et al., 2022, "Region-Based Semantic Factorization in GANs"); λ keeps out what
hardly changes anything. J is found by differences of pictures, which any generator gives: two for each number of the
latent, or for each of 128 probes where it has more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import SPAN, Direction, W, Z, pointed, unit
from explorer.core.directions.region import Region
from explorer.core.inference.batching import told_batches
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, prior_deviation, sample
from explorer.core.rendering.picture_files import cell_means
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StylePoint

COUNT, DAMPING = 3, 0.02
INSIDE = "inside"
"""Among the details of a direction found here: the share of the change that lies inside the rectangle."""

_PROBES = 128
_STEP = 0.35  # deviations: far enough that bytes tell the slope, near enough that it is one
_SIDE = 64  # cells of a picture a side, of which slopes are taken
_AT_ONCE = 16
_REACHES = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
_SEEN = 48.0  # levels of 255 between the two ends, in the quarter of the rectangle that changes most
_LONGER = 4.0 / 3.0  # than the latent of this picture, at most
_EXACT = 1e-3  # of a step: what is left of it besides the directions, by rounding

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LocalStep:
    """One of the ways in which a rectangle can change.

    Attributes
    ----------
    vector : (d,) float32
        Of length 1.
    inside : float
        The share of the change, as squares of levels summed over pixels, that lies inside between its two ends; 0 to 1.
    reach : float
        How far it goes to both sides, in standard deviations.
    """

    vector: Latent
    inside: float
    reach: float


@dataclass(frozen=True, eq=False)
class LocalDirections:
    """What can change inside a rectangle, the most local first.

    Attributes
    ----------
    scene : Scene
        The picture they were found on; its point of W is written out in a style-based model.
    region : Region
    space : {"z", "w"}
        What they move.
    width : float
        The length of a step of 1.
    steps : tuple of LocalStep
    usual : float
        The share of the change that lies inside along any direction, on average.
    """

    scene: Scene
    region: Region
    space: str
    width: float
    steps: tuple[LocalStep, ...]
    usual: float

    def moved(self, base: Scene, alphas: Sequence[float]) -> Scene:
        """``base`` moved so far along each; in W, its point must be written out."""
        step = np.float64(self.width) * (np.asarray(alphas, np.float64) @ self._vectors)
        return _moved(base, self.space, step)

    def alphas(self, base: Scene, scene: Scene) -> tuple[float, ...] | None:
        """How far ``scene`` was moved from ``base`` along each; None where it was moved otherwise too."""
        start, end = (_point(each, self.space) for each in (base, scene))
        if end is None and start is not None and scene.z is base.z and self.space == W:
            end = start  # it was never moved in W
        if start is None or end is None or start.shape != end.shape:
            return None
        step = (end.astype(np.float64) - start).reshape(-1, self._vectors.shape[1])
        if (step != step[0]).any():
            return None
        found, *_ = np.linalg.lstsq(self._vectors.T, step[0] / self.width, rcond=None)
        left = np.linalg.norm(step[0] / self.width - found @ self._vectors)
        if left > _EXACT * (1.0 + np.linalg.norm(end) / self.width):
            return None
        return tuple(round(float(alpha), 3) + 0.0 for alpha in found)

    @property
    def _vectors(self) -> _Doubles:
        return np.stack([step.vector for step in self.steps]).astype(np.float64)


def local_directions(
    renderer: Renderer,
    scene: Scene,
    region: Region,
    count: int = COUNT,
    damping: float = DAMPING,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LocalDirections | None:
    """The ways in which a rectangle of one picture can change while the rest of it stays.

    Parameters
    ----------
    renderer : Renderer
    scene : Scene
        The picture, as it is drawn: truncated, and moved along its directions.
    region : Region
    count : int
        How many; each changes the rectangle otherwise than the ones before.
    damping : float
        λ, above 0: the smaller, the more of the change lies inside, and the less changes at all.
    seed : int
        Of the probes, where not every number of the latent is tried out.
    progress, cancelled : callable, optional
        Told (done, total) probes; asked as often.

    Returns
    -------
    LocalDirections, or None
        None where it was cancelled.

    Raises
    ------
    Problem
        The rectangle is not inside the picture, is all of it, or does not depend on the latent here.
    """
    card = renderer.generator.card
    mask = region.mask(card.height, card.width)
    if mask.all():
        raise Problem("The rectangle is the whole picture.", "Draw one around the part that should change.")
    if count < 1 or not 0.0 < damping < np.inf:
        raise Problem("Local directions need a count of 1 or more and a damping above 0.", "Leave them as they are.")
    space, base = (W, renderer.written(scene)) if renderer.has_w else (Z, scene)
    width = renderer.generator.spread().width if renderer.has_w else prior_deviation(card.prior)
    probes = _probes(renderer, space, scene.label, seed)
    slopes = _slopes(renderer, base, space, width, probes, progress, cancelled)
    if slopes is None:
        return None
    inside = cell_means(mask[None, :, :, None].astype(np.float32), _SIDE).reshape(-1, 1)
    own, rest = _squares(slopes, inside), _squares(slopes, 1.0 - inside)
    total = float(np.trace(own) + np.trace(rest))
    if not np.trace(own) > 1e-9 * len(own):
        raise Problem("Nothing inside this rectangle depends on the latent.", "Draw another, or take another sample.")
    found = pointed(_most_local(own, rest + damping * total / len(own) * np.eye(len(own)), count) @ probes)
    blank = LocalDirections(base, region, space, width, (), float(np.trace(own)) / total)
    limit = _limit(base, space)
    steps = [_measured(renderer, blank, unit(vector), mask, limit) for vector in found]
    return replace(blank, steps=tuple(sorted(steps, key=lambda step: -step.inside)))


def as_direction(found: LocalDirections, alphas: Sequence[float], name: str) -> Direction:
    """What moving so far along each comes to, as one direction to be kept with the model; some are not 0."""
    moved = np.flatnonzero(alphas)
    details: dict[str, Any] = {"region": str(found.region)}
    if len(moved) == 1:  # else nobody measured it
        step = found.steps[moved[0]]
        details |= {INSIDE: round(step.inside, 4), SPAN: step.reach}
    vector = unit(np.asarray(alphas, np.float64) @ np.stack([step.vector for step in found.steps]))
    where = f"what changes the rectangle {found.region}"
    if found.scene.seed is not None:
        where += f" of seed {found.scene.seed}"
    return Direction(name, vector, "local", where, details=details, space=found.space)


def local_strips(renderer: Renderer, found: LocalDirections, columns: int = 7) -> NDArray[np.uint8]:
    """What each local direction does to its picture, from end to end, (steps, columns, H, W, C)."""
    ways = np.eye(len(found.steps))
    ends = [np.linspace(-step.reach, step.reach, columns) for step in found.steps]
    scenes = [found.moved(found.scene, alpha * way) for way, along in zip(ways, ends, strict=True) for alpha in along]
    pictures = _drawn(renderer, scenes)
    return pictures.reshape(len(ends), columns, *pictures.shape[1:])


def share_inside(ahead: NDArray[np.uint8], behind: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Of the squares of the differences of two pictures (H, W, C), the share inside; 0 where they are alike."""
    squares = np.square(ahead.astype(np.float64) - behind).sum(axis=-1)
    total = float(squares.sum())
    return float(squares[mask].sum()) / total if total else 0.0


def _probes(renderer: Renderer, space: str, label: int | None, seed: int) -> _Doubles:
    """Orthonormal steps to try out, (m, d): each number of a latent, or ways in which samples differ."""
    generator, card = renderer.generator, renderer.generator.card
    size = card.latent_size if space == Z else card.style_size
    if size <= _PROBES:
        return np.eye(size)
    if space == Z:
        ways = np.random.RandomState(seed).randn(_PROBES, size)
    else:
        latents = sample(seed, (_PROBES + 1) * card.latent_size, card.prior).reshape(_PROBES + 1, -1)
        points = generator.points_of(latents, [label] * len(latents)).astype(np.float64)
        ways = points[1:] - points[0]
    return np.ascontiguousarray(np.linalg.qr(ways.T)[0].T)


def _slopes(
    renderer: Renderer,
    base: Scene,
    space: str,
    width: float,
    probes: _Doubles,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> NDArray[np.float32] | None:
    """How the cells of the picture change along each probe, (m, cells, channels), by central differences."""
    steps, parts = _STEP * width * probes, []
    for part in told_batches(len(probes), _AT_ONCE, progress, cancelled):
        moved = [_moved(base, space, side * step) for side in (1.0, -1.0) for step in steps[part]]
        ahead, behind = np.split(cell_means(_drawn(renderer, moved), _SIDE), 2)
        parts.append((ahead - behind).reshape(len(ahead), -1, ahead.shape[-1]))
    return None if sum(map(len, parts)) < len(probes) else np.concatenate(parts)


def _squares(slopes: NDArray[np.float32], weights: NDArray[np.float32]) -> _Doubles:
    """JᵀJ over some of the cells, (m, m)."""
    flat = (slopes * np.sqrt(weights)).reshape(len(slopes), -1).astype(np.float64)
    return flat @ flat.T


def _most_local(own: _Doubles, rest: _Doubles, count: int) -> _Doubles:
    """The first generalised eigenvectors of (own, rest), (count, m) of length 1."""
    back = np.linalg.inv(np.linalg.cholesky(rest))
    _values, vectors = np.linalg.eigh(back @ own @ back.T)
    found = (back.T @ vectors[:, ::-1][:, :count]).T
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float64)


def _measured(
    renderer: Renderer, found: LocalDirections, vector: Latent, mask: NDArray[np.bool_], limit: float
) -> LocalStep:
    """One way with how far one must go to see it, and how much of what then changes lies inside."""
    way = replace(found, steps=(LocalStep(vector, 0.0, 1.0),))
    reaches = [reach for reach in _REACHES if reach <= limit] or [limit]
    scenes = [way.moved(found.scene, (side * reach,)) for reach in reaches for side in (1.0, -1.0)]
    pictures = _drawn(renderer, scenes)
    quarter = max(int(mask.sum()) // 4, 1)
    share = 0.0
    for reach, ahead, behind in zip(reaches, pictures[::2], pictures[1::2], strict=True):
        share = share_inside(ahead, behind, mask)
        change = np.abs(ahead.astype(np.float32) - behind).mean(axis=-1)[mask]
        if np.sort(change)[-quarter:].mean() >= _SEEN:
            return LocalStep(vector, share, reach)
    return LocalStep(vector, share, reaches[-1])


def _drawn(renderer: Renderer, scenes: Sequence[Scene]) -> NDArray[np.uint8]:
    labels = [scene.label for scene in scenes]
    return renderer.generator.pictures(renderer.drawn_many(scenes), labels, scenes[0].conditions)


def _limit(base: Scene, space: str) -> float:
    """The strength beyond which the latent is longer than it should be."""
    if space == W:
        return _REACHES[-1]
    return max(sqrt((_LONGER**2 - 1.0) * base.z.size), 2.0)


def _point(scene: Scene, space: str) -> Latent | None:
    return scene.z if space == Z else scene.w


def _moved(base: Scene, space: str, step: _Doubles) -> Scene:
    """``base`` with its latent, or the w of every layer, moved by ``step``; the very scene by no step."""
    point = _point(base, space)
    assert point is not None
    if not step.any():
        return base
    moved = (point.reshape(-1, step.size).astype(np.float64) + step).astype(np.float32).reshape(point.shape)
    if space == Z:
        return replace(base, z=moved, seed=None)
    return replace(base, styled=StylePoint(moved, base.z, base.label))
