"""``blend``: coarse layers of one StyleGAN with fine layers of another, as a model of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.cli.model_arguments import located
from explorer.cli.output import say
from explorer.core.problem import Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("coarse", metavar="A", help="whose coarse layers and mapping are taken: pose and shape")
    parser.add_argument("fine", metavar="B", help="whose fine layers are taken: texture and colours")
    parser.add_argument(
        "--from",
        dest="side",
        type=int,
        required=True,
        metavar="SIDE",
        help="take layers of B from this side up",
    )
    parser.add_argument(
        "--width",
        type=float,
        default=0.0,
        metavar="X",
        help="blend softly, over X doublings of the side",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="NEW", help="the folder of the new model")


def run(options: argparse.Namespace) -> int:
    """Blend as asked."""
    from explorer.core.inference.blending import Blend, save_blend

    coarse, fine = _generator(options.coarse), _generator(options.fine)
    blend = Blend(options.side, options.width)
    save_blend(options.out, coarse, fine[0], blend)
    how = f", over {blend.width:g} doublings" if blend.width else ""
    say(f"{options.out}: layers below {blend.side} pixels of {options.coarse}, from there on of {options.fine}{how}.")
    return 0


def _generator(name: str) -> tuple[Path, Path]:
    """The generator and the mapping of a model."""
    from explorer.core.models.model import mapping_beside

    generator = located(name)
    mapping = mapping_beside(generator)
    if mapping is None:
        raise Problem(
            f"{name} is not a style-based model: it has no mapping.", "Choose StyleGANs, as files or folders."
        )
    return generator, mapping
