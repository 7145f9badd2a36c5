"""What is said of a run: its state, how far it is, how long it takes still."""

from __future__ import annotations

from explorer.session.training_list import Training

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
    if training.state == "preparing" and 0 < training.share < 1:
        return f"Opening the pictures … {training.share:.0%}"
    return STATES[training.state]


def step_words(training: Training) -> str:
    """``1,200 of 10,000 steps``."""
    return f"{training.facts.done_steps:,} of {training.facts.steps:,} steps"


def rate_words(training: Training) -> str:
    """``12 steps a second, 4 min left``; "" where nothing is known."""
    if not training.rate_per_s:
        return ""
    left = training.seconds_left
    return f"{number_words(training.rate_per_s)} steps a second" + (
        f", {time_words(left)} left" if left is not None else ""
    )


def number_words(value: float) -> str:
    """A rate with as many digits as are of use."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def time_words(seconds: float) -> str:
    """``40 s``, ``4 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
