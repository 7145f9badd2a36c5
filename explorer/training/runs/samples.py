"""Draws what a learner makes of fixed latents and fixed pictures, in a rhythm fit to look back over."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.rendering.latents import sample
from explorer.training.learning.family import Learner
from explorer.training.runs.run_folder import FITTED, RECONSTRUCTIONS, SHEETS
from explorer.training.runs.sample_sheets import SampleSheets, is_in_rhythm

SHOWN = 18  # pictures that are reconstructed
_SHEET = 36
_COLUMNS = 9
_PAUSE_S = 5.0
_SHARE = 0.01  # of the time, at most, that may go into sheets between checkpoints


class Samples:
    """Sheets of the same latents, and of the same pictures with their reconstructions, as training goes on.

    Of a model whose latents are raw codes there is a third: the upper half is what N(0, I) gives, the lower half what
    the same draws give through the Gaussian that is fitted to the codes of pictures.

    There is one at the steps 1, 2, 5, 10, 20, 50 …, one at each checkpoint, and others in between as time allows.
    Nothing random is drawn, so that a run with sheets equals one without. Those after ``learner.done_steps`` are
    removed: a resumed run makes them again.

    Parameters
    ----------
    folder : Path
        The run's.
    shown : (N, H, W, C) uint8
        Pictures to reconstruct.
    given : (N, H, W, C) uint8 or None
        What is to be painted from instead, where the learner is given something; shown beside what it paints.
    seed : int
        The latents are those of the seeds from here on.
    """

    def __init__(
        self,
        folder: Path,
        learner: Learner,
        shown: NDArray[np.uint8],
        given: NDArray[np.uint8] | None = None,
        *,
        seed: int,
    ) -> None:
        self.made, self.again = SampleSheets(folder / SHEETS), SampleSheets(folder / RECONSTRUCTIONS)
        self.fitted = SampleSheets(folder / FITTED)
        for sheets in (self.made, self.again, self.fitted):
            sheets.drop_after(learner.done_steps)
        device, size, prior = learner.task.device, learner.latent_size, learner.prior
        self._seeds = tuple((seed + i) % 2**32 for i in range(_SHEET))
        z = np.stack([sample(each, size, prior) for each in self._seeds]) if size else None
        self._z = None if z is None else torch.from_numpy(z).to(device)
        classes = len(learner.classes)
        self._labels = torch.arange(_SHEET, device=device) % classes if classes else None
        self._is_given = given is not None
        self._real = (
            torch.from_numpy(shown if given is None else given).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        )
        self._due_at = time.monotonic() + _PAUSE_S
        self._written_step = learner.done_steps

    def is_due(self, step: int) -> bool:
        """Whether it is time for a sheet, after the step ``step``."""
        return is_in_rhythm(step) or time.monotonic() >= self._due_at

    def write(self, learner: Learner) -> Path | None:
        """Write the sheets of this step, unless they are there; the samples' path, where there is one new.

        A learner that makes no pictures leaves none.
        """
        step = learner.done_steps
        if step == self._written_step:
            return None
        began = time.monotonic()
        path = self._write_samples(learner, step)
        again = learner.translations(self._real) if self._is_given else learner.reconstructions(self._real)
        if again is not None:
            pairs = torch.stack([self._real, again.to(self._real)], 1).flatten(0, 1)
            self.again.write(step, to_uint8(pairs), _COLUMNS // 2 * 2)
        if self._z is not None and (halves := learner.raw_and_fitted(self._z[: _SHEET // 2])) is not None:
            self.fitted.write(step, to_uint8(torch.cat(halves)), _COLUMNS)
        took = time.monotonic() - began
        self._written_step, self._due_at = step, began + took + max(_PAUSE_S, took / _SHARE)
        return path

    def _write_samples(self, learner: Learner, step: int) -> Path | None:
        drawn = None if self._z is None else learner.pictures(self._z, self._labels)
        if drawn is None:
            return None
        labels = () if self._labels is None else tuple(self._labels.tolist())
        return self.made.write(step, to_uint8(drawn), _COLUMNS, seeds=self._seeds, labels=labels)


def to_uint8(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures (N, C, H, W) in -1 to 1 as (N, H, W, C) uint8."""
    scaled = pictures.float().add(1).mul(127.5).add(0.5).clamp(0, 255).to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()
