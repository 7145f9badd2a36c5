"""The page plays in a real browser, by keyboard, and scores as the program does."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from explorer.core.quiz.answers import Answer
from explorer.core.quiz.detection import sensitivity
from explorer.core.quiz.pack import Packed, page
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.results import COLUMNS
from explorer.core.quiz.statistics import accuracy, ranking

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), None)
MODELS = (QuizModel("a" * 64, "faces"), QuizModel("b" * 64, '=odd "name", <b>'))


def packed(mode: str, count: int, title: str = "Real?") -> tuple[QuizPlan, bytes]:
    """A page of noise, and its plan."""
    plan, draw = QuizPlan(mode, count, 5, MODELS), np.random.RandomState(0)
    questions = []
    for question in plan.questions:
        pictures = tuple(
            draw.randint(0, 256, (8, 8, 3)).astype(np.uint8) for _ in range(2 if mode == "pair" else 1)
        )
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


PLAYER = """
<script>
"use strict";
// plays by the keys alone; every third answer is wrong, and the file that is saved is kept to be looked at
window.addEventListener("error", event => { document.body.dataset.failed = event.message; });
const press = key => document.dispatchEvent(new KeyboardEvent("keydown", { key: key, bubbles: true }));
const files = [];
URL.createObjectURL = blob => { files.push(blob); return "#" + files.length; };
HTMLAnchorElement.prototype.click = function () { document.body.dataset.download = this.download; };
function right(index) { return solution[index].truth === WORDS[0] ? "ArrowLeft" : "ArrowRight"; }
async function play() {
  const turn = () => new Promise(done => setTimeout(done, 5));
  $("player").value = "=cmd()";
  press("5"); press("ArrowLeft");  // says nothing before it begins
  press(" ");
  for (let round = 0; round < 20000 && phase !== "end"; round += 1) {
    await turn();
    if (phase === "ask" && !Number.isNaN(shownAt)) {
      const key = right(at);
      press(at % 3 ? key : key === "ArrowLeft" ? "ArrowRight" : "ArrowLeft");
      if (phase === "sure") { press("9"); press("ArrowLeft"); }  // neither is an answer now
    } else if (phase === "sure") press(String(1 + at % 5));
  }
  document.body.dataset.focus = document.activeElement.id;
  document.activeElement.click();
  document.body.dataset.table = await files[0].text();
  document.body.dataset.normal = JSON.stringify([1e-9, 0.001, 0.1, 0.5, 0.6, 0.97, 0.9999999].map(inverseNormal));
}
play().catch(error => { document.body.dataset.failed = String(error); });
</script>
</body>"""


def dumped(file: Path, folder: Path) -> dict[str, str]:
    """What the body says of itself after the page has played, in a browser without a screen."""
    assert CHROMIUM is not None
    command = [
        *(
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
        ),
        *(f"--user-data-dir={folder}", "--virtual-time-budget=60000", "--dump-dom", file.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=100)
    body = re.search(r"<body([^>]*)>", done.stdout)
    assert body is not None, done.stderr[-500:]
    return {key: html.unescape(value) for key, value in re.findall(r'data-(\w+)="([^"]*)"', body[1])}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome is installed")
@pytest.mark.parametrize(("mode", "count"), [("pair", 12), ("single", 16)])
def test_a_browser_plays_it_to_the_end_by_keyboard(tmp_path: Path, mode: str, count: int) -> None:
    plan, data = packed(mode, count)
    file = tmp_path / "played.html"
    file.write_text(data.decode().replace("</body>", PLAYER), encoding="utf-8")
    told = dumped(file, tmp_path / "profile")
    assert "failed" not in told, told["failed"]
    assert (told["download"], told["focus"]) == ("quiz-answers.csv", "save")
    rows = list(csv.DictReader(io.StringIO(told["table"], newline="")))
    check_table(rows, plan)
    check_score(json.loads(told["score"]), rows)
    normal = [-5.997807015008182, -3.090232306167814, -1.2815515655446008, 0.0, 0.2533471031357997]
    assert json.loads(told["normal"])[:5] == pytest.approx(normal, rel=1e-12, abs=1e-15)


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
