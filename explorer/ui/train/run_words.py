"""What is said of a run: its state, how far it is, how long it takes still."""

from __future__ import annotations

import re

from explorer.core.problem import Problem
from explorer.session.train.run_summaries import Training, changes_in
from explorer.training.runs.run_folder import RunFacts

_OPTIONS = re.compile(r" \(--[^)]*\)")  # what is to be typed at the command line

STATES = {
    "waiting": "Waiting for its turn",
    "preparing": "Opening the pictures …",
    "training": "Training",
    "paused": "Paused",
    "stopping": "Stopping …",
    "elsewhere": "Training in its own process",
    "stopped": "Stopped",
    "done": "Done",
    "failed": "Failed",
}


def state_words(training: Training) -> str:
    """The state, with the share of the pictures that have been opened."""
    if training.state == "preparing" and training.share >= 1:
        return "Building the model …"
    if training.state == "preparing" and training.share > 0:
        return f"Opening the pictures … {training.share:.0%}"
    return STATES[training.state]


def interrupted_words(facts: RunFacts) -> str:
    """That a run was broken off, and from where it can go on."""
    from_where = f"it goes on from step {facts.kept_step:,}" if facts.kept_step else "it starts over"
    return f"This run was interrupted; {from_where}."


def live_words(training: Training) -> str:
    """What is awaited while the model in training is not open yet."""
    if training.state == "paused" and not training.facts.kept_step:
        return "Its model opens in Explore as soon as the run goes on: nothing has been saved yet."
    return "Its model is being made ready for Explore, which takes a while during training …"


def problem_words(problem: Problem) -> tuple[str, str]:
    """Why a run failed, and what a button that mends it is called; "" where nothing is known to mend it."""
    changes = changes_in(problem)
    values = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in changes.items())
    words = _OPTIONS.sub("", " ".join(filter(None, (problem.what, problem.hint))))
    return words, f"Start over with {values} …" if values else ""


def step_words(training: Training) -> str:
    """``1,200 of 10,000 steps``."""
    return f"{training.facts.done_steps:,} of {training.facts.steps:,} steps"


def rate_words(training: Training) -> str:
    """``12 steps a second``; "" where nothing is known."""
    return f"{number_words(training.rate_per_s)} steps a second" if training.rate_per_s else ""


def expected_words(training: Training) -> str:
    """``4 min left``; "" where nothing is known."""
    left = training.seconds_left
    return f"{time_words(left)} left" if left is not None else ""


def number_words(value: float) -> str:
    """A rate with as many digits as are of use."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def time_words(seconds: float) -> str:
    """``40 s``, ``4 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
