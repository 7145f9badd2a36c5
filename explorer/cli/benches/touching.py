"""Strokes and pulls on pictures of faces: how fast the picture follows, and how well it does what was asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.bench import Figures
from explorer.cli.model_arguments import open_model
from explorer.cli.output import remark
from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.touch.goals import Goal, PaintGoal, Place, Pull, PullGoal, dab

if TYPE_CHECKING:
    from explorer.training.touch.touching import Touching

_SEEDS, _FIRST_SEED, _LAST_SEED, _PSI = 6, 0, 400, 0.7
_BLOND = np.array([225.0, 190.0, 120.0])
_DARK, _SKIN = 80.0, 110.0
_LUMA = np.array([0.299, 0.587, 0.114])
_CORNERS = {"faces": (0.617, 0.773), "portraits": (0.57, 0.72)}
"""About where the right corner of the mouth lies, as shares of the sides."""
_PULL_PX = (3.0, -3.0)
_TIMED = 20

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Followed:
    """What became of a goal."""

    before: Picture
    after: Picture


def touch(model: str) -> Figures:
    """Strokes of blond over dark hair, and a corner of the mouth that is pulled, at several seeds."""
    from explorer.training.learning.devices import use_threads

    with open_model(model, "cpu") as opened:
        use_threads(1)
        bench = _Bench(opened.files, opened.renderer)
        speed = bench.speed()
        blond, outside = zip(*(bench.stroke(scene, hair) for scene, hair in bench.dark_haired()), strict=True)
        corner = _CORNERS.get(opened.files.name, _CORNERS["faces"])
        left = [bench.pull(bench.scene(seed), corner) for seed in range(_SEEDS)]
    remark(f"blond: {_listed(blond)}; outside: {_listed(outside)}; pulled to within: {_listed(left)} pixels")
    return speed | {
        "touch_blond": median(blond),
        "touch_outside": median(outside),
        "touch_pull_px": median(left),
        "touch_arrived": sum(each <= 3.0 for each in left) / len(left),
    }


class _Bench:
    def __init__(self, files: ModelFiles, renderer: Renderer) -> None:
        from explorer.training.touch.touchable import Touchable

        self._model, self._renderer = Touchable.open(files), renderer
        self._card = renderer.generator.card

    def scene(self, seed: int) -> Scene:
        card = self._card
        z = sample(seed, card.latent_size, card.prior)
        return Scene(self._renderer.generator.hash, card.name, z, 0 if card.classes else None, truncation=_PSI)

    def dark_haired(self) -> Iterator[tuple[Scene, Mask]]:
        """Scenes with dark hair and lighter skin, each with where its hair is."""
        found = 0
        for seed in range(_FIRST_SEED, _LAST_SEED):
            scene = self.scene(seed)
            hair = _hair(self._renderer.render(scene).picture)
            if hair is not None:
                found += 1
                yield scene, hair
            if found == _SEEDS:
                return
        if not found:
            raise Problem("None of the samples has dark hair.", "Measure with faces or portraits.")

    def speed(self) -> Figures:
        """Seconds of the processor for each picture that is shown while a stroke is drawn, and for a bare gradient."""
        scene = self.scene(0)
        gesture, goal = self._begun(scene), _stroke_goal((self._card.height, self._card.width), 0.1)
        gesture.go_on(goal)
        began = time.process_time()
        for _ in range(_TIMED):
            self._renderer.render(gesture.go_on(goal, steps=2, budget_s=60.0).scene)
        shown_s = (time.process_time() - began) / _TIMED
        began = time.process_time()
        for _ in range(2 * _TIMED):
            self._model.slope(scene.z)
        bare_s = (time.process_time() - began) / (2 * _TIMED)
        return {"touch_pictures_s": 1.0 / shown_s, "touch_ratio": shown_s / (2 * bare_s)}

    def stroke(self, scene: Scene, hair: Mask) -> tuple[float, float]:
        """How blond the hair gets, as a share of the stroke's; and how far the rest changes, as a share of the hair."""
        goal = _hair_goal(hair)
        followed = self._followed(scene, goal)
        before, change = followed.before.astype(float), followed.after.astype(float) - followed.before
        wanted = _BLOND - before
        share = (change * wanted).sum(2) / np.square(wanted).sum(2)
        apart = np.abs(change).mean(2)
        return float(share[hair].mean()), float(apart[~hair].mean() / apart[hair].mean())

    def pull(self, scene: Scene, corner: Place) -> float:
        """How many pixels a corner of the mouth still lies from where it was pulled to, by its own pixels."""
        picture = self._renderer.render(scene).picture
        start = _sharpest(picture, (corner[0] * self._card.width, corner[1] * self._card.height))
        target = (start[0] + _PULL_PX[0], start[1] + _PULL_PX[1])
        followed = self._followed(scene, PullGoal((Pull(start, target),)))
        came = _found_again(followed.before, followed.after, start)
        return float(np.hypot(came[0] - target[0], came[1] - target[1]))

    def _followed(self, scene: Scene, goal: Goal) -> _Followed:
        gesture = self._begun(scene)
        while not (touched := gesture.go_on(goal)).rests:
            pass
        return _Followed(self._renderer.render(scene).picture, self._renderer.render(touched.scene).picture)

    def _begun(self, scene: Scene) -> Touching:
        from explorer.training.touch.moved_latent import moved_latent
        from explorer.training.touch.touching import Touching

        return Touching(self._model, moved_latent(self._model, self._renderer, scene))


