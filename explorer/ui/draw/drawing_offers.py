"""What can be saved of the board: the answer, the drawing, and a film of the strokes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from explorer.session.draw.board import DrawingBoard
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.studio import Studio
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.window import clipboard

if TYPE_CHECKING:
    from explorer.core.rendering.saved_pictures import Enlargement


def drawing_offers(board: DrawingBoard, save: Callable[[], object]) -> tuple[Offer, ...]:
    """All of it; nothing before there is an answer."""
    if board.shown_last is None:
        return ()
    stem, drawing = _stem(board), board.raster.board.copy()
    scene, translator = board.scene, board.work.translator

    def write_drawing(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
        from explorer.core.rendering.picture_files import save_png

        save_png(path, drawing)

    def write_film(path: Path, progress: Report, cancelled: Cancelled) -> None:
        from explorer.core.exports.stroke_film import save_stroke_film

        if translator is not None:
            save_stroke_film(path, translator, scene, progress=progress, cancelled=cancelled)

    return (
        Offer("Picture with its drawing …", f"{stem}.png", write_drawing, ask=save),
        Offer("Film of the strokes (MP4) …", f"{stem}.mp4", write_film),
        Offer("Animation of the strokes (GIF) …", f"{stem}.gif", write_film),
        Offer("Drawing alone (PNG) …", f"{stem}-drawing.png", write_drawing),
    )


def save_answer(studio: Studio, board: DrawingBoard, over: QWidget) -> None:
    """Ask how the answer is to be saved, and save it; a PNG carries the drawing."""
    from explorer.ui.window.save_dialog import SaveDialog

    last = board.shown_last
    if last is None:
        studio.notices.say("There is nothing to save yet.")
        return

    def save(path: Path, enlargement: Enlargement) -> None:
        from explorer.core.rendering.saved_pictures import save_picture

        studio.saver.write(path, lambda: save_picture(path, last.picture, last.scene, enlargement))

    height, width = last.picture.shape[:2]
    dialog = SaveDialog(studio.settings, over.window(), _stem(board), (height, width))
    dialog.chosen.connect(save)
    dialog.open()


def copy_answer(board: DrawingBoard) -> None:
    """Put the answer on the clipboard, with its drawing."""
    from explorer.core.rendering.picture_files import png_bytes

    last = board.shown_last
    if last is not None:
        clipboard.copy_picture(png_bytes(last.picture, last.scene), last.scene)


def _stem(board: DrawingBoard) -> str:
    return re.sub(r"[^\w-]+", "-", board.scene.model_name).strip("-") or "drawing"
