"""A film of what the lab has shown since a round began: moments kept thinly, and painted when it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from explorer.session.jobs.export_queue import Write
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.theme import Colours
from explorer.ui.train.lab.painting import LEGEND_PX
from explorer.ui.train.lab.subject import Seen, Subject

_MOST = 240  # moments kept; above, every other one is dropped
_SIDE_PX = 480
_FPS = 20.0


class LabFilm:
    """Keeps moments of one round, evenly spread over all of it."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._moments: list[Seen] = []
        self._every, self._seen = 1, 0

    def __len__(self) -> int:
        return len(self._moments)

    def add(self, seen: Seen) -> None:
        """One more moment; another round begins anew."""
        if self._moments and (seen.round != self._moments[0].round or seen.step < self._moments[-1].step):
            self._moments, self._every, self._seen = [], 1, 0
        if self._moments and seen.step == self._moments[-1].step:
            self._moments[-1] = seen
            return
        if self._seen % self._every == 0:
            self._moments.append(seen)
        self._seen += 1
        if len(self._moments) > _MOST:
            self._moments, self._every = self._moments[::2], 2 * self._every

    def writing(self, layers: object, colours: Colours) -> Write:
        """What writes the film, as it is now."""
        return partial(_write, self._subject, tuple(self._moments), layers, colours)


def _write(
    subject: Subject,
    moments: tuple[Seen, ...],
    layers: object,
    colours: Colours,
    path: Path,
    progress: Report,
    cancelled: Cancelled,
) -> None:
    from explorer.core.exports.animation import save_film
    from explorer.core.exports.export_job import StoppedError

    def frames() -> Iterator[NDArray[np.uint8]]:
        for number, seen in enumerate(moments):
            if cancelled():
                raise StoppedError
            yield _frame(subject, seen, layers, colours)
            progress((number + 1) / len(moments))

    save_film(path, frames(), len(moments), _FPS)


def _frame(subject: Subject, seen: Seen, layers: object, colours: Colours) -> NDArray[np.uint8]:
    """(height, width, 3) as the plane is painted, its step below it."""
    image = QImage(_SIDE_PX, _SIDE_PX + 2 * LEGEND_PX, QImage.Format.Format_RGB888)
    image.fill(colours.window)
    with QPainter(image) as painter:
        subject.paint(painter, QRectF(0, 0, _SIDE_PX, _SIDE_PX + LEGEND_PX), seen, layers, colours)
        painter.setPen(colours.text)
        painter.drawText(QRectF(8, _SIDE_PX + LEGEND_PX - 4, _SIDE_PX - 16, LEGEND_PX), f"Step {seen.step:,}")
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
