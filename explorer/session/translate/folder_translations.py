"""A folder of pictures through the open translator, in a worker, with progress, and cancelled when nobody wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

if TYPE_CHECKING:
    from explorer.core.exports.translated_files import TranslationSettings
    from explorer.core.inference.translator import Translator


class FolderTranslations(JobRunner):
    """Translates one folder at a time; its progress is that of the job, in pictures.

    Signals
    -------
    written(folder, done, failed) : Path, int, list of (Path, Problem)
        The new folder is there, with so many pictures; those that failed are left out.
    stopped()
        It was cancelled; nothing of it is left.
    """

    written = Signal(object, int, object)
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="folders of pictures")

    def translate(self, translator: Translator, source: Path, folder: Path, how: TranslationSettings) -> None:
        """Translate all pictures of the folder ``source`` into a new ``folder``."""
        failed: list[tuple[Path, Problem]] = []

        def work(report: Report, cancelled: Cancelled) -> int:
            return _translated(translator, source, folder, how, failed, report, cancelled)

        self.begin(
            work,
            lambda done: self.written.emit(folder, done, failed),
            dropped=lambda _result: self.stopped.emit(),
            words=f"Translating {source.name}",
        )


def _translated(
    translator: Translator,
    source: Path,
    folder: Path,
    how: TranslationSettings,
    failed: list[tuple[Path, Problem]],
    report: Report,
    cancelled: Cancelled,
) -> int:
    from explorer.core.exports.translated_files import save_translations
    from explorer.core.photos.photo_names import named_photos, names_of

    files = list(named_photos([source]))
    done = save_translations(
        translator,
        list(zip(files, names_of(files), strict=True)),
        folder,
        how,
        progress=report,
        cancelled=cancelled,
        failed=lambda file, problem: failed.append((file, problem)),
    )
    return len(done)
