"""Lessons as Markdown: pages, actions, questions; and what is wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.lessons.lesson_markdown import read_lesson
from explorer.core.lessons.lesson_plan import LessonPlan
from explorer.core.problem import Problem

_WHOLE = """# Smiles
What a direction does.

## A face
Look at it.

```do
seed 10
```

## And now?
Where will it change?

- [ ] Everywhere
- [x] Around the mouth,
  mostly

```then
direction smiling 3
```

> Because it was *focused*.
"""


def _read(tmp_path: Path, text: str) -> LessonPlan:
    file = tmp_path / "lesson.md"
    file.write_text(text, "utf-8")
    return read_lesson(file, {"seed", "direction"})


def test_a_lesson_has_pages_with_actions_answers_and_reasons(tmp_path: Path) -> None:
    plan = _read(tmp_path, _WHOLE)
    first, second = plan.pages
    assert (plan.title, plan.summary, plan.questions) == ("Smiles", "What a direction does.", 1)
    assert (first.title, first.text, first.answers) == ("A face", "Look at it.", ())
    assert [(action.name, action.argument, action.line) for action in first.first] == [("seed", "10", 8)]
    assert [answer.words for answer in second.answers] == ["Everywhere", "Around the mouth, mostly"]
    assert second.right == {1}
    assert [(action.name, action.argument) for action in second.afterwards] == [("direction", "smiling 3")]
    assert second.why == "Because it was *focused*."


def test_code_that_is_to_be_read_stays_in_the_text(tmp_path: Path) -> None:
    page = _read(tmp_path, "# T\n## P\n~~~python\n## z = 1\n```do\n~~~\n").pages[0]
    assert page.text == "~~~python\n## z = 1\n```do\n~~~"
    assert page.first == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## P\n", "line 1: there is no title"),
        ("# T\n", "line 1: it has no pages"),
        ("# T\n# U\n", "line 2: there is a second title"),
        ("# T\n## P\n```do\nfly\n```\n", "line 4: there is no action called fly"),
        ("# T\n## P\n```do\nseed 1\n", "line 3: the block that begins here does not end"),
        ("# T\n```do\nseed 1\n```\n", "line 2: a do block stands before the first page"),
        ("# T\n## P\n- [x] Yes\n", "line 2: the question of P has a single answer"),
        ("# T\n## P\n- [ ] Yes\n- [ ] No\n", "line 2: no answer of P is right"),
        ("# T\n## P\n```then\nseed 1\n```\n", "line 2: P has a then block but asks nothing"),
        ("# T\n## P\n- [ ] Yes\n- [x] No\nTell me.\n", "line 5: there are words after the answers"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Problem, match=r"lesson\.md") as caught:
        _read(tmp_path, text)
    assert said in caught.value.what
    assert caught.value.hint


def test_what_is_no_text_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "lesson.md"
    file.write_bytes(b"# \xff\xfe\n")
    with pytest.raises(Problem, match="not text in UTF-8"):
        read_lesson(file, ())
