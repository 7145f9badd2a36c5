"""How the verbs name and open models."""

from __future__ import annotations

import argparse
from pathlib import Path

from explorer.paths import model_path, models_folder
from explorer.session.opening import Opener, OpenModel


def model_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb take a model and the device it runs on."""
    parser.add_argument("model", metavar="MODEL", help="name of a bundled model, or path of a model, folder or run")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="where the model runs (default auto)"
    )
