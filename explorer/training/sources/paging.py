"""Every page of pictures that have several, where that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath

from explorer.training.sources.decoding import pages_in, quiet_pillow
from explorer.training.sources.material import Drawn, ListedSource
from explorer.training.sources.picture_reading import PictureReading

PAGE_LIMIT = 100_000
"""Most pages of one file that are used."""

_PAGED = (".tif", ".tiff", ".gif", ".webp", ".png", ".apng", ".avif", ".heic", ".heif", "")


def with_pages(
    material: ListedSource,
    reading: PictureReading,
    file: Callable[[int], Path | BytesIO],
    draw: Callable[[int, int, int, int], Drawn],
) -> ListedSource:
    """``material`` with a candidate for each page: ``x.tif``, ``x.tif#2``, ``x.tif#3`` ... where all are asked for.

    Parameters
    ----------
    file : callable
        Opens a candidate, by its index.
    draw : callable
        ``draw(index, size, channels, page)``
    """
    if reading.assume.pages != "all":
        return material
    pages: list[tuple[int, int]] = []
    with quiet_pillow():
        for index, path in enumerate(material.paths):
            reading.check()
            count = pages_in(file(index)) if PurePosixPath(path).suffix.lower() in _PAGED else 1
            if count > PAGE_LIMIT:
                material.tally.note(f"Of {material.names[index]} only the first {PAGE_LIMIT:,} pages are used.")
            pages += [(index, page) for page in range(min(max(count, 1), PAGE_LIMIT))]
    return replace(
        material,
        names=[material.names[index] + (f"#{page + 1}" if page else "") for index, page in pages],
        paths=[material.paths[index] for index, _ in pages],
        stamp=f"{material.stamp}|{len(pages)} pages",
        draw=lambda place, size, channels: draw(pages[place][0], size, channels, pages[place][1]),
    )
