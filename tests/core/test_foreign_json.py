"""Text that is nested without end is told like any other damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.core.models import guard
from explorer.core.models.card import ModelCard
from explorer.core.models.interpretations import Interpretations
from explorer.core.models.probe import Trial
from explorer.core.problem import Problem
from explorer.core.quiz.plan_json import plan_from_json
from explorer.core.rendering.scene import scene_from_json

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "read",
    [ModelCard.from_json, scene_from_json, plan_from_json, Trial.from_json],
    ids=lambda read: read.__qualname__,
)
def test_what_is_nested_without_end_is_told(read: Callable[[str], object]) -> None:
    with pytest.raises((Problem, ValueError)):
        read(DEEP)
    with pytest.raises((Problem, ValueError)):
        read('{"config": ' + DEEP)


def test_a_card_that_could_be_read_but_not_written_is_damaged() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        ModelCard.from_json('{"config": {"a": ' + "[" * 500 + "]" * 500 + "}}")


def test_what_the_program_keeps_for_itself_is_then_lost(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(DEEP)
    assert guard._passed(kept) == {}
    assert Interpretations(kept).of("a" * 64) == {}
