"""Plots as files: a picture of what is seen, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter, QPicture
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.core.exports.export_job import StoppedError
from explorer.core.files import replace_file
from explorer.core.plots.metric_series import Numbers
from explorer.session.jobs.export_queue import Write
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.plots.plot_curve import Line
from explorer.ui.theme import UNIT, colours_of

_PDF_DPI = 96
_SCALE = 2  # pixels of the picture for each of the window's
_ROWS = 20_000  # that are written between two looks at whether to go on

Table = list[tuple[str, Numbers, Numbers]]


def picture_of(widget: QWidget, title: str) -> QImage:
    """``widget`` as it looks under a title, with twice the pixels and without its buttons."""
    image = QImage(_sheet_size(widget) * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        _paint(widget, title, painter)
    return image


def write_picture(image: QImage) -> Write:
    """What writes ``image`` as PNG."""
    return partial(_write_bytes, lambda: _png_bytes(image))


def write_vectors(widget: QWidget, title: str, kind: Literal["svg", "pdf"]) -> Write:
    """What writes ``widget`` as it looks now under a title, as lines and letters that stay sharp at any size."""
    drawn = QPicture()
    with QPainter(drawn) as painter:
        _paint(widget, title, painter)
    return partial(_write_bytes, partial(_vector_bytes, drawn, _sheet_size(widget), title, kind))


def _vector_bytes(drawn: QPicture, size: QSize, title: str, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = _svg(buffer, size, title) if kind == "svg" else _pdf(buffer, size, title)
    with QPainter(device) as painter:
        painter.drawPicture(0, 0, drawn)
    return bytes(buffer.data().data())


def _svg(buffer: QBuffer, size: QSize, title: str) -> QPaintDevice:
    from PySide6.QtSvg import QSvgGenerator

    device = QSvgGenerator()
    device.setOutputDevice(buffer)
    device.setSize(size)
    device.setViewBox(QRect(QPoint(), size))
    device.setTitle(title)
    return device


def _pdf(buffer: QBuffer, size: QSize, title: str) -> QPaintDevice:
    device = QPdfWriter(buffer)
    device.setResolution(_PDF_DPI)
    device.setTitle(title)
    device.setPageSize(QPageSize(QSizeF(size) * 72.0 / _PDF_DPI, QPageSize.Unit.Point))
    device.setPageMargins(QMarginsF())
    return device


def _sheet_size(widget: QWidget) -> QSize:
    return widget.size() + QSize(0, _title_px(widget))


def _title_px(widget: QWidget) -> int:
    return QFontMetrics(_title_font(widget)).height() + 2 * UNIT


def _title_font(widget: QWidget) -> QFont:
    font = QFont(widget.font())
    font.setBold(True)
    return font


def _paint(widget: QWidget, title: str, painter: QPainter) -> None:
    """The widget under its title, on the ground of the window and without what is there to be pressed."""
    c, high = colours_of(widget.palette()), _title_px(widget)
    painter.fillRect(QRect(QPoint(), _sheet_size(widget)), c.window)
    painter.setPen(c.text)
    painter.setFont(_title_font(widget))
    painter.drawText(QRect(UNIT, 0, widget.width() - 2 * UNIT, high), Qt.AlignmentFlag.AlignVCenter, title)
    with _without_buttons(widget):
        widget.render(painter, QPoint(0, high))


@contextmanager
def _without_buttons(widget: QWidget) -> Iterator[None]:
    """What can be pressed is out of sight meanwhile, but for legends, and keeps its room."""
    hidden = [each for each in widget.findChildren(QToolButton) if not each.isHidden() and not each.text()]
    for button in hidden:
        policy = button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        button.hide()
    try:
        yield
    finally:
        for button in hidden:
            button.show()


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


def _png_bytes(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, PySide6 a str
    return bytes(buffer.data().data())


def _write_bytes(make: Callable[[], bytes], path: Path, progress: Report, cancelled: Cancelled) -> None:
    data = make()
    if not cancelled():
        with replace_file(path) as file:
            file.write(data)
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
