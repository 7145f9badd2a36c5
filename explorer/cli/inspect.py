"""``inspect``: what a model file is, what it takes and gives, and where it runs."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from explorer.cli.models import located, model_argument
from explorer.core.attribute import attribute_from

if TYPE_CHECKING:
    from explorer.core.providers import Device


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Inspect as asked."""
    told = inspected(options.model, options.device)
    print(json.dumps(told) if options.json else _in_words(told))
    return 0


def inspected(model: str, device: Device) -> dict[str, Any]:
    """What `inspect --json` prints."""
    from explorer.core.inspection import examine
    from explorer.core.policy import read_model
    from explorer.core.providers import open_session
    from explorer.training.rebuilding.readings import readings_of

    file = read_model(located(model))
    read = readings_of(file.path.parent)
    found = examine(file)
    card = found.card
    placed = open_session(file.proto.SerializeToString(), device)
    problems = [
        *found.problems,
        *([placed.reason] if placed.reason else []),
        *(read.problems if read else ()),
    ]
    return {
        "kind": found.kind,
        "latent": {"size": card.latent_size, "distribution": card.distribution},
        "output": {
            "height": card.height,
            "width": card.width,
            "channels": card.channels,
            "range": list(card.value_range),
            "layout": card.layout,
        },
        "batch": found.batch,
        "provider": placed.provider,
        "card": json.loads(card.to_json()),
        "layout": read.layout if read else "",
        "choices": {choice.key: choice.taken for choice in read.choices} if read else {},
        "problems": problems,
    }


def _pictures(output: dict[str, Any]) -> str:
    low, high = output["range"]
    size = f"{output['width']} x {output['height']}, {output['channels']} channels"
    return f"{size}, {output['layout']}, from {low:g} to {high:g}"


def _in_words(told: dict[str, Any]) -> str:
    card, output = told["card"], told["output"]
    lines = [
        f"{card['name']}: {told['kind']}, runs on {told['provider']}",
        f"  pictures  {_pictures(output)}",
        f"  batch     {told['batch']}",
    ]
    if told["latent"]["size"]:
        lines.insert(1, f"  latent    {told['latent']['size']} dimensions, {told['latent']['distribution']}")
    for key, word in (
        ("classes", "classes"),
        ("family", "family"),
        ("steps", "steps"),
        ("data", "data"),
        ("licence", "licence"),
        ("attribution", "thanks to"),
        ("parity", "parity"),
    ):
        if card[key]:
            value = ", ".join(card[key]) if isinstance(card[key], list) else card[key]
            lines.append(f"  {word:<9} {value}")
    if told["layout"]:
        lines.append(f"  layout    {told['layout']}")
        lines += [f"  read as   {key}={taken}" for key, taken in told["choices"].items()]
    lines += [f"  attribute {attribute_from(told)}" for told in card["attributes"]]
    return "\n".join(lines + [f"  note      {problem}" for problem in told["problems"]])
