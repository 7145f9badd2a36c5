"""From a question to its pictures: which scene is drawn, how all of a quiz is prepared, and the answer's provenance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from explorer.core.inference.generator import Generator
from explorer.core.models.card import ModelCard
from explorer.core.quiz.questions import Difficulty, Question, QuizModel
from explorer.core.quiz.stimuli import Recipe
from explorer.core.quiz.stimulus_files import Picture, picture_hash
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene


def quiz_model(generator: Generator, name: str = "") -> QuizModel:
    """A generator as it stands in a plan."""
    return QuizModel(generator.hash, name or generator.card.name, len(generator.card.classes))


def detail(card: ModelCard) -> int:
    """The side of the largest square in a model's pictures: what real pictures are to be opened at."""
    return min(card.height, card.width)


def recipe_of(cards: Iterable[ModelCard], difficulty: Difficulty, *, grey: bool = False) -> Recipe:
    """The one recipe of a whole quiz: the least detail of its models, and grey where one of them draws grey.

    With a recipe for each question a single picture would tell by its form which model, or source, it comes from.

    Parameters
    ----------
    cards : iterable of ModelCard
        Of the models that take part.
    difficulty : Difficulty
    grey : bool
        The real pictures are grey.
    """
    known = tuple(cards)
    resolution = min(detail(card) for card in known)
    channels = 1 if grey or any(card.channels == 1 for card in known) else 3
    return Recipe(resolution, difficulty.size or resolution, channels, difficulty.blur)


def made_scene(question: Question, difficulty: Difficulty, generator: Generator) -> Scene:
    """The scene of a question's made picture: the same bytes as anywhere, drawn by a `Renderer`.

    Raises
    ------
    ValueError
        The question shows none.
    """
    if question.seed is None:
        raise ValueError(f"question {question.index} shows no made picture")
    card = generator.card
    z = sample(question.seed, card.latent_size, card.prior)
    return Scene(generator.hash, card.name, z, question.label, difficulty.psi, question.seed)


def in_order(question: Question, real: Picture | None, made: Picture | None) -> tuple[Picture, ...]:
    """The prepared pictures as they are shown: left and right, or the only one."""
    shown = (real, made) if question.truth in ("left", "real") else (made, real)
    return tuple(picture for picture in shown if picture is not None)


def provenance(
    question: Question,
    model: QuizModel,
    difficulty: Difficulty,
    real_name: str = "",
    real: Picture | None = None,
) -> dict[str, Any]:
    """What `Answer` keeps of where the pictures came from, by its field names.

    Parameters
    ----------
    real_name : str
    real : picture or None
        As it was shown.
    """
    made = question.seed is not None
    return {
        "model_hash": model.hash,
        "model_name": model.name,
        "real_name": real_name if real is not None else "",
        "real_hash": picture_hash(real) if real is not None else "",
        "made_seed": question.seed,
        "made_psi": difficulty.psi if made else None,
        "made_label": question.label if made else None,
    }
