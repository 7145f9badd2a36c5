"""What can be saved of a drive: the frame of the dream, which is a scene; the film; and the drive, to be gone again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.session.jobs.report import Cancelled, Report
from explorer.session.worlds.driving import Driving
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.window import clipboard

if TYPE_CHECKING:
    from explorer.core.rendering.saved_pictures import Enlargement


def drive_offers(driving: Driving, save: Callable[[], object]) -> tuple[Offer, ...]:
    """All of it; nothing before there is a frame."""
    world, last, journey = driving.world, driving.last, driving.journey
    if world is None or last is None:
        return ()

    def write_film(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.worlds.dream import Dream
        from explorer.core.worlds.drive_film import save_drive

        with Dream(world.path, trusted=world.is_trusted) as dream:
            save_drive(path, dream, journey, progress=progress, cancelled=cancelled)

    def write_pair(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png
        from explorer.core.worlds.drive_film import side_by_side

        save_png(path, side_by_side(last))

    def write_drive(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.files import replace_file

        with replace_file(path) as file:
            file.write(journey.to_json().encode())

    return (
        Offer("Frame of the dream (PNG) …", f"{world.name}-dream.png", write_pair, ask=save),
        Offer("World and dream (PNG) …", f"{world.name}.png", write_pair),
        Offer("Film of the drive (MP4) …", f"{world.name}.mp4", write_film),
        Offer("Film of the drive (GIF) …", f"{world.name}.gif", write_film),
        Offer("The drive, to replay it (JSON) …", f"{world.name}-drive.json", write_drive),
    )


def save_frame(studio: Studio, driving: Driving, over: QWidget) -> None:
    """Ask how the frame of the dream is to be saved, and save it; a PNG carries its scene."""
    from explorer.ui.window.save_dialog import SaveDialog

    scene, last = driving.scene(), driving.last
    if scene is None or last is None:
        studio.notices.say("There is nothing to save yet.")
        return

    def save(path: Path, enlargement: Enlargement) -> None:
        from explorer.core.rendering.saved_pictures import save_picture

        studio.saver.write(path, lambda: save_picture(path, last.dream, scene, enlargement))

    height, width = last.dream.shape[:2]
    dialog = SaveDialog(studio.settings, over.window(), f"{scene.model_name}-dream", (height, width))
    dialog.chosen.connect(save)
    dialog.open()


def copy_frame(driving: Driving) -> None:
    """Put the frame of the dream on the clipboard, with its scene."""
    from explorer.core.rendering.picture_files import png_bytes

    scene, last = driving.scene(), driving.last
    if scene is not None and last is not None:
        clipboard.copy_picture(png_bytes(last.dream, scene), scene)
