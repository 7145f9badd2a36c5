"""What came of an attack, told."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from explorer.cli.output import say, say_json
from explorer.core.inside.attack import AskedPictures, Fooled, times_enlarged
from explorer.core.proportions import wilson
from explorer.core.words import plain

_MOST_ANSWERS = 5
_STAGES = ("before", "after", "random")
_TITLES = {"before": "before", "after": "after", "random": "random signs"}


def tell_one(found: Fooled, options: argparse.Namespace) -> None:
    """What the network says of one picture."""
    question = found.question
    stages = {stage: _shown(found, stage) for stage in _STAGES}
    told = {stage: question.answers[question.told(shown.values)[0]] for stage, shown in stages.items()}
    if options.json:
        values = {
            stage: dict(zip(_names(found), (round(float(v), 6) for v in shown.values[0]), strict=True))
            for stage, shown in stages.items()
        }
        changed = int(np.abs(found.after.pictures.astype(np.int16) - found.before.pictures).max())
        facts = {"told": told, "values": values, "largest_change": changed, "limit": _limit(found)}
        say_json({**_asked(found), **facts, "out": _out(options)})
        return
    for stage, shown in stages.items():
        say(f"{_TITLES[stage]:14}{plain(told[stage]):16} {_in_words(found, shown)}")
    enlarged = times_enlarged(found.before.pictures[0], found.after.pictures[0])
    say(f"No value moved by more than {found.attack.epsilon:g} of the range from black to white.")
    if options.out is not None:
        say(f"{options.out}: before, the noise {enlarged:.0f} times as strong, after, and with random signs")


def tell_many(found: Fooled, options: argparse.Namespace, *, is_known: bool) -> None:
    """How often the network errs, or changes its mind where the truth is not known."""
    count = len(found.truth)
    errors = {stage: found.errors(_shown(found, stage)) for stage in _STAGES}
    reached = {stage: found.reached(_shown(found, stage)) for stage in _STAGES}
    if options.json:
        shares = {stage: round(error, 6) for stage, error in errors.items()}
        got = None if reached["after"] is None else {stage: round(each or 0.0, 6) for stage, each in reached.items()}
        facts = {"pictures": count, "truth_known": is_known, "errors": shares, "reached": got}
        say_json({**_asked(found), **facts, "limit": _limit(found), "out": _out(options)})
        return
    what = "errs on" if is_known else "answers differently on"
    for stage in _STAGES:
        low, high = wilson(round(errors[stage] * count), count)
        wanted = "" if reached[stage] is None else f"; says {found.attack.target} on {reached[stage]:.1%}"
        say(f"{_TITLES[stage]:14}{what} {errors[stage]:.1%} ({100 * low:.1f} to {100 * high:.1f}) of {count:,}{wanted}")


def _asked(found: Fooled) -> dict[str, Any]:
    attack = found.attack
    return {
        "network": found.network,
        "question": found.question.name,
        "target": attack.target or None,
        "epsilon": attack.epsilon,
        "steps": attack.steps,
        "seed": attack.seed,
    }


def _limit(found: Fooled) -> float | None:
    return round(found.question.limit, 6) if found.question.unit == "score" else None


def _shown(found: Fooled, stage: str) -> AskedPictures:
    shown: AskedPictures = getattr(found, stage)
    return shown


def _names(found: Fooled) -> tuple[str, ...]:
    question = found.question
    return question.answers if question.is_choice else (question.name,)


def _in_words(found: Fooled, shown: AskedPictures) -> str:
    question, values = found.question, shown.values[0]
    if not question.is_choice:
        unit = {"chance": f"{values[0]:.1%}", "score": f"score {values[0]:.3f}", "number": f"{values[0]:.3f}"}
        return unit[question.unit]
    order = np.argsort(-values, kind="stable")[:_MOST_ANSWERS]
    return ", ".join(f"{plain(question.answers[place])} {values[place]:.1%}" for place in order)


def _out(options: argparse.Namespace) -> str | None:
    return None if options.out is None else str(options.out)
