"""quiz: a page is packed from models and pictures, and answers come out as a table."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.core.inference.generator import Generator
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.preparation import made_scene, quiz_model
from explorer.core.quiz.questions import Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.stimulus_files import plain_png
from explorer.core.quiz.store import QuizStore
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.renderer import Renderer
from explorer.paths import user_folder
from explorer.training.sources import open_pictures
from explorer.training.sources.quiz_pictures import held_out_share, real_pictures
from tests.cli.conftest import Verb, refused
from tests.models import tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_generator(tmp_path / "tiny.onnx", size=16)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Thirty noisy pictures of odd sizes, and one without colour."""
    folder, draw = tmp_path / "real", np.random.RandomState(0)
    folder.mkdir()
    for number in range(30):
        save_png(folder / f"{number:02d}.png", draw.randint(0, 256, (20 + number, 40, 3)).astype(np.uint8))
    save_png(folder / "grey.png", draw.randint(0, 256, (40, 40, 1)).astype(np.uint8))
    return folder


def contents(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The pack in a page, and its solution."""
    text = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r"const PACK = (.*);\n", text)
    assert found is not None
    pack = json.loads(found[1])
    told, key = (base64.b64decode(pack[name]) for name in ("solution", "key"))
    return pack, json.loads(bytes(byte ^ key[at % len(key)] for at, byte in enumerate(told)))


def test_a_packed_page_holds_the_pictures_that_the_program_would_show(
    verb: Verb, model: Path, data: Path, tmp_path: Path
) -> None:
    words = ("quiz", "pack", "--model", model, "--data", data, "--count", "20", "--psi", "0.6", "--seed", "3")
    done = verb(*words, "--out", tmp_path / "page")
    assert done.code == 0
    assert "20 questions" in done.out
    assert "--hold-out" in done.err
    assert "31 pictures used." in done.err
    assert "range=0..255 (8 bits)" in done.err
    assert [file.name for file in (tmp_path / "page").iterdir()] == ["index.html"]
    pack, solution = contents(tmp_path / "page")
    generator = Generator.open(model, "cpu")
    plan = QuizPlan("pair", 20, 3, (quiz_model(generator, "tiny"),), Difficulty(psi=0.6))
    found = open_pictures(data, size=16, cache=tmp_path / "again")
    for question, names, told in zip(plan.questions, pack["questions"], solution, strict=True):
        made = Renderer(generator).render(made_scene(question, plan.difficulty, generator)).picture
        real = found.pictures[found.names.index(told["real_name"])]
        left, right = (real, made) if question.truth == "left" else (made, real)
        assert [base64.b64decode(pack["pictures"][name]) for name in names] == [
            plain_png(left),
            plain_png(right),
        ]
        assert (told["truth"], told["made_seed"], told["made_psi"]) == (question.truth, question.seed, 0.6)
    generator.close()
    reals = [told["real_name"] for told in solution]
    assert len(set(reals)) == 20
    assert "grey.png" not in reals
    assert verb(*words, "--out", tmp_path / "again-page").code == 0
    again = (tmp_path / "again-page" / "index.html").read_bytes()
    assert again == (tmp_path / "page" / "index.html").read_bytes()


def test_models_of_unlike_detail_and_colour_are_brought_to_one_form(
    verb: Verb, model: Path, data: Path, tmp_path: Path
) -> None:
    other = tiny_generator(tmp_path / "grey.onnx", size=8, channels=1, classes=3, seed=1)
    words = ("--data", data, "--mode", "single", "--count", "24", "--size", "12", "--out", tmp_path / "page")
    done = verb("quiz", "pack", "--model", model, "--model", other, *words, "--assume", "range=0..200")
    assert done.code == 0
    assert "range=0..200" in done.err
    pack, solution = contents(tmp_path / "page")
    for file in pack["pictures"].values():
        with Image.open(io.BytesIO(base64.b64decode(file))) as image:
            assert (image.mode, image.size) == ("L", (12, 12))
    kinds = [(told["model"], told["truth"]) for told in solution]
    assert {kinds.count((name, truth)) for name in ("tiny", "grey") for truth in ("real", "made")} == {6}


def test_only_held_out_pictures_are_shown_where_the_share_is_known(data: Path, tmp_path: Path) -> None:
    found = open_pictures(data, size=16, cache=tmp_path / "c")
    mask = found.held_out(0.5)
    allowed = {name for name, out in zip(found.names, mask, strict=True) if out and name != "grey.png"}
    chosen = real_pictures(data, {16}, len(allowed), hold_out=0.5)
    assert set(chosen.names) == allowed
    assert chosen.held_out
    assert chosen.names != real_pictures(data, {16}, len(allowed), seed=1, hold_out=0.5).names
    assert set(real_pictures(data, {16}, 31, grey=True).names) == set(found.names)


def test_a_run_says_what_it_held_out(tmp_path: Path) -> None:
    from explorer.training.runs.run import Run
    from explorer.training.runs.spec import RunSpec

    Run.create(tmp_path / "run", RunSpec("dcgan", "portraits:20", 16, 10, hold_out=0.25))
    assert held_out_share(tmp_path / "run") == 0.25


def test_portraits_come_from_a_seed_that_no_model_learned_from(verb: Verb, tmp_path: Path) -> None:
    done = verb("quiz", "pack", "--model", "portraits", "--data", "portraits", "--count", "4", "--out", tmp_path / "p")
    assert (done.code, done.err) == (0, "")
    _, solution = contents(tmp_path / "p")
    assert all(each["real_name"].startswith("portrait-1-") for each in solution)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--count", "31"), "31 pictures are needed, but there are only 30 in colour"),
        (("--count", "30", "--hold-out", "0.3"), "held out from training"),
        (("--count", "0"), "0 questions"),
        (("--psi", "nan"), "truncation"),
        (("--hold-out", "2"), "--hold-out is 2"),
        (("--seed", "-1"), "seed -1"),
    ],
)
def test_what_cannot_be_packed_is_refused(
    verb: Verb, model: Path, data: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = verb("quiz", "pack", "--model", model, "--data", data, "--out", tmp_path / "page", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "page").exists()


def test_answers_are_exported_by_player(verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    out = tmp_path / "answers.csv"
    refused(verb("quiz", "export", "--out", out), "Nobody has played yet")
    store = QuizStore(user_folder("data") / "quiz.sqlite")
    plan = QuizPlan("single", 2, 0, (QuizModel("h", "m"),))
    for name in ("Ada", "=Bob"):
        session = store.begin(store.player(name), plan)
        store.record(session, Answer(0, "real", "made", 700.0, 2))
    store.close()
    assert verb("quiz", "export", "--out", out).out.startswith("2 answers")
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [row["player"] for row in rows] == ["Ada", "'=Bob"]
    assert verb("quiz", "export", "--player", "Ada", "--out", out).code == 0
    assert len(out.read_text().splitlines()) == 2
    refused(verb("quiz", "export", "--player", "Eve", "--out", out), "no player called Eve", "Ada")


def test_answers_of_a_class_are_collected_and_told(verb: Verb, tmp_path: Path) -> None:
    from tests.core.test_quiz_collecting import of_page

    files = [str(of_page(tmp_path / f"{name}.csv", name, 5, at)) for at, name in enumerate(("Ada", "Bob"))]
    told = verb("quiz", "collect", *files)
    assert "16 answers of 2 quizzes collected." in told.out
    assert "Right: 62 %" in told.out
    assert "Question 8: 0 %" in told.out
    again = json.loads(verb("quiz", "collect", *files, "--json").out)
    assert (again["answers"], again["doubles"]) == (0, 16)
