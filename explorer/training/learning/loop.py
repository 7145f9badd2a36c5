"""The training loop: a generator that yields one `Progress` a step and knows no thread, callback or window."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from torch import Tensor

from explorer.training.distributed.group import agree, break_off
from explorer.training.distributed.sharing import shared
from explorer.training.learning.batches import StepBatches
from explorer.training.learning.family import Learner
from explorer.training.learning.progress import Progress
from explorer.training.runs.step_metrics import Speed, forget_gradients, gradients, is_told_at, rates

Steps = Generator[Progress, None, None]


def train(
    learner: Learner,
    batches: StepBatches,
    *,
    steps: int,
    keep: Callable[[Learner], object],
    every_s: float = 60.0,
    is_wanted: Callable[[], bool] = lambda: False,
    is_over: Callable[[], bool] = lambda: False,
) -> Steps:
    """Train until ``learner`` has done ``steps`` steps, or until the caller stops asking.

    Closing the iterator is how training is stopped: the current step ends, and the state is kept in whichever
    thread was iterating.

    Parameters
    ----------
    keep : callable (Learner) -> None
        Writes a checkpoint; called every ``every_s`` seconds, and at the end if anything new was learned.
    is_wanted : callable () -> bool
        Asked after each step whether somebody would like a checkpoint now.
    is_over : callable () -> bool
        Asked after each step whether to stop. Of several processes that train together all stop if one does, after
        the same step.
    """
    kept_at, kept_step = time.monotonic(), learner.done_steps
    speed = Speed(learner.task.device)
    is_whole = True
    is_awaited = False  # whether other processes wait for a word of this one
    try:
        while learner.done_steps < steps:
            is_whole = False
            batch = batches.batch(learner.done_steps)
            if is_told_at(learner.done_steps + 1):
                forget_gradients(learner)
            with shared([*learner.networks.values(), *learner.fixed]):
                tensors = learner.step(batch)
            learner.done_steps += 1
            is_whole = is_awaited = True
            measured = speed.before_yield(len(batch.pictures))
            yield _progress(learner, tensors, kept_step, measured)
            speed.after_yield()
            if time.monotonic() - kept_at >= every_s or is_wanted():
                keep(learner)
                kept_at, kept_step = time.monotonic(), learner.done_steps
                speed.restart()
            is_awaited = False
            if agree(is_over()):
                break
    finally:
        if is_awaited:
            break_off()
        # After half a step the networks no longer belong together; then the last checkpoint is the truth.
        if is_whole and learner.done_steps > kept_step:
            keep(learner)


def _progress(learner: Learner, tensors: dict[str, Tensor], kept_step: int, speed: dict[str, float]) -> Progress:
    if not is_told_at(learner.done_steps):
        return Progress(learner.done_steps, tensors, kept_step, speed=speed)
    return Progress(learner.done_steps, tensors | gradients(learner), kept_step, numbers=rates(learner), speed=speed)
