"""What a run writes down for people: its losses and its samples."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.files import made_folder, replace_file
from explorer.core.latents import sample
from explorer.core.pictures import save_png, sheet
from explorer.core.problem import Problem
from explorer.training.family import Learner
from explorer.training.progress import Progress, losses_of

_FLUSH_STEPS = 500
SHOWN = 18  # pictures that are reconstructed
_SHEET = 36


class LossLog:
    """``losses.csv``: a row per step and loss (step, name, value), flushed now and then.

    The long form keeps losses that are not told at every step, and lets new ones appear in the middle.
    Rows after ``done_steps`` are dropped: a resumed run writes them again.
    """

    def __init__(self, path: Path, done_steps: int) -> None:
        self._waiting: list[Progress] = []
        kept = _rows_up_to(path, done_steps)
        made_folder(path.parent)
        with replace_file(path) as file:
            file.write(kept.encode())
        self._file = path.open("a", encoding="utf-8", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.flush()
        finally:
            self._file.close()

    def add(self, progress: Progress) -> None:
        """Note one step."""
        self._waiting.append(progress)
        if len(self._waiting) >= _FLUSH_STEPS:
            self.flush()

    def flush(self) -> None:
        """Put what waits on the disk.

        Raises
        ------
        Problem
            The disk is full or went away.
        """
        waiting, self._waiting = self._waiting, []
        try:
            rows = csv.writer(self._file, lineterminator="\n")
            for progress, losses in zip(waiting, losses_of(waiting), strict=True):
                rows.writerows((progress.step, name, f"{value:.6g}") for name, value in losses.items())
            self._file.flush()
        except OSError as error:
            raise Problem(
                f"The losses could not be written to {self._file.name} ({error}).", "Free some space."
            ) from error


def _rows_up_to(path: Path, step: int) -> str:
    kept = io.StringIO()
    kept.write("step,loss,value\n")
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                first = line.split(",", 1)[0]
                if line.endswith("\n") and first.isdigit() and int(first) <= step:
                    kept.write(line)
    return kept.getvalue()


class Samples:
    """A sheet per checkpoint of what the model makes: of the same latents each time, or of the same pictures."""

    def __init__(self, folder: Path, learner: Learner, shown: NDArray[np.uint8], seed: int) -> None:
        self._folder = folder
        device = learner.task.device
        size, prior = learner.latent_size, learner.distribution
        z = np.stack([sample((seed + i) % 2**32, size, prior) for i in range(_SHEET)]) if size else None
        self._z = None if z is None else torch.from_numpy(z).to(device)
        classes = len(learner.task.classes)
        self._labels = torch.arange(_SHEET, device=device) % classes if classes else None
        self._real = torch.from_numpy(shown).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1.0

    def write(self, learner: Learner) -> None:
        """Write ``step-NNNNNNNN.png``: samples, then pictures beside their reconstructions where there are any.

        A learner that makes neither leaves no sheet.
        """
        drawn = None if self._z is None else learner.pictures(self._z, self._labels)
        made = [] if drawn is None else [to_uint8(drawn)]
        if (again := learner.reconstructions(self._real)) is not None:
            pairs = torch.stack([self._real, again.to(self._real)], 1).flatten(0, 1)
            made.append(to_uint8(pairs))
        if not made:
            return
        page = sheet(np.concatenate(made), columns=_SHEET // 4)
        save_png(made_folder(self._folder) / f"step-{learner.done_steps:08d}.png", page, None)


def to_uint8(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) in -1 to 1 as (N, H, W, C) uint8."""
    scaled = pictures.float().add(1).mul(127.5).add(0.5).clamp(0, 255).to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()
