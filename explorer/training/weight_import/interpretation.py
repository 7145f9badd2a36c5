"""What is kept beside a model that was rebuilt: how its weights were read, and how else they could have been."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.core.files import read_file, replace_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.training.weight_import.rebuilt import Choice

READINGS = "readings.json"
_LARGEST_BYTES = 1 << 20


@dataclass(frozen=True)
class WeightInterpretation:
    """How weights were read.

    Attributes
    ----------
    layout : str
        In words.
    file : str
        The name of the weights' file.
    sha256 : str
        Of that file.
    choices : tuple of Choice
        What the weights could not tell.
    problems : tuple of str
        Sentences: what was guessed.
    """

    layout: str
    file: str
    sha256: str
    choices: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()


def preview_name(choice: str, option: str) -> str:
    """The file, beside the model, that shows what an option would paint."""
    return f"{choice}-{option}.png".replace(" ", "-")


def save_readings(folder: Path, readings: WeightInterpretation) -> None:
    """Keep them in a model's folder."""
    with replace_file(folder / READINGS) as file:
        file.write(json.dumps(asdict(readings)).encode())


def readings_of(folder: Path) -> WeightInterpretation | None:
    """How the model in ``folder`` was read from weights; None where it was not, or nobody can tell."""
    try:
        told = parsed_json(read_file(folder / READINGS, _LARGEST_BYTES))
        choices = [
            Choice(
                str(each["key"]),
                str(each["question"]),
                tuple((str(key), str(words)) for key, words in each["options"]),
                str(each["taken"]),
            )
            for each in told["choices"]
        ]
        problems = tuple(str(problem) for problem in told["problems"])
        return WeightInterpretation(
            str(told["layout"]), str(told["file"]), str(told["sha256"]), tuple(choices), problems
        )
    except (Problem, ValueError, KeyError, TypeError):
        return None
