"""``world judge``: what dreams are off by, step by step, and what drivers earn in the drawn world."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.cli.output import say, say_json
from explorer.cli.world.dream_folder import dream_folder
from explorer.core.problem import Problem

_TOLD = (1, 2, 5, 10, 15, 20, 25, 29)  # steps of a dream that have a row
_ROADS = 10_000  # seeds that no recording of ours has


def add_arguments(part: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    part.add_argument("model", metavar="WORLD", help="a world model's name or folder")
    part.add_argument("--data", default="drive:3000:9", metavar="SOURCE", help="a recording that it has not seen")
    part.add_argument("--roads", type=int, default=20, help="how many unseen roads are driven (default 20)")
    part.add_argument("--frames", type=int, default=200, help="frames of a drive (default 200)")
    part.add_argument("--memory", type=Path, metavar="RUN", help="the run of its memory: say nats per frame, too")


def judge(options: argparse.Namespace) -> int:
    """Measure and tell."""
    import numpy as np

    from explorer.core.worlds.dream import Dream
    from explorer.training.sources import open_pictures
    from explorer.training.worlds.judging import earnings, open_loop

    if options.roads < 1 or options.frames < 1:
        raise Problem("Drivers need at least one road, and one frame on it.", "Ask for more.")
    with Dream(dream_folder(options.model)) as dream:
        found = open_pictures(options.data, size=dream.generator.card.height)
        loop = open_loop(dream, found, np.ones(len(found), np.bool_))
        earned = earnings(dream, range(_ROADS, _ROADS + options.roads), options.frames) if dream.facts.source else {}
    told = {name: {"reward": each.a_frame, "off road": each.off_share} for name, each in earned.items()}
    nats = _nats(options.memory, found) if options.memory else {}
    steps = {n: {"dream": loop.dreamt[n - 1], "frozen": loop.frozen[n - 1], "eyes": loop.seen[n - 1]} for n in _TOLD}
    if options.json:
        say_json({"off by": steps, "drivers": told, "nats": nats})
        return 0
    say("step   dream  frozen    eyes   (root mean square, of 255)")
    for step, off in steps.items():
        say(f"{step:4d} {off['dream']:7.1f} {off['frozen']:7.1f} {off['eyes']:7.1f}")
    for name, each in told.items():
        say(f"{name}: {each['reward']:.2f} per frame, {each['off road']:.1%} off the road")
    for name, value in nats.items():
        say(f"{name}: {value:.2f} nats per frame")
    return 0


def _nats(run: Path, found: object) -> dict[str, float]:
    import numpy as np

    from explorer.training.families.worlds.world_rnn import WorldRNN
    from explorer.training.runs.run import Run
    from explorer.training.sources import PictureSet
    from explorer.training.worlds.foretelling import foretold

    learner = Run.open(run).trained_learner()
    if not isinstance(learner, WorldRNN) or not isinstance(found, PictureSet):
        raise Problem(f"The run in {run} is not that of a memory.", "Name the folder memory that world train made.")
    told = foretold(learner, found, np.ones(len(found), np.bool_))
    return {"own actions": told.own, "another's actions": told.others, "one Gaussian": told.gaussian}
