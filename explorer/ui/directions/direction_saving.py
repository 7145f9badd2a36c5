"""Asking which files directions come from, and where they and what was measured go; the writing itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.session.directions.side_effects import write_effects
from explorer.session.jobs.export_queue import Exporter
from explorer.ui.directions.directions_controls import FILE_KINDS
from explorer.ui.studio import Studio

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
        kinds = " ".join(f"*{kind}" for kind in FILE_KINDS)
        filters = f"Directions ({kinds});;All files (*)"
        chosen, _ = QFileDialog.getOpenFileNames(self._view, "Import directions", str(self._folder), filters)
        return [Path(each) for each in chosen]

    def ask_export(self) -> None:
        """Ask where to, and save all directions there."""
        path = self._ask("Export directions", "directions.npz", "Directions (*.npz)", (".npz",))
        if path is not None:
            self.export(path)

    def ask_export_effects(self, found: MeasuredEffects | None) -> None:
        """Ask where to, and save what was measured there."""
        filters = "Comma-separated values (*.csv);;JSON (*.json)"
        if found is None:
            return
        path = self._ask("Export side effects", "side effects.csv", filters, (".csv", ".json"))
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

    @property
    def _folder(self) -> Path:
        return self._studio.settings.save_folder or Path.home()

    def _ask(self, title: str, name: str, filters: str, suffixes: tuple[str, ...]) -> Path | None:
        model = self._studio.models.current
        suggested = self._folder / f"{model.name if model is not None else 'model'} {name}"
        chosen, kind = QFileDialog.getSaveFileName(self._view, title, str(suggested), filters)
        if not chosen:
            return None
        path = Path(chosen)
        self._studio.settings.save_folder = path.parent
        if path.suffix.lower() in suffixes:
            return path
        meant = next((suffix for suffix in suffixes if suffix in kind), suffixes[0])
        return path.with_name(path.name + meant)
