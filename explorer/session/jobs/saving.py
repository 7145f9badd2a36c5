"""Saving pictures: drawn and written off the GUI thread, every one of them, in the order asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.notices import Notices

if TYPE_CHECKING:
    from explorer.core.rendering.renderer import Renderer
    from explorer.core.rendering.saved_pictures import Enlargement


class Saver(JobRunner):
    """Saves the pictures of scenes, PNG files with their scene, and says where."""

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="saver")
        self._notices = notices
        self.failed.connect(notices.show_error)

    def save(self, renderer: Renderer, scene: Scene, path: Path, enlargement: Enlargement | None = None) -> None:
        """Save the picture of ``scene`` at ``path``: the same bytes as the command line writes."""

        def write() -> None:
            from explorer.core.rendering.saved_pictures import save_picture

            save_picture(path, renderer.render(scene).whole, scene, enlargement)

        self.write(path, write)

    def write(self, path: Path, write: Callable[[], object]) -> None:
        """Do what writes the file at ``path``, in turn, and say so."""
        self.begin(lambda *_: write(), lambda _: self._notices.say_saved(path))

    def close(self) -> None:
        """Write what was asked for, then close."""
        self.finish()


def file_name(scene: Scene) -> str:
    """What to call the picture of ``scene``: its model, and its seed where it is still a sample."""
    model = re.sub(r"[^\w-]+", "-", scene.model_name).strip("-") or "picture"
    if scene.seed is None:
        return f"{model}.png"
    psi = "" if scene.truncation == 1.0 else f"-psi{scene.truncation:.2f}"
    label = "" if scene.label is None else f"-class{scene.label}"
    return f"{model}-{scene.seed}{label}{psi}.png"
