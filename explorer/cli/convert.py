"""``convert``: weights that others saved with PyTorch, as ONNX models that describe themselves."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from explorer.cli.model_arguments import check_place, source_argument
from explorer.cli.output import say, say_json
from explorer.cli.weight_answers import answers_argument, answers_in, class_names_argument
from explorer.core.problem import Problem
from explorer.paths import user_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="a .pt, .pth, .ckpt, .bin, .safetensors or .pkl"
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the ONNX files go")
    answers_argument(parser)
    class_names_argument(parser)
    source_argument(parser)
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--kept", action="store_true", help="list the models that were made from opened weights")
    kept.add_argument("--forget", action="store_true", help="remove those models; opening the weights makes them again")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Convert as asked."""
    if options.kept or options.forget:
        return _tell_kept(options)
    if options.file is None or options.out is None:
        raise Problem("A file and --out are needed.", "Write for instance: convert weights.pt --out model.")
    from explorer.core.models.class_names import said_names
    from explorer.core.models.inspection import inspect
    from explorer.session.models.folders import only_model_in
    from explorer.training.runs.export import parity_unit
    from explorer.training.weight_import.choices import NAMES
    from explorer.training.weight_import.converting import convert
    from explorer.training.weight_import.interpretation import layer_lines, readings_of

    check_place(options.file)
    file = only_model_in(options.file) if options.file.is_dir() else options.file
    chosen = answers_in(options.choose)
    if options.class_names is not None:
        chosen[NAMES] = "\n".join(said_names(options.class_names))
    convert(file, options.out, chosen, options.source)
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


def _tell_kept(options: argparse.Namespace) -> int:
    """List the models of the cache, or remove them."""
    from explorer.core.words import size_words
    from explorer.session.models.converted_models import MOST_BYTES, converted_models, forget_all

    if options.file is not None or options.out is not None:
        raise Problem("--kept and --forget are about all converted models.", "Leave the file and --out out.")
    cache = user_folder("cache") / "exports"
    if options.forget:
        say(f"{size_words(forget_all(cache))} were removed.")
        return 0
    models = converted_models(cache)
    if options.json:
        say_json([{"file": model.name, "folder": str(model.folder), "bytes": model.size_bytes} for model in models])
        return 0
    for model in models:
        say(f"{size_words(model.size_bytes):>9}  {model.name}  ({model.folder})")
    total = size_words(sum(model.size_bytes for model in models))
    say(f"{total} of {size_words(MOST_BYTES)}; above that, the least recently used go.")
    return 0
