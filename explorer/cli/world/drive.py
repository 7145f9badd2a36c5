"""``world drive``: a film of the drawn world and of the dream beside it, driven by the same hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.output import say, say_json
from explorer.cli.places import FILMS, kind_of
from explorer.cli.world.dream_folder import dream_folder
from explorer.core.problem import Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from explorer.core.worlds.dream import Dream

_KEYS = "LRUD."
_WIDE_PX = 256  # of each half


def add_arguments(part: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    part.add_argument("model", metavar="WORLD", help="a world model's name or folder")
    part.add_argument("--out", type=Path, required=True, metavar="FILM", help="a .mp4 or .gif")
    part.add_argument("--frames", type=int, default=150, help="how many (default 150)")
    part.add_argument("--seed", type=int, default=10_000, help="the road, and what the dream leaves to chance")
    part.add_argument("--temperature", type=float, default=0.3, help="how wild the dream is, 0.01 to 3 (default 0.3)")
    part.add_argument(
        "--keys", metavar="KEYS", help="drive by hand: a letter a frame, L R U D or . for none, again from the start"
    )
    part.add_argument(
        "--awake", type=int, default=8, metavar="N", help="frames it sees before it dreams on (default 8)"
    )


def drive(options: argparse.Namespace) -> int:
    """Film it."""
    from explorer.core.exports.animation import save_film
    from explorer.core.worlds.dream import HIGHEST, LOWEST, Dream

    if kind_of(options.out) not in FILMS:
        raise Problem(f"A film is saved as .mp4 or .gif, not as {options.out.name}.", "Name such a file.")
    if options.frames < 2 or options.awake < 1:
        raise Problem("A film of a drive has at least two frames, and sees one.", "Ask for more.")
    if not LOWEST <= options.temperature <= HIGHEST:
        raise Problem(f"A temperature of {options.temperature:g} is out of range.", "It runs from 0.01 to 3.")
    keys = _checked_keys(options.keys)
    with Dream(dream_folder(options.model)) as dream:
        if dream.facts.source != "drive":
            raise Problem(f"{options.model} dreams of a world that is not one of this program.", "Drive another.")
        if not keys and not dream.has_controller:
            raise Problem(f"{options.model} has no controller.", "Drive it by hand with --keys.")
        frames = _frames(dream, options, keys)
        save_film(options.out, frames, options.frames, dream.facts.frames_a_second)
    say_json({"film": str(options.out), "frames": options.frames}) if options.json else say(str(options.out))
    return 0


def _checked_keys(text: str | None) -> str:
    wrong = sorted(set((text or "").upper()) - set(_KEYS))
    if wrong or text == "":
        raise Problem(f"{text!r} are not keys to drive by.", "Write L, R, U, D or . for each frame, such as UURR.LL.")
    return (text or "").upper()


def _frames(dream: Dream, options: argparse.Namespace, keys: str) -> Iterator[NDArray[np.uint8]]:
    import numpy as np

    from explorer.core.rendering.picture_files import enlarged
    from explorer.core.worlds.drive import Drive
    from explorer.core.worlds.trials import Awake

    world = Drive([options.seed], dream.generator.card.height)
    awake, chance = Awake(dream, dream.steered if not keys else lambda _state: action), np.random.RandomState(0)
    chance.seed(options.seed % 2**32)
    dreamt = np.empty(0, np.float32)
    factor = max(1, _WIDE_PX // dream.generator.card.height)
    for number in range(options.frames):
        action = _action(keys, number)
        done = awake(world)
        if number < options.awake:
            dreamt = awake.state.copy()
        pair = np.concatenate([world.frames()[0], dream.pictures(dreamt)[0]], 1)
        yield enlarged(pair, factor)
        dreamt, _, _ = dream.step(dreamt, done, dream.chance(1, chance), options.temperature)
        world.step(done)


def _action(keys: str, number: int) -> NDArray[np.float32]:
    import numpy as np

    key = keys[number % len(keys)] if keys else "."
    steer, gas = {"L": (-0.7, 0.3), "R": (0.7, 0.3), "U": (0.0, 1.0), "D": (0.0, -1.0), ".": (0.0, 0.3)}[key]
    return np.array([[steer, gas]], np.float32)
