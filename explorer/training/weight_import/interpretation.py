"""What is kept beside a model that was rebuilt: how its weights were read, and how else they could have been."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from explorer.core.json_store import JsonStore
from explorer.core.models.model import READINGS
from explorer.training.weight_import.architecture import in_words, steps_in
from explorer.training.weight_import.rebuilt import Choice

KEPT = "weights.safetensors"
"""The file beside a model that holds its weights as plain numbers."""

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
    architecture : str
        The steps of the generator as JSON, where it is one chain of layers; else "".
    sizes : tuple of tuple of int
        What leaves each step, without the batch.
    """

    layout: str
    file: str
    sha256: str
    choices: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()
    architecture: str = ""
    sizes: tuple[tuple[int, ...], ...] = ()


_GUESSES = {
    "hidden": "activation",
    "last": "last activation",
    "latent": "latents",
    "size": "size",
    "groups": "groups of its normalisation",
    "scale": "scale of its latents",
    "epsilon": "epsilon",
    "norm": "normalisation",
    "labels": "classes",
    "join": "order of class and latent",
    "mapping_rate": "learning rate of the mapping",
}
_GUESSED_STEPS = {"act": "activation", "enlarge": "enlargement", "norm": "epsilon", "affine": "normalisation"}


def guesses(readings: WeightInterpretation) -> tuple[str, ...]:
    """What of a model was guessed, in a word or two each; none where everything is decided or chosen."""
    open_ones = [_GUESSES.get(choice.key, choice.key) for choice in readings.choices if choice.guessed]
    known = {choice.key for choice in readings.choices}
    steps = steps_in(readings.architecture)
    end = max((place for place, step in enumerate(steps) if step.layer), default=0)
    for place, step in enumerate(steps):
        word = "last activation" if step.op == "act" and place > end else _GUESSED_STEPS.get(step.op, "size")
        if step.guessed and not (step.op != "enlarge" and _asks(word, known)):
            open_ones.append(word)
    return tuple(dict.fromkeys(open_ones))


def _asks(word: str, known: set[str]) -> bool:
    return any(_GUESSES.get(key) == word for key in known)


def save_readings(folder: Path, readings: WeightInterpretation) -> None:
    """Keep them in a model's folder."""
    JsonStore(folder / READINGS).write(asdict(readings))


def readings_of(folder: Path) -> WeightInterpretation | None:
    """How the model in ``folder`` was read from weights; None where it was not, or nobody can tell."""
    return JsonStore(folder / READINGS, _LARGEST_BYTES).read(_readings, None)


def layer_lines(readings: WeightInterpretation) -> list[str]:
    """The steps of a generator as lines, each with what leaves it; none where it is no chain of layers."""
    return [
        f"{place:3}  {' × '.join(map(str, size)):>16}  {in_words(step)}"
        for place, (step, size) in enumerate(zip(steps_in(readings.architecture), readings.sizes, strict=False), 1)
    ]


def _readings(told: dict[str, Any]) -> WeightInterpretation:
    choices = tuple(
        Choice(
            str(each["key"]),
            str(each["question"]),
            tuple((str(key), str(words)) for key, words in each["options"]),
            str(each["taken"]),
            bool(each.get("guessed", False)),
        )
        for each in told["choices"]
    )
    problems = tuple(str(problem) for problem in told["problems"])
    sizes = tuple(tuple(int(side) for side in size) for size in told.get("sizes", ()))
    layout, file, sha256 = (str(told[key]) for key in ("layout", "file", "sha256"))
    steps = str(told.get("architecture", ""))
    return WeightInterpretation(layout, file, sha256, choices, problems, steps, sizes)
