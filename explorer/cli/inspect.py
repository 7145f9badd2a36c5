"""``inspect``: what a model file is, what it takes and gives, and where it runs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.model_arguments import is_made_here, located, model_argument, named_place, opener
from explorer.cli.output import say, say_json
from explorer.cli.weight_answers import answers_argument, answers_in, class_names_argument, remember_answers
from explorer.core.models.attribute import attribute_from
from explorer.core.models.class_names import fitting_names, said_names
from explorer.core.models.quality_figures import quality_from
from explorer.core.problem import Problem
from explorer.session.models.weights_files import holds_weights

if TYPE_CHECKING:
    from explorer.core.inference.providers import Device
    from explorer.core.models.graph import ModelFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    model_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--trust", action="store_true", help="let it read weights from files in its own folder; remembered"
    )
    reading = parser.add_argument_group(
        "how a model without a card is read", "remembered for this file, by all verbs and by the window"
    )
    reading.add_argument("--range", nargs=2, type=float, metavar=("BLACK", "WHITE"), help="values of black and white")
    reading.add_argument("--prior", choices=("normal", "uniform"), help="how its latents are distributed")
    reading.add_argument("--layout", choices=("flat", "flat-last"), help="flat pictures: channels first, or last")
    reading.add_argument("--sides", nargs=2, type=int, metavar=("WIDTH", "HEIGHT"), help="flat pictures: pixels")
    reading.add_argument("--channels", type=int, choices=(1, 3), help="flat pictures: grey or colour")
    reading.add_argument("--classes", type=int, metavar="N", help="how many classes it knows")
    class_names_argument(reading)
    answers_argument(reading)
    reading.add_argument("--as-guessed", action="store_true", help="forget what was said before")


def run(options: argparse.Namespace) -> int:
    """Inspect as asked."""
    if options.trust:
        from explorer.core.models.external import Trusted
        from explorer.core.models.graph import parse_model

        Trusted().add(parse_model(located(options.model)).hash)
    _remember(options)
    report = inspected(options.model, options.device)
    if options.json:
        say_json(report)
    else:
        say(_in_words(report))
    return 0


def _classes(options: argparse.Namespace) -> tuple[str, ...] | None:
    """The names of classes, or their numbers, as far as that was said."""
    if options.class_names is None:
        return options.classes and tuple(str(number) for number in range(options.classes))
    names = said_names(options.class_names)
    return fitting_names(names, len(names) if options.classes is None else options.classes)


def _remember(options: argparse.Namespace) -> None:
    """Keep what the user says of a model; told again, fields are added to what was said before."""
    said = {
        "value_range": options.range,
        "distribution": options.prior,
        "layout": options.layout,
        "width": options.sides and options.sides[0],
        "height": options.sides and options.sides[1],
        "channels": options.channels,
        "classes": _classes(options),
    }
    said = {name: value for name, value in said.items() if value is not None}
    if not said and not options.choose and not options.as_guessed:
        return
    path = named_place(options.model)
    if holds_weights(path):
        _remember_answers(path, said, options)
        return
    if options.choose:
        raise Problem(f"{path.name} is not a file of weights.", "Leave --choose out.")
    from explorer.core.models.interpretations import Interpretations
    from explorer.core.models.policy import read_model

    file, readings = read_model(located(options.model)), Interpretations()
    if file.card_text is not None:
        raise Problem(f"{file.path.name} brings a card, which says how it is read.", "Leave these options out.")
    before = {} if options.as_guessed else readings.of(file.hash)
    if "classes" in said:
        _check_classes(file, before | said)
    try:
        readings.keep(file.hash, before | said)
    except ValueError as error:
        raise Problem(f"That reading is not possible: {error}.", "Look at the options' help.") from None


def _check_classes(file: ModelFile, reading: dict[str, Any]) -> None:
    """Refuse classes that a model cannot have."""
    from explorer.core.models.foreign import unfit_classes
    from explorer.core.models.inspection import examine

    found = examine(file, reading=reading).roles
    if found is not None and (why := unfit_classes(file, found, reading)):
        hint = "If some of them are a class in one-hot, move those by their sliders." if "latent" in why else ""
        raise Problem(f"{file.path.name} cannot be read so. {why}", hint or "Say as many as it knows.")


def _remember_answers(path: Path, said: dict[str, Any], options: argparse.Namespace) -> None:
    from explorer.training.weight_import.choices import LABELS, NAMES
    from explorer.training.weight_import.entrances import LATENT_FIRST

    answers = answers_in(options.choose)
    said.pop("classes", None)
    if options.class_names is not None:
        answers = {NAMES: "\n".join(_classes(options) or ())} | answers
    if options.classes:
        answers = {LABELS: f"{LATENT_FIRST}, {options.classes}"} | answers
    if said:
        raise Problem(
            f"{path.name} is a file of weights.", "Say how it is read by --choose, --classes or --class-names."
        )
    remember_answers(opener().weights, path, answers, anew=options.as_guessed)


def inspected(model: str, device: Device) -> dict[str, Any]:
    """What `inspect --json` prints."""
    from explorer.core.inference.providers import open_session
    from explorer.core.inference.synthesis import examine_pair
    from explorer.core.models.inspection import examine
    from explorer.core.models.model import mapping_beside
    from explorer.core.models.policy import read_model
    from explorer.training.weight_import.interpretation import layer_lines, readings_of

    path = located(model)
    file, beside, own = read_model(path), mapping_beside(path), is_made_here(path)
    read = readings_of(path.parent)
    pair = None if beside is None else examine_pair(path, beside, trusted=own)
    found = examine(file, trusted=own) if pair is None else pair.inspection
    card = found.card
    placed = open_session(file.proto.SerializeToString(), device)
    problems = [
        *found.problems,
        *([placed.reason] if placed.reason else []),
        *(read.problems if read else ()),
    ]
    return {
        "kind": found.kind,
        "latent": {"size": card.latent_size, "distribution": card.prior_words}
        | ({"styles": card.styles, "style_size": card.style_size} if card.styles else {}),
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
        "layers": [line.strip() for line in layer_lines(read)] if read else [],
        "problems": problems,
    }


def _pictures(output: dict[str, Any]) -> str:
    low, high = output["range"]
    size = f"{output['width']} x {output['height']}, {output['channels']} channels"
    return f"{size}, {output['layout']}, from {low:g} to {high:g}"


def _dimension(one: dict[str, Any]) -> str:
    """A named dimension, and what --set may put it to."""
    if one["prior"] in ("", "normal"):
        return str(one["name"])
    if one["prior"] == "silent":
        return f"{one['name']}: a sentence, such as --set {one['name']}='...'; its words are in the card of text.onnx"
    return f"{one['name']}: {', '.join(one['choices']) or format(one['low'], 'g') + ' to ' + format(one['high'], 'g')}"


def _in_words(report: dict[str, Any]) -> str:
    card, output = report["card"], report["output"]
    lines = [
        f"{card['name']}: {report['kind']}, runs on {report['provider']}",
        f"  pictures  {_pictures(output)}",
        f"  batch     {report['batch']}",
    ]
    if report["latent"]["size"]:
        lines.insert(1, f"  latent    {report['latent']['size']} dimensions, {report['latent']['distribution']}")
    lines += [f"  {'named' if not at else '':9} {_dimension(one)}" for at, one in enumerate(card["dimensions"])]
    if card["styles"]:
        lines.insert(2, f"  W         {card['style_size']} dimensions, for {card['styles']} layers")
    for key, word in (
        ("takes", "takes"),
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
            value = f"{value:.2g}" if isinstance(value, float) else value
            lines.append(f"  {word:<9} {value}")
    if card["measures"]:
        drawn = f", {card['measure_samples']} samples" if card["measure_samples"] else ""
        lines.append(f"  bits      {card['measures']}{drawn}, of {card['levels']} levels")
    if (quality := quality_from(card["quality"])) is not None:
        lines.append(f"  quality   {quality}")
    if report["layout"]:
        lines.append(f"  layout    {report['layout']}")
        lines += [f"  read as   {key}={taken}" for key, taken in report["choices"].items()]
    if card["vocabulary"] is not None:
        known = card["vocabulary"]
        lines.append(
            f"  sentences of up to {known['longest']} words, of {len(known['words'])}: {', '.join(known['words'])}"
        )
    lines += [f"  layer     {line}" for line in report["layers"]]
    lines += [f"  attribute {attribute_from(report)}" for report in card["attributes"]]
    return "\n".join(lines + [f"  note      {problem}" for problem in report["problems"]])
