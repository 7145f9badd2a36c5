"""``export``: a training run as ONNX models that describe themselves."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from explorer.cli.model_arguments import check_place
from explorer.cli.output import say, say_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("run_folder", metavar="RUN", type=Path, help="the run's folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the ONNX files go")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Export as asked."""
    from explorer.core.models.inspection import inspect
    from explorer.training.runs.export import export_run, parity_unit

    check_place(options.run_folder)
    models = [path for path in export_run(options.run_folder, options.out) if path.suffix == ".onnx"]
    cards = {path.stem: inspect(path, trusted=True).card for path in models}
    if options.json:
        say_json({name: json.loads(card.to_json()) for name, card in cards.items()})
        return 0
    for path in models:
        parity = cards[path.stem].parity
        say(f"{path}: differs from torch by at most {parity or 0.0:.2g} {parity_unit(path.stem)}.")
    return 0
