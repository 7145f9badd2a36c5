"""Every page at every size and in every theme, each as a picture of its own and all together on sheets."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from explorer.cli.output import say
from explorer.cli.progress_bar import progress_bar
from explorer.cli.shooting.camera import grabbed, open_model, save, wait_for_calm
from explorer.cli.shooting.pages import every_page
from explorer.core.processes.child import end, start_apart
from explorer.session.settings import Theme
from explorer.ui.window.main_window import MainWindow

SCALES = (1.0, 2.0)
SIZES = ((960, 600), (1280, 720), (2560, 1440))
THEMES: tuple[Theme, ...] = ("dark", "light")

_COLUMNS, _WIDEST_PX, _TITLE_PX, _GAP_PX = 3, 1280, 28, 16
_GROUND, _WORDS = QColor("#80848c"), QColor("#ffffff")
_PATIENCE_MS = 15_000  # with a page that goes on drawing


@dataclass(frozen=True)
class Shots:
    """What is wanted: all pages of one model at these sizes and in these themes, into a folder."""

    folder: Path
    model: Path
    seed: int
    sizes: Sequence[tuple[int, int]]
    themes: Sequence[Theme]

    def name(self, size: tuple[int, int], theme: str, scale: float) -> str:
        """What the sheet of one size, theme and scale is called."""
        return f"{size[0]}x{size[1]}-{theme}-{scale:g}x"


def shoot_at_scales(words: Sequence[str], scales: Sequence[float]) -> int:
    """Have a process of its own shoot at each scale, which Qt asks for before it starts; gives the worst exit code."""
    codes = []
    for scale in scales:
        child = start_apart(["explorer", "shoot", *words, "--scale", f"{scale:g}"], sys.stderr.buffer)
        try:
            codes.append(child.wait())
        finally:
            end(child)
    return max(codes, key=abs)


def shoot_all(shots: Shots, scale: float) -> None:
    """Shoot at the scale that this process has."""
    from explorer.app import build

    for theme in shots.themes:
        with tempfile.TemporaryDirectory() as scratch, closing(build(Path(scratch) / "s.ini", theme=theme)) as window:
            window.resize(*shots.sizes[0])
            window.show()
            open_model(window, shots.model, shots.seed)
            wait_for_calm(window)
            pages = _shot(window, shots, theme, scale)
        for size in shots.sizes:
            name = shots.name(size, theme, scale)
            save(_sheet([(page, shots.folder / name / f"{page}.png") for page in pages]), shots.folder / f"{name}.png")
            say(str(shots.folder / f"{name}.png"))


def _shot(window: MainWindow, shots: Shots, theme: Theme, scale: float) -> list[str]:
    """Shoot every page in one theme; gives their names."""
    names: list[str] = []
    with progress_bar(f"{theme} at {scale:g}", "pages") as report:
        for page in every_page(window):
            report(len(names), len(names) + 1)
            page.show()
            for size in shots.sizes:
                window.resize(*size)
                wait_for_calm(window, _PATIENCE_MS)
                folder = shots.folder / shots.name(size, theme, scale)
                folder.mkdir(parents=True, exist_ok=True)
                save(grabbed(window), folder / f"{page.name}.png")
            page.leave()
            names.append(page.name)
    return names


def _sheet(pages: Sequence[tuple[str, Path]]) -> QPixmap:
    """The pages side by side, each below its name."""
    whole = QPixmap(str(pages[0][1])).size()
    cell = whole.scaled(QSize(_WIDEST_PX, _WIDEST_PX), Qt.AspectRatioMode.KeepAspectRatio)
    cell = cell if cell.width() < whole.width() else whole
    across, down = cell.width() + _GAP_PX, cell.height() + _GAP_PX + _TITLE_PX
    sheet = QPixmap(_COLUMNS * across + _GAP_PX, ceil(len(pages) / _COLUMNS) * down + _GAP_PX)
    sheet.fill(_GROUND)
    with QPainter(sheet) as painter:
        painter.setPen(_WORDS)
        font = painter.font()
        font.setPixelSize(_TITLE_PX // 2)
        painter.setFont(font)
        for index, (title, path) in enumerate(pages):
            left, top = _GAP_PX + index % _COLUMNS * across, _GAP_PX + index // _COLUMNS * down
            painter.drawText(QRect(left, top, cell.width(), _TITLE_PX), Qt.AlignmentFlag.AlignVCenter, title)
            shown = QPixmap(str(path)).scaled(
                cell, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            painter.drawPixmap(left, top + _TITLE_PX, shown)
    return sheet
