"""A path judged: how fast its pictures change along the way, and what the model's critic thinks of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.models.file_kinds import run_of
from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.inference.perception import Critic

FRAMES_A_STRETCH, MOST_FRAMES = 16, 160
_DRAWING = 0.8  # share of the work; looking at the pictures is the rest


@dataclass(frozen=True, eq=False)
class PathJudgement:
    """What was found of N pictures along a path.

    Attributes
    ----------
    lengths : (N - 1,) float32
        Perceptual path length of each step (Karras et al., 2019, section 4.1): the perceptual distance of its two
        pictures over the square of the step, in shares of a stretch from point to point.
    step : float
        How long each step is, in such shares.
    scores : (N,) float32 or None
        What the critic says of each picture, larger being more real; None where the model has none.
    features : str
        What the distance is measured in.
    """

    lengths: NDArray[np.float32]
    step: float
    scores: NDArray[np.float32] | None
    features: str

    def in_words(self) -> str:
        """The figures in a sentence."""
        ends = self.lengths.mean(), self.lengths.max() / max(float(self.lengths.mean()), 1e-12)
        words = (
            f"Perceptual path length {ends[0]:.3g} (by {self.features}); the fastest step is {ends[1]:.1f} times that"
        )
        if self.scores is None:
            return f"{words}."
        middle = float(np.median(self.scores))
        return f"{words}. The critic's score falls from {middle:.2f}, the median, to {self.scores.min():.2f}."


class PathJudge(JobRunner):
    """Judges the newest path that is asked for.

    Signals
    -------
    judged(PathJudgement)
    """

    judged = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="path-judge")

    def look(self, model: OpenModel, scenes: Sequence[Scene], step: float) -> None:
        """Judge the pictures of these scenes, equal steps along a path, each so long."""
        self.begin(
            partial(judged, model, tuple(scenes), step),
            lambda found: None if found is None else self.judged.emit(found),
            words="Judging the path",
        )


def frames_for(stretches: int) -> int:
    """In how many frames a path of so many stretches is judged."""
    return min(stretches * FRAMES_A_STRETCH + 1, MOST_FRAMES)


def judged(
    model: OpenModel, scenes: Sequence[Scene], step: float, report: Report, cancelled: Cancelled
) -> PathJudgement | None:
    """What is found of the pictures of these scenes, each a ``step`` further, in shares of a stretch between points.

    None where it was cancelled.

    Raises
    ------
    Problem
        A scene cannot be drawn, or the critic cannot be used.
    """
    from explorer.training.quality.picture_features import features_for

    drawn = []
    for index, scene in enumerate(scenes):
        if cancelled():
            return None
        drawn.append(model.renderer.render(scene).picture)
        report(_DRAWING * index / len(scenes), 1.0)
    pictures = np.stack(drawn)
    eyes = features_for(pictures.shape[3], pictures.shape[1], model=model.files.generator)
    apart = eyes.apart(pictures[:-1], pictures[1:])
    return PathJudgement((apart / step**2).astype(np.float32), step, _scores(model, pictures), eyes.name)


def _scores(model: OpenModel, pictures: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    critic = _critic(model)
    if critic is None:
        return None
    try:
        fits = not critic.takes_class and pictures.shape[1:] == (
            critic.card.height,
            critic.card.width,
            critic.card.channels,
        )
        return critic.scores(pictures) if fits else None
    finally:
        critic.close()


def _critic(model: OpenModel) -> Critic | None:
    from explorer.core.inference.perception import Critic

    if model.files.critic is None:
        return None
    return Critic.open(model.files.critic, model.device, trusted=run_of(model.path) is not None)
