"""Scenes and pictures on the clipboard, for ourselves and for other programs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.ui.widgets.picture_drag import SCENE_MIME, scene_text

PNG_MIME = "image/png"


def copy_scene(scene: Scene) -> None:
    """Put ``scene`` on the clipboard, in its serial form."""
    QGuiApplication.clipboard().setText(scene_to_json(scene))


def copy_picture(png: bytes, scene: Scene) -> None:
    """Put a picture on the clipboard, and its scene with it for when it is pasted here."""
    data = QMimeData()
    data.setImageData(QImage.fromData(png))
    data.setData(PNG_MIME, QByteArray(png))
    data.setData(SCENE_MIME, QByteArray(scene_to_json(scene).encode()))
    QGuiApplication.clipboard().setMimeData(data)


def leave() -> None:
    """Leave on the clipboard what is ours in a form that outlives Python; called when the program ends."""
    # WORKAROUND: where the platform keeps the clipboard in a static object (seen with PySide6 6.11, offscreen),
    # Qt destroys QMimeData that was made in Python after the interpreter has ended, and crashes.
    clipboard = QGuiApplication.clipboard()
    held = clipboard.mimeData()
    if held is not None and held.hasFormat(SCENE_MIME):
        clipboard.setImage(clipboard.image())


def pasted() -> Scene | list[Path]:
    """What the clipboard holds for us: a scene, or the files that were copied.

    Raises
    ------
    Problem
        Neither, or the text is not a scene.
    """
    data = QGuiApplication.clipboard().mimeData() or QMimeData()
    if files := files_of(data):
        return files
    if data.hasFormat(SCENE_MIME):
        return scene_from_json(scene_text(data))
    if data.hasText():
        return scene_from_json(data.text())
    raise Problem("There is no scene on the clipboard.", "Copy a scene or a saved picture's file, then paste it.")


def files_of(data: QMimeData) -> list[Path]:
    """The local files that are dropped or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
