"""``unfold --from``: the noise that one's own picture would be painted of, or the picture painted on from a part."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cli.unfold.pixel_by_pixel import USUALLY_KEPT, finished
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.core.sampling.diffusion import DiffusionPainter, KeptPart
from explorer.core.sampling.painting import Values
from explorer.core.sampling.raster import RasterPainter
from explorer.core.sampling.records import RecordedState, difference, recorded
from explorer.core.sampling.sampler import Sampler
from explorer.core.sampling.settings import USUALLY

_MOST_CORRECTIONS = 10


def own_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the verb begin with a picture."""
    parser.add_argument(
        "--from",
        dest="own",
        type=Path,
        metavar="PICTURE",
        help="diffusion: find the noise that this picture is painted from (DDIM backwards), and paint it again; "
        "pixel by pixel: keep its upper part, and paint the rest",
    )
    parser.add_argument(
        "--corrections",
        type=int,
        default=0,
        metavar="N",
        help="with --from: correct each step back this many times, which costs a run each (default 0)",
    )
    parser.add_argument(
        "--back",
        type=float,
        metavar="0..1",
        help="with --from: instead add noise of --seed to the picture, back to this time, and go on from there",
    )
    parser.add_argument(
        "--hole",
        metavar="X,Y,WIDTH,HEIGHT",
        help="with --from: instead repaint this rectangle, in pixels of the model's picture, from noise of --seed",
    )
    parser.add_argument(
        "--keep",
        type=float,
        metavar="0..1",
        help=f"with --from, pixel by pixel: the share of its rows that stay (default {USUALLY_KEPT:g})",
    )
    parser.add_argument(
        "--latents", type=Path, metavar="OUT.npz", help="save the noise, for render --from and the window"
    )


def check_own(options: argparse.Namespace) -> None:
    """Refuse what says nothing without a picture, or cannot be."""
    if options.own is None:
        for name in ("back", "hole", "keep"):
            if getattr(options, name) is not None:
                raise Problem(f"--{name} has no effect without a picture.", "Add --from PICTURE.")
    if not 0 <= options.corrections <= _MOST_CORRECTIONS:
        raise Problem(f"--corrections is {options.corrections}.", f"Choose from 0 to {_MOST_CORRECTIONS}.")
    if options.back is not None and not 0.0 < options.back <= 1.0:
        raise Problem(f"--back is {options.back:g}.", "Choose a time above 0, up to 1, which is all noise.")
    if options.keep is not None and not 0.0 <= options.keep <= 1.0:
        raise Problem(f"--keep is {options.keep:g}.", "Choose a share of the rows, from 0 to 1.")
    if options.back is not None and options.hole is not None:
        raise Problem("--back changes the whole picture, --hole a part of it.", "Leave one of them out.")
    if options.latents is not None and (options.back is not None or options.hole is not None):
        what = "A picture that is painted from part of the way on has no noise of its own."
        raise Problem(what, "Save the picture, and find its noise with --from, without --back and --hole.")


def picture_for(path: Path, sampler: Sampler) -> Values:
    """A picture as the model takes it, (1, C, H, W): its middle, at the size of the model's own."""
    from explorer.core.photos.photo_files import read_photo
    from explorer.core.photos.resizing import fitted_picture, with_channels

    card = sampler.card
    fitted = fitted_picture(read_photo(path).pixels, card.height, card.width).picture
    return sampler.as_values(with_channels(fitted, card.channels)[None])


def painted_from(
    picture: Values,
    scene: Scene,
    sampler: Sampler,
    options: argparse.Namespace,
    report: Callable[[int, int], None],
) -> tuple[list[RecordedState], Scene, dict[str, Any]]:
    """The steps from a picture's noise, the scene of that noise, and what is to be told."""
    painter = sampler.painter
    by_pixel = isinstance(painter, RasterPainter)
    of_noise = {"back": options.back, "hole": options.hole, "corrections": options.corrections or None}
    for name, value in (of_noise if by_pixel else {"keep": options.keep}).items():
        if value is not None:
            order = "pixel by pixel" if by_pixel else "by removing noise"
            raise Problem(f"{sampler.card.name} paints {order}; --{name} has no effect there.", "Leave it out.")
    if not isinstance(painter, DiffusionPainter):
        return finished(picture, scene, sampler, options, report)
    how, labels = scene.sampling or USUALLY, sampler.classes_of([scene.label])
    shown = sampler.as_bytes(picture)[0]
    if options.back is None and options.hole is None:
        canvas = picture
        for state in painter.inverted(picture, labels, how, corrections=options.corrections):
            canvas = state.canvas
        how = replace(how, eta=0.0)  # chance would lead elsewhere
        latent = canvas.reshape(-1) / np.float32(how.temperature)
        found = replace(scene, z=latent, seed=None, sampling=scene.sampling and how)
        states = recorded(sampler, sampler.states(latent[None], [scene.label], how), progress=report)
        told = {"error_of_255": round(difference(states[-1].canvas, shown), 4), "noise_deviation": _sd(canvas)}
        return states, found, told
    card = sampler.card
    noise = sample(scene.seed or 0, card.latent_size).reshape(picture.shape)
    start, kept = (options.back, None) if options.hole is None else (1.0, _kept(picture, options.hole))
    begun = painter.mixed(picture, noise, start)
    states = recorded(sampler, painter.painted(begun, noise, labels, how, start=start, kept=kept), progress=report)
    return states, scene, {"changed_of_255": round(difference(states[-1].canvas, shown), 4)}


def _sd(noise: Values) -> float:
    return round(float(noise.std()), 4)


def _kept(picture: Values, words: str) -> KeptPart:
    height, width = picture.shape[2:]
    try:
        x, y, across, down = (int(word) for word in words.split(","))
    except ValueError:
        raise Problem(f"--hole {words} is not a rectangle.", "Write for instance --hole 8,12,16,6.") from None
    if across < 1 or down < 1 or x < 0 or y < 0 or x + across > width or y + down > height:
        raise Problem(f"--hole {words} does not lie in a picture of {width} × {height}.", "Choose another rectangle.")
    mask = np.ones((1, 1, height, width), np.float32)
    mask[:, :, y : y + down, x : x + across] = 0.0
    return KeptPart(picture, mask)