def _hair(picture: Picture) -> Mask | None:
    """The dark region at the top of a head, where the skin is lighter; None where there is no such."""
    height, width = picture.shape[:2]
    light = picture.astype(float) @ _LUMA
    dark = light < _DARK
    dark[int(0.69 * height) :] = False
    if light[int(0.55 * height) : int(0.66 * height), int(0.44 * width) : int(0.56 * width)].mean() < _SKIN:
        return None
    region = np.zeros_like(dark)
    region[int(0.1 * height) : int(0.34 * height), int(0.38 * width) : int(0.62 * width)] = True
    region &= dark
    while True:
        grown = region.copy()
        grown[1:] |= region[:-1]
        grown[:-1] |= region[1:]
        grown[:, 1:] |= region[:, :-1]
        grown[:, :-1] |= region[:, 1:]
        grown &= dark
        if (grown == region).all():
            break
        region = grown
    return region if 0.035 < region.mean() < 0.27 else None


def _hair_goal(hair: Mask) -> PaintGoal:
    """A stroke along the middle of the hair, from left to right over the top of the head."""
    height, width = hair.shape
    weights, last = np.zeros(hair.shape, np.float32), None
    for x in range(int(0.34 * width), int(0.67 * width)):
        rows = np.flatnonzero(hair[: height // 2, x])
        if len(rows):
            run = rows[: int(np.argmax(np.diff(np.append(rows, 2 * height)) > 1)) + 1]
            here = (x + 0.5, float(run.mean()) + 0.5)
            dab(weights, last or here, here, 0.06 * width)
            last = here
    return _in_blond(weights)


def _stroke_goal(shape: tuple[int, int], height: float) -> PaintGoal:
    weights = np.zeros(shape, np.float32)
    dab(weights, (0.3 * shape[1], height * shape[0]), (0.7 * shape[1], height * shape[0]), 0.06 * shape[1])
    return _in_blond(weights)


def _in_blond(weights: NDArray[np.float32]) -> PaintGoal:
    return PaintGoal(np.broadcast_to(_BLOND.astype(np.uint8), (*weights.shape, 3)).copy(), weights)


def _sharpest(picture: Picture, near: Place, reach: int = 4) -> Place:
    """The place near another where the picture changes most in every direction (Shi and Tomasi, 1994)."""
    down, across = np.gradient(picture.astype(float).mean(2))
    xx, xy, yy = (_summed(part) for part in (across * across, across * down, down * down))
    least = (xx + yy) / 2 - np.sqrt(np.square((xx - yy) / 2) + np.square(xy))
    x, y = int(near[0]), int(near[1])
    part = least[y - reach : y + reach + 1, x - reach : x + reach + 1]
    row, column = np.unravel_index(int(part.argmax()), part.shape)
    return x - reach + float(column) + 0.5, y - reach + float(row) + 0.5


def _summed(values: NDArray[np.float64], reach: int = 2) -> NDArray[np.float64]:
    shifts = range(-reach, reach + 1)
    return np.asarray(sum(np.roll(values, (down, across), (0, 1)) for down in shifts for across in shifts))


def _found_again(before: Picture, after: Picture, place: Place, reach: int = 8, radius: int = 4) -> Place:
    """Where what lay around a place lies now: by normalised cross-correlation of the grey pictures."""
    room = reach + radius
    first, second = (np.pad(each.astype(float).mean(2), room, mode="edge") for each in (before, after))
    x, y = int(place[0]) + room, int(place[1]) + room
    own = _patch(first, x, y, radius)
    found = [
        (float((own * _patch(second, x + across, y + down, radius)).sum()), across, down)
        for down in range(-reach, reach + 1)
        for across in range(-reach, reach + 1)
    ]
    _, across, down = max(found)
    return place[0] + across, place[1] + down


def _patch(picture: NDArray[np.float64], x: int, y: int, radius: int) -> NDArray[np.float64]:
    part = picture[y - radius : y + radius + 1, x - radius : x + radius + 1]
    part = part - part.mean()
    return np.asarray(part / (np.linalg.norm(part) + 1e-9))


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
