"""What can be saved of a photo that was found in latent space."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.photos.photo import Picture
from explorer.ui.traverse.export_strip import Offer

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer


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


def photo_offers(renderer: Renderer, triple: Triple) -> tuple[Offer, ...]:
    """The edited picture with its scene, and all three side by side."""

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
    return (
        Offer("Edited picture (PNG) …", f"{stem}-edited.png", write_edited),
        Offer("Side by side (PNG) …", f"{stem}-side-by-side.png", write_all),
    )
