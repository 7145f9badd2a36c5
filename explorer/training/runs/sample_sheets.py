"""The sheets of pictures that a run leaves on its way: the same latents at every one of them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.digits import whole_number
from explorer.core.files import made_folder, read_file
from explorer.core.json_store import JsonStore
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png, sheet

MOST = 240
"""Sheets of one kind that a run keeps; early ones lie denser, as most changes then."""

_GAP = 2
_INDEX = "index.json"
_LARGEST_PNG = 64 << 20
_RHYTHM = (1, 2, 5)


@dataclass(frozen=True)
class Layout:
    """How the pictures lie on a sheet.

    Attributes
    ----------
    count, columns : int
        Pictures on a sheet, and in a row of it.
    size, channels : int
        Of one picture.
    gap : int
        Pixels between two.
    seeds : tuple of int
        Whence each picture's latent came; () on sheets of reconstructions, where picture and reconstruction take
        turns.
    labels : tuple of int
        The class of each picture; () where there are none.
    """

    count: int
    columns: int
    size: int
    channels: int
    gap: int = _GAP
    seeds: tuple[int, ...] = ()
    labels: tuple[int, ...] = ()


class SampleSheets:
    """One folder of sheets, ``step-NNNNNNNN.png`` each, with the layout that they have in common.

    In a run's folder ``samples/`` holds what is made of fixed latents, ``reconstructions/`` pictures beside what the
    model makes of them, ``fitted/`` raw latents above, and below a Gaussian that is fitted to codes.

    Parameters
    ----------
    folder : Path
        Need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = JsonStore(folder / _INDEX, 1 << 20)

    def steps(self) -> list[int]:
        """The steps that there are sheets of, in order."""
        found = self.folder.glob("step-*.png") if self.folder.is_dir() else []
        return sorted(step for path in found if (step := whole_number(path.stem[5:])) is not None)

    def path(self, step: int) -> Path:
        """The sheet of a step."""
        return self.folder / f"step-{step:08d}.png"

    def layout(self) -> Layout | None:
        """How the pictures lie; None before the first sheet, or where the index is damaged."""
        return self._index.read(_layout, None)

    def pictures(self, step: int) -> NDArray[np.uint8]:
        """The pictures on the sheet of a step, (N, H, W, C).

        Raises
        ------
        Problem
            There is no such sheet, or it or the index is damaged.
        """
        from PIL import Image, UnidentifiedImageError

        layout, path = self.layout(), self.path(step)
        try:
            if layout is None:
                raise ValueError("its index is missing")
            read_file(path, _LARGEST_PNG)
            with Image.open(path) as found:
                page = np.asarray(found.convert("L" if layout.channels == 1 else "RGB"))
            return _cut(page.reshape(*page.shape[:2], layout.channels), layout)
        except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise Problem(f"The sheet {path.name} cannot be read ({error}).", "Choose another step.") from None

    def write(
        self,
        step: int,
        pictures: NDArray[np.uint8],
        columns: int,
        *,
        seeds: tuple[int, ...] = (),
        labels: tuple[int, ...] = (),
    ) -> Path:
        """Add a sheet of pictures (N, H, W, C); when there are too many, one that is missed least goes.

        Raises
        ------
        Problem
            The disk is full or went away.
        """
        made_folder(self.folder)
        size, channels = pictures.shape[1], pictures.shape[3]
        layout = Layout(len(pictures), columns, size, channels, seeds=seeds, labels=labels)
        if self.layout() != layout:
            self._index.write(asdict(layout))
        save_png(self.path(step), sheet(pictures, columns, _GAP))
        for step_left_out in missed_least(self.steps(), MOST):
            self.path(step_left_out).unlink(missing_ok=True)
        return self.path(step)

    def drop_after(self, step: int) -> None:
        """Remove the sheets of later steps, which a resumed run will make again."""
        for later in self.steps():
            if later > step:
                self.path(later).unlink(missing_ok=True)


def is_in_rhythm(step: int) -> bool:
    """Whether ``step`` is 1, 2, 5, 10, 20, 50, 100 …, the steps that always have a sheet."""
    return step > 0 and step in {first * 10 ** int(math.log10(step)) for first in _RHYTHM}


def missed_least(steps: list[int], most: int) -> list[int]:
    """Which steps to leave out so that ``most`` stay, evenly along the root of the step, ends always kept."""
    left, gone = list(steps), []
    while len(left) > max(2, most):
        roots = np.sqrt(np.array(left, np.float64))
        gone.append(left.pop(1 + int(np.argmin(roots[2:] - roots[:-2]))))
    return gone


def _layout(data: dict[str, Any]) -> Layout | None:
    known: dict[str, Any] = {f.name: data[f.name] for f in fields(Layout) if f.name in data}
    known |= {name: tuple(known.get(name, ())) for name in ("seeds", "labels")}
    layout = Layout(**known)
    sizes = (layout.count, layout.columns, layout.size, layout.channels, layout.gap + 1)
    return layout if all(type(n) is int and n > 0 for n in sizes) else None


def _cut(page: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8]:
    pitch, found = layout.size + layout.gap, []
    for index in range(layout.count):
        top, left = index // layout.columns * pitch, index % layout.columns * pitch
        picture = page[top : top + layout.size, left : left + layout.size]
        if picture.shape[:2] != (layout.size, layout.size):
            raise ValueError("it is smaller than its index says")
        found.append(picture)
    return np.stack(found)
