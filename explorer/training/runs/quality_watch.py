"""Measures the quality of a run's samples while it learns, now and then, within a small share of its time."""

from __future__ import annotations

import time

import numpy as np

from explorer.core.models.quality_figures import QualityFigures
from explorer.training.learning.family import Learner
from explorer.training.learning.progress import Progress
from explorer.training.quality.measuring import QualityReference, chosen_for_quality, drawn
from explorer.training.quality.picture_features import PictureFeatures, features_for
from explorer.training.runs.spec import RunSpec
from explorer.training.runs.step_metrics import SECONDS
from explorer.training.sources import PictureSet

SHARE = 0.02
"""Of the time spent on steps that may go into measuring on the way; a half more for the last step of all."""

_LAST_SHARE = 0.03
_MOST = 500  # real pictures, and as many samples
_LEAST = 20  # of fewer real pictures a distance tells nothing
_WARM_UP, _PROBE = 2, 16  # pictures
_FIRST_AFTER_S = 5.0


class QualityWatch:
    """Says of a learner that makes pictures how good they are, when there is time for it.

    How long a measurement takes is found by a few samples first, which count as time spent. Nothing random is drawn
    but from seeds of its own: what is learned does not depend on whether and when somebody measures.

    Parameters
    ----------
    spec : RunSpec
    found : PictureSet
        The run's whole data set: held-out pictures are compared with, if there are enough.
    """

    def __init__(self, spec: RunSpec, found: PictureSet) -> None:
        self._spec, self._found = spec, found
        self._spent_s, self._seconds = 0.0, 0.0
        self._takes_s, self._probed_s = 0.0, 0.0
        self._features: PictureFeatures | None = None
        self._reference: QualityReference | None = None
        self._chosen: tuple[PictureSet, bool] | None = None
        self._is_able = len(found) >= _LEAST
        self.newest: QualityFigures | None = None

    def look(self, learner: Learner, progress: Progress) -> QualityFigures | None:
        """The figures after this step if it is time for them, else None."""
        self._seconds = float(progress.speed.get(SECONDS, self._seconds))
        is_last = progress.step == self._spec.steps
        may_s = (_LAST_SHARE if is_last else SHARE) * self._seconds - self._spent_s
        if not self._is_able or not learner.latent_size or self._seconds < _FIRST_AFTER_S or may_s <= 0:
            return None
        if not self._takes_s or (self._takes_s > may_s and self._seconds >= 2.0 * self._probed_s):
            self._takes_s, self._probed_s = self._probed(learner), self._seconds  # the computer may have been busy
            return None
        if self._takes_s > may_s:
            return None
        began = time.perf_counter()
        if self._reference is None:
            self._reference = self._looked_at(learner)
        self.newest = self._reference.measured(learner)
        self._takes_s = self._note(began)
        return self.newest

    def _note(self, began: float) -> float:
        took = time.perf_counter() - began
        self._spent_s += took
        return took

    def _probed(self, learner: Learner) -> float:
        """About how long a first measurement will take, in seconds: samples and real pictures are looked at."""
        began = time.perf_counter()
        self._looked_at_some(learner, _WARM_UP)
        warm = time.perf_counter()
        self._looked_at_some(learner, _PROBE)
        took = time.perf_counter() - warm
        self._note(began)
        return took * len(self._real()[0]) / _PROBE

    def _real(self) -> tuple[PictureSet, bool]:
        """The real pictures, and whether they are held out."""
        if self._chosen is None:
            self._chosen = chosen_for_quality(self._found, self._spec.hold_out, _MOST)
        return self._chosen

    def _looked_at_some(self, learner: Learner, count: int) -> None:
        classes = len(learner.classes)
        labels = np.arange(count, dtype=np.int64) % classes if classes else None
        self._seen_by(learner).see(drawn(learner, count, labels))

    def _looked_at(self, learner: Learner) -> QualityReference:
        real, is_held_out = self._real()
        return QualityReference.of(real, self._seen_by(learner), is_held_out=is_held_out)

    def _seen_by(self, learner: Learner) -> PictureFeatures:
        if self._features is None:
            task = learner.task
            self._features = features_for(task.channels, task.size, data=self._spec.data, device=task.device)
        return self._features
