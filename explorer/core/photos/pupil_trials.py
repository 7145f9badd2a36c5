"""How exactly pupils are found: aligned faces, turned and scaled, on another ground, where the answer is known.

The error of a face is that of its worse pupil, as a share of the distance of the eyes; a face that is not found has an
infinite one. Part of an error is that of the alignment by hand; how far two answers for one face lie apart is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.core.photos.alignment import Alignment, aligned
from explorer.core.photos.pupil_finder import FoundPupils, PupilFinder
from explorer.core.photos.pupils import Pupils

WITHIN = 0.04
SCALES = ((0.2, 0.35), (0.35, 0.6), (0.6, 1.0))
TURNS = ((0.0, 15.0), (15.0, 30.0), (30.0, 40.0))
_SIDE = 320  # pixels of the photographs
_MARGIN = 0.04  # of the photograph, that pupils keep from its edges
_PERCENTS = (50, 90, 95, 99)


@dataclass(frozen=True, eq=False)
class PupilTrial:
    """A photograph with one face, or with none.

    Attributes
    ----------
    photo : (side, side, 3) uint8
    points : ((x, y), (x, y)) or None
        Where its pupils are, in pixels; None where there is no face.
    scale : float
        Side of the aligned face, as a share of the photograph's.
    turn : float
        Degrees, clockwise.
    face : int
        Which of the faces it is.
    """

    photo: NDArray[np.uint8]
    points: Pupils | None
    scale: float = 0.0
    turn: float = 0.0
    face: int = -1


@dataclass(frozen=True)
class Errors:
    """The errors of some trials.

    Attributes
    ----------
    title : str
        Which ones.
    values : tuple of float
        Shares of the distance of the eyes, ascending.
    """

    title: str
    values: tuple[float, ...]

    @property
    def within(self) -> float:
        """Share of the faces that are found within 4 % of the distance of the eyes."""
        return sum(value <= WITHIN for value in self.values) / max(len(self.values), 1)

    def at(self, percent: float) -> float:
        """The error that so many per cent of the faces do not exceed."""
        place = max(math.ceil(percent / 100 * len(self.values)), 1) - 1
        return self.values[place] if self.values else math.nan

    def told(self) -> dict[str, float | int | None]:
        """All of it as plain numbers; None where a face was not found."""
        quantiles = {f"p{percent}": _finite(self.at(percent)) for percent in _PERCENTS}
        return {"faces": len(self.values), "within": self.within, **quantiles}


@dataclass(frozen=True)
class FinderVerdict:
    """What a finder can do.

    Attributes
    ----------
    errors : tuple of Errors
        Of all faces first, then by scale and by turn.
    sure : float
        Share of the faces of which it was sure.
    sure_errors : Errors
        Of these.
    differences : Errors
        How far two answers for the same face, otherwise placed, lie apart in its own frame: the worse pupil's.
    alarms : float
        Share of the photographs without a face in which it was sure of one.
    """

    errors: tuple[Errors, ...]
    sure: float
    sure_errors: Errors
    differences: Errors
    alarms: float


def judged(
    finder: PupilFinder,
    faces: NDArray[np.uint8],
    pupils: Pupils,
    *,
    count: int = 500,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> FinderVerdict:
    """How well ``finder`` finds the pupils of ``count`` photographs made of aligned faces (N, S, S, 3) uint8.

    A fifth as many show no face.
    """
    rows: list[tuple[PupilTrial, FoundPupils | None]] = []
    empty = max(count // 5, 1)
    for number, trial in enumerate(trials(faces, pupils, count, empty, seed), start=1):
        rows.append((trial, finder.find(trial.photo)))
        progress(number, count + empty)
    shown = [(trial, found, _error(trial, found)) for trial, found in rows if trial.points is not None]
    none = [found for trial, found in rows if trial.points is None]
    sure = [error for _, found, error in shown if found is not None and found.is_sure]
    alarms = sum(found is not None and found.is_sure for found in none) / len(none)
    groups = [_errors("all", [error for _, _, error in shown])]
    groups += [
        _errors(f"scale {low:g} to {high:g}", [error for trial, _, error in shown if low <= trial.scale <= high])
        for low, high in SCALES
    ]
    groups += [
        _errors(f"turned {low:g} to {high:g}°", [e for trial, _, e in shown if low <= abs(trial.turn) <= high])
        for low, high in TURNS
    ]
    differences = _errors("same face again", _differences([(trial, found) for trial, found, _ in shown]))
    return FinderVerdict(tuple(groups), len(sure) / max(len(shown), 1), _errors("sure", sure), differences, alarms)


def trials(faces: NDArray[np.uint8], pupils: Pupils, count: int, empty: int, seed: int) -> Iterator[PupilTrial]:
    """Photographs of faces, one after the other, then some without."""
    rng = np.random.default_rng(seed)
    order = [int(place) for _ in range(count // len(faces) + 1) for place in rng.permutation(len(faces))]
    for number in range(count):
        trial = _trial(faces[order[number]], faces[order[-1 - number]], pupils, rng)
        yield replace(trial, face=order[number])
    for number in range(empty):
        yield PupilTrial(_worn(_ground(faces[number % len(faces)], rng), rng), None)


def _trial(face: NDArray[np.uint8], other: NDArray[np.uint8], pupils: Pupils, rng: np.random.Generator) -> PupilTrial:
    scale = float(np.exp(rng.uniform(math.log(SCALES[0][0]), math.log(SCALES[-1][1]))))
    turn = float(rng.uniform(-TURNS[-1][1], TURNS[-1][1]))
    place = _placed(pupils, scale, turn, rng)
    inverse = _inverse(place, len(face))
    layer = aligned(face, inverse, _SIDE).astype(np.float32)
    mask = _mask(place, rng)[:, :, None]
    photo = layer * mask + _ground(other, rng) * (1 - mask)
    first, second = ((float(x), float(y)) for x, y in place.to_photo(pupils))
    return PupilTrial(_worn(photo, rng), (first, second), scale, turn)


def _placed(pupils: Pupils, scale: float, turn: float, rng: np.random.Generator) -> Alignment:
    """Where the face's frame lies in the photograph, both pupils within it."""
    here = Alignment(0.0, 0.0, scale * _SIDE, math.radians(turn))
    points = here.to_photo(pupils)
    low, high = _MARGIN * _SIDE - points.min(axis=0), (1 - _MARGIN) * _SIDE - points.max(axis=0)
    inner = scale * _SIDE / 2
    low, high = np.maximum(low, min(inner, _SIDE / 2 - 1)), np.minimum(high, max(_SIDE - inner, _SIDE / 2 + 1))
    x, y = rng.uniform(low, np.maximum(high, low))
    return here.moved(float(x), float(y))


