"""``convert``: weights that others saved with PyTorch, as ONNX models that describe themselves."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from explorer.cli.model_arguments import check_place, source_argument
from explorer.cli.output import say, say_json
from explorer.cli.weight_answers import answers_argument, answers_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a .pt, .pth, .ckpt, .bin, .safetensors or .pkl")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the ONNX files go")
    answers_argument(parser)
    source_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Convert as asked."""
    from explorer.core.models.inspection import inspect
    from explorer.training.runs.export import parity_unit
    from explorer.training.weight_import.converting import convert
    from explorer.training.weight_import.interpretation import layer_lines, readings_of

    check_place(options.file)
    chosen = answers_in(options.choose)
    convert(options.file, options.out, chosen, options.source)
    readings = readings_of(options.out)
    assert readings is not None
    models = sorted(options.out.glob("*.onnx"))
    cards = {path.stem: inspect(path, trusted=True).card for path in models}
    if options.json:
        report = {"readings": asdict(readings), "cards": {k: json.loads(c.to_json()) for k, c in cards.items()}}
        say_json(report)
        return 0
    say(f"{readings.file}: {readings.layout}")
    for path in models:
        parity = cards[path.stem].parity or 0.0
        say(f"{path}: differs from torch by at most {parity:.2g} {parity_unit(path.stem)}.")
    for choice in readings.choices:
        others = ", ".join(key for key, _ in choice.options if key != choice.taken)
        say(f"  {choice.key}={choice.taken} (or {others}): {choice.question}")
    for line in layer_lines(readings):
        say(f"  {line}")
    for problem in readings.problems:
        say(f"  note: {problem}")
    return 0
