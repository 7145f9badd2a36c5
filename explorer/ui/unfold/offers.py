"""What can be saved of the Unfold panel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.likelihood.strange_pictures import BitsComparison
from explorer.ui.traverse.export_strip import Offer

if TYPE_CHECKING:
    from explorer.core.sampling.records import RecordedState

_FPS = 12.0


def bits_offer(comparison: BitsComparison) -> Offer:
    """What every picture costs under every model, a row each."""

    def write(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.likelihood.bits_table import save_bits

        sets = [("first", comparison.tables), ("second", comparison.others)]
        rows = [
            (name, table.model, picture, float(bits))
            for name, tables in sets
            for table in tables
            for picture, bits in zip(table.names, table.bits, strict=True)
        ]
        save_bits(path, rows)

    return Offer("Bits of every picture (CSV) …", "bits.csv", write)


def painting_offers(states: Sequence[RecordedState], name: str, scene: Scene | None) -> tuple[Offer, ...]:
    """A painting as a film, as a sheet of steps, and as a row of numbers for each.

    ``scene`` is what paints it, where one does: it travels in the film.
    """

    def write_film(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.animation import save_film
        from explorer.core.sampling.records import frames_of

        comment = "" if scene is None else scene_to_json(scene)
        save_film(path, frames_of(states), len(states), _FPS, comment=comment)

    def write_sheet(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png
        from explorer.core.sampling.records import sheet_of

        save_png(path, sheet_of(states))

    def write_table(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.sampling.records import save_rows

        save_rows(path, states)

    return (
        Offer("Film (MP4) …", f"{name}.mp4", write_film),
        Offer("Animation (GIF) …", f"{name}.gif", write_film),
        Offer("Sheet of steps (PNG) …", f"{name}.png", write_sheet),
        Offer("Steps as numbers (CSV) …", f"{name}.csv", write_table),
    )
