"""The page plays in a real browser, by keyboard, and scores as the program does."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from explorer.core.quiz.answer_table import COLUMNS
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.detection import sensitivity
from explorer.core.quiz.pack import Packed, page
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.scoring import accuracy, ranking
from tests.browser import WHY_NOT, Browser

MODELS = (QuizModel("a" * 64, "faces"), QuizModel("b" * 64, '=odd "name", <b>'))


def packed(mode: str, count: int, title: str = "Real?") -> tuple[QuizPlan, bytes]:
    """A page of noise, and its plan."""
    plan, draw = QuizPlan(mode, count, 5, MODELS), np.random.RandomState(0)
    questions = []
    for question in plan.questions:
        pictures = tuple(draw.randint(0, 256, (8, 8, 3)).astype(np.uint8) for _ in range(2 if mode == "pair" else 1))
        model = MODELS[question.model]
        facts = {"model": model.name, "model_hash": model.hash, "made_seed": question.seed}
        questions.append(Packed(pictures, question.truth, facts))
    return plan, page(plan, questions, title)


def pack_in(text: str) -> dict[str, object]:
    found = re.search(r"const PACK = (.*);\n", text)
    assert found is not None
    told: dict[str, object] = json.loads(found[1])
    return told


def test_the_page_gives_no_hint_and_needs_no_network() -> None:
    plan, data = packed("pair", 30)
    text = data.decode()
    pack = pack_in(text)
    pictures = pack["pictures"]
    assert isinstance(pictures, dict)
    assert list(pictures) == sorted(pictures)
    assert len(pictures) == 60
    assert len({len(base64.b64decode(picture)) for picture in pictures.values()}) == 1
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in pictures)
    lefts = [row[0] < row[1] for row in pack["questions"]]  # type: ignore[attr-defined]
    agree = sum(low == (q.truth == "left") for low, q in zip(lefts, plan.questions, strict=True))
    assert 7 <= agree <= 23  # the order of the names says nothing of the truth
    for word in ('"left"', "made_seed", "http:", "https:", "//cdn", "fetch("):
        assert word not in json.dumps(pack) + text.split("// ---- statistics")[0]
    assert "default-src 'none'" in text


def test_equal_quizzes_give_equal_pages_and_titles_stay_words() -> None:
    assert packed("pair", 4)[1] == packed("pair", 4)[1]
    text = packed("pair", 4, "</title><script>alert(1)</script>@PACK@ & more")[1].decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;@PACK@ &amp; more" in text


def test_pictures_of_unlike_form_are_refused() -> None:
    plan = QuizPlan("pair", 1, 0, MODELS[:1])
    unlike = (np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8, 1), np.uint8))
    with pytest.raises(ValueError, match="give themselves away"):
        page(plan, [Packed(unlike, "left", {})], "x")


SHOWN = """new Promise(done => {
  const look = () => phase === "end" || (phase === "ask" && !Number.isNaN(shownAt)) ? done(phase) : setTimeout(look, 2);
  look();
})"""  # the page's own word for when a question can be answered


def played(browser: Browser, plan: QuizPlan) -> None:
    """Play by the keys alone, every third answer wrong."""
    browser.press("ArrowLeft")  # says nothing before it begins
    browser.press(" ")
    for question in plan.questions:
        assert browser.run(SHOWN) == "ask"
        first = (question.truth in ("left", "real")) == (question.index % 3 != 0)
        browser.press("ArrowLeft" if first else "ArrowRight")
        if plan.mode == "single":
            browser.press("ArrowLeft")  # nor is this a confidence
            browser.press("9")
            browser.press(str(1 + question.index % 5))
    assert browser.run(SHOWN) == "end"


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "there is one")
@pytest.mark.parametrize(("mode", "count"), [("pair", 12), ("single", 16)])
def test_a_browser_plays_it_to_the_end_by_keyboard(tmp_path: Path, mode: str, count: int) -> None:
    plan, data = packed(mode, count)
    (tmp_path / "index.html").write_bytes(data)
    with Browser(tmp_path / "profile") as browser:
        browser.open(tmp_path / "index.html")
        browser.run('$("player").value = "=cmd()"; 0')
        played(browser, plan)
        score = json.loads(browser.run("document.body.dataset.score"))
        shown = browser.run('$("end").innerText')
        normal = browser.run("[1e-9, 0.001, 0.1, 0.5, 0.6, 0.97, 0.9999999].map(inverseNormal)")
        assert browser.run("document.activeElement.id") == "save"
        browser.run('$("save").click()')
        browser.wait_for("Browser.downloadProgress", lambda event: event["state"] == "completed")
        table = (browser.downloads / "quiz-answers.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    check_table(rows, plan)
    check_score(score, rows)
    assert f"{score['right']} of {count} right" in shown
    quantile = NormalDist().inv_cdf
    assert normal == pytest.approx([quantile(p) for p in (1e-9, 0.001, 0.1, 0.5, 0.6, 0.97, 0.9999999)], rel=1e-12)


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "there is one")
def test_a_page_that_is_opened_again_goes_on_and_tells_right_from_wrong_if_asked_to(tmp_path: Path) -> None:
    plan, _ = packed("pair", 4)
    (tmp_path / "index.html").write_bytes(packed("pair", 4)[1])
    with Browser(tmp_path / "profile") as browser:
        browser.open(tmp_path / "index.html")
        browser.run('$("tells").checked = true; $("player").value = "Ada"; 0')
        browser.press(" ")
        assert browser.run(SHOWN) == "ask"
        browser.press("ArrowLeft")
        word = "Right" if plan.questions[0].truth == "left" else "Wrong"
        assert browser.run('phase + " " + $("outcome").textContent').startswith(f"told {word}")
        browser.open(tmp_path / "index.html")
        assert browser.run('$("start").textContent') == "Go on with question 2"
        assert browser.run('$("player").value') == "Ada"
        browser.run("begin(); 0")
        for _ in range(3):
            assert browser.run(SHOWN) == "ask"
            browser.press("ArrowRight")
            browser.run('$("on").click(); 0')
        assert browser.run(SHOWN) == "end"
        browser.run("review(); 0")
        assert browser.run('document.querySelectorAll("#review figure.real").length') == 4


def check_table(rows: list[dict[str, str]], plan: QuizPlan) -> None:
    """The answers are those that were pressed, under the columns of the program's own table."""
    assert set(rows[0]) < set(COLUMNS)
    assert [row["truth"] for row in rows] == [question.truth for question in plan.questions]
    assert [row["correct"] for row in rows] == [str(int(index % 3 != 0)) for index in range(plan.count)]
    sure = [str(1 + index % 5) if plan.mode == "single" else "" for index in range(plan.count)]
    assert [row["confidence"] for row in rows] == sure
    assert all(float(row["response_ms"]) >= 0.0 for row in rows)
    assert {row["player"] for row in rows} == {"'=cmd()"}
    assert {row["model"] for row in rows} == {"faces", "'" + MODELS[1].name}
    seeds = ["" if question.seed is None else str(question.seed) for question in plan.questions]
    assert [row["made_seed"] for row in rows] == seeds


def check_score(score: dict[str, object], rows: list[dict[str, str]]) -> None:
    """The page's figures are those of the program for the same answers."""
    answers = [
        Answer(index, row["truth"], row["answer"], float(row["response_ms"]), model_hash=row["model_hash"])
        for index, row in enumerate(rows)
    ]
    share, told = accuracy(answers), sensitivity(answers)
    assert told is not None
    assert (score["right"], score["count"]) == (share.hits, share.trials)
    assert score["interval"] == pytest.approx(share.interval, rel=1e-12)
    found = score["sensitivity"]
    assert isinstance(found, dict)
    assert found["d"] == pytest.approx(told.d, rel=1e-12)
    assert found["c"] == pytest.approx(told.c, rel=1e-12, abs=1e-12)
    assert found["d_interval"] == pytest.approx(told.d_interval, rel=1e-12)
    assert found["c_interval"] == pytest.approx(told.c_interval, rel=1e-12)
    models = score["models"]
    assert isinstance(models, dict)
    for place in ranking(answers):
        model = models[place.model_hash]
        assert (model["fooled"], model["shown"]) == (place.fooled.hits, place.fooled.trials)
        assert model["interval"] == pytest.approx(place.fooled.interval, rel=1e-12)
