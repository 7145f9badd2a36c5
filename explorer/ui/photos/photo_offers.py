"""What can be saved of a photo that was found in latent space."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.photos.photo import Picture
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.traverse.offers import film_offers

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer

_FPS = 30.0
_FRAMES = 120


@dataclass(frozen=True, eq=False)
class Triple:
    """What lies side by side.

    Attributes
    ----------
    name : str
        Of the photo.
    crop, found : (height, width, channels) uint8
        The photo in the model's frame, and its reconstruction.
    scene : Scene
        The edited picture; the reconstruction itself, where nothing was edited.
    """

    name: str
    crop: Picture
    found: Picture
    scene: Scene


def photo_offers(renderer: Renderer, triple: Triple, ask: Callable[[], object]) -> tuple[Offer, ...]:
    """The edited picture with its scene, all three side by side, and where it was edited the way there as a film.

    ``ask`` asks for the size and the kind of the edited picture.
    """

    def write_edited(path: Path, progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png

        save_png(path, renderer.render(triple.scene).picture, triple.scene)
        progress(1.0)

    def write_all(path: Path, progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png, sheet

        edited = renderer.render(triple.scene).picture
        save_png(path, sheet(np.stack([triple.crop, triple.found, edited]), columns=3), triple.scene)
        progress(1.0)

    stem = Path(triple.name).stem or "picture"
    pictures = (
        Offer("Edited picture, in any size …", f"{stem}-edited.png", write_edited, ask),
        Offer("Side by side (PNG) …", f"{stem}-side-by-side.png", write_all),
    )
    if not triple.scene.directions:
        return pictures
    films = film_offers(renderer, triple.scene, lambda: there_and_back(triple.scene), _FPS, "edited")
    return (*pictures, *(replace(film, name=f"{stem}-edited{film.suffix}") for film in films))


def there_and_back(scene: Scene) -> list[Scene]:
    """From the picture without its directions to the one with all of them, and back: a film that can be looped."""
    shares = [(1.0 - math.cos(2.0 * math.pi * frame / _FRAMES)) / 2.0 for frame in range(_FRAMES)]
    return [
        replace(scene, directions=tuple((name, share * value) for name, value in scene.directions if share))
        for share in shares
    ]
