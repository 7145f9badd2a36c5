"""Saving pictures: drawn and written off the GUI thread, every one of them, in the order asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.latest import InTurn
from explorer.session.notices import Notices

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer


@dataclass(frozen=True, eq=False)
class _Order:
    renderer: Renderer
    scene: Scene
    path: Path


class Saver(QObject):
    """Saves the pictures of scenes as PNG files that carry their scene, and says so."""

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = InTurn(_save, self, name="saver")
        self._work.done.connect(
            lambda order, _: notices.say(f"Saved {order.path.name} in {order.path.parent}.")
        )
        self._work.failed.connect(lambda _, error: notices.show_error(error))

    def save(self, renderer: Renderer, scene: Scene, path: Path) -> None:
        """Save the picture of ``scene`` at ``path``: the same bytes as the command line writes."""
        self._work.request(_Order(renderer, scene, path))

    def close(self) -> None:
        """Write what was asked for, then close."""
        self._work.finish()


def file_name(scene: Scene) -> str:
    """What to call the picture of ``scene``: its model, and its seed where it is still a sample."""
    model = re.sub(r"[^\w-]+", "-", scene.model_name).strip("-") or "picture"
    if scene.seed is None:
        return f"{model}.png"
    psi = "" if scene.truncation == 1.0 else f"-psi{scene.truncation:.2f}"
    label = "" if scene.label is None else f"-class{scene.label}"
    return f"{model}-{scene.seed}{label}{psi}.png"


def _save(order: _Order) -> None:
    from explorer.core.rendering.picture_files import save_png

    save_png(order.path, order.renderer.render(order.scene).picture, order.scene)
