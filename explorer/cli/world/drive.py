"""``world drive``: a film of the drawn world and of the dream beside it, driven by the same hand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.output import say, say_json
from explorer.cli.places import FILMS, kind_of
from explorer.cli.world.dream_folder import dream_folder
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.worlds.journey import WARM_UP, Driver, Journey, Move, read_journey

if TYPE_CHECKING:
    from explorer.core.worlds.dream import Dream

_STEERED = {"L": (-0.7, 0.3), "R": (0.7, 0.3), "U": (0.0, 1.0), "D": (0.0, -1.0), ".": (0.0, 0.3)}
_KEYS = "LRUD."


def add_arguments(part: argparse.ArgumentParser) -> None:
    """Describe the part's arguments."""
    part.add_argument("model", metavar="WORLD", help="a world model's name or folder")
    part.add_argument("--out", type=Path, required=True, metavar="FILM", help="a .mp4 or .gif")
    part.add_argument("--frames", type=int, default=150, help="how many frames (default 150)")
    part.add_argument("--seed", type=int, default=10_000, help="decides the road, and what the dream leaves to chance")
    part.add_argument("--temperature", type=float, default=0.3, help="how wild the dream is, 0.01 to 3 (default 0.3)")
    part.add_argument(
        "--keys",
        metavar="KEYS",
        help="drive by hand: one letter per frame, L R U D, or . for none; repeats when it ends",
    )
    part.add_argument(
        "--awake", type=int, default=WARM_UP, metavar="N", help=f"frames it sees at first (default {WARM_UP})"
    )
    part.add_argument("--actions", type=Path, metavar="FILE", help="replay a drive that the panel Worlds saved")


def drive(options: argparse.Namespace) -> int:
    """Film it."""
    from explorer.core.worlds.dream import HIGHEST, LOWEST, Dream
    from explorer.core.worlds.drive_film import save_drive

    if kind_of(options.out) not in FILMS:
        raise Problem(f"A film is saved as .mp4 or .gif, not as {options.out.name}.", "Name such a file.")
    if options.frames < 2 or options.awake < 1:
        raise Problem("A film of a drive has at least two frames, and the dream sees at least one.", "Ask for more.")
    if not LOWEST <= options.temperature <= HIGHEST:
        raise Problem(f"A temperature of {options.temperature:g} is out of range.", "It runs from 0.01 to 3.")
    if not 0 <= options.seed <= LARGEST_SEED:
        raise Problem(f"The seed {options.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    if options.actions is not None and options.keys is not None:
        raise Problem("A replayed drive has its own keys.", "Leave out --keys, or --actions.")
    keys = _checked_keys(options.keys)
    with Dream(dream_folder(options.model)) as dream:
        journey = _journey(dream, options, keys)
        save_drive(options.out, dream, journey)
    frames = len(journey.moves) + 1
    say_json({"film": str(options.out), "frames": frames}) if options.json else say(str(options.out))
    return 0


def _checked_keys(text: str | None) -> str:
    wrong = sorted(set((text or "").upper()) - set(_KEYS))
    if wrong or text == "":
        raise Problem(
            f"{text!r} is not a row of keys to drive with.", "Write L, R, U, D or . for each frame, such as UURR.LL."
        )
    return (text or "").upper()


def _journey(dream: Dream, options: argparse.Namespace, keys: str) -> Journey:
    if options.actions is not None:
        return read_journey(options.actions, dream.facts)
    if dream.facts.source != "drive":
        raise Problem(
            f"{options.model} dreams of a world that this program cannot draw.",
            "Drive it with --actions, or choose another model.",
        )
    if not keys and not dream.has_controller:
        raise Problem(f"{options.model} has no controller.", "Drive it by hand with --keys.")
    driver: Driver = "hand" if keys else "world"

    def move(number: int) -> Move:
        action = _STEERED[keys[number % len(keys)]] if keys else ()
        return Move(action, driver, options.temperature, number < options.awake - 1)

    return Journey(options.seed, tuple(map(move, range(options.frames - 1))))
