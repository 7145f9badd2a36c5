"""``dream``: what a part of a network likes to see, grown from noise or out of a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.inside.looked_at import looked_at, network_arguments, opened_network, place_of
from explorer.cli.output import say, say_json
from explorer.cli.places import FILMS, PICTURES, kind_of
from explorer.cli.progress_bar import progress_bar
from explorer.core.digits import whole_number
from explorer.core.inside.dream import DreamSettings, DreamState
from explorer.core.inside.layers import dreaming_layer
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.training.inside.picture_network import PictureNetwork

_FPS = 12.0
_USUAL = DreamSettings()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    network_arguments(parser)
    parser.add_argument("--layers", action="store_true", help="only list the layers")
    parser.add_argument("--layer", default="", metavar="LAYER", help="by number or name (default: the middle one)")
    parser.add_argument(
        "--channel", metavar="CHANNEL", help="one channel, by number or the name of an answer (default: all)"
    )
    parser.add_argument(
        "--octaves", type=int, default=_USUAL.octaves, help=f"how many sizes (default {_USUAL.octaves})"
    )
    parser.add_argument(
        "--octave-scale",
        type=float,
        default=_USUAL.scale,
        help=f"factor from one size to the next (default {_USUAL.scale:g})",
    )
    parser.add_argument(
        "--steps", type=int, default=_USUAL.steps, help=f"steps in each octave (default {_USUAL.steps})"
    )
    parser.add_argument(
        "--rate", type=float, default=_USUAL.rate, help=f"how far a step goes; white is 1 (default {_USUAL.rate:g})"
    )
    parser.add_argument(
        "--jitter", type=int, default=_USUAL.jitter, help=f"pixels of shaking (default {_USUAL.jitter})"
    )
    parser.add_argument("--size", type=int, default=_USUAL.size, help=f"longer side at the end (default {_USUAL.size})")
    parser.add_argument("--noise-seed", type=int, default=0, help="seed of the noise and the shaking (default 0)")
    parser.add_argument("--fps", type=float, default=_FPS, help=f"steps a second in a film (default {_FPS:g})")
    parser.add_argument("--out", type=Path, metavar="OUT", help="a .png, or a .gif or .mp4 of how it grows")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Dream as asked; from noise, unless a picture or a seed is named."""
    kind = "" if options.out is None else kind_of(options.out)
    if options.out is not None and kind not in (*FILMS, *PICTURES):
        raise Problem(f"A dream is not saved as {kind or 'a folder'}.", "Name a .png, .gif or .mp4 file.")
    if options.out is None and not options.json and not options.layers:
        raise Problem("No file was named for the dream.", "Add --out, such as --out dream.png, or --json.")
    place = place_of(options)
    network = opened_network(options, place)
    if options.layers:
        _tell_layers(network, options)
        return 0
    states = _dreamt(network, options, place)
    if options.out is not None:
        save_dream(options.out, states, options.fps)
    _tell(network, options, states)
    return 0


def _dreamt(network: PictureNetwork, options: argparse.Namespace, place: Path) -> list[DreamState]:
    from explorer.training.inside.dreams import dream_states

    layer = dreaming_layer(options.layer, network.layers, network.name)
    dream = DreamSettings(
        layer.tensor,
        _channel(options.channel, network.channel_names(layer)),
        options.octaves,
        options.octave_scale,
        options.steps,
        options.rate,
        options.jitter,
        options.size,
        options.noise_seed,
    )
    start = looked_at(options, place) if options.own is not None or options.seed is not None else None
    states = []
    with progress_bar("dream", "steps") as report:
        for state in dream_states(network, dream, start):
            states.append(state)
            report(state.step, state.steps)
    return states


def _channel(word: str | None, names: tuple[str, ...]) -> int | None:
    if word is None:
        return None
    if word in names:
        return names.index(word)
    number = whole_number(word)
    if number is None:
        known = f"It has: {', '.join(names)}." if names else "Give its number, from 0."
        raise Problem(f"There is no channel {word[:60]}.", known)
    return number


def save_dream(path: Path, states: list[DreamState], fps: float) -> None:
    """Save the last state of a dream, or a film of all, by the ending of the name."""
    from explorer.core.exports.animation import save_film
    from explorer.core.rendering.picture_files import save_png

    if path.suffix.lower() in PICTURES:
        save_png(path, states[-1].canvas)
    else:
        save_film(path, (state.canvas for state in states), len(states), fps)


def _tell_layers(network: PictureNetwork, options: argparse.Namespace) -> None:
    if options.json:
        rows: list[dict[str, Any]] = [
            {
                "number": each.number,
                "name": each.tensor,
                "channels": each.channels,
                "height": each.height,
                "width": each.width,
            }
            for each in network.layers
        ]
        say_json({"network": network.name, "layers": rows})
        return
    for each in network.layers:
        names = network.channel_names(each)
        say(each.words + (f": {', '.join(names)}" if names else ""))


def _tell(network: PictureNetwork, options: argparse.Namespace, states: list[DreamState]) -> None:
    first, last = states[0], states[-1]
    out = None if options.out is None else str(options.out)
    if options.json:
        height, width = last.canvas.shape[:2]
        grown = [round(state.pleased, 6) for state in states]
        say_json({"network": network.name, "width": width, "height": height, "pleased": grown, "out": out})
    else:
        say(f"{out}: {last.steps} steps, from {first.pleased:.3g} to {last.pleased:.3g}")
