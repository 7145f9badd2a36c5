"""Asking which files directions come from, and where they and what was measured go; the writing itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.core.models.file_kinds import DIRECTIONS
from explorer.session.directions.side_effects import write_effects
from explorer.session.jobs.export_queue import Exporter
from explorer.ui.studio import Studio
from explorer.ui.widgets.asking import ask_files, ask_where

if TYPE_CHECKING:
    from explorer.session.directions.side_effects import MeasuredEffects


class DirectionSaving(QObject):
    """The dialogs of the Directions view; writes in the background."""

    def __init__(self, studio: Studio, view: QWidget) -> None:
        super().__init__(view)
        self._studio, self._view = studio, view
        self.exporter = Exporter(self)
        self.exporter.written.connect(lambda path: studio.notices.say(f"Saved {path.name} in {path.parent}."))
        self.exporter.failed.connect(studio.notices.show_error)

    def ask_import(self) -> list[Path]:
        """The files that the user chose; none where the dialog was cancelled."""
        kinds = " ".join(f"*{kind}" for kind in DIRECTIONS)
        filters = f"Directions ({kinds});;All files (*)"
        folder = self._studio.settings.save_folder or Path.home()
        return ask_files(self._view, "Import directions", filters, folder)

    def ask_export(self) -> None:
        """Ask where to, and save all directions there."""
        path = self._ask("Export directions", "directions.npz", "Directions (*.npz)")
        if path is not None:
            self.export(path)

    def ask_export_effects(self, found: MeasuredEffects | None) -> None:
        """Ask where to, and save what was measured there."""
        filters = "Comma-separated values (*.csv);;JSON (*.json)"
        if found is None:
            return
        path = self._ask("Export side effects", "side effects.csv", filters)
        if path is not None:
            self.export_effects(path, found)

    def export(self, path: Path) -> None:
        """Save all directions as one file."""
        from explorer.core.directions.files.store import save_directions

        directions = self._studio.directions.all
        self.exporter.write(path, lambda path, *_: save_directions(path, directions))

    def export_effects(self, path: Path, found: MeasuredEffects) -> None:
        """Save what was measured, as JSON or CSV."""
        self.exporter.write(path, lambda path, *_: write_effects(found, path))

    def _ask(self, title: str, name: str, kinds: str) -> Path | None:
        model = self._studio.models.current
        suggested = f"{model.name if model is not None else 'model'} {name}"
        return ask_where(self._studio.settings, self._view, title, suggested, kinds)
