"""What can be saved of a view, in the forms that the command line knows too."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.traverse.map_layouts import LatentMap
from explorer.session.traverse.picture_strips import ComparedPictures
from explorer.session.traverse.side_by_side import Twin, abreast
from explorer.ui.traverse.export_strip import Offer

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer
    from explorer.core.traverse.map_facts import Fact
    from explorer.core.traverse.plan import TilePlan

Scenes = Callable[[], Sequence[Scene]]


def plan_offers(renderer: Renderer, plan: TilePlan, what: str) -> tuple[Offer, ...]:
    """A grid or a plane: as a contact sheet, as pictures, as latents."""

    def write(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.contact_sheet import save_sheet

        save_sheet(path, renderer, plan, progress=progress, cancelled=cancelled)

    def scenes() -> Sequence[Scene]:
        from explorer.core.traverse.plan import scenes_of

        return scenes_of(plan)

    sheet = Offer("Contact sheet with labels (PNG) …", f"{_stem(plan.base, what)}.png", write)
    return (sheet, *picture_offers(renderer, plan.base, scenes, what))


def film_offers(renderer: Renderer, base: Scene, scenes: Scenes, fps: float, what: str) -> tuple[Offer, ...]:
    """The same scenes as a film, MP4 or GIF."""

    def write(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.animation import save_animation

        save_animation(path, renderer, scenes(), fps, progress=progress, cancelled=cancelled)

    stem = _stem(base, what)
    return (
        Offer("Film (MP4) …", f"{stem}.mp4", write),
        Offer("Animation (GIF) …", f"{stem}.gif", write),
    )


def picture_offers(renderer: Renderer, base: Scene, scenes: Scenes, what: str) -> tuple[Offer, ...]:
    """Numbered pictures in a folder, and the latents as numbers."""

    def write_frames(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.animation import save_frames

        save_frames(path, renderer, scenes(), progress=progress, cancelled=cancelled)

    def write_latents(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.latent_tables import save_latents

        save_latents(path, scenes(), progress=progress, cancelled=cancelled)

    stem = _stem(base, what)
    return (
        Offer("Numbered pictures (folder) …", f"{stem}-pictures", write_frames),
        Offer("Latents (npz) …", f"{stem}.npz", write_latents),
        Offer("Latents (CSV) …", f"{stem}.csv", write_latents),
    )


def map_offer(renderer: Renderer, shown: LatentMap, fact: Fact | None) -> Offer:
    """A map as one picture in the colours of a fact: made anew, as the command line does, to the same bytes."""

    def write(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.map_picture import export_map

        request = shown.request
        export_map(
            path,
            renderer,
            shown.scenes,
            request.method,
            request.by,
            request.seed,
            pictures=None if request.source is None else shown.pictures,
            fact=fact,
            progress=progress,
            cancelled=cancelled,
        )

    return Offer("Map (PNG) …", f"{_stem(shown.scenes[0], 'map')}.png", write)


def twin_offer(twin: Twin) -> Offer:
    """One latent by two models, and the difference, as one picture that carries the scene of the first."""

    def write(path: Path, progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png

        save_png(path, abreast(twin), twin.scene)
        progress(1.0)

    return Offer("Side by side (PNG) …", f"{_stem(twin.scene, 'compared')}.png", write)


def strips_offer(strips: ComparedPictures, model: str) -> Offer:
    """Strips of pictures through models, with their names beside them."""

    def write(path: Path, progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png

        save_png(path, strips.sheet())
        progress(1.0)

    return Offer("Strips with names (PNG) …", f"{_named(model)}-strips.png", write)


def _stem(base: Scene, what: str) -> str:
    return f"{_named(base.model_name)}-{what}"


def _named(model: str) -> str:
    return re.sub(r"[^\w-]+", "-", model).strip("-") or "model"
