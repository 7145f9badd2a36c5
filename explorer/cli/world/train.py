"""``world train``: from a recording to a world model that drives itself."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.cli.output import say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem

_PARTS = ("eyes", "memory", "controller")


def add_arguments(part: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    part.add_argument(
        "out", type=Path, metavar="OUT", help="folder of the runs and the model; goes on where it stopped"
    )
    part.add_argument(
        "--data", metavar="SOURCE", help="drive[:COUNT[:SEED]], or an .npz of frames, actions, rewards, ends"
    )
    part.add_argument("--size", type=int, help="side of the frames in pixels (default 64)")
    part.add_argument("--seed", type=int, help="decides every random choice (default 0)")
    part.add_argument(
        "--steps", metavar="EYES,MEMORY,CONTROLLER", help="how long to train each part (default 2200,3000,80)"
    )
    part.add_argument(
        "--set", action="append", default=[], metavar="PART.NAME=VALUE", help="change a setting of a part; repeatable"
    )
    part.add_argument("--threads", type=int, default=0, help="processor threads (default: torch's choice)")


def train(options: argparse.Namespace) -> int:
    """Train what is missing."""
    from explorer.training.learning.devices import use_threads
    from explorer.training.worlds.whole import WorldPlan, trained_world

    use_threads(options.threads)
    usual = WorldPlan()
    asked = {name: getattr(options, name) for name in ("data", "size", "seed") if getattr(options, name) is not None}
    plan = replace(
        usual, **asked, steps=_steps(options.steps, dict(usual.steps)), settings=_settings(options.set, usual.settings)
    )
    with progress_bar("world", "steps") as report:
        model = trained_world(options.out, plan, report=report)
    if options.json:
        say_json({"model": str(model)})
    else:
        say(f"The world model is in {model}. To see it drive: world drive {model} --out film.mp4")
    return 0


def _steps(text: str | None, usual: dict[str, int]) -> dict[str, int]:
    if text is None:
        return usual
    words = text.split(",")
    if len(words) != len(_PARTS) or not all(word.isascii() and word.isdigit() and int(word) for word in words):
        raise Problem(f"{text} is not three numbers of steps.", "Write them as 2200,3000,80.")
    return dict(zip(_PARTS, map(int, words), strict=True))


def _settings(words: list[str], usual: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {part: dict(usual[part]) for part in _PARTS}
    for word in words:
        name, _, value = word.partition("=")
        part, _, setting = name.partition(".")
        if part not in found or not setting or not value:
            raise Problem(f"{word} is not a setting of a part.", "Write it as eyes.width=0.5 or memory.hidden=256.")
        found[part][setting] = value
    return found