def _inverse(place: Alignment, side: int) -> Alignment:
    """Where the whole photograph lies in the face's own picture, of ``side`` pixels."""
    x, y = place.to_frame((_SIDE / 2, _SIDE / 2)) * side
    return Alignment(float(x), float(y), _SIDE / place.side * side, -place.angle)


def _mask(place: Alignment, rng: np.random.Generator) -> NDArray[np.float32]:
    """An oval about the face with a soft edge; its corners stay the ground's."""
    grid = np.stack(np.meshgrid(np.arange(_SIDE) + 0.5, np.arange(_SIDE) + 0.5), axis=2)
    shares = place.to_frame(grid) - (0.5, 0.52)
    away = np.hypot(shares[..., 0] / rng.uniform(0.36, 0.48), shares[..., 1] / rng.uniform(0.46, 0.48))
    return np.clip((1 - away) / rng.uniform(0.03, 0.2) + 0.5, 0, 1).astype(np.float32)


def _ground(other: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """Hair, cloth or wall of another picture, much enlarged, or clouds."""
    if rng.random() < 0.5:
        side = len(other)
        size = side * rng.uniform(0.12, 0.25)
        y = rng.choice([size / 2, side - size / 2])
        return aligned(other, Alignment(rng.uniform(size / 2, side - size / 2), y, size), _SIDE).astype(np.float32)
    total = np.zeros((_SIDE, _SIDE, 3), np.float32)
    for cells, strength in ((2, 90), (6, 50), (30, 20), (120, 10)):
        noise = (rng.standard_normal((cells, cells, 3)) * strength).astype(np.float32)
        parts = [Image.fromarray(noise[..., c]).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC) for c in range(3)]
        total += np.stack([np.asarray(part) for part in parts], axis=2)
    return total + 127


def _worn(photo: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Lighter or darker, of more or less contrast, sometimes grey, with a little noise."""
    if rng.random() < 0.15:
        photo = np.broadcast_to(photo.mean(axis=2, keepdims=True), photo.shape)
    lit = (photo - 127) * rng.uniform(0.7, 1.2) + 127 + rng.uniform(-30, 30)
    noisy = lit + rng.standard_normal(lit.shape) * rng.uniform(0, 8)
    return noisy.round().clip(0, 255).astype(np.uint8)


def _error(trial: PupilTrial, found: FoundPupils | None) -> float:
    assert trial.points is not None
    if found is None:
        return math.inf
    apart = math.dist(*trial.points)
    return max(math.dist(here, there) for here, there in zip(found.points, trial.points, strict=True)) / apart


def _differences(rows: Sequence[tuple[PupilTrial, FoundPupils | None]]) -> list[float]:
    """Distances of the answers for each face to the answer before for the same one."""
    before: dict[int, NDArray[np.float64]] = {}
    found: list[float] = []
    for trial, answer in rows:
        if answer is None:
            continue
        assert trial.points is not None
        off = (np.array(answer.points) - np.array(trial.points)) / math.dist(*trial.points)
        cosine, sine = math.cos(math.radians(trial.turn)), math.sin(math.radians(trial.turn))
        here = off @ np.array([[cosine, -sine], [sine, cosine]])  # as if the face stood upright
        if trial.face in before:
            found.append(float(np.hypot(*(here - before[trial.face]).T).max()))
        before[trial.face] = here
    return found


def _errors(title: str, values: Sequence[float]) -> Errors:
    return Errors(title, tuple(sorted(values)))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
