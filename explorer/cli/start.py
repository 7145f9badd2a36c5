"""``start``: what a model is shown with at first, said in its own file."""

from __future__ import annotations

import argparse
from dataclasses import replace

from explorer.cli.model_arguments import located
from explorer.cli.output import say
from explorer.core.digits import whole_number
from explorer.core.problem import Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("model", metavar="MODEL", help="a model with a card, such as one that export wrote")
    parser.add_argument("--seeds", metavar="N,N,...", help="samples that show it well; one of them is shown")
    parser.add_argument("--psi", type=float, help="the truncation they were chosen at")


def run(options: argparse.Namespace) -> int:
    """Write both into the model's card."""
    from explorer.core.files import replace_file
    from explorer.core.models.card import CARD_KEY, ModelCard
    from explorer.core.models.policy import read_model

    file = read_model(located(options.model))
    if file.card_text is None:
        raise Problem(f"{file.path.name} brings no card to write this into.", "Export it from a run of train.")
    if options.seeds is None and options.psi is None:
        raise Problem("Nothing to write.", "Give --seeds, --psi or both.")
    said = {"seeds": options.seeds and _numbers(options.seeds), "truncation": options.psi}
    try:
        card = replace(ModelCard.from_json(file.card_text), **{k: v for k, v in said.items() if v is not None})
        card = ModelCard.from_json(card.to_json())  # checked as when it is read
        if card.kind == "translator":
            raise Problem(f"{card.name} translates pictures, and has no samples to start with.", "Choose a generator.")
    except ValueError as error:
        raise Problem(
            f"That is not possible: {error}.", "Give seeds such as 3,14,15 and a psi from 0 to 1.5."
        ) from None
    for entry in file.proto.metadata_props:
        if entry.key == CARD_KEY:
            entry.value = card.to_json()
    with replace_file(file.path) as out:
        out.write(file.proto.SerializeToString())
    say(f"{file.path}: starts with {', '.join(map(str, card.seeds)) or 'any sample'} at psi {card.truncation:g}.")
    return 0


def _numbers(words: str) -> tuple[int, ...]:
    numbers = [whole_number(word.strip()) for word in words.split(",")]
    if None in numbers:
        raise Problem(f"{words} is not a list of seeds.", "Write whole numbers with commas, such as 3,14,15.")
    return tuple(number for number in numbers if number is not None)
