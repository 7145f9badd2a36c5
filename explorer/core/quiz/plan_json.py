"""Plans as JSON: what is kept of a quiz, from which its questions follow again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.quiz.questions import Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.staircase import Ladder

FORMAT, VERSION = "latent-explorer/quiz", 1


def plan_to_json(plan: QuizPlan) -> str:
    """The plan as one JSON object."""
    return json.dumps({"format": FORMAT, "version": VERSION, **asdict(plan)}, sort_keys=True)


def plan_from_json(text: str) -> QuizPlan:
    """The plan that ``text`` describes.

    Raises
    ------
    Problem
        It is no plan, of a newer version, or a value cannot be.
    """
    try:
        data = parsed_json(text)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("it is something else")
        if data.get("version") != VERSION:
            raise ValueError(f"it is of version {data.get('version')}")
        return _plan(data)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise Problem(f"This is not a plan of a quiz that can be read ({error}).", "Start a new quiz.") from None


def _plan(data: dict[str, Any]) -> QuizPlan:
    hard, ladder = data["difficulty"], data["ladder"]
    return QuizPlan(
        mode=str(data["mode"]),
        count=int(data["count"]),
        seed=int(data["seed"]),
        models=tuple(
            QuizModel(str(model["hash"]), str(model["name"]), int(model["classes"])) for model in data["models"]
        ),
        difficulty=Difficulty(float(hard["psi"]), int(hard["size"]), float(hard["blur"]), float(hard["exposure_ms"])),
        form=str(data["form"]),
        ladder=None if ladder is None else Ladder(**ladder),
    )
