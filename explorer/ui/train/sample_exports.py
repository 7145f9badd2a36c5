"""Samples as files: one sheet, or all sheets of a run as a film of its training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.files import replace_file
from explorer.core.problem import Problem
from explorer.session.jobs.report import Cancelled, Report
from explorer.ui.traverse.export_strip import Offer

_FPS = 10.0
_HOLD = 15  # frames that the last sheet stays


def offers(name: str, sheets: Sequence[Path], shown: Path) -> tuple[Offer, ...]:
    """What can be saved of the sheets of a run called ``name``, of which one is shown."""
    return (
        Offer("This sheet (PNG)", f"{name} {shown.stem}.png", partial(_write_sheet, shown)),
        Offer("Film of the training (GIF)", f"{name} training.gif", partial(_write_film, tuple(sheets))),
        Offer("Film of the training (MP4)", f"{name} training.mp4", partial(_write_film, tuple(sheets))),
    )


def _write_sheet(sheet: Path, path: Path, progress: Report, _cancelled: Cancelled) -> None:
    try:
        data = sheet.read_bytes()
    except OSError as error:
        raise Problem(f"{sheet.name} cannot be read ({error.strerror}).", "Choose another step.") from None
    with replace_file(path) as file:
        file.write(data)
    progress(1.0)


def _write_film(sheets: tuple[Path, ...], path: Path, progress: Report, cancelled: Cancelled) -> None:
    from explorer.core.exports.animation import save_film

    frames = [*sheets, *sheets[-1:] * _HOLD]
    save_film(path, _pages(frames, progress, cancelled), len(frames), _FPS)


def _pages(sheets: list[Path], progress: Report, cancelled: Cancelled) -> Iterator[NDArray[np.uint8]]:
    """The sheets in turn; one that has gone meanwhile is shown as the one before it."""
    from PIL import Image

    from explorer.core.exports.export_job import StoppedError

    page: NDArray[np.uint8] | None = None
    for number, sheet in enumerate(sheets):
        if cancelled():
            raise StoppedError
        try:
            with Image.open(sheet) as image:
                found = np.asarray(image.convert("RGB"))
        except (OSError, ValueError):
            found = None
        if found is not None and (page is None or found.shape == page.shape):
            page = found
        if page is None:
            raise Problem(f"{sheet.name} cannot be read.", "Choose another run.")
        yield page
        progress((number + 1) / len(sheets))
