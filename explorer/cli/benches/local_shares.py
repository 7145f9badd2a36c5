"""How much of what local directions change lies inside their rectangle, on pictures of faces."""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from explorer.cli.bench import Figures
from explorer.cli.model_arguments import open_model
from explorer.cli.output import remark
from explorer.core.directions.direction import unit
from explorer.core.directions.local import local_directions, share_inside
from explorer.core.directions.region import Region
from explorer.core.rendering.latents import sample, step_along
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene

_SEEDS, _RANDOM, _PSI, _FAR = range(8), 8, 0.7, 3.0
_PLACES = {
    "mouth": (0.36, 0.66, 0.28, 0.17),
    "eyes": (0.26, 0.4, 0.48, 0.16),
    "background": (0.0, 0.0, 0.24, 0.4),
}
"""About where they lie, x, y, width and height, as shares of the sides."""


def local(model: str) -> Figures:
    """The shares of three places of several pictures, along local directions and along random ones."""
    figures: Figures = {}
    with open_model(model, "cpu") as opened:
        renderer, card = opened.renderer, opened.generator.card
        first, by_chance, took = dict[str, list[float]](), list[float](), list[float]()
        for name, place in _PLACES.items():
            sides = (card.width, card.height, card.width, card.height)
            region = Region(*(round(share * side) for share, side in zip(place, sides, strict=True)))
            for seed in _SEEDS:
                scene = Scene(z=sample(seed, card.latent_size, card.prior), seed=seed, truncation=_PSI)
                began = time.process_time()
                found = local_directions(renderer, scene, region)
                took.append(time.process_time() - began)
                assert found is not None  # nobody cancels
                first.setdefault(name, []).append(found.steps[0].inside)
                by_chance.append(found.steps[0].inside / _random_share(renderer, scene, region))
            figures[f"local_{name}"] = median(first[name])
            remark(f"{name}: {', '.join(f'{share:.0%}' for share in first[name])}")
    return figures | {"local_ratio": median(by_chance), "local_s": median(took)}


def _random_share(renderer: Renderer, scene: Scene, region: Region) -> float:
    """The mean share inside along random directions, as far to both sides as local ones go."""
    card, draw = renderer.generator.card, np.random.RandomState(0)
    mask, shares = region.mask(card.height, card.width), []
    for _ in range(_RANDOM):
        step = step_along(unit(draw.randn(card.latent_size)), _FAR, card.prior)
        latents = np.stack([scene.z + step, scene.z - step])
        scenes = [Scene(z=z, truncation=scene.truncation) for z in latents]
        ahead, behind = renderer.generator.pictures(renderer.drawn_many(scenes), [None] * 2)
        shares.append(share_inside(ahead, behind, mask))
    return max(float(np.mean(shares)), 1e-6)
