"""Plots as files: a picture of what is seen, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.exports.export_job import StoppedError
from explorer.core.files import replace_file
from explorer.core.plots.metric_series import Numbers
from explorer.session.jobs.export_queue import Write
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.plots.plot_curve import Line
from explorer.ui.theme import colours_of

_SCALE = 2  # pixels of the picture for each of the window's
_ROWS = 20_000  # that are written between two looks at whether to go on

Table = list[tuple[str, Numbers, Numbers]]


def picture_of(widget: QWidget) -> QImage:
    """``widget`` as it looks, with twice the pixels."""
    image = QImage(widget.size() * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(colours_of(widget.palette()).window)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        widget.render(painter, QPoint())
    return image


def write_picture(image: QImage) -> Write:
    """What writes ``image`` as PNG."""
    return partial(_write_png, image)


def write_numbers(lines: Sequence[Line], run_labels: dict[str, str]) -> Write:
    """What writes the lines as CSV, as they are now: step, name, value; of several runs with the run in the name."""
    several = len({line.run for line in lines}) > 1
    table: Table = [
        (
            f"{run_labels.get(line.run, line.run)}/{line.name}" if several else line.name,
            line.series.steps.copy(),
            line.series.values.copy(),
        )
        for line in lines
    ]
    return partial(_write_csv, table)


def _write_png(image: QImage, path: Path, progress: Report, cancelled: Cancelled) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, PySide6 a str
    if not cancelled():
        with replace_file(path) as file:
            file.write(buffer.data().data())
    progress(1.0)


def _write_csv(table: Table, path: Path, progress: Report, cancelled: Cancelled) -> None:
    total, done = max(sum(len(steps) for _, steps, _ in table), 1), 0
    with replace_file(path) as file:
        file.write(b"step,name,value\n")
        for name, steps, values in table:
            for start in range(0, len(steps), _ROWS):
                if cancelled():
                    raise StoppedError  # and nothing gets the name
                window = slice(start, start + _ROWS)
                file.write(csv_rows(name, steps[window].tolist(), values[window].tolist()).encode())
                done += len(steps[window])
                progress(done / total)


def csv_rows(name: str, steps: Sequence[float], values: Sequence[float]) -> str:
    """Rows of a table; a name with a comma or a quote is quoted, a value that is a gap is nan."""
    quoted = '"' + name.replace('"', '""') + '"' if any(letter in name for letter in ',"\n\r') else name
    return "".join(f"{step:.15g},{quoted},{value:.9g}\n" for step, value in zip(steps, values, strict=True))
